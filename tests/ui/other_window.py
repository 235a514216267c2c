"""Another program's window, as a softphone would be: tells its clicks and keys, one a line, on standard output.

The key F makes it full screen.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

import ui  # noqa: F401 - keeps None alive under Python 3.11


def tell(*words: object) -> None:
    print(*words, flush=True)


class Other(QWidget):
    def mousePressEvent(self, event: QMouseEvent) -> None:
        tell("click", *event.globalPosition().toPoint().toTuple())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tell("key", event.text())
        if event.key() == Qt.Key.Key_F:
            self.showFullScreen()

    def focusInEvent(self, event: QFocusEvent) -> None:
        tell("focus in")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        tell("focus out")


if __name__ == "__main__":
    app = QApplication(sys.argv[:1])
    window = Other()
    window.setWindowTitle("Other program")
    window.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.setGeometry(200, 200, 700, 500)
    window.show()
    tell("window", hex(window.winId()))
    app.exec()
