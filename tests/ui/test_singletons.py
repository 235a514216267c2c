"""Python 3.11 counts references to None; PySide6 6.12 does not. See ui/__init__.py."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QPainter, QPixmap

MANY = 100_000


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="from 3.12 on None never dies")
@pytest.mark.parametrize("singleton", [None, True, False], ids=str)
def test_none_and_its_kin_outlast_eight_hours_of_painting(singleton, qapp) -> None:
    import ui  # noqa: F401

    # 8 h at 60 frames a second with a thousand calls to Qt a frame take away fewer than 2 ** 31.
    assert sys.getrefcount(singleton) > 2**39


def test_painting_a_great_deal_does_not_end_the_interpreter(qapp) -> None:
    picture = QPixmap(8, 8)
    painter = QPainter(picture)
    for _ in range(MANY):
        painter.setOpacity(1.0)
    painter.end()
