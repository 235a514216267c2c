"""A constant offset (DC) of cheap headsets and sound cards, taken out of the sound.

It hides where speech ends, and makes two sides look alike that are not. The mean of the last seconds is taken out where
it is large enough to matter; other sound is passed on as it is, to the last bit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

HARMLESS = 1e-3
"""Offset (-60 dBFS) up to which nothing is done; from twice that it is taken out whole."""

SURE = 1.0
"""Seconds of sound after which the mean is believed. Before that a word could be half over."""

OBVIOUS = 0.5
"""Share of a block's level from which its mean is an offset and no word, however little was heard."""

LENGTH = 5.0
"""Seconds over which the mean is taken: long against a word, short against a call."""


class OffsetRemoval:
    """Sound in blocks of any size, float32 of shape (n,) or (n, channels)."""

    def __init__(self, rate: int, channels: int = 1) -> None:
        self._most, self._sure = LENGTH * rate, SURE * rate
        self._heard = 0.0
        self._mean = np.zeros(channels)
        self._taken = np.zeros(channels)

    def push(self, block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The block without its offset; the same array when there is none. What is exactly 0 was never recorded: such a
        block stays as it is and tells nothing."""
        if len(block) == 0 or not block.any():
            return block
        sound = block.reshape(len(block), -1)
        means = sound.mean(axis=0, dtype=np.float64)
        if not np.isfinite(means).all():
            return block
        self._heard = min(self._heard + len(sound), self._most)
        self._mean += (means - self._mean) * (len(sound) / self._heard)
        size = np.abs(self._mean)
        wanted = self._mean * np.clip((size - HARMLESS) / HARMLESS, 0.0, 1.0)
        if self._heard < self._sure:
            level = np.sqrt(np.square(sound, dtype=np.float64).mean(axis=0))
            wanted = np.where(np.abs(means) > OBVIOUS * level, wanted, self._taken)
        before, self._taken = self._taken, wanted
        if not before.any() and not wanted.any():
            return block
        if self._heard == len(sound):
            before = wanted
        course = before + (wanted - before) * (np.arange(1, len(sound) + 1)[:, np.newaxis] / len(sound))
        return (sound - course).astype(np.float32).reshape(block.shape)
