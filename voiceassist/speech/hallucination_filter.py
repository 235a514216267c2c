"""Rejects text that was not said: before the recognizer (the sound is no speech) and after it (it made the text up).

On silence, noise and music Whisper writes what stood under many videos. The stack, cheapest first: too little speech,
nothing over the noise, signal tones; then repetition, guessing, impossible pace, and a list of stock phrases that only
count against doubtful sound, since a caller may well say "thank you".
"""

from __future__ import annotations

import re

import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.speech import tuning
from voiceassist.speech.recognition_result import RecognitionResult, Rejection
from voiceassist.speech.short_input import too_fast

STOCK_PHRASES = frozenset(
    {
        "thank you",
        "thank you very much",
        "thank you so much",
        "thanks",
        "thanks for watching",
        "thank you for watching",
        "thanks for listening",
        "thank you for listening",
        "please subscribe",
        "please subscribe to my channel",
        "dont forget to subscribe",
        "like and subscribe",
        "see you next time",
        "see you in the next video",
        "ill see you next time",
        "subtitles by the amaraorg community",
        "subtitles by",
        "transcription by castingwords",
        "bye",
        "bye bye",
        "goodbye",
        "you",
        "so",
        "oh",
        "hmm",
        "the end",
        "the",
        "i",
        "a",
        "music",
        "applause",
        "silence",
        "blank audio",
        "foreign",
        "beep",
        "ringing",
        "phone ringing",
        "dial tone",
        "breathing",
        "inaudible",
    }
)
"""What Whisper writes when there is nothing, without case and punctuation; seen in every published list of them."""

_FRAME = 512
_TONE_FRAME, _TONE_HOP = 1024, 256
_SQUARED = 1e-12
_DTMF = np.array([697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0])


def reject_audio(sound: Samples) -> Rejection | None:
    """Why this sound is not worth recognizing, or None if it may be speech.

    `sound`: mono float32, 16 kHz, shape (n,).
    """
    if len(sound) < tuning.SPEECH_LEAST * SAMPLE_RATE:
        return Rejection.TOO_SHORT
    levels = _levels(sound)
    loud, quiet = np.percentile(levels, 90), np.percentile(levels, 10)
    if loud < tuning.QUIET_DBFS:
        return Rejection.SILENCE
    if _tones(sound):
        return Rejection.SIGNAL_TONES
    if loud - quiet < tuning.OVER_FLOOR_DB:
        return Rejection.NOISE
    return None


def reject_text(found: RecognitionResult, duration: float) -> Rejection | None:
    """Why this text was not said, or None if it stands. `duration` is that of the sound, in seconds."""
    words = _plain(found.text)
    if not words:
        return Rejection.NO_WORDS if found.text else None
    if found.compression > tuning.COMPRESSION or _repeats(words):
        return Rejection.REPETITION
    if too_fast(found, duration):
        return Rejection.TOO_FAST
    if found.no_speech > tuning.NO_SPEECH and found.logprob < tuning.LOGPROB:
        return Rejection.NO_SPEECH
    if found.padded and found.logprob < tuning.LOGPROB:
        return Rejection.GUESS
    short = duration < tuning.PHANTOM_SHORT
    doubtful = found.no_speech > (tuning.PHANTOM_NO_SPEECH_SHORT if short else tuning.PHANTOM_NO_SPEECH)
    guessing = found.logprob < tuning.PHANTOM_LOGPROB and found.no_speech > tuning.PHANTOM_NO_SPEECH_LEAST
    if is_stock_phrase(found.text) and (doubtful or guessing):
        return Rejection.STOCK_PHRASE
    if found.text.startswith(("[", "(", "♪", "*")) and found.text.endswith(("]", ")", "♪", "*")):
        return Rejection.DESCRIPTION
    return None


def _plain(text: str) -> list[str]:
    return re.sub(r"[^\w\s]", "", text.lower()).split()


def is_stock_phrase(text: str) -> bool:
    """Whether this is what Whisper writes when there is nothing."""
    return " ".join(_plain(text)) in STOCK_PHRASES


def _levels(sound: Samples) -> np.ndarray:
    """dBFS of each full frame of 32 ms, shape (frames,)."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return np.asarray(10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=1) + _SQUARED))


def _tones(sound: Samples) -> bool:
    """Whether the sound is signal tones: dial, ring-back, busy, DTMF.

    They are sums of at most two sines over 330 Hz that stand still to the hertz and are few, or DTMF's eight. A held
    vowel can look like that for a moment, but its harmonics glide, and they are many.
    """
    if len(sound) < 2 * _TONE_FRAME:
        return False
    frames = np.lib.stride_tricks.sliding_window_view(sound, _TONE_FRAME)[::_TONE_HOP]
    levels = 10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=1) + _SQUARED)
    power = np.abs(np.fft.rfft(frames[levels > np.max(levels) - 20] * np.hanning(_TONE_FRAME), axis=1)) ** 2
    rows, to_hz = np.arange(len(power)), SAMPLE_RATE / _TONE_FRAME
    rest, held = power.copy(), np.zeros(len(power))
    peaks, heights = [], []
    for _ in range(2):
        peak = rest.argmax(axis=1)
        peaks.append(peak)
        heights.append(rest[rows, peak])
        for shift in range(-2, 3):  # the main lobe of Hann's window
            bins = np.clip(peak + shift, 0, power.shape[1] - 1)
            held += rest[rows, bins]
            rest[rows, bins] = 0.0
    two = heights[1] > 0.05 * heights[0]
    lower = np.where(two, np.minimum(*peaks), peaks[0])
    drift = np.abs(np.diff(_between_bins(power, lower))) * to_hz
    still = np.zeros(len(power), dtype=bool)
    still[1:] |= drift < tuning.TONE_DRIFT_HZ
    still[:-1] |= drift < tuning.TONE_DRIFT_HZ
    tone = still & (held > tuning.TONE_SHARE * power.sum(axis=1)) & (lower * to_hz > tuning.TONE_LOWEST_HZ)
    used = np.concatenate([peaks[0][tone], peaks[1][tone & two]])
    if not len(used):
        return False
    hz = used[:, np.newaxis] * to_hz
    dtmf = float(np.mean(np.min(np.abs(hz - _DTMF) / _DTMF, axis=1) < 0.025))
    share = float(np.mean(tone))
    return share * _in_two(used) > tuning.TONE_FRAMES or (dtmf > 0.9 and share > tuning.DTMF_FRAMES)


def _between_bins(power: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Where the maximum lies, in fractions of a bin: vertex of the parabola through three logarithms."""
    rows, peak = np.arange(len(power)), np.clip(peak, 1, power.shape[1] - 2)
    left, middle, right = (np.log(power[rows, peak + shift] + _SQUARED) for shift in (-1, 0, 1))
    return np.asarray(peak + 0.5 * (left - right) / np.minimum(left - 2 * middle + right, -_SQUARED))


def _in_two(bins: np.ndarray) -> float:
    """Share of `bins` in the two most frequent places, each three bins wide."""
    counts = np.bincount(bins, minlength=3).astype(float)
    share = 0.0
    for _ in range(2):
        at = int(np.convolve(counts, np.ones(3), "same").argmax())
        share += counts[max(0, at - 1) : at + 2].sum() / len(bins)
        counts[max(0, at - 1) : at + 2] = 0.0
    return float(share)


def _repeats(words: list[str]) -> bool:
    """Whether the text is mostly one short group of words over and over (five times and more)."""
    for size in range(1, 5):
        if len(words) >= 5 * size:
            groups = [tuple(words[i : i + size]) for i in range(0, len(words) - size + 1, size)]
            if max(groups.count(g) for g in set(groups)) >= max(5, 0.7 * len(groups)):
                return True
    return False
