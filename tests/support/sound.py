"""Real sound for tests: stretches of the bundled demo call."""

from functools import cache

import numpy as np
import soundfile

from voiceassist.session.demo_assets import CALL


@cache
def _whole() -> np.ndarray:
    sound, rate = soundfile.read(CALL, dtype="float32")
    assert rate == 16_000
    return np.asarray(sound)


def demo(start: float = 0.0, end: float | None = None) -> tuple[np.ndarray, np.ndarray]:
    """(agent, caller) of the demo call between two times in seconds, mono 16 kHz."""
    piece = _whole()[round(start * 16_000) : None if end is None else round(end * 16_000)]
    return piece[:, 0].copy(), piece[:, 1].copy()
