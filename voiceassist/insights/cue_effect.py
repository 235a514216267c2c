"""What came of each cue: the caller's agitation before and after, whether it was followed and how fast.

A pure function of the call so far, so it can be had during the call, after it, and again years later. It says how
useful a *cue* was; it is no score of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass

from voiceassist.core.events import AgitationState, ClearedBy, CueKind
from voiceassist.insights.call_so_far import CallSoFar

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
    by: ClearedBy | None
    seconds: float | None
    """From coming to going; None while it is on screen."""

    @property
    def followed(self) -> bool:
        return self.by is ClearedBy.FOLLOWED


def effects(call: CallSoFar) -> list[Effect]:
    """The effect of every cue of a call, in order; cues that only praise are left out."""
    scores = [(e.t, e.score) for e in call.curve if e.state is not AgitationState.LISTENING]
    return [
        Effect(
            entry.shown.number,
            entry.shown.id,
            entry.shown.t,
            _mean(scores, entry.shown.t - SPAN, entry.shown.t),
            _mean(scores, entry.shown.t, entry.shown.t + SPAN),
            entry.by,
            None if entry.cleared is None else round(entry.cleared - entry.shown.t, 3),
        )
        for entry in call.cues
        if entry.shown.kind is not CueKind.GOOD
    ]


def _mean(scores: list[tuple[float, float]], start: float, end: float) -> float | None:
    within = [score for t, score in scores if start < t <= end]
    return round(sum(within) / len(within), 3) if within else None
