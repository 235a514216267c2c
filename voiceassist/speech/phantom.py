"""Text that was not said: found and dropped before the recogniser (it is not speech) and after it (it made it up).

On silence, noise and music Whisper writes what stood under many videos. The stack, cheapest first: too little speech,
nothing over the noise, signal tones; then repetition, guessing, impossible pace, and a list of stock phrases that only
count against doubtful sound, since a caller may well say "thank you".
"""

from __future__ import annotations

import re

import numpy as np

from voiceassist.capture.base import Samples
from voiceassist.speech import tuning
from voiceassist.speech.recogniser import Recognised
from voiceassist.speech.short_input import too_fast
from voiceassist.timeline import SAMPLE_RATE

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
_SQUARED = 1e-12


def before(sound: Samples) -> str:
    """Why this sound is not worth recognising, or empty if it may be speech.

    `sound`: mono float32, 16 kHz, shape (n,).
    """
    if len(sound) < tuning.SPEECH_LEAST * SAMPLE_RATE:
        return "too short"
    levels = _levels(sound)
    loud, quiet = np.percentile(levels, 90), np.percentile(levels, 10)
    if loud < tuning.QUIET_DBFS:
        return "silence"
    if _tones(sound, levels):
        return "signal tones"
    if loud - quiet < tuning.OVER_FLOOR_DB:
        return "noise"
    return ""


def after(found: Recognised, duration: float) -> str:
    """Why the recognised text is none, or empty if it stands. `duration` is that of the sound, in seconds."""
    words = re.sub(r"[^\w\s]", "", found.text.lower()).split()
    if not words:
        return "no words" if found.text else ""
    if found.compression > tuning.COMPRESSION or _repeats(words):
        return "repetition"
    if too_fast(found, duration):
        return "too many words"
    if found.no_speech > tuning.NO_SPEECH and found.logprob < tuning.LOGPROB:
        return "no speech"
    doubtful = (
        duration < tuning.PHANTOM_SHORT
        or found.logprob < tuning.PHANTOM_LOGPROB
        or found.no_speech > tuning.PHANTOM_NO_SPEECH
    )
    if " ".join(words) in STOCK_PHRASES and doubtful and found.no_speech > 0.1:
        return "stock phrase"
    if found.text.startswith(("[", "(", "♪", "*")) and found.text.endswith(("]", ")", "♪", "*")):
        return "a description, not words"
    return ""


def _levels(sound: Samples) -> np.ndarray:
    """dBFS of each full frame of 32 ms, shape (frames,)."""
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return 10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=1) + _SQUARED)


def _tones(sound: Samples, levels: np.ndarray) -> bool:
    """Whether nearly all of the audible frames are one or two pure tones.

    Telephone signals are sums of at most two sines. A voiced frame has ten harmonics and more in the telephone band;
    its energy gathers in two of them only here and there. The window is Blackman's, whose main lobe is six bins wide.
    """
    frames = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    audible = levels > max(tuning.QUIET_DBFS, float(np.max(levels)) - 20)
    if np.count_nonzero(audible) < 4:
        return False
    power = np.abs(np.fft.rfft(frames[audible] * np.blackman(_FRAME), axis=1)) ** 2
    total = power.sum(axis=1) + _SQUARED
    share = np.zeros(len(power))
    rest = power.copy()
    rows = np.arange(len(power))
    for _ in range(2):
        peak = rest.argmax(axis=1)
        for shift in range(-3, 4):
            bins = np.clip(peak + shift, 0, power.shape[1] - 1)
            share += rest[rows, bins]
            rest[rows, bins] = 0.0
    steady = share / total > tuning.TONE_SHARE
    return bool(np.mean(steady) > tuning.TONE_FRAMES)


def _repeats(words: list[str]) -> bool:
    """Whether the text is mostly one short group of words over and over (five times and more)."""
    for size in range(1, 5):
        if len(words) >= 5 * size:
            groups = [tuple(words[i : i + size]) for i in range(0, len(words) - size + 1, size)]
            if max(groups.count(g) for g in set(groups)) >= max(5, 0.7 * len(groups)):
                return True
    return False
