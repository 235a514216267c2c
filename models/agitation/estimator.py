"""The estimator: figures of the caller's voiced frames in, a score with its confidence and evidence out.

Method, after Bone, Lee & Narayanan (IEEE Trans. Affective Computing 5(2), 2014): a few interpretable figures (median
pitch, level, spectral tilt) each compared with the same speaker's own baseline, squashed, weighted and added. Here the
baseline is the caller's first seconds of speech, the figures are taken over a sliding window of voiced speech, and the
sum is smoothed over *speech* time, so that silence neither proves nor disproves anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from models.agitation.tuning import TUNING, Tuning

Floats = npt.NDArray[np.float64]


class State(StrEnum):
    LISTENING = "listening"
    CALM = "calm"
    RISING = "rising"
    HIGH = "high"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class CallerFrames:
    """Frames in which the caller, and nobody else, was speaking. Arrays of one shape (n,).

    `hz` is the pitch, 0 where unvoiced; `level_db` in dBFS; `low` and `high` the energies whose ratio is the tilt;
    `seconds` the length of one frame.
    """

    hz: Floats
    level_db: Floats
    low: Floats
    high: Floats
    seconds: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """`score` and `confidence` in 0..1. `pitch`, `level`, `tilt`: change since the start in semitones, dB and dB."""

    state: State
    score: float = 0.0
    confidence: float = 0.0
    pitch: float = 0.0
    level: float = 0.0
    tilt: float = 0.0


class Estimator:
    """One caller. `add` frames as they come, `rest` while the caller is silent; `estimate` whenever asked."""

    def __init__(self, tuning: Tuning = TUNING) -> None:
        self.tuning = tuning
        self.reset()

    def reset(self) -> None:
        """Another person is on the line: begin anew."""
        self._frames = np.zeros((0, 4))
        """Voiced frames of the window: pitch in semitones, level in dB, low, high."""
        self._voiced = 0.0
        self._due = 0.0
        self._history: list[Floats] = []
        self._base = np.zeros(3)
        self._spread = np.zeros(3)
        self._change = np.zeros(3)
        self._score = 0.0
        self._state = State.LISTENING

    @property
    def estimate(self) -> Estimate:
        if self._state is State.LISTENING:
            return Estimate(State.LISTENING)
        confidence = min(1.0, 0.4 + 0.6 * (self._voiced - self.tuning.abstain) / self.tuning.baseline)
        pitch, level, tilt = (float(x) for x in self._change)
        return Estimate(self._state, self._score, confidence, pitch, level, tilt)

    def rest(self, seconds: float) -> None:
        """The caller was silent for `seconds`."""
        self._score *= float(np.exp(-seconds / self.tuning.rest))
        self._settle()

    def add(self, frames: CallerFrames) -> None:
        voiced = frames.hz > 0
        if not voiced.any():
            return
        rows = np.column_stack(
            [12 * np.log2(frames.hz[voiced]), frames.level_db[voiced], frames.low[voiced], frames.high[voiced]]
        )
        keep = round(self.tuning.window / frames.seconds)
        self._frames = np.concatenate([self._frames, rows])[-keep:]
        seconds = len(rows) * frames.seconds
        self._voiced += seconds
        self._due += seconds
        if self._due >= 0.5:
            self._measure(self._due)
            self._due = 0.0

    def _measure(self, seconds: float) -> None:
        """Half a second more of voiced speech: figures of the window, then baseline, then score."""
        tuning = self.tuning
        pitch, level, low, high = self._frames.T
        figures = np.array(
            [
                # Median and upper edge: agitation raises both, and the mean of the two is steadier than either.
                (np.median(pitch) + np.percentile(pitch, 80)) / 2,
                10 * np.log10(np.mean(10 ** (level / 10))),
                10 * np.log10((high.sum() + 1e-12) / (low.sum() + 1e-12)),
            ]
        )
        if self._voiced < tuning.baseline and self._state not in (State.HIGH, State.RISING):
            self._history.append(figures)
            history = np.array(self._history)
            # Toward the calm quartile: whoever starts upset must not make upset the usual.
            self._base = np.percentile(history, 40, axis=0)
            self._spread = 1.4826 * np.median(np.abs(history - self._base), axis=0)
        elif self._state in (State.CALM, State.FALLING) and self._score < tuning.rising / 2:
            self._base += (figures - self._base) * (1 - np.exp(-seconds / tuning.drift))
        if self._voiced < tuning.abstain:
            return
        floors = np.array([tuning.pitch_scale, tuning.level_scale, tuning.tilt_scale])
        weights = np.array([tuning.pitch_weight, tuning.level_weight, tuning.tilt_weight])
        self._change = figures - self._base
        evidence = np.tanh(self._change / np.maximum(floors, self._spread) / 2 * 1.5)
        raw = float(np.clip(weights @ evidence, 0.0, 1.0))
        self._score += (raw - self._score) * (1 - float(np.exp(-seconds / tuning.smoothing)))
        if self._state is State.LISTENING:
            self._state = State.CALM
        self._settle()

    def _settle(self) -> None:
        """State from score, with hysteresis."""
        tuning, score = self.tuning, self._score
        if self._state is State.LISTENING:
            return
        was_high = self._state in (State.HIGH, State.FALLING)
        if score >= (tuning.high - tuning.release if self._state is State.HIGH else tuning.high):
            self._state = State.HIGH
        elif score >= (tuning.rising - tuning.release if self._state is not State.CALM else tuning.rising):
            self._state = State.FALLING if was_high else State.RISING
        else:
            self._state = State.CALM
