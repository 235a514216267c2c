"""A line across the window that says what must be known, with a picture and perhaps one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from ui import icons
from ui.theme import SPACE, Theme

SIZE = 18


class Banner(QFrame):
    """Hidden while it has nothing to say."""

    def __init__(self, theme: Theme, button: QPushButton | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._warns = False
        self.setProperty("banner", "true")
        self._icon = QLabel()
        self._icon.setFixedSize(SIZE, SIZE)
        self._words = QLabel()
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        line = QHBoxLayout(self)
        line.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        line.setSpacing(SPACE[2])
        # Beside a button one line of words stands in the middle; several begin at the top.
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter if button else Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._words, 1)
        if button is not None:
            line.addWidget(button)
        theme.changed.connect(self._paint_icon)
        self.hide()

    def say(self, words: str, warns: bool = False) -> None:
        """Show these words; as a warning, or as a remark. Empty words hide the banner."""
        self._warns = warns
        self._words.setText(words)
        self.setProperty("warns", warns)
        self.style().polish(self)
        self.setAccessibleName(self.tr("Warning") if warns else self.tr("Remark"))
        self.setAccessibleDescription(words)
        self._paint_icon()
        self.setVisible(bool(words))

    def words(self) -> str:
        return self._words.text()

    def _paint_icon(self) -> None:
        c = self._theme.colours
        name, colour = ("warning", c.lost) if self._warns else ("info", c.accent)
        self._icon.setPixmap(icons.icon(name, QColor(colour), SIZE).pixmap(SIZE, SIZE))
