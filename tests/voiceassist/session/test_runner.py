"""Live, analyzed and replayed: the same sound and inputs give the same events, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.support.live_call import Echo, Kept, Played, of, opening, play, with_gap
from tests.voiceassist.session.test_offline import Recognizer, Recorded
from voiceassist.capture.aligner import Aligned
from voiceassist.core.audio_types import Samples
from voiceassist.core.events import (
    Channel,
    ComponentStatus,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Gap,
    Note,
    Text,
    Utterance,
    encode,
)
from voiceassist.session.engine import CallEngine
from voiceassist.session.inputs import TEXT_DELAY, RecordedInputs
from voiceassist.session.live import LiveCall
from voiceassist.session.offline import analyze
from voiceassist.session.replay import replay
from voiceassist.session.runner import CallRunner, Sink
from voiceassist.speech.recorded import SpokenUtterance

STEP = 1600
"""Samples of a piece: texts of a recorded call take effect every 0.1 s."""


def pieces() -> list[Aligned]:
    return [
        Aligned(whole.agent[at : at + STEP], whole.caller[at : at + STEP])
        for whole in opening()
        if whole.agent is not None and whole.caller is not None
        for at in range(0, len(whole.agent), STEP)
    ]


def sides(given: list[Aligned]) -> tuple[Samples, Samples]:
    agent, caller = zip(*((piece.agent, piece.caller) for piece in given), strict=True)
    return np.concatenate(agent), np.concatenate(caller)


class Punctual(Echo):
    """A live recognizer that answers when a recorded call would: polled once at the start and once after each piece."""

    def __init__(self) -> None:
        super().__init__()
        self.polls = -1

    def start(self) -> None:
        pass

    def poll(self) -> list[Text | ComponentStatus]:
        self.polls += 1
        now = self.polls * STEP / 16_000
        come = [text for text in self.due if isinstance(text, Text) and text.end + TEXT_DELAY <= now]
        self.due = [text for text in self.due if text not in come]
        return sorted(come, key=lambda text: text.end)


class Scripted(Recognizer):
    """Writes down what `Echo` answers; its numbers are the engine's, which come in the order in which speech begins."""

    def __init__(self, lived: list[Any]) -> None:
        super().__init__()
        self._said = {(text.channel, text.start): text for text in of(Text, lived)}

    def text(self, utterance: SpokenUtterance) -> Text:
        return msgspec.structs.replace(self._said[utterance.channel, utterance.start], t=0.0, utterance=0)


class Folder:
    """A kept call whose sound was not coded."""

    def __init__(self, journal: list[Event], given: list[Aligned]) -> None:
        self._journal, self._sides = journal, sides(given)

    def events(self) -> Iterator[Event]:
        yield from self._journal

    def sound(self, n: int) -> Iterator[tuple[Samples, Samples]]:
        agent, caller = self._sides
        for at in range(0, len(agent), n):
            yield agent[at : at + n], caller[at : at + n]


def coded(events: list[Any]) -> list[bytes]:
    return [encode(event) for event in events]


def replayed(journal: list[Any], given: list[Aligned]) -> list[bytes]:
    return coded(list(replay(Folder(journal, given), CallEngine())))  # type: ignore[arg-type]


def live(given: list[Aligned], between: Any = lambda index: None, **parts: Any) -> list[Any]:
    heard: list[Any] = []
    play(LiveCall(Played(given, between), CallEngine(), heard.append, **parts))
    return heard


@pytest.mark.parametrize("words", [False, True])
def test_live_analyzed_and_replayed_events_are_the_same_bytes(words: bool) -> None:
    given = pieces()
    lived = live(given, transcriber=Punctual() if words else None)
    analyzed: list[Any] = []
    analyze(Recorded(*sides(given)), CallEngine(), Scripted(lived) if words else None, listener=analyzed.append)
    assert bool(of(Text, lived)) == words
    assert of(CueShown, lived)
    assert coded(analyzed) == coded(lived)
    assert replayed(lived, given) == coded(lived)


def test_a_replay_has_every_input_and_every_gap_where_it_was() -> None:
    given = with_gap(opening(), Channel.CALLER, 9.345, 19.0)
    call: LiveCall

    def between(index: int) -> None:
        if index == 20:
            call.post(Note(t=0.0, text="called before"))
        if index == 135:
            call.post(Feedback(t=0.0, kind=FeedbackKind.WRONG))
            call.post(Feedback(t=0.0, kind=FeedbackKind.MUTE))

    heard: list[Any] = []
    call = LiveCall(Played(given, between), CallEngine(), heard.append, transcriber=Echo(late=True), writer=Kept())
    play(call)
    for kind in (Note, Feedback, Gap, Text, ComponentStatus, Utterance):
        assert of(kind, heard)
    assert replayed(heard, given) == coded(heard)


def test_a_failing_sink_is_reported_and_the_others_get_every_event() -> None:
    first: list[Event] = []
    last: list[Event] = []

    def fails(event: Event) -> None:
        raise ValueError("ouch")

    sinks: list[Sink] = [first.append, fails, last.append]
    run = CallRunner(CallEngine(), RecordedInputs(None), sinks)
    with pytest.raises(ValueError, match="ouch"):
        run.start()
    assert first == last
    assert first


@pytest.mark.parametrize("count", [16, 20])
def test_inputs_of_a_journal_that_came_after_the_end_take_effect_after_it(count: int) -> None:
    """Also in a call that is just as long as what the engine analyzes at once (16 pieces)."""
    given = opening()[:count]
    heard = live(given, transcriber=Echo(late=True))
    assert heard.index(of(Text, heard)[0]) > heard.index(of(Utterance, heard)[-1])
    assert replayed(heard, given) == coded(heard)
