"""Windows of a caller's speech: from frames to the figures of the last second, five times a second of voiced speech.

Says what was heard and judges nothing, so the windows of a call can be kept and judged again with other numbers: that
is how `tools.agitation.fit` works.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.agitation.counting import CallerFrames, FrameFilter, Voiced
from models.agitation.tuning import Tuning

Floats = npt.NDArray[np.float64]

FIGURES = ("pitch", "level", "tilt", "movement", "pace")
"""Of a window, in this order everywhere."""


@dataclass(frozen=True, slots=True)
class Window:
    """`figures`, shape (5,): semitones over 1 Hz, dBFS, dB an octave, dB, syllables a second. Since the window before:
    `voiced` seconds of voiced speech, `spoken` seconds of speech, and the longest `pause` in it. `clean`, 0..1: how far
    the spectrum can be trusted in the noise of the line. `clock`: seconds since the first frame."""

    figures: Floats
    voiced: float
    spoken: float
    pause: float
    clean: float
    clock: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody spoke for `seconds` more; `quiet` seconds in all, at its end."""

    seconds: float
    quiet: float
    clock: float


class Windows:
    """Of one caller: `step` with every frame in order."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self.clock = 0.0
        self.reset()

    def reset(self) -> None:
        """Another person speaks: nothing of the one before counts."""
        self._filter: FrameFilter | None = None
        self._speech_levels: deque[float] = deque()
        self._levels: deque[float] = deque()
        self._quiet = self._pause = 0.0
        self._voiced = self._spoken = 0.0

    def step(self, frames: CallerFrames) -> Iterator[Window | Silence]:
        """What the next frames bring, as soon as each brings it."""
        tuning, seconds = self._tuning, frames.seconds
        for hz, level, spectrum, speech in zip(
            frames.hz.tolist(), frames.level_db.tolist(), frames.spectrum.tolist(), frames.speech.tolist(), strict=True
        ):
            if self._filter is None:
                self._filter = FrameFilter(tuning, seconds)
                self._speech_levels = deque(maxlen=round(3 / seconds))
                self._levels = deque(maxlen=round(tuning.background_for / seconds))
            self.clock += seconds
            self._levels.append(level)
            if speech:
                self._pause = max(self._pause, self._quiet)
                self._quiet = 0.0
                self._spoken += seconds
                self._speech_levels.append(level)
            else:
                self._quiet += seconds
            new = self._filter.step(hz, level, spectrum, speech, self.clock) * seconds
            self._voiced += new
            ended = abs(self._quiet - 8 * seconds) < seconds / 2
            if (new and self._voiced >= tuning.step) or (ended and self._voiced > 0):
                rows = self._filter.current(self.clock)
                if len(rows) * seconds >= tuning.least:
                    yield self._window(rows, seconds)
            if not speech:
                yield Silence(seconds, self._quiet, self.clock)

    def _window(self, rows: list[Voiced], seconds: float) -> Window:
        background = float(np.percentile(self._levels, self._tuning.background))
        voice = float(np.percentile(self._speech_levels, 75))
        clean = share(voice - background, self._tuning.snr_none, self._tuning.snr_full)
        figures = self._figures(rows, background, seconds)
        window = Window(figures, self._voiced, self._spoken, self._pause, clean, self.clock)
        self._voiced = self._spoken = self._pause = 0.0
        return window

    def _figures(self, rows: list[Voiced], background: float, seconds: float) -> Floats:
        tuning = self._tuning
        pitch, level, slope, movement = np.array([row[:4] for row in rows]).T
        audible = (level - background - tuning.drowned) / (tuning.clear - tuning.drowned)
        loudest = np.argsort(level)[-max(1, round(tuning.loud * len(rows))) :]
        return np.array(
            [
                mean_of_highest(pitch, np.clip(audible, tuning.drowned_share, 1.0), tuning.top),
                10 * math.log10(np.mean(10 ** (level / 10))),
                slope[loudest].mean(),
                np.nanmean(movement),
                syllables(self._speech_levels) / (len(self._speech_levels) * seconds),
            ]
        )


def mean_of_highest(values: Floats, weights: Floats, share: float) -> float:
    """Weighted mean of the highest `values`, shape (n,), that make up `share` (0..1) of all weight."""
    highest = np.argsort(values)[::-1]
    weight = np.cumsum(weights[highest])
    highest = highest[: int(np.searchsorted(weight, share * weight[-1])) + 1]
    return float(np.average(values[highest], weights=weights[highest]))


def syllables(level_db: deque[float]) -> int:
    """Peaks of the level that stand out by 3 dB on both sides: about one a syllable."""
    count, low, high, climbing = 0, np.inf, -np.inf, True
    for level in level_db:
        low, high = min(low, level), max(high, level)
        if climbing and level < high - 3.0:
            count, climbing, low = count + 1, False, level
        elif not climbing and level > low + 3.0:
            climbing, high = True, level
    return count


def share(value: float, none: float, full: float) -> float:
    """How far `value` lies from `none` to `full`, 0..1."""
    return min(max((value - none) / (full - none), 0.0), 1.0)
