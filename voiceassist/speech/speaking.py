"""An utterance that is still open: what partial text is made of."""

from __future__ import annotations

from dataclasses import dataclass

from voiceassist.capture.base import Samples
from voiceassist.timeline import Channel


@dataclass(frozen=True, slots=True)
class Speaking:
    """`utterance` is the id its `Utterance` will have; speech lasts from `start` to `end` so far, `pause` is how long
    nothing was said since. Seconds of the call.

    `sound` is what would be handed over if it ended now: pre-roll, speech, and at most the usual sound after it, mono
    float32 at 16 kHz, its first sample at `offset`. Once the pause is as long as that usual sound, it is exactly what
    will be handed over if nothing more is said.
    """

    utterance: int
    channel: Channel
    start: float
    end: float
    pause: float
    sound: Samples
    offset: float
