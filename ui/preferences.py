"""What the person chose about the screen, read from the one option table and written back to it.

Choices that policy has settled are shown and left alone. The window's size and place are no options: they are state of
this computer's screen and live in a small file of their own.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs
from PySide6.QtCore import QObject, QSettings, Signal

from ui.overlay.placement import Corner, Placement
from ui.theme import Scheme
from voiceassist.config import settings
from voiceassist.config.options import Settings, Value
from voiceassist.config.settings import Loaded
from voiceassist.core.errors import VoiceAssistError

LOCK_PATIENCE_S = 0.03
"""Seconds to wait, on the Qt thread, for another program that changes the same file."""


class Preferences(QObject):
    """The settings in force, for the window."""

    changed = Signal()
    refused = Signal(str)
    """One plain sentence: a choice could not be kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loaded: Loaded = settings.load()
        self._state = QSettings(str(state_file()), QSettings.Format.IniFormat, self)

    @property
    def now(self) -> Settings:
        return self.loaded.settings

    def change(self, **changes: Value | None) -> None:
        """Keep the person's choices; None goes back to the default. What may not be kept is told by `refused`."""
        try:
            settings.change(changes, patience=LOCK_PATIENCE_S)
        except VoiceAssistError as error:
            self.refused.emit(str(error))
            return
        self.loaded = settings.load()
        self.changed.emit()

    @property
    def scheme(self) -> Scheme:
        return Scheme(self.now.theme)

    @property
    def placement(self) -> Placement:
        now = self.now
        return Placement(now.overlay_screen, Corner(now.overlay_corner), now.overlay_dx, now.overlay_dy)

    @property
    def keys(self) -> dict[str, str]:
        """The key of every command that works from any program."""
        now = self.now
        return {
            "show": now.key_show,
            "dismiss": now.key_dismiss,
            "wrong": now.key_wrong,
            "mute": now.key_mute,
            "pause": now.key_pause,
        }

    def place_overlay(self, place: Placement) -> None:
        self.change(
            overlay_screen=place.screen,
            overlay_corner=place.corner.value,
            overlay_dx=min(place.dx, 4000),
            overlay_dy=min(place.dy, 4000),
        )

    def remember(self, name: str, value: object) -> None:
        """Keep a piece of the window's own state, such as its size."""
        self._state.setValue(name, value)

    def recall(self, name: str) -> object:
        return self._state.value(name)


def state_file() -> Path:
    return platformdirs.user_state_path("voiceassist", appauthor=False) / "window.ini"
