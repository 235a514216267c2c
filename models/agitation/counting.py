"""Which frames of a call count towards the caller's agitation, and which do not.

Told apart by what the frames themselves show: a voice wanders, a tone does not; a sentence has vowels, a cough or a
laugh has bursts; whoever stands in the background is far below the one who speaks. Frames under the agent's voice are
left out before they come here.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.agitation.tuning import Tuning

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CallerFrames:
    """Consecutive frames of the caller's channel, none left out. Arrays of one shape (n,).

    `hz` is the pitch, 0 where unvoiced; `level_db` in dBFS; `spectrum`, shape (n, 2), what
    `models.agitation.spectrum` gives; `speech` where the caller, and nobody else, was speaking; `seconds` the length
    of a frame.
    """

    hz: Floats
    level_db: Floats
    spectrum: Floats
    speech: Flags
    seconds: float


class Voiced(NamedTuple):
    """A frame that counts: pitch in semitones over 1 Hz, level in dBFS, slope and movement of its spectrum
    (nan in the first of a voiced stretch), when, and in which voiced stretch."""

    pitch: float
    level: float
    slope: float
    movement: float
    clock: float
    run: int


class FrameFilter:
    """Takes every frame in order and keeps the last window of those that count in `window`."""

    def __init__(self, tuning: Tuning, seconds: float) -> None:
        self._tuning = tuning
        self._run_frames = max(1, round(tuning.run / seconds))
        self._steady_frames = round(tuning.steady_for / seconds)
        self._long_run = round(tuning.long_run / seconds)
        self._least = round(tuning.least / seconds)
        self.window: deque[Voiced] = deque(maxlen=round(tuning.window / seconds))
        self._run: list[Voiced] = []
        self._number = 0
        self._steady = 0
        self._levels: deque[float] = deque(maxlen=round(tuning.faint_for / seconds))
        self._faint = -np.inf

    def step(self, hz: float, level: float, spectrum: list[float], speech: bool, clock: float) -> int:
        """One frame; returns how many frames more count now (a voiced stretch counts once it is long enough)."""
        if not speech or hz <= 0:
            self._break()
            return 0
        pitch = 12 * float(np.log2(hz))
        if self._run:
            moved = abs(pitch - self._run[-1].pitch)
            if moved > self._tuning.leap:
                self._break()
            self._steady = self._steady + 1 if moved < self._tuning.steady else 0
        slope, movement = spectrum
        if not self._run:
            movement = math.nan
        self._levels.append(level)
        frame = Voiced(pitch, level, slope, movement, clock, self._number)
        self._run.append(frame)
        if self._steady == self._steady_frames:
            while self.window and self.window[-1].run == self._number:
                self.window.pop()
        if self._steady >= self._steady_frames or level < self._faint or len(self._run) < self._run_frames:
            return 0
        new = self._run if len(self._run) == self._run_frames else [frame]
        self.window.extend(new)
        return len(new)

    def _break(self) -> None:
        self._run = []
        self._number += 1
        self._steady = 0

    def _latest(self, rows: list[Voiced]) -> list[Voiced]:
        """What was said since the last pause, if that is enough to go by; else all of `rows`."""
        for i in range(len(rows) - 1, 0, -1):
            if rows[i].clock - rows[i - 1].clock >= self._tuning.pause:
                return rows[i:] if len(rows) - i >= self._least else rows
        return rows

    def current(self, clock: float) -> list[Voiced]:
        """The window at `clock`, empty when what is in it is no sentence."""
        while self.window and self.window[0].clock <= clock - self._tuning.age:
            self.window.popleft()
        if len(self._levels) > self._long_run:
            self._faint = float(np.percentile(self._levels, 90)) - self._tuning.faint
        rows = self._latest(list(self.window))
        lengths = Counter(row.run for row in rows)
        sentence = sum(length for length in lengths.values() if length >= self._long_run)
        return rows if sentence > len(rows) / 4 else []
