"""A call through the real engine: sound in, events out, with the words that were truly said if wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np

from voiceassist.core.audio_types import Samples
from voiceassist.core.events import CueShown, Event, Text, Utterance
from voiceassist.session.engine import BLOCK, CallEngine

Words = Callable[[Utterance], str]
E = TypeVar("E", bound=Event)

WORDS_AFTER = 0.7
"""Seconds from the end of an utterance to its text, as `analyze` has it."""


def run(
    agent: Samples, caller: Samples, *, block: int = BLOCK, words: Words | None = None, engine: CallEngine | None = None
) -> list[Event]:
    """Every event of the call, sound given in pieces of `block` samples. `words` says what was said in an utterance;
    its text comes `WORDS_AFTER` seconds after its end, whatever the machine."""
    engine = engine or CallEngine()
    events = engine.start()
    waiting: list[Utterance] = []

    def tell(new: Iterable[Event]) -> None:
        for event in new:
            events.append(event)
            if isinstance(event, Utterance):
                waiting.append(event)

    for at in range(0, len(agent), block):
        tell(engine.push(agent[at : at + block], caller[at : at + block]))
        while words and waiting and waiting[0].end + WORDS_AFTER <= engine.analyzed:
            tell(engine.feed(text_of(waiting.pop(0), words)))
    tell(engine.finish())
    return events


def text_of(utterance: Utterance, words: Words) -> Text:
    return Text(
        t=0.0,
        utterance=utterance.id,
        channel=utterance.channel,
        start=utterance.start,
        end=utterance.end,
        text=words(utterance),
    )


def of_kind(events: Iterable[Event], kind: type[E]) -> list[E]:
    return [event for event in events if isinstance(event, kind)]


def cues(events: Iterable[Event]) -> list[tuple[str, float]]:
    """(id, time) of the cues that came, in order."""
    return [(event.id, event.t) for event in of_kind(events, CueShown)]


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * 16_000), dtype=np.float32)
