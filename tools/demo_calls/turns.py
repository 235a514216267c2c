"""One line of a script as it is heard: spoken, its pauses made, broken off, louder and flatter as its style says."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly, sosfilt

from tools.demo_calls.kokoro import HOP, RATE, Kokoro, Said
from tools.demo_calls.script import STYLES, Line, Speaker, Style, Who

SAMPLE_RATE = 16_000
LEVEL_DB: dict[Who, float] = {"agent": -26.0, "caller": -29.0}
"""Active level (dBFS) of calm speech: room for +9 dB of anger below full scale, at a crest factor of 16 dB."""
PITCH_STEP = 0.1
"""Seconds between two values of the pitch that is kept as truth."""
FADE = round(0.008 * RATE)


@dataclass(frozen=True)
class Spoken:
    """Mono float32 at 16 kHz from the first sound to the last; words in seconds; Hz every `PITCH_STEP`, 0: no voice."""

    samples: npt.NDArray[np.float32]
    words: tuple[tuple[float, float, str], ...]
    pitch: tuple[float, ...]
    style: Style

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


def speak_line(kokoro: Kokoro, line: Line, speaker: Speaker) -> Spoken:
    style = _never_quite_the_same(STYLES[line.who][line.style], line)
    pitch = (2 ** (style.semitones / 12), 2 ** (style.semitones_end / 12))
    tempo = style.tempo * speaker.tempo
    said = kokoro.say(line.spoken, speaker.voice, language=speaker.phonemes, speed=tempo, pitch=pitch)
    sound, words, curve = _cut(said, line, style.pause)
    heard = resample_poly(sound, SAMPLE_RATE // 8000, RATE // 8000)
    if style.tilt_db:
        heard = sosfilt(high_shelf(1000.0, style.tilt_db), heard)
    heard = heard * 10 ** ((LEVEL_DB[line.who] + style.level_db - active_level_db(heard)) / 20)
    return Spoken(soft_limit(heard).astype(np.float32), words, curve, style)


def _never_quite_the_same(style: Style, line: Line) -> Style:
    """Nobody says every sentence equally loud, high and fast: within 1 dB, 0.4 semitones, 3 %, as the text has it."""
    draw = np.random.default_rng(int(hashlib.sha256(line.text.encode()).hexdigest()[:8], 16)).uniform(-1, 1, 3)
    return replace(
        style,
        level_db=round(style.level_db + float(draw[0]), 1),
        semitones=round(style.semitones + 0.4 * float(draw[1]), 1),
        semitones_end=round(style.semitones_end + 0.4 * float(draw[1]), 1),
        tempo=round(style.tempo * (1 + 0.03 * float(draw[2])), 2),
    )


def _cut(
    said: Said, line: Line, longest: float
) -> tuple[npt.NDArray[np.float32], tuple[tuple[float, float, str], ...], tuple[float, ...]]:
    """From the first sound to the last (or to where the line breaks off), with the pauses that the script sets and no
    longer ones than `longest`."""
    count = len(line.heard.split())
    words = said.words[:count]
    loud = np.flatnonzero(np.abs(said.samples) > np.abs(said.samples).max() / 150)
    begin = max(0, int(loud[0]) - RATE // 100)
    end = min(len(said.samples), int(loud[-1]) + RATE // 100)
    if count < len(said.words):
        end = min(end, round(words[-1][1] * RATE) + FADE)
    pieces: list[npt.NDArray[np.float32]] = []
    curve: list[npt.NDArray[np.float32]] = []
    moved: list[tuple[float, float, str]] = []
    at, length = begin, 0
    per_sample = np.repeat(said.pitch, HOP)
    per_sample = np.pad(per_sample, (0, max(0, len(said.samples) - len(per_sample))))

    def keep(until: int, silence: int) -> None:
        nonlocal at, length
        piece = said.samples[at:until].copy()
        ramp = np.linspace(0, 1, min(FADE, len(piece)), dtype=np.float32)
        piece[: len(ramp)] *= ramp
        piece[len(piece) - len(ramp) :] *= ramp[::-1]
        pieces.extend([piece, np.zeros(silence, np.float32)])
        curve.extend([per_sample[at:until], np.zeros(silence, np.float32)])
        at, length = until, length + len(piece) + silence

    for n, (start, stop, word) in enumerate(words):
        shift = length / RATE - at / RATE
        moved.append((max(0.0, start + shift), stop + shift, word))
        if n + 1 == len(words):
            break
        gap = said.words[n + 1][0] - stop
        if n in line.pauses:
            middle = round((stop + gap / 2) * RATE)
            keep(middle, max(0, round((line.pauses[n] - gap) * RATE)))
        elif gap > longest:
            spare = round((gap - longest) * RATE / 2)
            middle = round((stop + gap / 2) * RATE)
            keep(middle - spare, 0)
            at = middle + spare
    keep(end, 0)
    sound, hertz = np.concatenate(pieces), np.concatenate(curve)
    seconds = len(sound) / RATE
    times = np.arange(0, seconds, PITCH_STEP)
    pitch = tuple(round(float(hertz[min(len(hertz) - 1, round(t * RATE))]), 1) for t in times)
    inside = tuple((min(a, seconds), min(b, seconds), w) for a, b, w in moved)
    return sound, inside, pitch


def active_level_db(sound: npt.NDArray[Any]) -> float:
    """Level in dBFS of the 20 ms frames within 25 dB of the loudest: speech without its pauses."""
    hop = SAMPLE_RATE // 50
    power = np.square(sound[: len(sound) // hop * hop].reshape(-1, hop)).mean(axis=1)
    return float(10 * np.log10(power[power > power.max() * 10**-2.5].mean()))


def high_shelf(corner_hz: float, gain_db: float) -> npt.NDArray[np.float64]:
    """Second-order shelf, shape (1, 6): 0 dB well below `corner_hz`, `gain_db` well above (R. Bristow-Johnson's
    audio EQ cookbook, slope 1)."""
    a = 10 ** (gain_db / 40)
    w = 2 * math.pi * corner_hz / SAMPLE_RATE
    cos, alpha = math.cos(w), math.sin(w) / math.sqrt(2)
    root = 2 * math.sqrt(a) * alpha
    b0, b1, b2 = (
        a * ((a + 1) + (a - 1) * cos + root),
        -2 * a * ((a - 1) + (a + 1) * cos),
        a * ((a + 1) + (a - 1) * cos - root),
    )
    a0, a1, a2 = (a + 1) - (a - 1) * cos + root, 2 * ((a - 1) - (a + 1) * cos), (a + 1) - (a - 1) * cos - root
    return np.array([[b0, b1, b2, a0, a1, a2]]) / a0


def soft_limit(sound: npt.NDArray[Any], knee: float = 0.6, ceiling: float = 0.9) -> npt.NDArray[Any]:
    """Straight up to `knee`, then bent so that nothing passes `ceiling`."""
    room = ceiling - knee
    over = np.maximum(np.abs(sound) - knee, 0.0)
    return np.asarray(np.sign(sound) * (np.minimum(np.abs(sound), knee) + room * np.tanh(over / room)))
