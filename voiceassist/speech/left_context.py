"""What a side said just before an utterance: sound and words that the recognizer is given with it.

Whisper was trained on 30 s at a time, and a few words by themselves are hard for it: "F, I", "T, I", "L, L, E" said
with pauses come out as three guesses, and as a name once the sentence before stands in front of them. The words before
are known, so they are not transcribed again: the decoder is told them and goes on after them. Short sound is padded to
15 s anyway, so context in its place costs little.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Word
from voiceassist.speech import tuning


@dataclass(frozen=True, slots=True)
class _Said:
    start: float
    end: float
    sound: Samples
    words: tuple[Word, ...]
    """With times in seconds from the first sample of `sound`."""


class LeftContext:
    """Of one side of a call."""

    def __init__(self) -> None:
        self._said: deque[_Said] = deque(maxlen=tuning.CONTEXT_UTTERANCES)

    def add(self, start: float, end: float, sound: Samples, words: tuple[Word, ...]) -> None:
        """An utterance from `start` to `end` (seconds of the call) has its text."""
        self._said.append(_Said(start, end, sound, words))

    def before(self, start: float, seconds: float) -> tuple[Samples, str]:
        """Sound and words before an utterance of `seconds` that begins at `start`: whole utterances, and of the oldest
        as many of its last words as there is room for. Empty when there was nothing shortly before."""
        room = min(tuning.CONTEXT, tuning.CONTEXT_WHOLE - seconds)
        sounds: list[Samples] = []
        texts: list[str] = []
        for said in reversed(self._said):
            if start - said.end > tuning.CONTEXT_GAP or room < tuning.CONTEXT_LEAST:
                break
            start = said.start
            if not said.words:
                continue
            length = len(said.sound) / SAMPLE_RATE
            kept = [w for w in said.words if length <= room or w.start - tuning.CONTEXT_EDGE >= length - room]
            if not kept:
                break
            first = 0.0 if len(kept) == len(said.words) else kept[0].start - tuning.CONTEXT_EDGE
            sounds.insert(0, said.sound[round(first * SAMPLE_RATE) :])
            texts.insert(0, " ".join(w.text for w in kept))
            if len(kept) < len(said.words):
                break
            room -= length
        return (np.concatenate(sounds) if sounds else np.zeros(0, np.float32)), " ".join(texts)
