from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread

from tests.ui import scripted
from tests.ui.scripted import ScriptedCall
from ui.bridge import CallBridge
from ui.call_model import CallModel, Phase
from voiceassist.errors import InputError
from voiceassist.timeline import CallStarted, Channel, Feedback, FeedbackKind, Note


@pytest.fixture
def running(bridge: CallBridge, model: CallModel, calls: list[ScriptedCall], qtbot) -> ScriptedCall:
    bridge.start("order 12")
    qtbot.waitUntil(lambda: len(calls) == 1)
    bridge.listener(CallStarted(t=0.0, schema=1))
    qtbot.waitUntil(lambda: model.phase is Phase.RUNNING)
    return calls[0]


def test_events_reach_the_model_on_the_qt_thread_in_their_order(model: CallModel, qtbot) -> None:
    events = [scripted.text(n, Channel.CALLER, float(n), n + 0.5, f"line {n}") for n in range(50)]
    bridge = CallBridge(model, lambda listener, _: ScriptedCall(listener, events, ends=True))
    threads = set()
    model.row_inserted.connect(lambda _: threads.add(QThread.currentThread()))
    with qtbot.waitSignal(bridge.ended):
        bridge.start()
    assert [row.text for row in model.rows] == [f"line {n}" for n in range(50)]
    assert threads == {model.thread()}


def test_starting_returns_before_the_call_is_made(model: CallModel, qtbot) -> None:
    opened = threading.Event()

    def slow(listener, reference):
        assert opened.wait(5)
        return ScriptedCall(listener, [], ends=True)

    bridge = CallBridge(model, slow)
    bridge.start()
    assert model.phase is Phase.STARTING
    with qtbot.waitSignal(bridge.ended):
        opened.set()


def test_a_call_that_cannot_start_is_told_in_its_own_plain_sentence(model: CallModel, qtbot) -> None:
    def refuse(listener, reference):
        raise InputError("The microphone “Headset” is not there; plug it in or choose another.")

    bridge = CallBridge(model, refuse)
    with qtbot.waitSignal(bridge.failed) as told:
        bridge.start()
    assert told.args == ["The microphone “Headset” is not there; plug it in or choose another."]
    assert model.phase is Phase.ENDED
    assert not bridge.busy


def test_a_call_that_breaks_off_is_told_too(model: CallModel, qtbot) -> None:
    def failing(listener, reference):
        call = ScriptedCall(listener, [], ends=True)
        call.error = InputError("The far end went away.")
        return call

    bridge = CallBridge(model, failing)
    with qtbot.waitSignal(bridge.failed) as told:
        bridge.start()
    assert told.args == ["The far end went away."]


def test_a_mistake_in_the_program_ends_the_call_and_not_the_window(model: CallModel, qtbot) -> None:
    def broken(listener, reference):
        raise ZeroDivisionError

    bridge = CallBridge(model, broken)
    with qtbot.waitSignal(bridge.failed) as told:
        bridge.start()
    assert "ZeroDivisionError" in told.args[0]


def test_a_second_start_during_a_call_changes_nothing(bridge, running, calls, qtbot) -> None:
    bridge.start()
    assert len(calls) == 1


def test_stopping_ends_the_call_in_good_order(bridge, running, model: CallModel, qtbot) -> None:
    with qtbot.waitSignal(bridge.ended):
        bridge.stop()
    assert model.phase is Phase.ENDED
    assert not bridge.busy


def test_stopping_while_devices_still_open_is_obeyed_afterwards(model: CallModel, qtbot) -> None:
    opened = threading.Event()
    started = []

    def slow(listener, reference):
        assert opened.wait(5)
        call = ScriptedCall(listener, [])
        call.start = lambda: started.append(call)  # type: ignore[method-assign]
        return call

    bridge = CallBridge(model, slow)
    bridge.start()
    bridge.stop()
    with qtbot.waitSignal(bridge.ended):
        opened.set()
    assert started == []


def test_pausing_and_going_on_reach_the_call(bridge, running, model: CallModel) -> None:
    bridge.pause()
    assert running.paused
    assert model.phase.value == "paused"
    bridge.resume()
    assert not running.paused
    assert model.phase.value == "running"


def test_commands_go_to_the_call_with_the_cue_they_mean(bridge, running, model: CallModel, qtbot) -> None:
    model.take(scripted.TIP)
    bridge.dismiss()
    bridge.wrong()
    bridge.mute(True)
    bridge.note("  call back on Friday ")
    bridge.note("   ")
    sent = [(c.kind, c.number) if isinstance(c, Feedback) else c.text for c in running.commands]
    assert sent == [
        (FeedbackKind.DISMISS, 2),
        (FeedbackKind.WRONG, 2),
        (FeedbackKind.MUTE, 0),
        "call back on Friday",
    ]
    assert isinstance(running.commands[-1], Note)


def test_without_a_call_commands_do_nothing(bridge, model: CallModel) -> None:
    bridge.dismiss()
    bridge.wrong()
    bridge.note("hello")
    bridge.stop()
    assert model.phase is Phase.IDLE
