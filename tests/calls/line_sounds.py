"""What a telephone line does to speech, and what is heard on it when nobody speaks.

Functions take and return float32 arrays of shape (n,), mono, 16 kHz, within about [-1, 1]; chance comes from the
generator that is passed in. Knows nothing of texts, voices or models.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import soxr

SAMPLE_RATE = 16_000
_PHONE_RATE = 8_000


def band_pass(samples: np.ndarray, low: float, high: float, rate: int = SAMPLE_RATE) -> np.ndarray:
    """Keep `low` to `high` hertz; 18 dB an octave at both edges, without shifting phases."""
    size = len(samples)
    if size == 0:
        return samples
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(size, 1 / rate)
    gain = 1 / np.sqrt(1 + (low / np.maximum(hertz, 1e-3)) ** 6) / np.sqrt(1 + (hertz / high) ** 12)
    return np.fft.irfft(spectrum * gain, size).astype(np.float32)


def mu_law(samples: np.ndarray) -> np.ndarray:
    """Through 8-bit mu-law and back (ITU-T G.711, the smooth curve with mu = 255)."""
    clipped = np.clip(samples, -1.0, 1.0)
    coded = np.sign(clipped) * np.log1p(255 * np.abs(clipped)) / np.log(256)
    levels = np.round(coded * 127) / 127
    return np.asarray(np.sign(levels) * (np.power(256, np.abs(levels)) - 1) / 255, np.float32)


def telephone(samples: np.ndarray, low: float = 300.0, high: float = 3400.0) -> np.ndarray:
    """As a landline carries it: 8 kHz, `low` to `high` hertz, mu-law; returned at 16 kHz, of the same length."""
    narrow = band_pass(soxr.resample(samples, SAMPLE_RATE, _PHONE_RATE), low, high, _PHONE_RATE)
    wide = soxr.resample(mu_law(narrow), _PHONE_RATE, SAMPLE_RATE)
    return np.pad(wide, (0, max(0, len(samples) - len(wide))))[: len(samples)].astype(np.float32)


def silence(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Nothing but the last bit of a digital line."""
    return (rng.integers(-1, 2, round(seconds * SAMPLE_RATE)) / 32768.0).astype(np.float32)


def noise(seconds: float, rng: np.random.Generator, exponent: float | None = None) -> np.ndarray:
    """Noise with a spectrum of 1/f^exponent (0 white, 1 pink, 2 brown; drawn if None), root mean square 0.1."""
    size = round(seconds * SAMPLE_RATE)
    exponent = rng.uniform(0, 2) if exponent is None else exponent
    spectrum = np.fft.rfft(rng.standard_normal(max(size, 2)))
    hertz = np.maximum(np.fft.rfftfreq(max(size, 2), 1 / SAMPLE_RATE), 40.0)
    shaped = np.fft.irfft(spectrum * hertz ** (-exponent / 2), max(size, 2))[:size]
    return (0.1 * shaped / max(float(np.std(shaped)), 1e-9)).astype(np.float32)


def _tones(hertz: tuple[float, ...], on_off: tuple[float, ...], seconds: float, start: float) -> np.ndarray:
    """Sine waves together, switched on and off in the rhythm (on, off, on, off ...), beginning `start` seconds in."""
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    phase = (at + start) % sum(on_off)
    edges = np.cumsum(on_off)
    gate = (np.searchsorted(edges, phase, side="right") % 2 == 0).astype(np.float32)
    return np.asarray(gate * sum(np.sin(2 * np.pi * f * at) for f in hertz) / len(hertz), np.float32)


# ITU-T E.180 supplement 2: what callers hear while it rings, or when the line is taken.
_RINGING = (
    ((440.0, 480.0), (2.0, 4.0)),
    ((400.0, 450.0), (0.4, 0.2, 0.4, 2.0)),
    ((425.0,), (1.0, 4.0)),
    ((425.0,), (1.0, 3.0)),
)
_BUSY = (
    ((480.0, 620.0), (0.5, 0.5)),
    ((400.0,), (0.375, 0.375)),
    ((425.0,), (0.5, 0.5)),
    ((480.0, 620.0), (0.25, 0.25)),
)


def ring_back(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """The ringing tone of one of four countries' exchanges."""
    hertz, rhythm = _RINGING[rng.integers(len(_RINGING))]
    return 0.3 * _tones(hertz, rhythm, seconds, rng.uniform(0, 2))


def busy_tone(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """The engaged tone of one of four countries' exchanges."""
    hertz, rhythm = _BUSY[rng.integers(len(_BUSY))]
    return 0.3 * _tones(hertz, rhythm, seconds, rng.uniform(0, 1))


def key_tones(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Keys pressed on a telephone (DTMF, ITU-T Q.23), 80 to 250 ms each."""
    out = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
    at = rng.uniform(0, 0.5)
    while at < seconds:
        hold = rng.uniform(0.08, 0.25)
        pair = (float(rng.choice([697, 770, 852, 941])), float(rng.choice([1209, 1336, 1477])))
        tone = 0.3 * _tones(pair, (hold, 1e9), hold, 0.0)
        first = round(at * SAMPLE_RATE)
        out[first : first + len(tone)] = tone[: len(out) - first]
        at += hold + rng.uniform(0.05, 0.6)
    return out


def hold_music(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A tune over chords with a soft beat, every one composed anew: plucked or held notes of a few overtones."""
    size = round(seconds * SAMPLE_RATE)
    out = np.zeros(size + SAMPLE_RATE * 3, dtype=np.float32)
    beat = 60 / rng.uniform(70, 140)
    root = rng.uniform(110, 240)
    scale = (
        np.array([0, 2, 4, 5, 7, 9, 11, 12, 14, 16])
        if rng.random() < 0.6
        else np.array([0, 2, 3, 5, 7, 8, 10, 12, 14, 15])
    )
    overtones = np.exp(-rng.uniform(0.4, 1.6) * np.arange(5))
    decay = rng.uniform(0.4, 4.0)
    drum = rng.uniform(0, 0.4)

    def note(start: float, step: int, hold: float, level: float) -> None:
        hertz = root * 2 ** (scale[step % len(scale)] / 12)
        at = np.arange(round(hold * SAMPLE_RATE)) / SAMPLE_RATE
        wave = sum(o * np.sin(2 * np.pi * hertz * (k + 1) * at) for k, o in enumerate(overtones))
        shape = np.minimum(at / 0.02, 1) * np.exp(-decay * at) * np.minimum((hold - at) / 0.03, 1)
        first = round(start * SAMPLE_RATE)
        out[first : first + len(at)] += (level * wave * shape).astype(np.float32)[: len(out) - first]

    at, step = 0.0, int(rng.integers(0, 5))
    while at < seconds:
        if rng.random() < 0.3:
            chord = int(rng.integers(0, 5))
            for third in (0, 2, 4):
                note(at, chord + third, min(beat * 4, 2.5), 0.12)
        step = int(np.clip(step + rng.integers(-2, 3), 0, 9))
        length = beat * float(rng.choice([0.5, 1.0, 1.0, 2.0]))
        note(at, step, min(length * 1.2, 2.5), 0.35)
        if drum > 0.1:
            hit = rng.standard_normal(800) * np.exp(-np.arange(800) / 150) * drum * 0.3
            first = round(at * SAMPLE_RATE)
            out[first : first + 800] += hit.astype(np.float32)
        at += length
    out = out[:size]
    return (0.5 * out / max(float(np.abs(out).max(initial=0)), 1e-6)).astype(np.float32)


def breathing(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """In and out every four seconds, close to the microphone: noise around 800 Hz that swells and fades."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    swell = np.clip(np.sin(2 * np.pi * t / 2.0), 0, 1) ** 2
    return np.asarray(0.05 * swell * band_pass(rng.normal(0, 1, len(t)), 400, 1800), np.float32)


def hum(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Mains hum with its harmonics."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(sum(0.03 / k * np.sin(2 * np.pi * 50 * k * t) for k in (1, 2, 3, 5, 7)), np.float32)


def keyboard(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Somebody types: clicks of 10 ms, three to sixteen a second."""
    sound = rng.normal(0, 0.001, round(seconds * SAMPLE_RATE))
    at = 0.0
    while at < seconds - 0.1:
        first = round(at * SAMPLE_RATE)
        sound[first : first + 800] += rng.normal(0, 0.2, 800) * np.exp(-np.arange(800) / 120)
        at += rng.uniform(0.06, 0.35)
    return np.asarray(sound, np.float32).clip(-1, 1)


def comfort_noise(seconds: float, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(0.05 * noise(seconds, rng, 1.0), np.float32)


def swelling(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Traffic that comes and goes."""
    sound = noise(seconds, rng, 1.0)
    return np.asarray(sound * (0.1 + np.abs(np.sin(np.arange(len(sound)) / SAMPLE_RATE * 1.7))), np.float32).clip(-1, 1)


NON_SPEECH: dict[str, Callable[[float, np.random.Generator], np.ndarray]] = {
    "silence": silence,
    "noise": noise,
    "ring-back": ring_back,
    "busy tone": busy_tone,
    "key tones": key_tones,
    "hold music": hold_music,
    "breathing": breathing,
    "mains hum": hum,
    "keyboard": keyboard,
    "comfort noise": comfort_noise,
    "swelling noise": swelling,
}
"""Every kind of sound without speech, by name."""
