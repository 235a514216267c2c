"""Sound as arrays: the one type that everything that handles sound shares."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
"""Samples a second of both channels inside the engine, whatever the sources deliver."""

Samples = npt.NDArray[np.float32]
"""Mono sound, float32 in [-1, 1], shape (n,)."""
