"""How steeply the spectrum of a voice falls towards high frequencies: the figure called tilt everywhere else.

A raised voice closes the glottis faster, and its spectrum falls less steeply (Eyben et al., IEEE Trans. Affective
Computing 7(2), 2016, and what they cite). The slope is taken inside the telephone band and from logarithms of bands, so
that the loudness of the line cancels and its colouring is the same number in every frame of a call.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

EDGES = (300, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 3400)
"""Hz: thirds of an octave inside the telephone band."""
FLOOR = 10**-4.5
"""A band counts as at least 45 dB under the whole: what is weaker is the line's noise, not the voice."""

Floats = npt.NDArray[np.float64]


class SpectralSlope:
    """Slope of spectra with bins at `frequencies` (Hz, shape (bins,)).

    >>> frequencies = np.linspace(0, 8000, 257)
    >>> falling = 1 / np.maximum(frequencies, 1) ** 4
    >>> SpectralSlope(frequencies)(falling[None, :]).round(0)  # a fall of 12 dB an octave
    array([-12.])
    """

    def __init__(self, frequencies: Floats) -> None:
        edges = np.array(EDGES, dtype=np.float64)
        inside = (frequencies[:, None] >= edges[:-1]) & (frequencies[:, None] < edges[1:])
        self._bands = inside / np.maximum(inside.sum(axis=0), 1)
        octaves = np.log2(np.sqrt(edges[:-1] * edges[1:]))
        centred = octaves - octaves.mean()
        self._fit = centred / (centred @ centred)

    def __call__(self, power: Floats) -> Floats:
        """dB an octave of each spectrum of `power`, shape (n, bins), to shape (n,). Silence gives 0."""
        bands = power @ self._bands
        bands += FLOOR * bands.sum(axis=1, keepdims=True) + np.finfo(np.float64).tiny
        return np.asarray(10 * np.log10(bands) @ self._fit)
