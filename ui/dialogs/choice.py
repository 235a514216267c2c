"""A drop-down list and a check box that look like the other controls in every palette.

Qt's own ones take their outline from the window's colour, which cannot be seen on black, and a stylesheet could only
bring an arrow and a tick along as image files.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QComboBox, QStyle, QStyleOptionButton, QWidget

from ui import icons
from ui.theme import SPACE, Theme


class Choice(QComboBox):
    """One of several."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setMinimumHeight(32)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = 2 if self.hasFocus() else c.border
        line = Qt.PenStyle.SolidLine if self.isEnabled() else Qt.PenStyle.DashLine
        painter.setPen(QPen(QColor(c.focus if self.hasFocus() else c.line), width, line))
        painter.setBrush(QColor(c.surface if self.isEnabled() else c.window))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 6, 6)
        ink = QColor(c.text if self.isEnabled() else c.disabled)
        painter.setPen(ink)
        room = self.rect().adjusted(SPACE[2] + 2, 0, -30, 0)
        words = painter.fontMetrics().elidedText(self.currentText(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
        icons.paint(painter, "open", QRectF(self.width() - 24, self.height() / 2 - 7, 14, 14), ink)


class Check(QCheckBox):
    """On or off; on has a tick."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        icons.paint(
            QPainter(self), "check", QRectF(box).adjusted(3, 3, -3, -3), QColor(self._theme.colours.on_accent), 3
        )
