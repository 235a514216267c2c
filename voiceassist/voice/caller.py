"""The only door to the agitation estimator, and it opens for the caller alone.

The agent's emotion is never inferred, stored or shown. That is a law (EU AI Act, Art. 5(1)(f)) and a promise of this
product, so it is held by construction: an estimator is only ever made here, for a channel that type checkers and the
running program both insist is the caller's.
"""

from __future__ import annotations

from typing import Literal

from models.agitation import CallerFrames, Estimate, Estimator
from voiceassist.timeline import Channel
from voiceassist.voice.frames import FRAME_SECONDS, Floats


class CallerVoice:
    """The caller's voice over a call, from which agitation may be estimated."""

    def __init__(self, channel: Literal[Channel.CALLER]) -> None:
        if channel is not Channel.CALLER:
            raise TypeError("agitation is estimated for the caller only, never for the agent")
        self._estimator = Estimator()

    @property
    def estimate(self) -> Estimate:
        return self._estimator.estimate

    def add(self, hz: Floats, level_db: Floats, low: Floats, high: Floats) -> None:
        """Frames, shape (n,) each, in which the caller and nobody else was speaking."""
        self._estimator.add(CallerFrames(hz, level_db, low, high, FRAME_SECONDS))

    def rest(self, seconds: float) -> None:
        """The caller was silent for `seconds`."""
        self._estimator.rest(seconds)

    def reset(self) -> None:
        """Another caller is on the line."""
        self._estimator.reset()
