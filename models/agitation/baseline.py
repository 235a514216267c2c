"""The caller's own usual voice: what every change is measured against.

Order statistics of remembered windows of calm speech, so that one odd sentence moves nothing. Forgets what is older
than `memory` seconds of voiced speech, which is the slow drift; the estimator stops feeding it while the caller is
agitated, which is the freeze.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from models.agitation.tuning import Tuning

Floats = npt.NDArray[np.float64]

MAD_TO_SD = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""


class Baseline:
    """`usual` and `spread` of the figures (pitch, level, tilt, pace), shape (4,) each, after the first `remember`."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._kept: deque[tuple[float, Floats]] = deque()
        self.usual: Floats = np.zeros(4)
        self.spread: Floats = np.zeros(4)

    def __len__(self) -> int:
        return len(self._kept)

    def remember(self, figures: Floats, voiced: float) -> None:
        """A window of calm speech, `voiced` seconds of voiced speech after the start."""
        self._kept.append((voiced, figures))
        while self._kept[0][0] < voiced - self._tuning.memory:
            self._kept.popleft()
        kept = np.array([figures for _, figures in self._kept])
        self.usual = np.percentile(kept, self._tuning.quantile, axis=0)
        self.usual[0] = min(self.usual[0], self._tuning.ceiling)
        self.spread = MAD_TO_SD * np.median(np.abs(kept - np.median(kept, axis=0)), axis=0)
