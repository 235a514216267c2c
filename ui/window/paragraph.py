"""A label whose words wrap into a fixed number of lines, so that nothing jumps when they change."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class Paragraph(QLabel):
    """`lines` lines of wrapped text. Longer text is cut at the bottom; the tooltip has all of it."""

    def __init__(self, lines: int, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        if role:
            self.setProperty("role", role)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        if text != self.text():
            super().setText(text)
            self.setToolTip(text)

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        return QSize(120, self._lines * self.fontMetrics().lineSpacing() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
