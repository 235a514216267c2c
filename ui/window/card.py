"""A card across the window with a heading, some lines and buttons, for what is there to read outside a call."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme import SPACE


class Card(QFrame):
    """Hidden while it has nothing to say. Never takes the focus by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", "true")
        self._heading = QLabel()
        self._heading.setProperty("role", "heading")
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.setProperty("slim", "true")
        self.close_button.clicked.connect(self.hide)
        self._top = QHBoxLayout()
        self._top.setSpacing(SPACE[2])
        self._top.addWidget(self._heading, 1)
        self._top.addWidget(self.close_button)
        self._lines = QLabel()
        self._lines.setWordWrap(True)
        self._lines.setTextFormat(Qt.TextFormat.PlainText)  # words of a call, whatever they look like
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[2], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[1])
        column.addLayout(self._top)
        column.addWidget(self._lines)
        self.hide()

    def add_button(self, button: QPushButton) -> None:
        button.setProperty("slim", "true")
        self._top.insertWidget(self._top.count() - 1, button)

    def say(self, heading: str, lines: Sequence[str]) -> None:
        """Show these words."""
        self._heading.setText(heading)
        self._lines.setText("\n".join(lines))
        self.setAccessibleName(heading)
        self.setAccessibleDescription(" ".join(lines))
        self.show()

    def words(self) -> str:
        """All that it says."""
        return f"{self._heading.text()}\n{self._lines.text()}"
