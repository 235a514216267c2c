"""In the settings: which cues the agent called wrong, how much quieter each is for it, and how to take that back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.preferences import Preferences
from ui.task import Task
from ui.theme import SPACE
from voiceassist.core.errors import VoiceAssistError
from voiceassist.cues.sensitivity import WrongCues, learned
from voiceassist.session.build import cue_pack


class WrongCuesList(QWidget):
    """One row a cue. Read anew whenever it comes on screen: calls go on while the settings are closed."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._wrong = WrongCues()
        heading = QLabel(self.tr("Cues called wrong"))
        heading.setProperty("role", "strong")
        self._about = QLabel()
        self._about.setProperty("role", "small")
        self._about.setWordWrap(True)
        self._rows = QGridLayout()
        self._rows.setHorizontalSpacing(SPACE[3])
        self._rows.setVerticalSpacing(SPACE[1])
        self._rows.setColumnStretch(0, 1)
        self.reset_all = self._button(self.tr("Reset all"), lambda: self._reset(""))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE[1], 0, SPACE[1])
        column.setSpacing(SPACE[1])
        column.addWidget(heading)
        column.addWidget(self._about)
        column.addLayout(self._rows)
        column.addWidget(self.reset_all, 0, Qt.AlignmentFlag.AlignRight)
        preferences.changed.connect(self.refresh)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def refresh(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        counts = self._wrong.counts()
        for row, (cue, headline, quieter) in enumerate(self._found(counts)):
            words = self.tr("{0} ×, {1} % quieter").format(counts[cue], quieter)
            self._rows.addWidget(QLabel(headline), row, 0)
            self._rows.addWidget(QLabel(words), row, 1)
            button = self._button(self.tr("Reset"), partial(self._reset, cue))
            button.setAccessibleName(self.tr("Reset {0}").format(headline))
            self._rows.addWidget(button, row, 2)
        self.reset_all.setVisible(len(counts) > 1)
        self._about.setText(
            self.tr("Each of these takes more to come, from the next call on. Only you see this.")
            if counts
            else self.tr("None so far. A cue you call wrong comes less readily; only you see this.")
        )

    def _found(self, counts: dict[str, int]) -> list[tuple[str, str, int]]:
        """(id, headline, percent quieter) of the cues that were called wrong; what no pack knows any more is shown by
        its id."""
        try:
            cues = {cue.id: cue for cue in cue_pack(self._preferences.now).cues}
        except VoiceAssistError:
            cues = {}  # a pack with mistakes is told where calls begin
        return [
            (id, cues[id].headline, round(100 * (1 - learned(cues[id], count)))) if id in cues else (id, id, 0)
            for id, count in sorted(counts.items())
        ]

    def _button(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("slim", "true")
        button.setAutoDefault(False)
        button.clicked.connect(lambda _=False: act())
        return button

    def _reset(self, cue: str) -> None:
        resetting = Task(lambda task: self._wrong.reset(cue), self)
        resetting.succeeded.connect(self.refresh)
        resetting.failed.connect(self._preferences.refused)
        resetting.start()
