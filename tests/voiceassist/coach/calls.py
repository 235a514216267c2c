"""Kept calls made of given sound, for tests of what reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import SCHEMA, CallEnded, CallStarted, Event
from voiceassist.storage import CallWriter
from voiceassist.storage.meta import CallMeta


def keep(root: Path, sound: npt.NDArray[np.float32], events: list[Event] | None = None) -> Path:
    """A call of this sound, shape (samples, 2), and these events. Its folder."""
    writer = CallWriter.create(root, CallMeta(origin="file"))
    writer.write([CallStarted(t=0.0, schema=SCHEMA), *(events or [])])
    for at in range(0, len(sound), SAMPLE_RATE):
        part = sound[at : at + SAMPLE_RATE]
        writer.sound(np.ascontiguousarray(part[:, 0]), np.ascontiguousarray(part[:, 1]))
    writer.write([CallEnded(t=len(sound) / SAMPLE_RATE)])
    writer.close()
    return writer.path


def noise(seconds: float, seed: int = 1) -> npt.NDArray[np.float32]:
    """Two sides of different soft noise that swells, so that every moment differs."""
    n = round(seconds * SAMPLE_RATE)
    level = 0.05 + 0.04 * np.sin(np.arange(n) / SAMPLE_RATE * 2.0)[:, None]
    return np.asarray(np.random.default_rng(seed).standard_normal((n, 2)) * level, np.float32)
