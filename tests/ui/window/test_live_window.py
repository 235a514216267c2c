from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui import scripted
from tests.ui.scripted import ScriptedCall
from ui.app import Desktop
from ui.bridge import STOPPED
from ui.dialogs.first_run import FirstRun
from ui.overlay.placement import Corner
from ui.theme import Scheme
from ui.window import live_window
from ui.window.call_model import Phase
from ui.window.live_window import LiveWindow
from voiceassist.config.options import NO_TRANSCRIPTION
from voiceassist.core.events import (
    SCHEMA,
    CallStarted,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    StatusCause,
)
from voiceassist.core.messages import Message, message, verbatim


@pytest.fixture
def window(program: Desktop, qtbot: QtBot) -> LiveWindow:
    program.show()
    qtbot.waitExposed(program.window)
    return program.window


@pytest.fixture
def in_call(program: Desktop, window: LiveWindow, calls: list[ScriptedCall], qtbot: QtBot) -> ScriptedCall:
    window.start.click()
    qtbot.waitUntil(lambda: len(calls) == 1)
    program.bridge.listener(CallStarted(t=0.0, schema=SCHEMA))
    qtbot.waitUntil(lambda: program.model.phase is Phase.RUNNING)
    return calls[0]


def test_one_button_starts_and_ends_the_call(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot
) -> None:
    assert window.start.text() == "End call"
    assert window.pause.isEnabled()
    assert program.overlay.isVisible()
    with qtbot.waitSignal(program.bridge.ended):
        window.start.click()
    assert window.start.text() == "Start call"
    assert not window.pause.isEnabled()
    assert not program.overlay.isVisible()


def test_the_callers_reference_goes_with_the_call(
    program: Desktop, window: LiveWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    monkeypatch.setattr(program.bridge, "start", given.append)
    window.reference.setText("  471926 ")
    window.start.click()
    qtbot.keyClick(window.reference, Qt.Key.Key_Return)
    assert given == ["471926", "471926"]


def test_pausing_and_going_on(program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot) -> None:
    window.pause.click()
    qtbot.waitUntil(lambda: window.pause.text() == "Go on")
    assert in_call.paused
    assert program.overlay.state_word() == "Paused"
    window.pause.click()
    qtbot.waitUntil(lambda: window.pause.text() == "Pause")
    assert not in_call.paused


def test_a_note_is_written_at_this_moment_and_shown_in_the_transcript(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot
) -> None:
    qtbot.keyClicks(window.note, "call back on Friday")
    qtbot.keyClick(window.note, Qt.Key.Key_Return)
    assert window.note.text() == ""
    qtbot.waitUntil(lambda: "call back on Friday" in window.transcript.toPlainText())


def test_a_failing_component_is_reported_at_once_and_the_rest_goes_on(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(live_window, "announce", lambda widget, text, urgent=False: said.append(text))
    program.model.take(
        ComponentStatus(
            t=1.0,
            component=Component.CALLER_AUDIO,
            state=ComponentState.FAILED,
            reason=message("caller-not-heard-from", name="headset", reason=message("source-no-sound")),
        )
    )
    assert window.banner.isVisible()
    why = "I can't hear the caller (headset). No sound comes from the device."
    assert why in window.banner_words()
    assert said == [f"Caller audio: lost. {why}"]
    assert program.model.phase is Phase.RUNNING
    program.model.take(ComponentStatus(t=2.0, component=Component.CALLER_AUDIO, state=ComponentState.OK))
    assert not window.banner.isVisible()


def test_that_there_is_no_speech_model_stays_in_sight_unless_none_is_wanted(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall
) -> None:
    program.model.take(speech(ComponentState.DISABLED, message("speech-model-none"), StatusCause.NO_SPEECH_MODEL))
    assert window.model_banner.words() == "No speech model: cues come from sound only."
    assert window.banner_words() == ""
    program.preferences.change(speech_model=NO_TRANSCRIPTION)
    program.model.take(speech(ComponentState.DISABLED, message("speech-model-none"), StatusCause.NO_SPEECH_MODEL))
    assert not window.model_banner.isVisible()


def test_that_transcription_were_given_up_stays_in_sight(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall
) -> None:
    program.model.take(speech(ComponentState.DISABLED, message("transcriber-hung")))
    assert window.banner_words() == "The transcriber does not answer."
    assert window.banner.isVisible()


def test_that_agitation_is_off_says_why(program: Desktop, window: LiveWindow, in_call: ScriptedCall) -> None:
    why = message("sides-not-separate")
    program.model.take(ComponentStatus(t=1.0, component=Component.AGITATION, state=ComponentState.DISABLED, reason=why))
    assert window.banner_words() == str(why)
    program.model.take(ComponentStatus(t=2.0, component=Component.AGITATION, state=ComponentState.OK))
    assert window.banner_words() == ""


def test_that_there_is_no_speech_model_is_said_with_a_way_to_get_one(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot
) -> None:
    assert not window.model_banner.isVisible()
    none = message("speech-model-none")
    program.model.take(speech(ComponentState.DISABLED, none, StatusCause.NO_SPEECH_MODEL))
    assert window.model_banner.words() == "No speech model: cues come from sound only."
    assert window.banner_words() == ""
    window.model_banner.findChild(QAbstractButton).click()
    guide = window.findChild(FirstRun)
    assert guide.currentPage() is guide.transcription
    guide.reject()
    program.model.take(speech(ComponentState.OK, message("transcribing", model="base.en")))
    assert not window.model_banner.isVisible()


def speech(state: ComponentState, reason: Message, cause: StatusCause | None = None) -> ComponentStatus:
    return ComponentStatus(t=1.0, component=Component.TRANSCRIPTION, state=state, reason=reason, cause=cause)


def test_the_agent_confirms_that_the_caller_was_told_and_it_is_written_down(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot
) -> None:
    assert not window.components.caller_told.isVisible()
    program.model.take(
        ComponentStatus(
            t=0.0, component=Component.CONSENT, state=ComponentState.DEGRADED, reason=message("consent-missing")
        )
    )
    assert "Tell the caller" in window.banner_words()
    window.components.caller_told.click()
    qtbot.waitUntil(lambda: "The caller was told." in window.transcript.toPlainText())
    assert [type(command) for command in in_call.commands] == [ConsentGiven]
    assert not window.components.caller_told.isVisible()
    assert window.components.items[Component.CONSENT].accessibleName() == "Caller told: yes"
    assert window.banner_words() == ""


def test_whether_the_caller_was_told_is_shown_only_where_somebody_has_to_tell(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall
) -> None:
    consent = window.components.items[Component.CONSENT]
    assert not consent.isVisible()
    program.model.take(ComponentStatus(t=0.0, component=Component.CONSENT, state=ComponentState.DISABLED))
    assert not consent.isVisible()
    program.model.take(
        ComponentStatus(
            t=0.0, component=Component.CONSENT, state=ComponentState.OK, reason=message("consent-announced")
        )
    )
    assert consent.isVisible()
    program.model.restart()
    assert not consent.isVisible()


@pytest.mark.parametrize("key", ["service-not-answering", "other-version", "service-replaced"])
def test_the_warning_goes_when_the_service_answers_again(program: Desktop, window: LiveWindow, key: str) -> None:
    program.bridge.unavailable.emit(message(key))
    assert window.banner_words() == str(message(key))
    program.bridge.attached.emit()
    assert window.banner_words() == ""
    program.bridge.failed.emit(STOPPED)
    program.bridge.attached.emit()
    assert window.banner_words() == str(STOPPED)


def test_brought_up_it_is_as_large_as_it_was(window: LiveWindow, qtbot: QtBot) -> None:
    window.showMaximized()
    window.bring_up()
    assert window.isMaximized()


def test_a_call_that_cannot_start_says_why_in_the_window(program: Desktop, window: LiveWindow, qtbot: QtBot) -> None:
    program.bridge.failed.emit(verbatim("The microphone is not there."))
    assert window.banner_words() == "The microphone is not there."
    window.start.click()
    qtbot.waitUntil(lambda: program.model.phase is Phase.STARTING)
    assert window.banner_words() == ""


def test_every_control_has_a_name_in_the_accessibility_tree(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall
) -> None:
    for event in scripted.call():
        program.model.take(event)
    nameless = []
    seen = 0
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        seen += 1
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            nameless.append(widget)
    assert seen > 8
    assert not nameless


def test_every_menu_entry_has_words_and_no_two_share_a_key(window: LiveWindow) -> None:
    actions = [a for a in window.findChildren(type(window.start_action)) if not a.isSeparator() and not a.menu()]
    named = [a for a in actions if a.text()]
    keys = [a.shortcut().toString() for a in named if not a.shortcut().isEmpty()]
    assert len(named) > 15
    assert len(keys) == len(set(keys))


def test_the_whole_window_is_reached_by_the_tab_key(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot
) -> None:
    for event in scripted.call(100.0):
        program.model.take(event)
    window.activateWindow()
    expected = {
        w
        for w in window.findChildren(QWidget)
        if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    reached = set()
    widget: QWidget | None = window.start
    while widget is not None and widget not in reached:
        reached.add(widget)
        widget = widget.nextInFocusChain()
    assert expected <= reached
    assert {w for w in expected if isinstance(w, QAbstractButton | QLineEdit)} > {
        window.start,
        window.pause,
        window.note,
    }


def test_the_cue_is_dismissed_from_the_keyboard(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot
) -> None:
    program.model.take(scripted.TIP)
    action = next(a for a in window.findChildren(type(window.start_action)) if a.shortcut().toString() == "Ctrl+D")
    action.trigger()
    qtbot.waitUntil(lambda: len(in_call.commands) == 1)


def test_arranging_by_keyboard_moves_the_overlay_and_ends_with_return(
    program: Desktop, window: LiveWindow, qtbot: QtBot
) -> None:
    window.arrange_action.trigger()
    assert program.overlay.arranging
    assert program.overlay.isVisible()
    start = program.overlay.pos()
    qtbot.keyClick(window.transcript, Qt.Key.Key_Left)
    qtbot.keyClick(window.note, Qt.Key.Key_Down)
    assert (program.overlay.pos() - start).toTuple() == (-10, 10)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert not program.overlay.arranging
    assert not program.overlay.isVisible()
    assert program.preferences.placement.dx == 34


def test_the_corner_is_chosen_from_the_menu(program: Desktop, window: LiveWindow) -> None:
    action = next(a for a in window.findChildren(type(window.start_action)) if a.text() == "Bottom left")
    action.trigger()
    assert program.preferences.placement.corner is Corner.BOTTOM_LEFT


def test_the_chosen_look_is_kept_for_the_next_start(program: Desktop, window: LiveWindow, qtbot: QtBot) -> None:
    action = next(a for a in window.findChildren(type(window.start_action)) if a.text() == "Dar&k")
    action.trigger()
    assert program.theme.scheme is Scheme.DARK
    qtbot.waitUntil(lambda: not program.preferences.saving)
    assert type(program.preferences)().scheme is Scheme.DARK
    program.theme.choose(scheme=Scheme.LIGHT)


def test_the_size_of_the_window_is_kept_for_the_next_start(
    program: Desktop, window: LiveWindow, calls: list[ScriptedCall], qtbot: QtBot
) -> None:
    window.resize(900, 600)
    window.close()
    again = LiveWindow(program.model, program.bridge, program.theme, program.preferences)
    qtbot.addWidget(again)
    assert (again.width(), again.height()) == (900, 600)


def test_the_components_fit_a_narrow_window(
    program: Desktop, window: LiveWindow, in_call: ScriptedCall, qtbot: QtBot
) -> None:
    for event in scripted.call(100.0):
        program.model.take(event)
    window.resize(400, 700)  # as narrow as it can be
    qtbot.waitUntil(lambda: len({item.y() for item in window.components.items.values()}) > 1)
    tops = sorted({item.y() for item in window.components.items.values()})
    assert all(tops[0] + item.height() <= tops[1] for item in window.components.items.values() if item.y() == tops[0])


@pytest.mark.parametrize("scale", [0.8, 1.0, 1.6])
def test_nothing_is_cut_off_at_any_text_size(program: Desktop, window: LiveWindow, scale: float, qtbot: QtBot) -> None:
    program.theme.choose(text_scale=scale)
    window.resize(1160, 820)
    QApplication.processEvents()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.minimumSizeHint().width(), button.text()
    program.theme.choose(text_scale=1.0)


def test_a_policy_that_cannot_be_understood_is_told_from_the_start(home: Path, request: pytest.FixtureRequest) -> None:
    policies = home / "machine" / "policies"
    policies.mkdir(parents=True)
    (policies / "calls.json").write_text("{")
    window = request.getfixturevalue("window")
    assert "the strictest choice counts for: Keep calls," in window.banner_words()
    assert window.banner.isVisible()
