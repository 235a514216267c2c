"""A live call: everything reaches the journal and the listener in order, and a part that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from tests.voiceassist.sound import demo
from voiceassist.capture.base import EndOfSource, Samples
from voiceassist.engine import CallEngine
from voiceassist.errors import InputError, StorageError
from voiceassist.live import LiveCall
from voiceassist.speech import Speaking
from voiceassist.timeline import (
    CallEnded,
    Channel,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Gap,
    Meter,
    Note,
    Part,
    PartState,
    Text,
    Utterance,
)


@dataclass(frozen=True)
class Piece:
    agent: Samples | None
    caller: Samples | None
    events: tuple[Event, ...] = ()


class Played:
    """A capture that plays what it is given, calling `between` before each piece."""

    def __init__(self, pieces: list[Piece], between=lambda index: None) -> None:
        self.pieces = pieces
        self.between = between
        self.index = 0
        self.closed = False

    def open(self) -> None:
        pass

    def read(self, timeout: float) -> Piece:
        if self.index == len(self.pieces):
            raise EndOfSource
        self.between(self.index)
        piece = self.pieces[self.index]
        self.index += 1
        return piece

    def close(self) -> None:
        self.closed = True


@dataclass
class Kept:
    events: list[Event] = field(default_factory=list)
    agent: list[Samples] = field(default_factory=list)
    closed: bool = False
    full_after: int | None = None

    def write(self, events: Iterable[Event]) -> None:
        if self.full_after is not None and len(self.events) >= self.full_after:
            raise StorageError("The disk is full: this call is no longer recorded.")
        self.events += events

    def sound(self, agent: Samples, caller: Samples) -> None:
        self.agent.append(agent)

    def close(self) -> None:
        self.closed = True


class Echo:
    """A recogniser that answers every utterance with its number, all at the end or as it goes."""

    def __init__(self, late: bool = False) -> None:
        self.late = late
        self.due: list[Text | Part] = []

    def start(self) -> None:
        self.due.append(Part(t=0.0, part="speech", state=PartState.LIVE))

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        assert len(sound) > 0
        u = utterance
        self.due.append(Text(t=0.0, utterance=u.id, channel=u.channel, start=u.start, end=u.end, text=f"no. {u.id}"))

    def offer(self, speaking: Speaking) -> None:
        assert len(speaking.sound) > 0

    def poll(self) -> list[Text | Part]:
        if self.late:
            return []
        due, self.due = self.due, []
        return due

    def close(self, timeout: float) -> list[Text | Part]:
        due, self.due = self.due, []
        return due


def pieces(start: float = 0.0, end: float = 25.0) -> list[Piece]:
    agent, caller = demo(start, end)
    return [Piece(agent[at : at + 3200], caller[at : at + 3200]) for at in range(0, len(agent), 3200)]


def play(call: LiveCall) -> None:
    call.start()
    assert call.join(60)


def of(kind: type, events: list[Event]) -> list:
    return [e for e in events if isinstance(e, kind)]


def test_listener_and_journal_get_the_same_events_in_the_same_order():
    heard: list[Event] = []
    kept = Kept()
    play(LiveCall(Played(pieces()), CallEngine(), heard.append, transcriber=Echo(), writer=kept))
    assert heard == kept.events
    assert isinstance(heard[-1], CallEnded)
    assert kept.closed
    assert sum(len(s) for s in kept.agent) == 25 * 16_000


def test_every_utterance_gets_its_text_even_when_it_comes_after_the_end():
    heard: list[Event] = []
    play(LiveCall(Played(pieces()), CallEngine(), heard.append, transcriber=Echo(late=True)))
    assert [u.id for u in of(Utterance, heard)] == [t.utterance for t in of(Text, heard)]
    assert isinstance(heard[-1], CallEnded)


def test_a_full_disk_is_told_once_and_the_call_goes_on():
    heard: list[Event] = []
    play(LiveCall(Played(pieces()), CallEngine(), heard.append, writer=Kept(full_after=5)))
    (part,) = of(Part, heard)
    assert (part.part, part.state) == ("recording", PartState.LOST)
    assert "disk is full" in part.detail
    assert of(Utterance, heard)
    assert isinstance(heard[-1], CallEnded)


def test_a_capture_that_cannot_open_ends_the_call_with_its_reason():
    class Broken(Played):
        def open(self) -> None:
            raise InputError("There is no microphone. Plug one in and try again.")

    capture = Broken([])
    call = LiveCall(capture, CallEngine(), lambda event: None)
    play(call)
    assert str(call.error) == "There is no microphone. Plug one in and try again."
    assert capture.closed


def test_what_the_agent_does_reaches_the_engine():
    heard: list[Event] = []
    call: LiveCall

    def between(index: int) -> None:
        if index == 3:
            call.post(Note(t=0.0, text="called before"))
            call.post(Feedback(t=0.0, kind=FeedbackKind.MUTE))

    call = LiveCall(Played(pieces(end=3.0), between), CallEngine(), heard.append)
    play(call)
    assert [n.text for n in of(Note, heard)] == ["called before"]
    assert [f.kind for f in of(Feedback, heard)] == [FeedbackKind.MUTE]


def test_nothing_of_a_pause_is_kept_and_it_is_marked_as_a_gap():
    heard: list[Event] = []
    kept = Kept()
    call: LiveCall

    def between(index: int) -> None:
        if index == 10:
            call.pause()
        if index == 20:
            call.resume()

    call = LiveCall(Played(pieces(0.0, 8.0), between), CallEngine(), heard.append, writer=kept)
    play(call)
    sound = np.concatenate(kept.agent)
    assert not sound[10 * 3200 : 20 * 3200].any()
    assert sound[: 10 * 3200].any()
    assert sound[20 * 3200 :].any()
    gaps = of(Gap, heard)
    assert [(g.channel, g.start, g.end, g.reason) for g in gaps] == [
        (Channel.AGENT, 2.0, 4.0, "paused"),
        (Channel.CALLER, 2.0, 4.0, "paused"),
    ]


def test_gaps_and_states_from_the_capture_become_events():
    heard: list[Event] = []
    given = pieces(end=2.0)
    given[4] = Piece(
        given[4].agent,
        given[4].caller,
        (
            Gap(t=0.0, channel=Channel.CALLER, start=0.5, end=0.8, reason="no packets"),
            Part(t=0.0, part="caller-sound", state=PartState.LOST, detail="I can't hear the caller."),
        ),
    )
    play(LiveCall(Played(given), CallEngine(), heard.append))
    assert of(Gap, heard)[0].end == 0.8
    assert of(Part, heard)[0].detail == "I can't hear the caller."


def test_meters_reach_the_listener_four_times_a_second():
    heard: list[Event] = []
    play(LiveCall(Played(pieces(end=4.0)), CallEngine(), heard.append))
    assert len(of(Meter, heard)) >= 16
    assert not of(CueShown, heard)
