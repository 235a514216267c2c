"""Two figures of the spectrum of a voice, frame by frame: slope (called tilt everywhere else) and movement.

A raised voice closes the glottis faster: its spectrum falls less steeply (Eyben et al., IEEE Trans. Affective Computing
7(2), 2016, and what they cite). Who is upset also forms sounds with more force: the spectrum changes more from one
moment to the next. Both are taken inside the telephone band and from logarithms of bands, so that the loudness of the
line cancels and its colouring is the same in every frame of a call.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EDGES = (300, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 3400)
"""Hz: thirds of an octave inside the telephone band."""
FLOOR = 10**-4.5
"""A band counts as at least 45 dB under the whole: what is weaker is the line's noise, not the voice."""
MOVING_BANDS = 6
"""Bands up to 1250 Hz: movement is taken where a voice is far above the noise of a line."""

SLOPE, MOVEMENT = range(2)
"""Columns of what `SpectralFigures` gives."""

Floats = npt.NDArray[np.float64]


class SpectralFigures:
    """Of the spectra of one channel, in order, with bins at `frequencies` (Hz, shape (bins,)).

    >>> frequencies = np.linspace(0, 8000, 257)
    >>> falling = 1 / np.maximum(frequencies, 1) ** 4
    >>> SpectralFigures(frequencies)(falling[None, :])[:, SLOPE].round(0)  # a fall of 12 dB an octave
    array([-12.])
    """

    def __init__(self, frequencies: Floats) -> None:
        edges = np.array(EDGES, dtype=np.float64)
        inside = (frequencies[:, None] >= edges[:-1]) & (frequencies[:, None] < edges[1:])
        self._bands = inside / np.maximum(inside.sum(axis=0), 1)
        octaves = np.log2(np.sqrt(edges[:-1] * edges[1:]))
        centred = octaves - octaves.mean()
        self._fit = centred / (centred @ centred)
        self._last: Floats | None = None

    def __call__(self, power: Floats) -> Floats:
        """Shape (n, bins) to (n, 2): slope in dB an octave; mean change of the moving bands, each against the whole,
        since the frame before, in dB. Silence gives a slope of 0."""
        bands = power @ self._bands
        whole = bands.sum(axis=1, keepdims=True) + np.finfo(np.float64).tiny
        shape = 10 * np.log10(bands / whole + FLOOR)
        before = np.vstack([shape[:1] if self._last is None else self._last, shape[:-1]])
        self._last = shape[-1:]
        moved = np.abs(shape - before)[:, :MOVING_BANDS].mean(axis=1)
        return np.column_stack([shape @ self._fit, moved])
