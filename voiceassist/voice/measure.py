"""Figures about a stretch of speech from its frames: level and pitch. Pure functions on arrays."""

from __future__ import annotations

import numpy as np

from voiceassist.voice.frames import Floats


def active_level(level_db: Floats) -> float:
    """Mean power of the given frames in dBFS; they are the frames in which somebody speaks. Shape (n,), n >= 1."""
    return float(10 * np.log10(np.mean(10 ** (level_db / 10))))


def median_pitch(hz: Floats) -> float:
    """Median of the voiced frames in Hz, 0 when fewer than five frames are voiced."""
    voiced = hz[hz > 0]
    return float(np.median(voiced)) if len(voiced) >= 5 else 0.0
