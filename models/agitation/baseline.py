"""The caller's own usual voice: what every change is measured against.

Order statistics of remembered windows of speech, so that one odd sentence moves nothing. A window is remembered only
once the speech after it stayed calm too: that is the freeze during agitation. What is older than `memory` seconds of
voiced speech is forgotten: that is the slow drift.
"""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from models.agitation.tuning import Tuning

Floats = npt.NDArray[np.float64]

PITCH, LEVEL = 0, 1
MAD_TO_SD = 1.4826
"""Median absolute deviation of a normal distribution to its standard deviation."""
TO_90 = 1.28
"""Standard deviations from the median to the 90th percentile of a normal distribution."""


class Baseline:
    """`usual` and `spread` of the figures of a window, shape (5,) each, after the first `remember`."""

    def __init__(self, tuning: Tuning) -> None:
        self._tuning = tuning
        self._kept: deque[tuple[float, Floats]] = deque()
        self._waiting: deque[tuple[float, Floats]] = deque()
        self.usual: Floats = np.zeros(5)
        self.spread: Floats = np.zeros(5)
        """The larger of two: how windows scatter, and how far the liveliest tenth rises over the usual. Calm people
        have lively sentences, and those who have many need more to stand out."""
        self.level_spread = 0.0
        """How the level of windows scatters, in dB: little when a gain control is at work."""

    def __len__(self) -> int:
        return len(self._kept)

    def remember(self, figures: Floats, voiced: float) -> None:
        """A window of calm speech, `voiced` seconds of voiced speech after the start."""
        self._kept.append((voiced, figures))
        self._take_stock(voiced)

    def consider(self, figures: Floats, voiced: float) -> None:
        """A window that seems calm: it is remembered after `patience` seconds of voiced speech without `dismiss`."""
        self._waiting.append((voiced, figures))
        ready = [w for w in self._waiting if w[0] <= voiced - self._tuning.patience]
        for _ in ready:
            self._kept.append(self._waiting.popleft())
        if ready:
            self._take_stock(voiced)

    def dismiss(self, voiced: float) -> None:
        """The caller is agitated: what was said just before was the start of it."""
        while self._waiting and self._waiting[-1][0] > voiced - self._tuning.patience:
            self._waiting.pop()

    def _take_stock(self, voiced: float) -> None:
        while self._kept[0][0] < voiced - self._tuning.memory:
            self._kept.popleft()
        kept = np.array([figures for _, figures in self._kept])
        median, usual, lively = np.percentile(kept, (50, self._tuning.quantile, 90), axis=0)
        scatter = MAD_TO_SD * np.median(np.abs(kept - median), axis=0)
        self.spread = np.maximum(scatter, (lively - usual) / TO_90)
        self.level_spread = float(scatter[LEVEL])
        self.usual = usual
        self.usual[PITCH] = min(usual[PITCH], self._tuning.ceiling)
