"""Where the overlay sits: a screen, a corner of it and a distance from that corner.

Held as screen + corner + offset, so that it stays where the person put it when a screen changes its size, and comes
back when the screen it was on is plugged in again. Only arithmetic: no window, no Qt application needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPoint, QRect, QSize


class Corner(StrEnum):
    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"

    @property
    def top(self) -> bool:
        return self in (Corner.TOP_LEFT, Corner.TOP_RIGHT)

    @property
    def left(self) -> bool:
        return self in (Corner.TOP_LEFT, Corner.BOTTOM_LEFT)


@dataclass(frozen=True, slots=True)
class Placement:
    """`screen` is the screen's name, empty for whichever is first; `dx`, `dy` are logical pixels inward."""

    screen: str = ""
    corner: Corner = Corner.TOP_RIGHT
    dx: int = 24
    dy: int = 24


def resolve(placement: Placement, screens: Mapping[str, QRect], primary: str, size: QSize) -> QPoint:
    """The top left point of a window of `size`, wholly inside a screen that is there.

    `screens` maps names to the room that is free on each. When the placement's screen is gone the primary one is
    used; the placement itself is not changed, so the window goes back when the screen does.
    """
    room = screens.get(placement.screen, screens.get(primary, QRect(0, 0, size.width(), size.height())))
    x = room.left() + placement.dx if placement.corner.left else room.right() + 1 - placement.dx - size.width()
    y = room.top() + placement.dy if placement.corner.top else room.bottom() + 1 - placement.dy - size.height()
    return QPoint(
        max(room.left(), min(x, room.right() + 1 - size.width())),
        max(room.top(), min(y, room.bottom() + 1 - size.height())),
    )


def placed_at(window: QRect, screens: Mapping[str, QRect], primary: str) -> Placement:
    """The placement of a window that was dragged to `window`: the nearest corner of the screen its middle is on."""
    middle = window.center()
    name = next((n for n, room in screens.items() if room.contains(middle)), primary)
    room = screens.get(name, window)
    left = middle.x() < room.center().x()
    top = middle.y() < room.center().y()
    corner = {
        (True, True): Corner.TOP_LEFT,
        (True, False): Corner.TOP_RIGHT,
        (False, True): Corner.BOTTOM_LEFT,
        (False, False): Corner.BOTTOM_RIGHT,
    }[(top, left)]
    dx = window.left() - room.left() if left else room.right() - window.right()
    dy = window.top() - room.top() if top else room.bottom() - window.bottom()
    return Placement(name, corner, max(0, dx), max(0, dy))
