"""The transcript in step with the sound: the word that is heard is marked, a click on a word is heard there, and it
scrolls along until the reader scrolls away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from ui.coach.recording import Recording, sample, words_of
from ui.coach.timeline import side
from ui.i18n.language import say
from ui.theme import SPACE, Role, Theme
from voiceassist.core.events import Channel
from voiceassist.core.formatting import clock

BREAK = "\u2028"
"""A line break inside a block."""
MOVES = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)
"""Keys that are the transcript's own; the rest are the window's."""


class Words(QTextBrowser):
    """The words of one call."""

    sought = Signal(int)
    """The person wants to hear the call from this sample on."""
    scrolled_away = Signal(bool)

    def __init__(self, recording: Recording, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording, self._theme = recording, theme
        self.follows = True
        self._at: list[int] = []
        """First sample of each word, in order."""
        self._range: list[tuple[int, int]] = []
        """Characters of the document of the words in `_at`."""
        self._where: list[tuple[int, int]] = []
        """(first character, sample) of every word in the order of the document."""
        self._lines: list[tuple[int, int, int]] = []
        """(sample, block number, utterance) of every line of words, in order."""
        self._acts: Mapping[int, Sequence[str]] = {}
        self._position = 0.0
        self._now = -1
        """Which of `_at` is heard."""
        self._needle = ""
        self._found: list[tuple[int, int]] = []
        self._found_now = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Transcript"))
        self.setPlaceholderText(self.tr("No words of this call were kept."))
        self.verticalScrollBar().actionTriggered.connect(self._scrolled)
        theme.changed.connect(self.rebuild)
        self.rebuild()

    # --- the document -------------------------------------------------------------------------------------------------

    def show_acts(self, acts: Mapping[int, Sequence[str]]) -> None:
        """What utterances were recognised to do, by utterance, in words."""
        self._acts = acts
        self.rebuild()

    def rebuild(self) -> None:
        """Lay out every line: once, when the look changes, and when the acts are known."""
        c = self._theme.colours
        keep, now = self.verticalScrollBar().value(), self._position
        self._now, self._at, self._range, self._found = -1, [], [], []
        self.clear()
        self._lines, spans = [], []
        small, body = self._format(Role.SMALL, c.muted), self._format(Role.BODY, c.text)
        names = {
            Channel.AGENT: self._format(Role.SMALL, c.accent, bold=True),
            Channel.CALLER: self._format(Role.SMALL, c.text, bold=True),
        }
        widest = max(
            self.fontMetrics().horizontalAdvance(f"{side(channel)}  {clock(self._recording.call.now)}")
            for channel in Channel
        )
        block = QTextBlockFormat()
        indent = widest + SPACE[5]
        block.setLeftMargin(indent)
        block.setTextIndent(-indent + SPACE[2])
        block.setTopMargin(SPACE[1])
        block.setBottomMargin(SPACE[2])
        tab = QTextOption.Tab(indent - SPACE[2], QTextOption.TabType.LeftTab)
        block.setTabPositions([tab])
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for n, line in enumerate(self._recording.call.lines):
            if n:
                cursor.insertBlock(block)
            else:
                cursor.setBlockFormat(block)
            heard = line.heard
            text = line.text if isinstance(line.text, str) else say(line.text)
            if heard is None:
                cursor.insertText(f"{self.tr('Note')}  {clock(line.start)}\t", small)
                cursor.insertText(text, self._format(Role.BODY, c.muted))
                continue
            cursor.insertText(f"{side(heard.channel)}  ", names[heard.channel])
            cursor.insertText(f"{clock(line.start)}\t", small)
            start = cursor.position()
            cursor.insertText(text, body)
            self._lines.append((sample(heard.start), cursor.blockNumber(), heard.utterance))
            at = 0
            for word in words_of(heard):
                said = word.text.strip()
                found = text.find(said, at)
                if found >= 0 and said:
                    spans.append((sample(word.start), start + found, start + found + len(said)))
                    at = found + len(said)
            if acts := self._acts.get(heard.utterance):
                cursor.insertText(BREAK + "✓ " + "   ✓ ".join(acts), small)
        cursor.endEditBlock()
        self._where = [(begin, at) for at, begin, _ in spans]
        spans.sort()
        self._at = [at for at, _, _ in spans]
        self._range = [(begin, end) for _, begin, end in spans]
        self._now = -1
        self.find_words(self._needle)
        self.verticalScrollBar().setValue(keep)
        self.set_position(now)

    def _format(self, role: Role, colour: str, bold: bool = False) -> QTextCharFormat:
        result = QTextCharFormat()
        font = self._theme.font(role)
        font.setBold(bold)
        result.setFont(font)
        result.setForeground(QColor(colour))
        return result

    # --- in step ------------------------------------------------------------------------------------------------------

    def word_at(self, at: float) -> str:
        """The word that is heard at a sample; empty before the first."""
        n = bisect_right(self._at, at) - 1
        if n < 0:
            return ""
        begin, end = self._range[n]
        return self.document().toPlainText()[begin:end]

    def set_position(self, at: float) -> None:
        """Mark the word that is heard."""
        self._position = at
        n = bisect_right(self._at, at) - 1
        if n == self._now:
            return
        self._now = n
        self._mark()
        if self.follows and n >= 0:
            self._bring_into_view(self._range[n][0])

    def follow(self) -> None:
        """Go to the word that is heard, and along with it."""
        self.follows = True
        self.scrolled_away.emit(False)
        if self._now >= 0:
            self._bring_into_view(self._range[self._now][0])

    def _bring_into_view(self, character: int) -> None:
        """Only when it leaves the middle third."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(character)
        y = self.cursorRect(cursor).center().y()
        height = self.viewport().height()
        if not height / 3 <= y <= height * 2 / 3:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + y - height // 2)

    def _scrolled(self) -> None:
        """By the person: what the program scrolls does not come here."""
        if self.follows:
            self.follows = False
            self.scrolled_away.emit(True)

    def _mark(self) -> None:
        c = self._theme.colours
        marks = []
        if self._now >= 0:
            begin, end = self._range[self._now]
            line = self._selection(begin, begin, QColor(c.agent_bubble))
            line.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(line)
        for n, (begin, end) in enumerate(self._found):
            shade = QColor(c.rising)
            shade.setAlpha(150 if n == self._found_now else 70)
            marks.append(self._selection(begin, end, shade))
        if self._now >= 0:
            begin, end = self._range[self._now]
            word = self._selection(begin, end, QColor(c.accent))
            word.format.setForeground(QColor(c.on_accent))
            marks.append(word)
        self.setExtraSelections(marks)

    def _selection(self, begin: int, end: int, colour: QColor) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(begin)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format.setBackground(colour)
        return selection

    # --- finding ------------------------------------------------------------------------------------------------------

    def find_words(self, needle: str) -> int:
        """Mark every place of these words; how many there are."""
        self._needle = needle
        self._found, self._found_now = [], -1
        cursor = QTextCursor(self.document())
        while needle and not (cursor := self.document().find(needle, cursor)).isNull():
            self._found.append((cursor.selectionStart(), cursor.selectionEnd()))
        self._mark()
        return len(self._found)

    def next_found(self, step: int = 1) -> int | None:
        """Go to the next place, or the one before; its sample."""
        if not self._found:
            return None
        self._found_now = (self._found_now + step) % len(self._found) if self._found_now >= 0 else 0
        self._mark()
        begin = self._found[self._found_now][0]
        self._bring_into_view(begin)
        return self.sample_of(begin)

    def sample_of(self, character: int) -> int | None:
        """When the word at a character is heard; the first word of a line for what stands before and after it."""
        block = self.document().findBlock(character)
        inside = [(b, at) for b, at in self._where if block.position() <= b < block.position() + block.length()]
        if not inside:
            return None
        return inside[max(0, bisect_right(inside, character, key=lambda word: word[0]) - 1)][1]

    # --- hands --------------------------------------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            self._seek(self.cursorForPosition(event.position().toPoint()).position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scrolled()
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.follows:
            self.follow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._seek(self.textCursor().position())
        elif event.key() in MOVES or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._scrolled()
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _seek(self, character: int) -> None:
        at = self.sample_of(character)
        if at is not None:
            self.follow()
            self.sought.emit(at)
