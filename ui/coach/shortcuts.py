"""Every key of the replay, in one table: what it does, for the window, and for the sheet that `?` shows."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from ui.i18n.wording import translate
from ui.theme import SPACE


def sheet() -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings, and under each the keys and what they do."""
    return [
        (
            translate("Shortcuts", "Play"),
            [
                (translate("Shortcuts", "Space"), translate("Shortcuts", "play or pause")),
                ("J   L", translate("Shortcuts", "5 seconds back, forward")),
                ("←   →", translate("Shortcuts", "1 second back, forward (with Shift: a tenth)")),
                (translate("Shortcuts", "Home   End"), translate("Shortcuts", "to the beginning, to the end")),
                ("1 – 6", translate("Shortcuts", "speed 0.5, 0.75, 1, 1.25, 1.5, 2 times")),
                ("A   D", translate("Shortcuts", "only the agent, only the caller (again: both)")),
                ("Shift+A   Shift+D", translate("Shortcuts", "mute the agent, the caller (again: not)")),
            ],
        ),
        (
            translate("Shortcuts", "Go to"),
            [
                ("C   Shift+C", translate("Shortcuts", "next cue, cue before")),
                ("M   Shift+M", translate("Shortcuts", "next note, note before")),
                ("P   Shift+P", translate("Shortcuts", "next peak of agitation, peak before")),
                ("O   Shift+O", translate("Shortcuts", "next overlap, overlap before")),
                ("Ctrl+F   F3   Shift+F3", translate("Shortcuts", "find words; next, before")),
                ("T", translate("Shortcuts", "let the transcript follow the sound again")),
            ],
        ),
        (
            translate("Shortcuts", "Passage and view"),
            [
                ("[   ]", translate("Shortcuts", "the passage begins here, ends here")),
                ("R", translate("Shortcuts", "repeat the passage, or stop repeating")),
                (translate("Shortcuts", "Escape"), translate("Shortcuts", "no passage any more")),
                ("+   −   0", translate("Shortcuts", "closer, farther, the whole call")),
                ("Z", translate("Shortcuts", "the passage fills the view")),
                ("G", translate("Shortcuts", "spectrogram of what is in view")),
                (translate("Shortcuts", "Page up   Page down"), translate("Shortcuts", "scroll back, forward")),
            ],
        ),
        (
            translate("Shortcuts", "Notes"),
            [
                ("N", translate("Shortcuts", "new note at the playhead, or over the passage")),
                ("Ctrl+Return", translate("Shortcuts", "save the note")),
                ("W", translate("Shortcuts", "why: agitation and its reasons at the playhead")),
                ("?", translate("Shortcuts", "this sheet")),
            ],
        ),
    ]


class ShortcutSheet(QDialog):
    """All keys on one sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[5])
        grid.setVerticalSpacing(SPACE[2])
        for n, (heading, keys) in enumerate(sheet()):
            column, top = n % 2 * 2, 0 if n < 2 else 20
            title = QLabel(heading)
            title.setProperty("role", "strong")
            grid.addWidget(title, top, column, 1, 2)
            for row, (key, does) in enumerate(keys, top + 1):
                pressed = QLabel(key.replace("Shift+", translate("Shortcuts", "Shift+")))
                pressed.setProperty("role", "heading")
                grid.addWidget(pressed, row, column)
                grid.addWidget(QLabel(does), row, column + 1)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(SPACE[5], SPACE[4], SPACE[5], SPACE[4])
        column_of_all.setSpacing(SPACE[4])
        column_of_all.addLayout(grid)
        column_of_all.addWidget(close)
