from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from tests.support.busy import PATIENCE
from tests.ui import scripted
from tests.ui.scripted import ScriptedCall
from ui.bridge import STOPPED, CallBridge
from ui.window.call_model import CallModel, Phase
from voiceassist.core.errors import InputError
from voiceassist.core.events import (
    SCHEMA,
    CallEnded,
    CallerReference,
    CallStarted,
    Channel,
    Event,
    Feedback,
    FeedbackKind,
    Note,
    Text,
)
from voiceassist.core.messages import message, verbatim
from voiceassist.service.client import InProcess
from voiceassist.service.messages import (
    Attached,
    Begun,
    Command,
    Lost,
    Over,
    Paused,
    Reference,
    ServiceMessage,
    Show,
    Stopping,
    Taken,
)

Open = Callable[..., CallBridge]


@pytest.fixture
def opened(model: CallModel) -> Iterator[Open]:
    """Opens a bridge whose calls this function makes."""
    bridges = []

    def opened(make_call: Any) -> CallBridge:
        bridges.append(CallBridge(model, InProcess(make_call)))
        bridges[-1].open()
        return bridges[-1]

    yield opened
    for bridge in bridges:
        bridge.shut()


@pytest.fixture
def running(bridge: CallBridge, model: CallModel, calls: list[ScriptedCall], qtbot: QtBot) -> ScriptedCall:
    bridge.start("order 12")
    qtbot.waitUntil(lambda: len(calls) == 1)
    bridge.listener(CallStarted(t=0.0, schema=SCHEMA))
    qtbot.waitUntil(lambda: model.phase is Phase.RUNNING)
    return calls[0]


class Wire:
    """A line with nobody at its end: what is told comes from the test."""

    def __init__(self) -> None:
        self.tell: Callable[[list[ServiceMessage | Event]], None] = lambda told: None
        self.asked: list[Command] = []

    def open(self, tell: Callable[[list[ServiceMessage]], None]) -> None:
        self.tell = tell  # type: ignore[assignment]

    def do(self, command: Command) -> None:
        self.asked.append(command)

    def close(self) -> None: ...


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def far(model: CallModel, wire: Wire) -> CallBridge:
    """A bridge to a call service, played by the test."""
    bridge = CallBridge(model, wire)
    bridge.open()
    return bridge


# --- calls in this process --------------------------------------------------------------------------------------------


def test_events_reach_the_model_on_the_qt_thread_in_their_order(model: CallModel, opened: Open, qtbot: QtBot) -> None:
    events = [scripted.text(n, Channel.CALLER, float(n), n + 0.5, f"line {n}") for n in range(50)]
    bridge = opened(lambda listener, _: ScriptedCall(listener, events, ends=True))
    threads = set()
    model.line_added.connect(lambda _: threads.add(QThread.currentThread()))
    with qtbot.waitSignal(bridge.ended):
        bridge.start()
    assert [row.text for row in model.call.lines] == [f"line {n}" for n in range(50)]
    assert threads == {model.thread()}


def test_starting_returns_before_the_call_is_made(model: CallModel, opened: Open, qtbot: QtBot) -> None:
    made = threading.Event()

    def slow(listener: Any, reference: Any) -> Any:
        assert made.wait(PATIENCE)
        return ScriptedCall(listener, [], ends=True)

    bridge = opened(slow)
    bridge.start()
    assert model.phase is Phase.STARTING
    with qtbot.waitSignal(bridge.ended):
        made.set()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InputError(verbatim("There is no team.toml.")), "There is no team.toml."),
        (ZeroDivisionError(), "ZeroDivisionError"),
    ],
)
def test_a_call_that_cannot_start_is_reported_in_one_sentence(
    error: Exception, words: str, model: CallModel, opened: Open, qtbot: QtBot
) -> None:
    def refuse(listener: Any, reference: Any) -> None:
        raise error

    bridge = opened(refuse)
    with qtbot.waitSignal(bridge.failed) as told:
        bridge.start()
    assert words in str(told.args[0])
    assert model.phase is Phase.ENDED
    assert not bridge.busy


def test_a_call_that_breaks_off_is_reported_too(model: CallModel, opened: Open, qtbot: QtBot) -> None:
    def failing(listener: Any, reference: Any) -> Any:
        call = ScriptedCall(listener, [], ends=True)
        call.error = InputError(verbatim("The far end went away."))
        return call

    bridge = opened(failing)
    with qtbot.waitSignal(bridge.failed) as told:
        bridge.start()
    assert told.args == [verbatim("The far end went away.")]


def test_a_second_start_during_a_call_changes_nothing(
    bridge: CallBridge, running: ScriptedCall, calls: list[ScriptedCall], model: CallModel, qtbot: QtBot
) -> None:
    bridge.start()
    bridge.mute(True)  # comes after what the start may have done
    qtbot.waitUntil(lambda: model.call.muted)
    assert len(calls) == 1


def test_stopping_ends_the_call_in_good_order(
    bridge: CallBridge, running: ScriptedCall, model: CallModel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(bridge.ended):
        bridge.stop()
    assert model.phase is Phase.ENDED
    assert not bridge.busy


def test_stopping_while_the_call_is_still_being_made_is_obeyed_afterwards(
    model: CallModel, opened: Open, qtbot: QtBot
) -> None:
    made = threading.Event()

    def slow(listener: Any, reference: Any) -> Any:
        assert made.wait(PATIENCE)
        return ScriptedCall(listener, [])

    bridge = opened(slow)
    bridge.start()
    bridge.stop()
    assert model.phase is Phase.STOPPING
    with qtbot.waitSignal(bridge.ended):
        made.set()


def test_pausing_and_going_on_are_shown_once_they_are_true(
    bridge: CallBridge, running: ScriptedCall, model: CallModel, qtbot: QtBot
) -> None:
    bridge.pause()
    qtbot.waitUntil(lambda: model.phase is Phase.PAUSED)
    assert running.paused
    bridge.resume()
    qtbot.waitUntil(lambda: model.phase is Phase.RUNNING)
    assert not running.paused


def test_commands_go_to_the_call_with_the_cue_they_mean(
    bridge: CallBridge, running: ScriptedCall, model: CallModel, qtbot: QtBot
) -> None:
    model.take(scripted.TIP)
    bridge.dismiss()
    bridge.wrong()
    bridge.mute(True)
    bridge.note("  call back on Friday ")
    bridge.note("   ")
    qtbot.waitUntil(lambda: len(running.commands) == 5)
    sent = [(c.kind, c.number) if isinstance(c, Feedback) else c for c in running.commands]
    assert sent == [
        CallerReference(t=0.0, reference="order 12"),
        (FeedbackKind.DISMISS, 2),
        (FeedbackKind.WRONG, 2),
        (FeedbackKind.MUTE, 0),
        Note(t=0.0, text="call back on Friday"),
    ]


def test_without_a_call_commands_do_nothing(far: CallBridge, wire: Wire, model: CallModel) -> None:
    far.dismiss()
    far.wrong()
    far.note("hello")
    far.pause()
    far.stop()
    assert model.phase is Phase.IDLE
    assert wire.asked == []


# --- calls in the call service ----------------------------------------------------------------------------------------


def test_a_call_begun_by_a_softphone_is_shown_with_its_reference(
    far: CallBridge, wire: Wire, model: CallModel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(far.reference_given) as given:
        wire.tell([Begun(), Reference("case 12")])
    assert given.args == ["case 12"]
    assert model.phase is Phase.STARTING
    assert far.busy


def test_a_window_that_comes_later_shows_the_call_as_it_stands_and_plays_nothing_again(
    far: CallBridge, wire: Wire, model: CallModel, qtbot: QtBot
) -> None:
    changes: list[str] = []
    model.cue_changed.connect(lambda: changes.append("cue"))
    model.line_added.connect(lambda _: changes.append("row"))
    so_far = scripted.call(100.0)
    with qtbot.waitSignal(model.restarted):
        wire.tell([Attached(), Begun(), CallStarted(t=0.0, schema=SCHEMA), *so_far, Paused(True)])
    assert model.phase is Phase.PAUSED
    assert model.call.current is not None
    assert model.call.current.shown == scripted.TIP
    assert [row.text for row in model.call.lines if row.channel] == [
        e.text for e in so_far if isinstance(e, Text) and e.final
    ]
    assert changes == ["cue"]
    assert far.busy


def test_a_call_that_broke_off_while_no_window_was_there_is_reported(
    far: CallBridge, wire: Wire, model: CallModel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(far.failed) as told:
        wire.tell(
            [
                Attached(),
                Begun(),
                CallStarted(t=0.0, schema=SCHEMA),
                CallEnded(t=9.0),
                Over(verbatim("The disk is full.")),
            ]
        )
    assert told.args == [verbatim("The disk is full.")]
    assert model.phase is Phase.ENDED


def test_when_the_service_dies_the_call_is_over_and_that_is_reported(
    far: CallBridge, wire: Wire, model: CallModel, qtbot: QtBot
) -> None:
    wire.tell([Attached(), Begun(), CallStarted(t=0.0, schema=SCHEMA), *scripted.call(40.0)])
    qtbot.waitUntil(lambda: model.phase is Phase.RUNNING)
    with qtbot.waitSignal(far.failed) as told:
        wire.tell([Lost()])
    assert told.args == [STOPPED]
    assert model.phase is Phase.ENDED
    assert model.call.meter is None
    assert not far.busy
    far.start()
    assert wire.asked == [Command("start")]


def test_a_service_that_hangs_in_a_call_ends_it_before_that_is_reported(
    far: CallBridge, wire: Wire, model: CallModel, qtbot: QtBot
) -> None:
    phases: list[Phase] = []
    far.unavailable.connect(lambda why: phases.append(model.phase))
    wire.tell([Attached(), Begun(), CallStarted(t=0.0, schema=SCHEMA)])
    with qtbot.waitSignal(far.unavailable) as told, qtbot.assertNotEmitted(far.failed):
        wire.tell([Lost(message("service-not-answering"))])
    assert told.args == [message("service-not-answering")]
    assert phases == [Phase.ENDED]
    assert not far.busy


def test_when_the_service_dies_between_calls_nothing_is_reported_unless_no_other_can_be_had(
    far: CallBridge, wire: Wire, model: CallModel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(far.unavailable) as told, qtbot.assertNotEmitted(far.failed):
        wire.tell([Lost()])
        wire.tell([Lost(verbatim("It cannot be started."))])
    assert told.args == [verbatim("It cannot be started.")]
    assert model.phase is Phase.IDLE


def test_until_everything_of_a_call_is_closed_no_other_can_be_started(
    far: CallBridge, wire: Wire, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(far.model.metered):
        wire.tell([Begun(), CallStarted(t=0.0, schema=SCHEMA), CallEnded(t=5.0)])
    assert not far.in_call
    far.start()
    assert wire.asked == []
    with qtbot.waitSignal(far.ended):
        wire.tell([Over()])
    far.start()
    assert wire.asked == [Command("start")]


def test_what_still_comes_while_the_call_is_ending_does_not_look_like_a_call(
    far: CallBridge, wire: Wire, model: CallModel, qtbot: QtBot
) -> None:
    wire.tell([Begun(), Stopping(), CallStarted(t=0.0, schema=SCHEMA), Reference("seen")])
    with qtbot.waitSignal(far.reference_given):
        pass
    assert model.phase is Phase.STOPPING


def test_show_and_refused_messages_are_passed_on(far: CallBridge, wire: Wire, qtbot: QtBot) -> None:
    with qtbot.waitSignal(far.show_asked):
        wire.tell([Show()])
    with qtbot.waitSignal(far.superseded):
        wire.tell([Taken()])
