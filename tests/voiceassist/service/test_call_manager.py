"""One call after another: begun, spoken to and ended by whoever may, and told with everything in its order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.busy import PATIENCE
from tests.support.live_call import Played
from tests.voiceassist.service.fake import Heard, Maker
from voiceassist.config.options import Settings
from voiceassist.core.errors import InputError
from voiceassist.core.events import (
    SCHEMA,
    CallEnded,
    CallerReference,
    CallStarted,
    Component,
    ComponentState,
    ComponentStatus,
    Feedback,
    FeedbackKind,
    Meter,
    Note,
)
from voiceassist.core.messages import Message, message, verbatim
from voiceassist.service.call_manager import CallManager, real_call
from voiceassist.service.messages import Begun, Command, Over, Paused, Reference, Stopping


class Desk:
    def __init__(self) -> None:
        self.made = Maker()
        self.heard = Heard()
        self.calls = CallManager(self.made, self.heard)

    def ask(self, action: Any, text: str = "", number: int = 0) -> tuple[bool, Message | None]:
        reply = self.calls.do(Command(action, text, number))
        return reply.done, reply.said


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_call_is_reported_from_its_beginning_until_everything_of_it_is_closed(desk: Desk) -> None:
    desk.ask("start", "case 9")
    desk.ask("stop")
    assert desk.calls.wait(PATIENCE)
    assert desk.heard.told == [
        Begun(),
        Reference("case 9"),
        CallStarted(t=0.0, schema=SCHEMA),
        Stopping(),
        CallEnded(t=1.0),
        Over(),
    ]


def test_other_programs_start_and_stop_one_call_at_a_time(desk: Desk) -> None:
    assert desk.ask("status") == (True, message("no-call"))
    assert desk.ask("start", "case 9") == (True, message("call-started"))
    assert desk.made.calls[0].reference == "case 9"
    assert desk.ask("start") == (False, message("call-already-under-way"))
    assert desk.ask("stop")[0]
    assert desk.calls.wait(PATIENCE)
    assert desk.ask("stop") == (False, message("no-call"))
    assert desk.ask("start")[0]
    assert len(desk.made.calls) == 2
    desk.ask("stop")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (InputError(verbatim("a pack of mistakes")), "a pack of mistakes"),
        (KeyError(), "KeyError"),
    ],
)
def test_a_call_that_cannot_be_put_together_is_refused_in_words(desk: Desk, error: Exception, words: str) -> None:
    desk.made.refuse = error
    done, said = desk.ask("start")
    assert not done
    assert words in str(said)
    assert desk.heard.told == [Begun(), Over(said)]
    assert not desk.calls.under_way


def test_the_reason_a_call_failed_is_reported_at_its_end(desk: Desk) -> None:
    desk.ask("start")
    desk.made.calls[0].error = InputError(verbatim("The far end went away."))
    desk.made.calls[0].stop()
    assert desk.calls.wait(PATIENCE)
    assert desk.heard.told[-1] == Over(verbatim("The far end went away."))


def test_a_pause_is_reported_once_it_is_true(desk: Desk) -> None:
    desk.ask("start")
    desk.ask("pause")
    assert desk.made.calls[0].paused
    assert desk.ask("status") == (True, message("call-under-way-paused", minutes=0, seconds=0))
    desk.ask("resume")
    assert not desk.made.calls[0].paused
    assert desk.heard.of(Paused) == [Paused(True), Paused(False)]
    desk.ask("stop")


def test_what_the_agent_and_the_softphone_say_reaches_the_call(desk: Desk) -> None:
    desk.ask("start")
    desk.ask("mute")
    desk.ask("wrong", number=3)
    desk.ask("ref", "case 3")
    desk.ask("note", "call back on Friday")
    assert desk.made.calls[0].posted == [
        Feedback(t=0.0, kind=FeedbackKind.MUTE),
        Feedback(t=0.0, kind=FeedbackKind.WRONG, number=3),
        CallerReference(t=0.0, reference="case 3"),
        Note(t=0.0, text="call back on Friday"),
    ]
    assert desk.heard.of(Reference) == [Reference("case 3")]
    desk.ask("stop")


def test_status_says_how_long_the_call_has_lasted(desk: Desk) -> None:
    desk.ask("start")
    desk.made.calls[0].tell(Meter(t=96.4, agent_db=0, caller_db=0, agent_speaking=False, caller_speaking=False))
    assert desk.ask("status") == (True, message("call-under-way", minutes=1, seconds=36))
    desk.ask("stop")


def test_a_call_that_cannot_be_kept_goes_on_unrecorded_and_says_so_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "full").touch()  # no folder can be made in a file
    monkeypatch.setattr("voiceassist.capture.devices.listing.live_sources", lambda *names: {})
    monkeypatch.setattr("voiceassist.capture.aligner.AlignedCapture", lambda sources: Played([]))
    monkeypatch.setattr("voiceassist.capture.echo.EchoCancellingCapture", lambda capture, echo: capture)
    told: list[Any] = []
    chosen = Settings(keep_calls=True, library=tmp_path / "full" / "calls", speech_model="none")
    call = real_call(chosen, told.append)
    call.start()
    assert call.join(PATIENCE)
    assert call.error is None
    recording = [e for e in told if isinstance(e, ComponentStatus) and e.component is Component.RECORDING]
    assert [(e.t, e.state) for e in recording] == [(0.0, ComponentState.FAILED)]
    assert "The call cannot be kept in" in str(recording[0].reason)
    assert isinstance(told[-1], CallEnded)
