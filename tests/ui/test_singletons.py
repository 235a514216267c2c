"""Qt hands out None, True and False with their reference counted. PySide6 6.12 does not, as Python allows from 3.12 on
(PEP 683); under Python 3.11 the interpreter then ends after some thousand calls. Hence the pin in pyproject.toml."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

CALLS = 20_000


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal since Python 3.12")
def test_calls_into_qt_leave_the_reference_count_of_none_as_it_is(qapp: QApplication) -> None:
    picture = QPixmap(8, 8)
    painter = QPainter(picture)
    for _ in range(100):
        painter.setOpacity(1.0)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        painter.setOpacity(1.0)
    lost = before - sys.getrefcount(None)
    painter.end()
    assert lost < CALLS / 100
