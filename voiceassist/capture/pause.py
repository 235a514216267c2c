"""Keeps out what is captured while the call is paused, by the time of capture, not the time of processing.

A machine that is behind processes a block seconds after it was captured. A pause is therefore two times on the clock
the sources stamp their blocks with, and every block is cut against them in its reader's thread, before it is queued.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voiceassist.capture.source import Block

DEVICE_LATENESS_S = 0.15
"""Seconds a device's sound may be stamped later than it was heard: what driver, sound server and pipe hold, two to
three fragments of 40 ms. At a resume this much more is kept out, as some of it may be of the pause."""


@dataclass(frozen=True, slots=True)
class Pause:
    """From `start` until before `end`, seconds of the capture's clock; `end` is infinite while it lasts."""

    start: float
    end: float = float("inf")


@dataclass(frozen=True, slots=True)
class Muted:
    """`samples` of a source, the first captured at `time`, that fell into a pause: their number, not their sound."""

    time: float
    samples: int


class PauseGate:
    """The pauses of one call. `pause` and `resume` may be called from any thread, `filter` from each reader's."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` is the one the sources stamp their blocks with, monotonic seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._pauses: tuple[Pause, ...] = ()

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """All pauses so far, in order of time."""
        return self._pauses

    @property
    def paused(self) -> bool:
        return bool(self._pauses) and self._pauses[-1].end == float("inf")

    def pause(self) -> None:
        """From this moment on nothing is kept. No effect while paused."""
        with self._lock:  # a block that is being filtered was captured before
            if not self.paused:
                self._pauses = (*self._pauses, Pause(self._clock()))

    def resume(self) -> None:
        """From this moment on sound is kept again. No effect while not paused."""
        with self._lock:
            if self.paused:
                *earlier, last = self._pauses
                self._pauses = (*earlier, Pause(last.start, self._clock()))

    def filter(self, block: Block, rate: int, lateness: float = 0.0) -> list[Block | Muted]:
        """The pieces of `block` (at `rate` samples a second) in order; those captured in a pause are `Muted`, and
        their sound is overwritten. Its sound may have been heard up to `lateness` seconds before its times say."""
        with self._lock:
            pauses = self._pauses
        size, at = block.samples.size, 0
        pieces: list[Block | Muted] = []
        for pause in pauses:
            first = _sample(pause.start, block, rate)
            end = _sample(pause.end + lateness, block, rate)
            if end <= at or first >= size or first == end:
                continue
            if first > at:
                pieces.append(Block(block.samples[at:first].copy(), block.time + at / rate, block.sequence))
                at = first
            _wipe(block.samples[at:end])
            pieces.append(Muted(block.time + at / rate, end - at))
            at = end
        if at == 0:
            return [block]
        if at < size:
            pieces.append(Block(block.samples[at:].copy(), block.time + at / rate, block.sequence))
        return pieces


def _sample(time: float, block: Block, rate: int) -> int:
    """The first sample of the block that was captured at `time` or later; its size when there is none."""
    # A clock's times are exact to far less than the thousandth of a sample that is taken off here.
    after = min(max((time - block.time) * rate - 1e-3, 0.0), float(block.samples.size))
    return int(np.ceil(after))


def _wipe(samples: np.ndarray) -> None:
    if samples.flags.writeable:
        samples[:] = 0
