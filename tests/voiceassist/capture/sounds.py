"""Sources and sounds for the tests of capture: tones, clicks, and devices with a clock of their own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from voiceassist.capture.source import Block
from voiceassist.core.audio_types import Samples


def tone(seconds: float, rate: int, hz: float = 440.0, start: float = 0.0) -> Samples:
    """A sine of `seconds`, as a device whose first sample is heard at `start` would hear it."""
    t = start + np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def blocks(sound: Samples, rate: int, *, size: float = 0.02, start: float = 0.0, late: float = 0.0) -> Iterator[Block]:
    """`sound` cut into blocks of `size` seconds as a device hands them over, each `late` seconds late."""
    n = round(size * rate)
    for k, i in enumerate(range(0, sound.size, n)):
        yield Block(sound[i : i + n], start + i / rate + late, k)


def lag(heard: Samples, reference: Samples, most: int) -> float:
    """Samples by which `heard` lies later than `reference` (equal lengths), found by correlation, to a tenth."""
    n = 1 << (heard.size + most).bit_length()
    cross = np.fft.irfft(np.fft.rfft(heard, n) * np.conj(np.fft.rfft(reference, n)), n)
    lags = np.concatenate([cross[-most:], cross[: most + 1]])
    k = int(lags.argmax())
    if 0 < k < lags.size - 1:
        a, b, c = lags[k - 1], lags[k], lags[k + 1]
        return float(k - most + 0.5 * (a - c) / (a - 2 * b + c))
    return float(k - most)
