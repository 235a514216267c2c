"""A call through the real engine: sound in, events out, with the words that were truly said if wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np

from voiceassist.core.audio_types import Samples
from voiceassist.core.events import CueShown, Event, Text, Utterance
from voiceassist.session.demo_assets import LONG, SHORT, Bundled
from voiceassist.session.engine import BLOCK, CallEngine

Words = Callable[[Utterance], str]
E = TypeVar("E", bound=Event)

WORDS_AFTER = 0.7
"""Seconds from the end of an utterance to its text, as `analyze` has it."""


@dataclass(frozen=True)
class Scripted:
    """A moment of the demo call that a cue is due after."""

    event: str
    t: float
    cue: str
    due: tuple[float, float]


@cache
def demo_truth(call: Bundled = SHORT) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads(call.truth.read_text(encoding="utf-8"))
    return truth


@cache
def demo_sound(call: Bundled = SHORT) -> tuple[Samples, Samples]:
    """(agent, caller) of a demo call, mono 16 kHz."""
    import soundfile

    sound, rate = soundfile.read(call.sound, dtype="float32", always_2d=True)
    assert rate == 16_000
    return sound[:, 0].copy(), sound[:, 1].copy()


def demo_cues(call: Bundled = SHORT) -> list[Scripted]:
    """The moments that earn a cue, in order."""
    return [
        Scripted(e["event"], e["t"], e["cue"], tuple(e["due"]))
        for e in demo_truth(call)["events"]
        if e["cue"] is not None
    ]


def demo_words(utterance: Utterance, call: Bundled = SHORT) -> str:
    """What was truly said in an utterance of a demo call: the words whose middle lies in it."""
    said = [w for line in demo_truth(call)["lines"] if line["who"] == utterance.channel for w in line["words"]]
    inside = [w["word"] for w in said if utterance.start - 0.25 <= (w["start"] + w["end"]) / 2 <= utterance.end + 0.25]
    return " ".join(inside)


def long_words(utterance: Utterance) -> str:
    """What was truly said in an utterance of the long demo call."""
    return demo_words(utterance, LONG)


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
