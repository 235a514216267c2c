"""What a live call is put together from in tests: a capture that plays, a writer that remembers, a recognizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from tests.calls.demo import BILL, DELIVERY
from voiceassist.capture.aligner import Aligned
from voiceassist.capture.source import EndOfSource
from voiceassist.core.audio_types import Samples
from voiceassist.core.errors import StorageError
from voiceassist.core.events import (
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    Event,
    Gap,
    GapReason,
    Text,
    Utterance,
)
from voiceassist.core.messages import verbatim
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.session.live import LiveCall

T = TypeVar("T")

_GREETING = BILL.line("Good afternoon, you're through").end + 0.4
_FROM = BILL.line("I can look that up for you").start - 0.4
SILENCE_ENDS = round(BILL.line("Thank you. I have the account here.").start - _FROM + _GREETING, 3)
OPENING = SILENCE_ENDS + 1.5
"""Seconds of `opening`, and up to when nobody speaks in it."""


class Played:
    """A capture that plays what it is given, calling `between` before each piece."""

    def __init__(self, pieces: list[Aligned], between: Callable[[int], None] = lambda index: None) -> None:
        self.pieces = pieces
        self.between = between
        self.index = 0
        self.closed = False

    def open(self) -> None:
        pass

    def read(self, timeout: float) -> Aligned:
        if self.index == len(self.pieces):
            raise EndOfSource
        self.between(self.index)
        piece = self.pieces[self.index]
        self.index += 1
        return piece

    def pause(self) -> None:
        pass

    def resume(self) -> None:
        pass

    def end(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


@dataclass
class Kept:
    events: list[Event] = field(default_factory=list)
    agent: list[Samples] = field(default_factory=list)
    caller: list[Samples] = field(default_factory=list)
    closed: bool = False
    full_after: int | None = None
    failure: StorageError | None = None
    wiped: list[tuple[float, float]] = field(default_factory=list)

    def resume(self, at: int) -> None:
        raise StorageError(verbatim("The disk is still full."))

    def write(self, events: Iterable[Event]) -> None:
        if self.full_after is not None and len(self.events) >= self.full_after:
            raise StorageError(verbatim("The disk is full: this call is no longer recorded."))
        self.events += events

    def sound(self, agent: Samples | None, caller: Samples | None) -> None:
        assert agent is not None
        assert caller is not None
        self.agent.append(agent)
        self.caller.append(caller)

    def wipe(self, start: float, end: float) -> None:
        self.wiped.append((start, end))

    def close(self) -> None:
        self.closed = True


class Echo:
    """A recognizer that answers every utterance with its number, all at the end or as it goes."""

    def __init__(self, late: bool = False) -> None:
        self.late = late
        self.due: list[Text | ComponentStatus] = []
        self.closed = False

    def start(self) -> None:
        self.due.append(ComponentStatus(t=0.0, component=Component.TRANSCRIPTION, state=ComponentState.OK))

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        assert len(sound) > 0
        u = utterance
        self.due.append(Text(t=0.0, utterance=u.id, channel=u.channel, start=u.start, end=u.end, text=f"no. {u.id}"))

    def offer(self, speaking: OpenUtterance) -> None:
        assert len(speaking.sound) > 0

    def poll(self) -> list[Text | ComponentStatus]:
        if self.late:
            return []
        due, self.due = self.due, []
        return due

    def wait_for(self, utterance_id: int, timeout: float) -> None:
        pass

    def close(self, timeout: float) -> list[Text | ComponentStatus]:
        self.closed = True
        due, self.due = self.due, []
        return due


def pieces(start: float = 0.0, end: float = 25.0) -> list[Aligned]:
    agent, caller = DELIVERY.sound(start, end)
    return [Aligned(agent[at : at + 3200], caller[at : at + 3200]) for at in range(0, len(agent), 3200)]


def opening() -> list[Aligned]:
    """A call up to its first cue: both sides speak, then nobody for 8 s, then the agent again."""
    greeting, rest = BILL.sound(0.0, _GREETING), BILL.sound(_FROM, _FROM + OPENING - _GREETING)
    agent, caller = (np.concatenate(side) for side in zip(greeting, rest, strict=True))
    return [Aligned(agent[at : at + 3200], caller[at : at + 3200]) for at in range(0, len(agent), 3200)]


def play(call: LiveCall) -> None:
    call.start()
    assert call.join(60)


def of(kind: type[T], events: Iterable[object]) -> list[T]:
    """The events of this kind."""
    return [event for event in events if isinstance(event, kind)]


def with_gap(given: list[Aligned], channel: Channel, start: float, end: float) -> list[Aligned]:
    """The call with this side's sound missing from `start` to `end`, told as capture tells it: block by block."""
    told: list[Aligned] = []
    for index, piece in enumerate(given):
        a, b = max(start, round(0.2 * index, 3)), min(end, round(0.2 * (index + 1), 3))
        if a < b:
            inside = slice(round((a - 0.2 * index) * 16_000), round((b - 0.2 * index) * 16_000))
            agent, caller = piece.agent.copy(), piece.caller.copy()
            (agent if channel is Channel.AGENT else caller)[inside] = 0
            told.append(Aligned(agent, caller, (Gap(t=b, channel=channel, start=a, end=b, reason=GapReason.NOT_OPEN),)))
        else:
            told.append(piece)
    return told
