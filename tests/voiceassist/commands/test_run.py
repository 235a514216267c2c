"""Live calls without a window: begun and ended by hand, by other programs, and by themselves."""

from __future__ import annotations

import threading

import pytest

from voiceassist.commands.devices import FLOOR_DB, bar, level_db
from voiceassist.commands.run import Session
from voiceassist.control import Command
from voiceassist.errors import InputError, ModelError
from voiceassist.timeline import CallEnded, CallStarted, Event, Feedback, FeedbackKind, Note


class FakeCall:
    """A call that tells its beginning and its end, and writes down what it was asked."""

    def __init__(self, listener) -> None:
        self._listener = listener
        self._ended = threading.Event()
        self.running = self.paused = False
        self.error: Exception | None = None
        self.posted: list[Feedback | Note] = []

    def start(self) -> None:
        self.running = True
        self._listener(CallStarted(t=0.0, schema=1))

    def stop(self) -> None:
        if self.running:
            self.running = False
            self._listener(CallEnded(t=1.0))

    def join(self, timeout: float | None = None) -> bool:
        return True

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def post(self, command: Feedback | Note) -> None:
        self.posted.append(command)


class Desk:
    def __init__(self) -> None:
        self.calls: list[FakeCall] = []
        self.references: list[str] = []
        self.told: list[Event] = []
        self.refuse: Exception | None = None
        self.session = Session(self.make, self.told.append)  # type: ignore[arg-type]

    def make(self, listener, reference: str) -> FakeCall:
        if self.refuse is not None:
            raise self.refuse
        self.references.append(reference)
        self.calls.append(FakeCall(listener))
        return self.calls[-1]

    def ask(self, action, text: str = "") -> tuple[bool, str]:
        reply = self.session.command(Command(action, text))
        return reply.done, reply.said


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_call_started_here_is_told_to_its_end(desk: Desk) -> None:
    desk.session.start("case 7")
    desk.calls[0].stop()
    desk.session.follow(stay=False)
    assert [type(e) for e in desk.told] == [CallStarted, CallEnded]
    assert desk.references == ["case 7"]


def test_what_ends_a_call_early_is_raised(desk: Desk) -> None:
    desk.session.start()
    desk.calls[0].error = ModelError("the model is damaged")
    desk.calls[0].stop()
    with pytest.raises(ModelError):
        desk.session.follow(stay=False)


def test_other_programs_start_and_stop_a_call(desk: Desk) -> None:
    assert desk.ask("status") == (True, "No call is under way.")
    assert desk.ask("start", "case 9") == (True, "The call has begun.")
    assert desk.references == ["case 9"]
    assert desk.ask("start") == (False, "A call is already under way.")
    assert desk.ask("stop")[0]
    assert desk.ask("stop") == (False, "No call is under way.")
    assert desk.ask("start")[0]
    assert len(desk.calls) == 2


def test_a_call_that_cannot_be_put_together_is_refused_in_words(desk: Desk) -> None:
    desk.refuse = InputError("the cue pack has mistakes")
    assert desk.ask("start") == (False, "the cue pack has mistakes")


def test_pause_and_mute_reach_the_call(desk: Desk) -> None:
    desk.ask("start")
    desk.ask("pause")
    assert desk.calls[0].paused
    assert "paused" in desk.ask("status")[1]
    desk.ask("resume")
    assert not desk.calls[0].paused
    desk.ask("mute")
    desk.ask("ref", "case 3")
    muted, noted = desk.calls[0].posted
    assert isinstance(muted, Feedback)
    assert muted.kind is FeedbackKind.MUTE
    assert isinstance(noted, Note)
    assert "case 3" in noted.text


def test_a_call_begins_and_ends_by_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("voiceassist.commands.run.time.monotonic", lambda: now[0])

    def active() -> bool:
        now[0] += 0.5
        if now[0] > 30:
            raise KeyboardInterrupt
        return 5 < now[0] < 20

    with pytest.raises(KeyboardInterrupt):
        desk.session.follow(stay=True, call_active=active)
    assert len(desk.calls) == 1
    assert not desk.calls[0].running
    assert [type(e) for e in desk.told] == [CallStarted, CallEnded]


def test_closing_ends_the_call_and_tells_its_end(desk: Desk) -> None:
    desk.session.start()
    desk.session.close()
    assert isinstance(desk.told[-1], CallEnded)


def test_a_level_bar_is_empty_for_silence_and_full_for_full_scale() -> None:
    assert level_db(0.0) == FLOOR_DB
    assert bar(0.0) == ("·" * 24, "silent")
    assert bar(1.0) == ("█" * 24, "0 dB")
    assert bar(0.0158)[0] == "█" * 12 + "·" * 12
