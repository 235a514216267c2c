"""The two-sided transcript: the caller's words on the left, the agent's on the right, notes between them.

One read-only text document with one block for each line of the model, so that it can be read by a screen reader,
selected and copied, and grows without being laid out anew. Partial words are grey and turn solid when final. It
follows the newest words unless the person has scrolled away; a button leads back.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QPushButton, QTextEdit, QWidget

from ui import icons
from ui.i18n import wording
from ui.i18n.language import say
from ui.theme import SPACE, Role, Theme
from ui.window.call_model import CallModel
from voiceassist.core.events import Channel, Component, ComponentState
from voiceassist.core.formatting import clock
from voiceassist.insights.call_so_far import Line

INDENT = 72
"""How far each side stays away from the other's edge, in logical pixels."""
BREAK = "\u2028"
"""A line break inside a block."""
NEAR_END = 24
"""Closer to the end than this counts as following."""


class Transcript(QTextEdit):
    """The transcript of the model's call."""

    def __init__(self, model: CallModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._theme = model, theme
        self._follows = True
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Transcript"))
        self.document().setDocumentMargin(SPACE[3])

        self.newest = QPushButton(self.tr("Newest words"), self)
        self.newest.setAccessibleName(self.tr("Go to the newest words"))
        self.newest.hide()
        self.newest.clicked.connect(self.follow)

        model.restarted.connect(self.rebuild)
        model.line_added.connect(self._insert)
        model.line_changed.connect(self._change)
        model.line_removed.connect(self._remove)
        model.component_changed.connect(self._component_changed)
        theme.changed.connect(self.rebuild)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self.rebuild()

    @property
    def follows(self) -> bool:
        return self._follows

    def follow(self) -> None:
        """Go to the newest words and stay with them."""
        self._follows = True
        self._range_changed()
        self.newest.hide()

    def rebuild(self) -> None:
        """Lay out every line anew: at the start of a call and when the look changes."""
        self.newest.setIcon(icons.icon("newest", QColor(self._theme.colours.text)))
        self.clear()
        for where in range(len(self._model.call.lines)):
            self._insert(where)
        self._component_changed(Component.TRANSCRIPTION)

    def _component_changed(self, component: Component) -> None:
        if component is not Component.TRANSCRIPTION:
            return
        status = self._model.call.components.get(component)
        none = status is not None and status.state is ComponentState.DISABLED
        self.setPlaceholderText(
            self.tr("Nothing is written down: there is no speech model.")
            if none
            else self.tr("What is said will appear here.")
        )

    # --- lines to blocks ----------------------------------------------------------------------------------------------

    def _insert(self, where: int) -> None:
        line = self._model.call.lines[where]
        cursor = QTextCursor(self.document())
        if self.document().isEmpty():
            cursor.setBlockFormat(self._block_format(line))
        elif where == 0:
            cursor.insertBlock()
            cursor.movePosition(QTextCursor.MoveOperation.Start)
            cursor.setBlockFormat(self._block_format(line))
        else:
            before = self.document().findBlockByNumber(where - 1)
            cursor.setPosition(before.position() + before.length() - 1)
            cursor.insertBlock(self._block_format(line))
        self._write(cursor, line)

    def _change(self, where: int) -> None:
        block = self.document().findBlockByNumber(where)
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._write(cursor, self._model.call.lines[where])

    def _remove(self, where: int) -> None:
        cursor = QTextCursor(self.document().findBlockByNumber(where))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if not self._model.call.lines:
            self.clear()  # a document has one block at least: let it be as before the first words
        elif where == 0:
            cursor.deleteChar()
        else:
            cursor.deletePreviousChar()

    def _write(self, cursor: QTextCursor, line: Line) -> None:
        c = self._theme.colours
        who = wording.channel(line.channel) if line.channel else self.tr("Note")
        cursor.insertText(f"{who}  {clock(line.start)}{BREAK}", self._format(Role.SMALL, c.muted))
        solid = self._format(Role.BODY, c.text)
        text = line.text if isinstance(line.text, str) else say(line.text)
        if line.final:
            cursor.insertText(text, solid)
        else:
            cursor.insertText(text[: line.stable], solid)
            cursor.insertText(text[line.stable :] + " …", self._format(Role.BODY, c.muted))

    def _format(self, role: Role, colour: str) -> QTextCharFormat:
        result = QTextCharFormat()
        result.setFont(self._theme.font(role))
        result.setForeground(QColor(colour))
        return result

    def _block_format(self, line: Line) -> QTextBlockFormat:
        result = QTextBlockFormat()
        result.setLeftMargin(INDENT if line.channel is Channel.AGENT else SPACE[3])
        result.setRightMargin(INDENT if line.channel is Channel.CALLER else SPACE[3])
        result.setTopMargin(SPACE[3])
        result.setBottomMargin(SPACE[3])
        result.setLineHeight(118, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
        return result

    # --- following ------------------------------------------------------------------------------------------------

    def _scrolled(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - NEAR_END
        self.newest.setVisible(not self._follows)

    def _range_changed(self) -> None:
        bar = self.verticalScrollBar()
        if self._follows:
            bar.setValue(bar.maximum())

    def resizeEvent(self, event: QResizeEvent) -> None:
        follows = self._follows
        super().resizeEvent(event)
        if follows:
            self.follow()
        self.newest.adjustSize()
        self.newest.move((self.width() - self.newest.width()) // 2, self.height() - self.newest.height() - SPACE[3])

    # --- bubbles ----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        offset = QPointF(0, -self.verticalScrollBar().value())
        block = self.cursorForPosition(event.rect().topLeft()).block()
        block = block.previous() if block.previous().isValid() else block
        lines = self._model.call.lines
        while block.isValid() and block.blockNumber() < len(lines):
            box = self._bubble(block).translated(offset)
            if box.top() > event.rect().bottom():
                break
            self._paint_bubble(painter, lines[block.blockNumber()], box)
            block = block.next()
        painter.end()
        super().paintEvent(event)

    def _bubble(self, block: QTextBlock) -> QRectF:
        box = self.document().documentLayout().blockBoundingRect(block)
        shape = block.blockFormat()
        left = box.left() + shape.leftMargin() - SPACE[3]
        right = self.document().textWidth() - shape.rightMargin() - self.document().documentMargin() + SPACE[3]
        return QRectF(left, box.top() - 5, right - left, box.height() + 8)

    def _paint_bubble(self, painter: QPainter, line: Line, box: QRectF) -> None:
        c = self._theme.colours
        if line.channel is None:
            painter.setPen(QPen(QColor(c.line), c.border, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            painter.setPen(QPen(QColor(c.line), c.border) if c.border > 1 else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.agent_bubble if line.channel is Channel.AGENT else c.caller_bubble))
        painter.drawRoundedRect(box, 8, 8)
