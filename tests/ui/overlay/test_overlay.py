from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui import scripted
from ui.app import Desktop
from ui.overlay.overlay import Overlay
from ui.overlay.placement import Corner, Placement
from ui.window.call_model import Phase
from voiceassist.core.events import (
    SCHEMA,
    AgitationState,
    CallStarted,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    CueCleared,
    Feedback,
    FeedbackKind,
)
from voiceassist.core.messages import message


@pytest.fixture
def overlay(program: Desktop, qtbot: QtBot) -> Overlay:
    """In a call, on screen."""
    program.model.take(CallStarted(t=0.0, schema=SCHEMA))
    program.overlay.show()
    qtbot.waitExposed(program.overlay)
    return program.overlay


def image(overlay: Overlay) -> QImage:
    return overlay.grab().toImage()


def drawn_on(picture: QImage, box: QRect) -> bool:
    """Whether anything but transparency is in the box."""
    return any(
        picture.pixelColor(x, y).alpha() > 0
        for x in range(box.left(), box.right(), 4)
        for y in range(box.top(), box.bottom(), 4)
    )


def test_it_can_never_have_the_focus_or_the_mouse(overlay: Overlay) -> None:
    flags = overlay.windowFlags()
    for flag in (
        Qt.WindowType.WindowTransparentForInput,
        Qt.WindowType.WindowDoesNotAcceptFocus,
        Qt.WindowType.WindowStaysOnTopHint,
        Qt.WindowType.FramelessWindowHint,
    ):
        assert flags & flag
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert not overlay.isActiveWindow()


def test_closing_the_window_ends_the_program_even_while_the_overlay_is_up(overlay: Overlay) -> None:
    assert not overlay.testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)


@pytest.mark.parametrize(
    ("moment", "word"), [(5.0, "Listening"), (20.0, "Calm"), (60.0, "Rising"), (100.0, "High"), (140.0, "Falling")]
)
def test_the_pill_tells_the_state_in_a_word(program: Desktop, overlay: Overlay, moment: float, word: str) -> None:
    program.model.take(scripted.agitation(moment))
    assert overlay.state_word() == word


def test_every_state_looks_different_without_colour(program: Desktop, overlay: Overlay) -> None:
    pictures = []
    for moment in (5.0, 20.0, 60.0, 100.0, 140.0):
        program.model.take(scripted.agitation(moment))
        pictures.append(image(overlay).convertToFormat(QImage.Format.Format_Mono))
    assert len(pictures) == len(AgitationState)
    assert all(one != other for n, one in enumerate(pictures) for other in pictures[:n])


def test_a_cue_opens_the_card_and_clearing_it_closes_it(program: Desktop, overlay: Overlay) -> None:
    below = QRect(10, 60, 320, 60)
    assert not drawn_on(image(overlay), below)
    program.model.take(scripted.TIP)
    assert overlay.card is scripted.TIP
    assert drawn_on(image(overlay), below)
    program.model.take(CueCleared(t=97.0, number=2, id="acknowledge", by=ClearedBy.FOLLOWED))
    assert overlay.card is None
    assert not drawn_on(image(overlay), below)


def test_at_a_bottom_corner_the_card_opens_upwards(program: Desktop, overlay: Overlay) -> None:
    program.overlay.move_to(Placement("", Corner.BOTTOM_RIGHT, 24, 24))
    program.model.take(scripted.TIP)
    picture = image(overlay)
    assert drawn_on(picture, QRect(200, overlay.height() - 30, 120, 20))
    assert not drawn_on(picture, QRect(10, 2, 300, 20))


def test_a_good_cue_stays_two_seconds_even_when_it_is_cleared_sooner(
    program: Desktop, overlay: Overlay, qtbot: QtBot
) -> None:
    program.model.take(scripted.GOOD)
    program.model.take(CueCleared(t=152.0, number=4, id="well-done", by=ClearedBy.EXPIRED))
    assert overlay.card is scripted.GOOD
    assert overlay._good.interval() == 2000
    overlay._good.timeout.emit()
    overlay._good.stop()
    overlay._cue_changed()
    assert overlay.card is None


def test_a_good_cue_goes_after_two_seconds_even_when_nobody_clears_it(program: Desktop, overlay: Overlay) -> None:
    program.model.take(scripted.GOOD)
    overlay._good.stop()
    overlay._good.timeout.emit()
    assert overlay.card is None


def test_a_new_cue_takes_the_place_of_a_good_one_at_once(program: Desktop, overlay: Overlay) -> None:
    program.model.take(scripted.GOOD)
    program.model.take(CueCleared(t=150.1, number=4, id="well-done", by=ClearedBy.OVERRIDDEN))
    program.model.take(scripted.SAFETY)
    assert overlay.card is scripted.SAFETY
    overlay._good.stop()


def test_a_safety_cue_is_drawn_unlike_a_tip_of_the_same_words(program: Desktop, overlay: Overlay) -> None:
    tip = msgspec.structs.replace(scripted.SAFETY, kind=scripted.TIP.kind)
    program.model.take(tip)
    plain = image(overlay).convertToFormat(QImage.Format.Format_Mono)
    program.model.take(scripted.SAFETY)
    assert image(overlay).convertToFormat(QImage.Format.Format_Mono) != plain


def test_long_words_stay_inside_the_overlay(program: Desktop, overlay: Overlay) -> None:
    cue = msgspec.structs.replace(
        scripted.SAFETY, headline="Extraordinarily long headline indeed", why="why " * 60, phrase="a long phrase " * 30
    )
    program.model.take(cue)
    assert overlay._card_box(cue).bottom() <= overlay.height()


def test_a_failed_component_shows_on_the_pill_at_once(program: Desktop, overlay: Overlay) -> None:
    before = image(overlay)
    program.model.take(
        ComponentStatus(
            t=1.0, component=Component.CALLER_AUDIO, state=ComponentState.FAILED, reason=message("source-no-sound")
        )
    )
    assert overlay.trouble_words() == "Caller audio: lost"
    assert image(overlay) != before


def test_muted_cues_are_said_on_the_pill(program: Desktop, overlay: Overlay) -> None:
    program.model.take(Feedback(t=1.0, kind=FeedbackKind.MUTE))
    assert overlay.trouble_words() == "Cues muted"


def test_while_paused_it_says_so_and_shows_no_agitation(program: Desktop, overlay: Overlay) -> None:
    program.model.take(scripted.agitation(100.0))
    program.model.enter(Phase.PAUSED)
    assert overlay.state_word() == "Paused"


def test_a_screen_reader_finds_the_cue_in_its_description(program: Desktop, overlay: Overlay) -> None:
    program.model.take(scripted.TIP)
    assert scripted.TIP.headline in overlay.accessibleDescription()
    assert scripted.TIP.why in overlay.accessibleDescription()


def test_less_motion_means_the_card_is_there_at_once_and_otherwise_it_opens(program: Desktop, overlay: Overlay) -> None:
    program.model.take(scripted.TIP)
    assert overlay._openness() == 1.0
    program.model.take(CueCleared(t=97.0, number=2, id="acknowledge", by=ClearedBy.FOLLOWED))
    program.theme.choose(reduced_motion=False)
    program.model.take(scripted.SOFTER)
    assert overlay._openness() < 1.0
    overlay._opening.stop()
    overlay._opened()


def test_arranging_takes_the_mouse_and_gives_it_back(overlay: Overlay, qtbot: QtBot) -> None:
    window = overlay.windowHandle()
    overlay.arrange(True)
    assert not window.flags() & Qt.WindowType.WindowTransparentForInput
    overlay.arrange(False)
    assert window.flags() & Qt.WindowType.WindowTransparentForInput


def test_it_is_dragged_to_a_place_and_remembers_it_for_the_next_start(
    program: Desktop, overlay: Overlay, qtbot: QtBot
) -> None:
    overlay.arrange(True)
    start = overlay.pos()
    qtbot.mousePress(overlay, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    target = QPoint(100, 700) + QPoint(20, 20) - start
    qtbot.mouseMove(overlay, target)
    overlay.move(100, 700)
    qtbot.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    overlay.arrange(False)
    assert program.preferences.placement.corner is Corner.BOTTOM_LEFT
    qtbot.waitUntil(lambda: not program.preferences.saving)
    again = Overlay(program.model, program.theme, type(program.preferences)())
    assert again.pos() == QPoint(100, 700)
    again.close()


def test_the_mouse_moves_nothing_while_it_is_not_arranged(overlay: Overlay, qtbot: QtBot) -> None:
    before = overlay.pos()
    qtbot.mousePress(overlay, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    qtbot.mouseMove(overlay, QPoint(80, 80))
    qtbot.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=QPoint(80, 80))
    assert overlay.pos() == before


def test_a_screen_that_is_unplugged_leaves_it_on_one_that_is_there(
    program: Desktop, overlay: Overlay, qapp: QApplication
) -> None:
    program.overlay.placement = replace(Placement(), screen="DP-7 that was unplugged")
    overlay.place()
    assert qapp.primaryScreen().availableGeometry().contains(overlay.geometry())
    assert overlay.placement.screen == "DP-7 that was unplugged"


def test_resetting_brings_it_back_to_the_first_screens_corner(
    program: Desktop, overlay: Overlay, qapp: QApplication
) -> None:
    overlay.move_to(Placement("", Corner.BOTTOM_LEFT, 300, 300))
    overlay.reset_place()
    room = qapp.primaryScreen().availableGeometry()
    assert overlay.geometry().right() == room.right() - 24
    assert overlay.geometry().top() == room.top() + 24


def test_size_and_opacity_are_the_persons_choice(program: Desktop, overlay: Overlay) -> None:
    before = overlay.size()
    program.preferences.change(overlay_size=1.5, overlay_opacity=0.6)
    assert overlay.width() == round(before.width() * 1.5)
    assert overlay.windowOpacity() == pytest.approx(0.6, abs=0.01)
