"""What a line, a codec and a room do to speech. Arrays in, arrays out: mono float32 at 16 kHz, same length."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

from tests.calls.demo import DELIVERY
from voiceassist.core.audio_types import Samples

RATE = 16_000


def telephone(sound: Samples) -> Samples:
    """300 to 3400 Hz."""
    return np.asarray(sosfilt(butter(4, (300, 3400), "bandpass", fs=RATE, output="sos"), sound), np.float32)


def mu_law(sound: Samples) -> Samples:
    """G.711 µ-law: telephone band, 8 kHz, 8 bits a sample (continuous companding curve, µ = 255)."""
    narrow = np.clip(resample_poly(telephone(sound), 1, 2), -1.0, 1.0)
    coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    decoded = np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255
    return _as_long(resample_poly(decoded, 2, 1), len(sound))


def opus(sound: Samples, bit_rate: int = 16_000) -> Samples:
    """There and back through Opus for speech."""
    import av
    import soundfile

    file = io.BytesIO()
    with av.open(file, "w", format="ogg", options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("libopus", rate=RATE, layout="mono", options={"application": "voip"})
        stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound).reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate, frame.pts = RATE, 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    file.seek(0)
    decoded, rate = soundfile.read(file, dtype="float32")
    assert rate == RATE
    return _as_long(decoded, len(sound))


def levelled(sound: Samples, target_db: float = -23.0) -> Samples:
    """Automatic gain control: 20 ms attack, 0.4 s release, at most 20 dB of gain."""
    hop = RATE // 100
    frames = np.append(np.square(sound), np.zeros(-len(sound) % hop)).reshape(-1, hop).mean(axis=1)
    power, gains = 1e-6, []
    for frame in frames:
        share = 1 - np.exp(-0.01 / (0.02 if frame > power else 0.4))
        power += (frame - power) * share
        gains.append(min(target_db - 10 * np.log10(power + 1e-12), 20.0))
    gain = np.interp(np.arange(len(sound)), np.arange(len(gains)) * hop, gains)
    return np.asarray(np.clip(sound * 10 ** (gain / 20), -1, 1), np.float32)


def noisy(sound: Samples, snr_db: float, seed: int, *, under: Samples | None = None) -> Samples:
    """With pink noise so far under the active speech of `under`, or of `sound`."""
    random = np.random.default_rng(seed)
    spectrum = np.fft.rfft(random.standard_normal(len(sound)))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(sound))
    share = active(sound if under is None else under) / np.square(pink).mean() * 10 ** (-snr_db / 10)
    return np.asarray(sound + pink * np.sqrt(share), np.float32)


def crowded(sound: Samples, snr_db: float, *, under: Samples | None = None) -> Samples:
    """With sixteen people talking at once, so far under the active speech of `under`, or of `sound`.

    They are the two of a demo call before anybody is angry, each as eight voices from low and slow to high and fast.
    """
    voices = DELIVERY.sound(0.0, DELIVERY.line("That is simply not true").start)
    crowd = np.zeros(len(sound))
    for i, speed in enumerate(np.linspace(0.7, 1.4, 16)):
        voice = voices[i % 2]
        at = np.arange(len(sound)) * speed % len(voice)
        crowd += np.roll(np.interp(at, np.arange(len(voice)), voice), i * 79_000)
    share = active(sound if under is None else under) / active(crowd) * 10 ** (-snr_db / 10)
    return np.asarray(sound + crowd * np.sqrt(share), np.float32)


def active(sound: np.ndarray) -> float:
    """Mean square of what is within 30 dB of the loudest sample: of the speech, without its pauses."""
    return float(np.square(sound[np.abs(sound) > np.abs(sound).max() / 30]).mean())


LINES: dict[str, Callable[[Samples], Samples]] = {
    "as recorded": lambda sound: sound,
    "telephone band": telephone,
    "G.711": mu_law,
    "Opus 16 kbit/s": lambda sound: opus(telephone(sound)),
    "noise 20 dB": lambda sound: telephone(noisy(sound, 20.0, seed=5)),
    "noise 10 dB": lambda sound: telephone(noisy(sound, 10.0, seed=6)),
    "gain control": lambda sound: levelled(telephone(sound)),
    "crowd 14 dB": lambda sound: telephone(crowded(sound, 14.0)),
}
"""Ways a caller can arrive, by name."""


def _as_long(sound: np.ndarray, length: int) -> Samples:
    sound = sound[:length]
    return np.append(sound, np.zeros(length - len(sound))).astype(np.float32)
