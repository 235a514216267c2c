"""The filters of the log-mel spectrum, applied so that the same sound always gives the same figures.

As a matrix product, numpy leaves it to OpenBLAS, whose rounding depends on how many threads the environment gives it.
That is 1e-7, but int8 weights make visible differences of it: other probabilities, now and then another word.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class MelFilters:
    """Stands in for the matrix of faster-whisper's feature extractor, which is all zeros but for a band in each row."""

    def __init__(self, matrix: Floats) -> None:
        """`matrix`: shape (mels, bins)."""
        self.shape = matrix.shape
        self._bands = []
        for row in matrix:
            used = np.flatnonzero(row)
            first, last = (used[0], used[-1] + 1) if len(used) else (0, 0)
            self._bands.append((first, row[first:last, np.newaxis].copy()))

    def __matmul__(self, power: Floats) -> Floats:
        """Of a power spectrum, shape (bins, frames), the energy in each band, shape (mels, frames)."""
        return np.stack([(weights * power[first : first + len(weights)]).sum(axis=0) for first, weights in self._bands])
