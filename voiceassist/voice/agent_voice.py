"""The agent's own level and pitch against the agent's own usual.

Plain behaviours in decibels and semitones, as anybody could read off a meter. Nothing about feelings is inferred here,
and nothing of this may be handed to `models.agitation`.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voiceassist.core.tuning import OwnVoiceTuning
from voiceassist.voice.frames import FRAME_SECONDS
from voiceassist.voice.measure import active_level


@dataclass(frozen=True, slots=True)
class Raised:
    """How far the last seconds of speech are over the usual: dB and semitones."""

    level: float
    """What was exceeded all the while: the quieter half of the window."""
    pitch: float
    loudest: float = 0.0
    """The louder half."""


class AgentVoice:
    def __init__(self, tuning: OwnVoiceTuning) -> None:
        self._levels: deque[float] = deque(maxlen=round(tuning.memory / FRAME_SECONDS))
        self._pitches: deque[float] = deque(maxlen=round(tuning.memory / FRAME_SECONDS))
        self._window = round(tuning.window / FRAME_SECONDS)
        self._baseline = round(tuning.baseline / FRAME_SECONDS)
        self.spoken = 0.0
        """Seconds of the agent's speech so far."""

    def add_level(self, level_db: float) -> None:
        """Level of one frame in which the agent is speaking."""
        self._levels.append(level_db)
        self.spoken += FRAME_SECONDS

    def add_pitch(self, hz: float) -> None:
        """Pitch of one voiced frame of the agent's speech."""
        self._pitches.append(12 * float(np.log2(hz)))

    def raised(self) -> Raised | None:
        """The last two seconds of speech against what came before, or None before there is enough of both."""
        if len(self._levels) < self._baseline + self._window:
            return None
        levels = np.array(self._levels)
        usual = _typical_level(levels[: -self._window], self._window)
        # Raised all the while, not one loud word: the quieter half of the window counts.
        half = self._window // 2
        halves = [active_level(levels[-2 * half : -half]) - usual, active_level(levels[-half:]) - usual]
        level, loudest = min(halves), max(halves)
        # About two thirds of the frames of speech are voiced. Higher all the while, not the rise of one question.
        voiced = self._window // 3
        pitches = np.array(self._pitches)
        if len(pitches) < 6 * voiced:
            return Raised(level, 0.0, loudest)
        usual_pitch = np.median(pitches[: -2 * voiced])
        halves = [np.median(pitches[-2 * voiced : -voiced]), np.median(pitches[-voiced:])]
        return Raised(level, float(min(halves) - usual_pitch), loudest)


def _typical_level(levels: np.ndarray, window: int) -> float:
    """Median over windows of the active level: a few loud sentences do not move it."""
    whole = len(levels) // window * window
    pieces = levels[-whole:].reshape(-1, window)
    return float(np.median([active_level(piece) for piece in pieces]))
