from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize

from ui.overlay.placement import Corner, Placement, placed_at, resolve

LEFT = QRect(0, 0, 1920, 1040)
RIGHT = QRect(1920, 0, 2560, 1400)
SCREENS = {"left": LEFT, "right": RIGHT}
SIZE = QSize(340, 260)


def test_the_overlay_keeps_its_distance_from_its_corner() -> None:
    assert resolve(Placement("right", Corner.TOP_LEFT, 10, 20), SCREENS, "left", SIZE) == QPoint(1930, 20)
    assert resolve(Placement("left", Corner.BOTTOM_RIGHT, 10, 20), SCREENS, "left", SIZE) == QPoint(
        1920 - 10 - 340, 1040 - 20 - 260
    )


def test_when_its_screen_is_unplugged_it_goes_to_the_first_one_and_back_afterwards() -> None:
    place = Placement("right", Corner.TOP_RIGHT, 24, 24)
    before = resolve(place, SCREENS, "left", SIZE)
    gone = resolve(place, {"left": LEFT}, "left", SIZE)
    assert LEFT.contains(QRect(gone, SIZE))
    assert resolve(place, SCREENS, "left", SIZE) == before


@given(
    screen=st.sampled_from(["left", "right", "gone", ""]),
    corner=st.sampled_from(list(Corner)),
    dx=st.integers(0, 5000),
    dy=st.integers(0, 5000),
)
def test_the_overlay_is_always_wholly_on_one_screen(screen: str, corner: Corner, dx: int, dy: int) -> None:
    window = QRect(resolve(Placement(screen, corner, dx, dy), SCREENS, "left", SIZE), SIZE)
    assert any(room.contains(window) for room in SCREENS.values())


@given(x=st.integers(0, 1920 - 340), y=st.integers(0, 1040 - 260))
def test_a_dragged_overlay_stays_exactly_where_it_was_let_go(x: int, y: int) -> None:
    window = QRect(QPoint(x, y), SIZE)
    assert resolve(placed_at(window, SCREENS, "left"), SCREENS, "left", SIZE) == window.topLeft()


def test_placement_works_without_any_screen() -> None:
    assert resolve(Placement(), {}, "", SIZE) == QPoint(0, 0)
