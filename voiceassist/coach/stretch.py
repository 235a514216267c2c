"""Plays faster or slower with the pitch kept: WSOLA (Verhelst and Roelands, "An overlap-add technique based on
waveform similarity", ICASSP 1993).

Windows of the sound are laid over each other at another distance than they were taken from. Each is taken up to 12 ms
beside its place, where it best continues what was laid down before; both sides are moved by the same lag, found in
their sum, so they stay aligned. At speed 1 every window continues the one before exactly: the sound is passed on as it
is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from voiceassist.storage.segment_reader import Stereo

WINDOW = 480
"""Samples: 30 ms, two or more periods of any voice."""
HOP = WINDOW // 2
"""Samples between windows in what comes out."""
SEARCH = 192
"""Samples to either side: 12 ms, so a period of the lowest voice (40 Hz) is within reach."""
SLOWEST, FASTEST = 0.5, 2.0

Read = Callable[[int, int], Stereo]
"""Samples from the first to before the second, silence where there are none."""

_FADE_IN = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(HOP) / WINDOW)).astype(np.float32)[:, None]
_FADE_OUT = 1.0 - _FADE_IN


class Stretcher:
    """Sound from sample `position` on, `speed` times as fast. Each call of `next` gives `HOP` samples more."""

    def __init__(self, read: Read, position: int, speed: float = 1.0) -> None:
        """`speed` is `SLOWEST` to `FASTEST`."""
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"speed {speed} is not within {SLOWEST} and {FASTEST}")
        self._read = read
        self.speed = speed
        self._start = position
        self._made = 0
        self._tail = read(position, position + HOP)
        """What the last window would go on with."""
        self._taken = position
        """Source sample the last window was taken from."""

    @property
    def position(self) -> float:
        """Source sample that the next sample to come stands for."""
        return self._start + self._made * HOP * self.speed

    def next(self) -> Stereo:
        """The next `HOP` samples."""
        if self.speed == 1.0:
            out = self._tail
            self._taken += HOP
            self._made += 1
            self._tail = self._read(self._taken, self._taken + HOP)
            return out
        # Where a window's middle stands for the source under it, so that what is heard is where it is said to be.
        wanted = round(self._start + self._made * HOP * self.speed + HOP * (self.speed - 1))
        region = self._read(wanted - SEARCH, wanted + SEARCH + WINDOW)
        lag = best_lag(self._tail.sum(axis=1), region.sum(axis=1))
        window = region[lag : lag + WINDOW]
        out = np.asarray(self._tail * _FADE_OUT + window[:HOP] * _FADE_IN, np.float32)
        self._tail = window[HOP:]
        self._taken = wanted - SEARCH + lag
        self._made += 1
        return out


def best_lag(tail: npt.NDArray[np.float32], region: npt.NDArray[np.float32]) -> int:
    """At which of the 2·SEARCH + 1 places in `region` the sound is most like `tail` (normalised cross-correlation);
    the nearest to the middle of those that are as good, which is the middle itself in silence."""
    n = len(tail)
    searched = region[: 2 * SEARCH + n].astype(np.float64)
    products = np.correlate(searched, tail.astype(np.float64), "valid")
    squares = np.concatenate(([0.0], np.cumsum(searched**2)))
    energy = squares[n:] - squares[:-n]
    if energy.max() < 1e-6:
        return SEARCH
    likeness = products / np.sqrt(energy + 1e-3 * energy.max())
    places = np.flatnonzero(likeness >= likeness.max() - 1e-9)
    return int(places[np.argmin(np.abs(places - SEARCH))])
