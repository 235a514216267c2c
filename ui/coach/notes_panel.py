"""Notes on the call and verdicts on its cues: each stands at its moment and is played from there; a new one is written
at the playhead or over the selection, and anybody may answer. What is written is written beside the Qt thread."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QDate, QLocale, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.coach.recording import Recording, sample
from ui.coach.timeline import how_it_went
from ui.preferences import Preferences
from ui.task import Task
from ui.theme import SPACE, Theme
from voiceassist.coach.notes import NoteEntry, Notes, Role, Verdict, threads
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import CueKind
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message
from voiceassist.insights.cue_effect import effects

FEW = 5
"""Cues below which nothing is said of how they do in general."""


def day_and_time(when: datetime) -> str:
    """On the person's clock, with the month's name."""
    here = when.astimezone()
    return QLocale().toString(QDate(here.year, here.month, here.day), "d MMM yyyy") + f", {here:%H:%M}"


def plain(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        label.setProperty("role", role)
    return label


def slim(text: str, act: Callable[[], object], name: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setProperty("slim", "true")
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if name:
        button.setAccessibleName(name)
    button.clicked.connect(lambda _=False: act())
    return button


class NotesPanel(QWidget):
    """All notes of one call, and its cues."""

    sought = Signal(int)
    changed = Signal(object)
    """The notes as they stand: a list of `NoteEntry`."""
    failed = Signal(object)
    """A `Message`."""

    def __init__(
        self, recording: Recording, preferences: Preferences, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._recording, self._preferences, self._theme = recording, preferences, theme
        self._notes = Notes(recording.path, recording.meta.id)
        self._task: Task | None = None
        self.entries: list[NoteEntry] = []
        self.editor = _Editor(self)
        self.editor.hide()
        self.editor.saved.connect(self._save)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, SPACE[1], 0)
        self._list.setSpacing(SPACE[2])
        inside = QWidget()
        inside.setObjectName("column")
        inside.setLayout(self._list)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[2])
        column.addWidget(self.editor)
        column.addWidget(area, 1)
        self._show([])

    # --- reading and writing ------------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the notes anew: another window, or another person, may have written some."""
        self._do(lambda: None)

    def _do(self, work: Callable[[], object]) -> None:
        def run(task: Task) -> list[NoteEntry]:
            work()
            return self._notes.all()

        self._task = Task(run, self)
        self._task.succeeded.connect(self._loaded)
        self._task.failed.connect(self._not_done)
        self._task.start()

    def _loaded(self, entries: list[NoteEntry]) -> None:
        for warning in self._notes.warnings:
            self.failed.emit(warning)
        if entries != self.entries:
            self.entries = entries
            self._show(entries)
            self.changed.emit(entries)

    def _not_done(self, error: Message) -> None:
        self.failed.emit(error)

    @property
    def _author(self) -> str:
        return self._preferences.now.note_author or _login()

    @property
    def _role(self) -> Role:
        return Role(self._preferences.now.note_role)

    def new(self, start: int, stop: int | None) -> None:
        """Write a note at a moment, or over a span of samples."""
        self.editor.begin(start, stop, self._preferences.now.note_labels)

    def _answer(self, entry: NoteEntry) -> None:
        start = entry.note.start_ms * SAMPLE_RATE // 1000
        self.editor.begin(start, None, (), answers=entry.note.id, author=entry.note.author)

    def _save(self, start: int, stop: int | None, text: str, label: str, answers: str) -> None:
        author, role = self._author, self._role
        end = None if stop is None else stop * 1000 // SAMPLE_RATE
        self._do(
            lambda: self._notes.add(
                start * 1000 // SAMPLE_RATE,
                author=author,
                role=role,
                text=text,
                end_ms=end,
                label=label,
                reply_to=answers,
            )
        )

    def judge(self, number: int, verdict: Verdict, at: float) -> None:
        """The person's verdict on a cue."""
        author, role = self._author, self._role
        self._do(lambda: self._notes.judge(number, verdict, round(at * 1000), author=author, role=role))

    # --- what is shown ------------------------------------------------------------------------------------------------

    def _show(self, entries: Sequence[NoteEntry]) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        written = [(e, answers) for e, answers in threads(entries) if e.note.verdict is None or e.note.text]
        for entry, answers in written:
            self._list.addWidget(self._card(entry, answers))
        if not written:
            empty = self.tr("No notes yet. N writes one at the playhead, or over what is selected.")
            self._list.addWidget(plain(empty, "small"))
        if self._recording.call.cues:
            self._list.addSpacing(SPACE[2])
            self._list.addWidget(plain(self.tr("Cues of this call, and your verdict"), "heading"))
            for n, _ in enumerate(self._recording.call.cues):
                self._list.addWidget(self._cue_card(n))
            self._list.addWidget(plain(self.what_cues_did(), "small"))
        self._list.addStretch(1)

    def _card(self, entry: NoteEntry, answers: Sequence[NoteEntry]) -> QFrame:
        note = entry.note
        card = QFrame()
        card.setProperty("banner", "true")
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        column.setSpacing(SPACE[1])
        when = clock(note.start_ms / 1000)
        if note.end_ms is not None:
            when += f"–{clock(note.end_ms / 1000)}"
        start = note.start_ms * SAMPLE_RATE // 1000
        line = QHBoxLayout()
        line.addWidget(slim(when, lambda: self.sought.emit(start), self.tr("Hear the note at {0}").format(when)))
        line.addWidget(plain(self._who(entry), "small"), 1)
        column.addLayout(line)
        if note.label:
            column.addWidget(plain(note.label, "heading"))
        if note.text:
            column.addWidget(plain(note.text))
        for other in entry.conflicts:
            column.addWidget(plain(self.tr("Also written at the same time: {0}").format(other.text), "small"))
        for answer in answers:
            column.addWidget(plain(f"│ {self._who(answer)}: {answer.note.text}", "small"))
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(slim(self.tr("Answer"), lambda: self._answer(entry)))
        if note.author == self._author:
            below.addWidget(slim(self.tr("Delete"), lambda: self._do(lambda: self._notes.delete(entry))))
        column.addLayout(below)
        card.setAccessibleName(self.tr("Note at {0} by {1}").format(when, note.author))
        card.setAccessibleDescription(f"{note.label} {note.text}".strip())
        return card

    def _who(self, entry: NoteEntry) -> str:
        role = self.tr("Coach") if entry.note.role is Role.COACH else self.tr("Agent")
        day = day_and_time(entry.note.created)
        return f"{entry.note.author} ({role}) · {day}"

    def _cue_card(self, n: int) -> QFrame:
        cue = self._recording.call.cues[n]
        shown = cue.shown
        card = QFrame()
        card.setProperty("banner", "true")
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        column.setSpacing(SPACE[1])
        line = QHBoxLayout()
        when = clock(shown.t)
        hear = self.tr("Hear the cue at {0}").format(when)
        line.addWidget(slim(when, lambda: self.sought.emit(sample(shown.t)), hear))
        line.addWidget(plain(f"{shown.headline} · {how_it_went(cue)}"), 1)
        column.addLayout(line)
        if shown.why:
            column.addWidget(plain(shown.why, "small"))
        if shown.kind is not CueKind.GOOD:
            given = next(
                (
                    e.note.verdict
                    for e in reversed(self.entries)
                    if e.note.cue == shown.number and e.note.author == self._author and e.note.verdict
                ),
                None,
            )
            buttons = QHBoxLayout()
            buttons.addStretch(1)
            for verdict, name in (
                (Verdict.RIGHT, self.tr("Right")),
                (Verdict.WRONG, self.tr("Wrong")),
                (Verdict.LATE, self.tr("Late")),
            ):
                button = slim(name, lambda v=verdict: self.judge(shown.number, v, shown.t))  # type: ignore[misc]
                button.setCheckable(True)
                button.setChecked(verdict is given)
                button.setAccessibleName(self.tr("Verdict on “{0}”: {1}").format(shown.headline, name))
                buttons.addWidget(button)
            column.addLayout(buttons)
        return card

    def what_cues_did(self) -> str:
        """How often cues were followed and what agitation did in the 30 s after them, with its caveat."""
        found = effects(self._recording.call)
        if not found:
            return ""
        followed = [e for e in found if e.followed]
        words = [self.tr("What the cues did: {0} of {1} followed.").format(len(followed), len(found))]
        for group, name in (
            (followed, self.tr("where followed")),
            ([e for e in found if not e.followed], self.tr("where not")),
        ):
            changes = [e.after - e.before for e in group if e.after is not None and e.before is not None]
            if changes:
                mean = sum(changes) / len(changes)
                change = f"{'+' if mean >= 0 else '−'}{round(abs(mean) * 100)} %"
                words.append(self.tr("Agitation 30 s later {0}: {1}.").format(name, change))
        if len(found) < FEW:
            words.append(self.tr("Too few cues to say more; agitation also falls by itself."))
        else:
            words.append(self.tr("Agitation also falls by itself: this is no proof, and no score of anybody."))
        return " ".join(words)


class _Editor(QFrame):
    """Where a note is written."""

    saved = Signal(int, object, str, str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("banner", "true")
        self._start, self._answers = 0, ""
        self._stop: int | None = None
        self._title = plain("", "heading")
        self.label = QComboBox()
        self.label.setEditable(True)
        if (line_edit := self.label.lineEdit()) is not None:
            line_edit.setPlaceholderText(self.tr("Label"))
        self.label.setAccessibleName(self.tr("Label of the note"))
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText(self.tr("What do you hear here?"))
        self.text.setAccessibleName(self.tr("Text of the note"))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(72)
        save = QPushButton(self.tr("&Save note"))
        save.clicked.connect(self.save)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.hide)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(cancel)
        line.addWidget(save)
        column = QVBoxLayout(self)
        column.addWidget(self._title)
        column.addWidget(self.label)
        column.addWidget(self.text)
        column.addLayout(line)
        context = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+Return"), self, self.save, context=context)
        QShortcut(QKeySequence("Escape"), self, self.hide, context=context)

    def begin(
        self, start: int, stop: int | None, labels: Sequence[str], *, answers: str = "", author: str = ""
    ) -> None:
        self._start, self._stop, self._answers = start, stop, answers
        when = (
            clock(start / SAMPLE_RATE) if stop is None else f"{clock(start / SAMPLE_RATE)}–{clock(stop / SAMPLE_RATE)}"
        )
        self._title.setText(self.tr("Answer to {0}").format(author) if answers else self.tr("Note at {0}").format(when))
        self.label.clear()
        self.label.addItems(["", *labels])
        self.label.setVisible(not answers)
        self.text.clear()
        self.show()
        self.text.setFocus()

    def save(self) -> None:
        text, label = self.text.toPlainText().strip(), self.label.currentText().strip()
        if text or label:
            self.saved.emit(self._start, self._stop, text, "" if self._answers else label, self._answers)
            self.hide()


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"
