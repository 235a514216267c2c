"""The card after a call: three lines to remember it by, what was promised, and a minute to breathe after a hard one.

Made from what the window has seen of the call, so that it is there whether the call was kept or not. A hard call is one
in which the *caller* was agitated for long; nothing about the agent's state is inferred, and nobody is told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from ui.i18n.language import say
from ui.preferences import Preferences
from ui.task import Task
from ui.window.call_model import CallModel, Phase
from ui.window.card import Card
from voiceassist.core.errors import system_reason
from voiceassist.core.messages import message
from voiceassist.insights import Summary, summarise, to_calendar

BREATH = 10
"""Seconds of one breath, in and out: six a minute, the pace that steadies the pulse most (Lehrer & Gevirtz 2014)."""
BREAK = 60
"""Seconds the break lasts unless the next call comes first."""


class AfterCall(Card):
    failed = Signal(object)
    """A `Message`: no card can be made of the call, or the calendar file could not be written."""

    def __init__(self, model: CallModel, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._preferences = model, preferences
        self._summary: Summary | None = None
        self._summarising: Task | None = None
        self._left = 0
        self.breathe = QPushButton(self.tr("&Breathe for a minute"))
        self.breathe.clicked.connect(self._begin_break)
        self.add_button(self.breathe)
        self.calendar = QPushButton(self.tr("Save dates to calendar…"))
        self.calendar.clicked.connect(self._ask_where)
        self.add_button(self.calendar)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._breathe_on)
        model.restarted.connect(self._restarted)
        model.phase_changed.connect(self._phase_changed)

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()
        super().hideEvent(event)

    def _restarted(self) -> None:
        self._summary = None
        if self._summarising is not None:
            self._summarising.cancel()
            self._summarising = None
        self.hide()

    def _phase_changed(self) -> None:
        if self._model.phase is Phase.ENDED and self._summary is None and self._model.call.agitation:
            self._summarise()

    def _summarise(self) -> None:
        """Beside the Qt thread: the model of acts reads every sentence of the call."""
        call = self._model.call
        began = datetime.now().astimezone() - timedelta(seconds=call.now)
        self._summarising = Task(lambda task: summarise(call, began), self, after=self._summarising)
        self._summarising.succeeded.connect(self._show_summary)
        self._summarising.failed.connect(self.failed)
        self._summarising.start()

    def _show_summary(self, summary: Summary) -> None:
        self._summarising = None
        self._summary = summary
        self.breathe.setVisible(self._summary.breather and self._preferences.now.breather)
        self.calendar.setVisible(any(promise.when is not None for promise in self._summary.promises))
        self._say_summary()

    def _say_summary(self) -> None:
        assert self._summary is not None
        lines = [say(line) for line in self._summary.lines]
        if self.breathe.isVisibleTo(self):
            lines.append(say(message("hard-call")))
        self.say(self.tr("After the call"), lines)

    def _begin_break(self) -> None:
        self._left = BREAK
        self.breathe.setEnabled(False)
        self._clock.start()
        self._breathe_on()

    def _breathe_on(self) -> None:
        if self._left <= 0:
            self._clock.stop()
            self.breathe.setEnabled(True)
            self._say_summary()
            return
        within = (BREAK - self._left) % BREATH
        word = self.tr("Breathe in …") if within < BREATH // 2 else self.tr("Breathe out …")
        self.say(self.tr("After the call"), [word, self.tr("{0} s left").format(self._left)])
        self._left -= 1

    def _ask_where(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = str(Path(folder) / f"{datetime.now():%Y-%m-%d}.ics")
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save dates to calendar"), start, self.tr("Calendar files (*.ics)")
        )
        if chosen:
            self.save(Path(chosen))

    def save(self, file: Path) -> None:
        """Write the promises that have a time as a calendar file."""
        assert self._summary is not None
        try:
            file.write_bytes(to_calendar(self._summary.promises, f"{datetime.now():%Y%m%d-%H%M%S}"))
        except OSError as error:
            self.failed.emit(message("calendar-not-written", file=str(file), reason=system_reason(error)))
