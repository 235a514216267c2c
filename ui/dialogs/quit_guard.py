"""Quitting the program: at once, or after one question while a call is under way.

Nothing is asked when the session ends or the system tells the program to go: nobody may be there to answer.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QMessageBox

from ui import icons
from ui.theme import Theme
from ui.window.call_model import CallModel, Phase
from ui.window.live_window import LiveWindow
from voiceassist.core.events import Component, ComponentState

ASKED_IN = (Phase.STARTING, Phase.RUNNING, Phase.PAUSED)
"""A call that is ending anyway is waited for without a question."""
ICON = 32


class QuitGuard(QObject):
    quit_confirmed = Signal()
    """The program is to end."""

    def __init__(
        self,
        model: CallModel,
        window: LiveWindow,
        theme: Theme,
        rehearsing: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        """`rehearsing` says whether the call is only played."""
        super().__init__(parent)
        self._model, self._window, self._theme, self._rehearsing = model, window, theme, rehearsing
        self._prompts = True
        self.question: QMessageBox | None = None
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.commitDataRequest.connect(self.disable_prompt, Qt.ConnectionType.DirectConnection)
        model.phase_changed.connect(self._phase_changed)

    def ask(self) -> None:
        """The person wants to quit."""
        if self._asks():
            self._show_question()
        else:
            self._confirm()

    def may_close(self) -> bool:
        """Whether a window whose closing ends the program may close now. If not, the person is asked."""
        if self._asks():
            self._show_question()
            return False
        return True

    def disable_prompt(self) -> None:
        """Ask nothing any more: the session ends, or the person has confirmed."""
        self._prompts = False
        if self.question is not None:
            self.question.reject()

    def _asks(self) -> bool:
        return self._prompts and self._model.phase in ASKED_IN and not self._rehearsing()

    def _confirm(self) -> None:
        self.disable_prompt()
        self.quit_confirmed.emit()

    def _show_question(self) -> None:
        self._window.bring_up()
        if self.question is not None:
            self.question.raise_()
            self.question.activateWindow()
            return
        kept = self._model.call.components.get(Component.RECORDING)
        words = (
            self.tr("A call is being recorded. End it and quit?")
            if kept is not None and kept.state in (ComponentState.OK, ComponentState.DEGRADED)
            else self.tr("A call is under way. End it and quit?")
        )
        box = self.question = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIconPixmap(icons.icon("warning", QColor(self._theme.colours.warning), ICON).pixmap(ICON, ICON))
        box.setWindowTitle(self.tr("Quit VoiceAssist"))
        box.setText(words)
        box.setAccessibleName(words)
        yes = box.addButton(self.tr("&End the call and quit"), QMessageBox.ButtonRole.YesRole)
        no = box.addButton(self.tr("&No"), QMessageBox.ButtonRole.NoRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        yes.clicked.connect(self._confirm)
        box.finished.connect(self._answered)
        box.open()

    def _answered(self) -> None:
        self.question = None

    def _phase_changed(self) -> None:
        if self.question is not None and not self._asks():
            self.question.reject()  # the call has ended by itself
