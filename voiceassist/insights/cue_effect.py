"""What came of each cue: the caller's agitation before and after, whether it was followed and how fast.

A pure function of a call's events, so it can be had during the call, after it, and again years later. It says how
useful a *cue* was; it is no score of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voiceassist.core.events import Agitation, AgitationState, CueCleared, CueKind, CueShown, Event

SPAN = 30.0
"""Seconds before and after a cue that are compared."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One cue. `before` and `after` are mean scores (0..1), None where the estimator abstained throughout."""

    number: int
    id: str
    t: float
    before: float | None
    after: float | None
    by: str
    seconds: float | None
    """From coming to going; None while it is on screen."""

    @property
    def followed(self) -> bool:
        return self.by == "followed"


def effects(events: Iterable[Event]) -> list[Effect]:
    """The effect of every cue of a call, in order; cues that only praise are left out."""
    shown: list[CueShown] = []
    cleared: dict[int, CueCleared] = {}
    scores: list[tuple[float, float]] = []
    for event in events:
        match event:
            case CueShown() if event.kind is not CueKind.GOOD:
                shown.append(event)
            case CueCleared():
                cleared[event.number] = event
            case Agitation() if event.state is not AgitationState.LISTENING:
                scores.append((event.t, event.score))
    return [
        Effect(
            cue.number,
            cue.id,
            cue.t,
            _mean(scores, cue.t - SPAN, cue.t),
            _mean(scores, cue.t, cue.t + SPAN),
            cleared[cue.number].by if cue.number in cleared else "",
            round(cleared[cue.number].t - cue.t, 3) if cue.number in cleared else None,
        )
        for cue in shown
    ]


def _mean(scores: list[tuple[float, float]], start: float, end: float) -> float | None:
    within = [score for t, score in scores if start < t <= end]
    return round(sum(within) / len(within), 3) if within else None
