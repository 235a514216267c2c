"""The symbol in the tray: the caller's agitation as shape and colour, and the commands used most."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui import icons
from ui.bridge import CallBridge
from ui.i18n import wording
from ui.theme import Theme
from ui.window.call_model import CallModel, Phase
from voiceassist.core.events import AgitationState


class Tray(QObject):
    """Kept up to date with the call; shown only where the desktop has a tray."""

    show_asked = Signal()
    settings_asked = Signal()
    quit_asked = Signal()

    def __init__(self, model: CallModel, bridge: CallBridge, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._bridge, self._theme = model, bridge, theme
        self._shown: tuple[AgitationState, Phase] | None = None
        self._menu = QMenu()
        self.show_action = self._add(self.tr("Show &window"), self.show_asked.emit)
        self.call_action = self._add("", self._start_or_stop)
        self.pause_action = self._add("", self._pause_or_resume)
        self.mute_action = self._add(self.tr("&Mute cues"), lambda: bridge.mute(not model.call.muted))
        self.mute_action.setCheckable(True)
        self._menu.addSeparator()
        self._add(self.tr("&Settings…"), self.settings_asked.emit)
        self._add(self.tr("&Quit"), self.quit_asked.emit)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self._menu)
        self.icon.activated.connect(self._activated)
        model.agitation_changed.connect(self.refresh)
        model.phase_changed.connect(self.refresh)
        model.muted_changed.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self.refresh()

    @staticmethod
    def available() -> bool:
        return QSystemTrayIcon.isSystemTrayAvailable()

    def _add(self, name: str, act: object) -> QAction:
        action = self._menu.addAction(name)
        action.triggered.connect(lambda _=False: act())  # type: ignore[operator]
        return action

    def _start_or_stop(self) -> None:
        if self._bridge.busy:
            self._bridge.stop()
        else:
            self._bridge.start()

    def _pause_or_resume(self) -> None:
        if self._model.phase is Phase.PAUSED:
            self._bridge.resume()
        else:
            self._bridge.pause()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show_asked.emit()

    def _restyle(self) -> None:
        self._shown = None
        self.refresh()

    def refresh(self) -> None:
        phase = self._model.phase
        self.call_action.setText(self.tr("&End call") if self._bridge.in_call else self.tr("&Start call"))
        self.pause_action.setText(self.tr("&Go on") if phase is Phase.PAUSED else self.tr("&Pause"))
        self.pause_action.setEnabled(phase.live)
        self.mute_action.setEnabled(phase.live)
        self.mute_action.setChecked(self._model.call.muted)
        state = self._model.call.state if phase is Phase.RUNNING else AgitationState.LISTENING
        if (state, phase) != self._shown:
            self._shown = (state, phase)
            self.icon.setIcon(icons.state_icon(state, QColor(self._theme.colours.agitation(state))))
            word = wording.agitation(state) if phase is Phase.RUNNING else wording.phase(phase)
            self.icon.setToolTip(f"VoiceAssist – {word}")
