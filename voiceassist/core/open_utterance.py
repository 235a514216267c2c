"""An utterance that is still open: what partial text is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from voiceassist.core.audio_types import Samples
from voiceassist.core.events import Channel


@dataclass(frozen=True)
class OpenUtterance:
    """`utterance` is the id its `Utterance` will have; speech lasts from `start` to `end` so far, `pause` is how long
    nothing was said since. Seconds of the call; `offset` is the time of the first sample of `sound`.

    `cut` makes the sound. It is only called for an utterance that is looked at: most are not, and it is copied.
    """

    utterance: int
    channel: Channel
    start: float
    end: float
    pause: float
    offset: float
    cut: Callable[[], Samples] = field(repr=False, compare=False)

    @cached_property
    def sound(self) -> Samples:
        """What would be handed over if it ended now: pre-roll, speech, and at most the usual sound after it, mono
        float32 at 16 kHz. Once the pause is as long as that usual sound, it is exactly what will be handed over if
        nothing more is said.

        The same whenever it is asked for, as long as the engine keeps that sound (40 s).
        """
        return self.cut()
