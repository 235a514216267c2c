"""Sound of one caller into the frames the estimator takes, all at once: for measuring it on recorded clips.

The live path makes the same frames block by block in `voiceassist.voice.frames`; a test holds the two together. Also
what a line does to a voice, so that a clean recording can be measured as a telephone would deliver it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.activity import FRAME, SAMPLE_RATE, SpeechActivity
from models.agitation.counting import CallerFrames
from models.agitation.spectrum import SpectralFigures

Samples = npt.NDArray[np.float32]

SPEECH, RELEASE = 0.35, 0.15
"""Speech begins at this probability and goes on until it is so much lower, as in the engine."""
LOUDNESS = 10 ** (-23 / 20)
"""Level a gain control brings every clip to: -23 dBFS."""

_window = np.hanning(FRAME).astype(np.float32)
_frequencies = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE).astype(np.float64)


def read(path: Path) -> Samples:
    """A sound file as mono at 16 kHz. Raises `OSError` or `soundfile.LibsndfileError` when it is none."""
    import soundfile
    import soxr

    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(sound.mean(axis=1), rate, SAMPLE_RATE), dtype=np.float32)


class Listener:
    """Loads the networks once; `frames` as often as wanted."""

    def __init__(self) -> None:
        from swift_f0 import SwiftF0

        self._activity = SpeechActivity()
        self._pitch = SwiftF0(threads=1, spin=False)

    def frames(self, sound: Samples) -> CallerFrames:
        """Frames of 32 ms of a whole recording, mono at 16 kHz; the last one is filled up with silence."""
        sound = np.append(sound, np.zeros(-len(sound) % FRAME, np.float32)).astype(np.float32)
        shaped = sound.reshape(-1, FRAME)
        power = np.mean(np.square(shaped, dtype=np.float64), axis=1)
        spectrum = np.square(np.abs(np.fft.rfft(shaped * _window, axis=1)), dtype=np.float64)
        self._activity.reset()
        speech, on = np.zeros(len(shaped), dtype=bool), False
        for i, probability in enumerate(self._activity.probabilities(sound)):
            speech[i] = on = bool(probability >= (SPEECH - RELEASE if on else SPEECH))
        level = 10 * np.log10(np.maximum(power, 1e-10))
        figures = SpectralFigures(_frequencies)(spectrum)
        return CallerFrames(self._hz(sound), level, figures, speech, FRAME / SAMPLE_RATE)

    def _hz(self, sound: Samples) -> npt.NDArray[np.float64]:
        result = self._pitch.detect(sound, SAMPLE_RATE, 60.0, 600.0)
        voiced = (result.confidence >= 0.5).reshape(-1, 2)
        logs = np.where(voiced, np.log(np.maximum(result.pitch_hz, 1.0)).reshape(-1, 2), 0.0)
        count = voiced.sum(axis=1)
        return np.where(count > 0, np.exp(logs.sum(axis=1) / np.maximum(count, 1)), 0.0)


def join(pieces: list[CallerFrames]) -> CallerFrames:
    """One after the other."""
    return CallerFrames(
        np.concatenate([p.hz for p in pieces]),
        np.concatenate([p.level_db for p in pieces]),
        np.concatenate([p.spectrum for p in pieces]),
        np.concatenate([p.speech for p in pieces]),
        pieces[0].seconds,
    )


# --- lines -----------------------------------------------------------------------------------------------------------


def telephone(sound: Samples) -> Samples:
    """300 to 3400 Hz at 8 kHz and G.711 µ-law (continuous companding curve, µ = 255), back at 16 kHz."""
    import soxr
    from scipy.signal import butter, sosfilt

    band = sosfilt(butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE, output="sos"), sound)
    narrow = np.clip(soxr.resample(band, SAMPLE_RATE, SAMPLE_RATE // 2), -1.0, 1.0)
    coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    decoded = np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255
    return np.asarray(soxr.resample(decoded, SAMPLE_RATE // 2, SAMPLE_RATE), dtype=np.float32)


def levelled(sound: Samples) -> Samples:
    """Every clip at the same level, as behind a perfect gain control."""
    return np.asarray(sound * (LOUDNESS / max(_active(sound), 1e-6)), dtype=np.float32)


def noisy(sound: Samples) -> Samples:
    """With brown noise 10 dB under the speech; the same clip gets the same noise."""
    from scipy.signal import lfilter

    noise = lfilter([1], [1, -0.9], np.random.default_rng(len(sound)).standard_normal(len(sound)))
    return np.asarray(sound + noise * (_active(sound) * 10**-0.5 / np.sqrt(np.square(noise).mean())), dtype=np.float32)


LINES: dict[str, Callable[[Samples], Samples]] = {
    "clean": lambda sound: sound,
    "telephone": telephone,
    "telephone, levelled": lambda sound: telephone(levelled(sound)),
    "telephone, levelled, noise 10 dB": lambda sound: telephone(noisy(levelled(sound))),
}


def _active(sound: Samples) -> float:
    """Root mean square of the 20-ms pieces within 25 dB of the loudest."""
    pieces = np.square(sound[: len(sound) // 320 * 320].reshape(-1, 320)).mean(axis=1)
    return float(np.sqrt(pieces[pieces >= pieces.max(initial=0.0) * 0.003].mean())) if len(pieces) else 0.0
