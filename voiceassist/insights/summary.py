"""Three lines to remember a call by, and whether a breather is due. Nothing in it judges the agent."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from voiceassist.core.events import Agitation, AgitationState, CallEnded, Channel, CueKind, CueShown, Event, Text
from voiceassist.core.formatting import clock
from voiceassist.insights.call_types import Evidence, kinds
from voiceassist.insights.follow_ups import FollowUp, follow_ups

BREATHER = 60.0
"""Seconds of high agitation in a call after which a minute's break is offered (never urged)."""


@dataclass(frozen=True, slots=True)
class Summary:
    lines: tuple[str, str, str]
    """What it was about; how it went; what is open."""
    peak: float
    """The caller's highest agitation, 0 to 1; 0 where none was estimated."""
    high_seconds: float
    promises: tuple[FollowUp, ...]
    evidence: tuple[Evidence, ...]

    @property
    def breather(self) -> bool:
        """Whether the call was hard enough to offer a break."""
        return self.high_seconds >= BREATHER


def summarise(events: Iterable[Event], started: datetime) -> Summary:
    """The summary of a call from its events; `started` is when it began, for resolving "tomorrow"."""
    events = list(events)
    told = [e for e in events if isinstance(e, Agitation) and e.state is not AgitationState.LISTENING]
    peak = max(told, key=lambda e: e.score, default=None)
    high = sum(
        min(after.t - before.t, 1.0)
        for before, after in itertools.pairwise(told)
        if before.state is AgitationState.HIGH
    )
    promises = tuple(follow_ups(events, started))
    duration = next((e.t for e in reversed(events) if isinstance(e, CallEnded)), events[-1].t if events else 0.0)
    return Summary(
        (_about(events), _course(told, peak, high, events, duration), _open(promises)),
        peak.score if peak else 0.0,
        high,
        promises,
        tuple(kinds(events)),
    )


def _about(events: list[Event]) -> str:
    """The caller's first sentence of some length: people say what they call about."""
    for event in events:
        if isinstance(event, Text) and event.final and event.channel is Channel.CALLER and len(event.text.split()) >= 6:
            return event.text
    return "No words of the caller's were kept."


def _course(told: list[Agitation], peak: Agitation | None, high: float, events: list[Event], duration: float) -> str:
    length = f"{clock(duration)} min"
    tips = sum(isinstance(e, CueShown) and e.kind is not CueKind.GOOD for e in events)
    cues = f"{tips} cue{'' if tips == 1 else 's'}"
    if peak is None:
        return f"{length}; too little of the caller's voice for more; {cues}."
    if not high:
        return f"{length}; calm throughout; {cues}."
    ended = "and calm again at the end" if told[-1].state is AgitationState.CALM else "and not yet calm at the end"
    return f"{length}; agitated for {high:.0f} s, most at {clock(peak.t)}, {ended}; {cues}."


def _open(promises: tuple[FollowUp, ...]) -> str:
    if not promises:
        return "Nothing was promised."
    return (
        "Promised: "
        + "; ".join(
            promise.what + ("" if promise.when is None else f" ({promise.when:%a %d %b})") for promise in promises
        )
        + "."
    )
