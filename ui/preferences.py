"""What the person chose about the screen, read from the one option table and written back to it.

Choices that policy has settled are shown and left alone. The window's size and place are no options: they are state of
this computer's screen and live in a small file of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from ui.overlay.placement import Corner, Placement
from ui.task import Task
from ui.theme import Scheme
from voiceassist.config import settings
from voiceassist.config.options import Settings, Value
from voiceassist.config.settings import Loaded
from voiceassist.core import paths
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.messages import Message

log = logging.getLogger(__name__)

FINISH_TIMEOUT_S = 5.0
"""Seconds the program waits at exit for choices to be written."""


class Preferences(QObject):
    """The settings in force, for the window. A choice counts at once; it is written beside the Qt thread."""

    changed = Signal()
    saved = Signal()
    """Choices are written: other processes find them."""
    refused = Signal(object)
    """A `Message`: a choice could not be kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loaded: Loaded = settings.load()
        self._unsaved: dict[str, Value | None] = {}
        self._saving: Task | None = None
        self._state = QSettings(str(state_file()), QSettings.Format.IniFormat, self)

    @property
    def now(self) -> Settings:
        return self.loaded.settings

    def change(self, **changes: Value | None) -> None:
        """Keep the person's choices; None goes back to the default. What may not be kept is told by `refused`."""
        try:
            self.loaded = settings.with_changes(self.loaded, changes)
        except VoiceAssistError as error:
            self.refused.emit(error.message)
            return
        self._unsaved |= changes
        self._save()
        self.changed.emit()

    @property
    def saving(self) -> bool:
        """Whether there are choices that are not written yet."""
        return self._saving is not None

    def finish(self) -> None:
        """At exit, when no window is up any more: see that every choice is written."""
        if self._saving is not None:
            self._saving.wait(FINISH_TIMEOUT_S)
        changes, self._unsaved = self._unsaved, {}
        if changes:
            try:
                settings.change(changes)
            except VoiceAssistError:
                log.exception("The last choices were not saved.")

    def _save(self) -> None:
        """One write at a time; what is chosen meanwhile follows in one go."""
        if self._saving is None and self._unsaved:
            changes, self._unsaved, path = self._unsaved, {}, settings.user_file()
            self._saving = Task(lambda task: _write(changes, path))
            self._saving.succeeded.connect(self._written)
            self._saving.failed.connect(self._not_written)
            self._saving.start()

    def _written(self, found: Loaded) -> None:
        self._saving = None
        self._save()
        self.saved.emit()
        if self._saving is None and found.settings != self.now:  # another program has changed some as well
            self.loaded = found
            self.changed.emit()

    def _not_written(self, error: Message) -> None:
        self._saving = None
        self._unsaved = {}
        self.loaded = settings.load()
        self.changed.emit()
        self.refused.emit(error)

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


def _write(changes: Mapping[str, Value | None], path: Path) -> Loaded:
    """Write the choices; the settings as they are then."""
    settings.change(changes, path)
    return settings.load()


def state_file() -> Path:
    return paths.state_folder() / "window.ini"
