"""The few figures of a call that everybody counts alike: kept with the call, shown in its summary. Pure."""

from __future__ import annotations

from voiceassist.core.events import Agitation, AgitationState, CueShown, Event

LONGEST_STEP = 1.0
"""Seconds between two estimates that count at most: they come four times a second, and a gap is no agitation."""


class CallFigures:
    """Counted from events, one at a time, in order; constant in memory."""

    def __init__(self) -> None:
        self.cues = 0
        """How many cues came up, praise included."""
        self.peak: Agitation | None = None
        """The first of the highest estimates; None while none was given."""
        self.latest: Agitation | None = None
        """The latest estimate that was given."""
        self.high_seconds = 0.0
        """How long the caller's agitation was high."""

    def add(self, event: Event) -> None:
        match event:
            case CueShown():
                self.cues += 1
            case Agitation() if event.state is not AgitationState.LISTENING:
                if self.latest is not None and self.latest.state is AgitationState.HIGH:
                    self.high_seconds += min(event.t - self.latest.t, LONGEST_STEP)
                if self.peak is None or event.score > self.peak.score:
                    self.peak = event
                self.latest = event
