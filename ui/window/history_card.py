"""What was before with this caller, on a card at the start of a call: the last call in three lines, what was promised.

Looked up in the library beside the Qt thread as soon as somebody gives the caller's reference. Who looks forward to a
hard call is better prepared; who never gave a reference sees nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale
from PySide6.QtWidgets import QWidget

from ui.i18n.language import say
from ui.preferences import Preferences
from ui.task import Task
from ui.window.card import Card

if TYPE_CHECKING:
    from voiceassist.insights import FollowUp
    from voiceassist.insights.history import History


def _look(library: Path, reference: str) -> History | None:
    from voiceassist.insights.history import history  # reading kept calls is not needed to start
    from voiceassist.storage import Library

    return history(Library(library), reference)


def _day(when: datetime) -> str:
    """With the month's name: no two countries agree on the order of the figures."""
    return QLocale().toString(QDate(when.year, when.month, when.day), "d MMM yyyy")


class HistoryCard(Card):
    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._looking: Task | None = None

    def look_up(self, reference: str) -> None:
        """Show what was before with this caller; nothing when there was nothing."""
        self.stop()
        self.hide()
        library = self._preferences.now.library
        self._looking = Task(lambda task: _look(library, reference), self)
        self._looking.succeeded.connect(self._found)
        # A library that cannot be read is told where calls are kept; a call must not begin with it.
        self._looking.start()

    def stop(self) -> None:
        """Look no further: the call is over, or the window closes."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _found(self, found: History | None) -> None:
        self._looking = None
        if found is None:
            return
        heading = self.tr("Last call with this caller: {0}").format(f"{_day(found.began)}, {found.began:%H:%M}")
        if found.earlier:
            heading += " " + self.tr("(and {0} before)").format(found.earlier)
        about, course = say(found.summary.about), say(found.summary.course)
        self.say(heading, [about, course, *(self._promise(promise) for promise in found.promises)])

    def _promise(self, promise: FollowUp) -> str:
        if promise.when is None:
            return self.tr("Promised: {0}").format(promise.what)
        day = _day(promise.when)
        if promise.when.date() < datetime.now().astimezone().date():
            return self.tr("Promised for {0}, a day that has passed: {1}").format(day, promise.what)
        return self.tr("Promised for {0}: {1}").format(day, promise.what)
