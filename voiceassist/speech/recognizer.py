"""The thin line behind which any recogniser can stand: sound of one utterance in, text with its measures out.

Lives in the child process. To put another engine behind it (Moonshine, Parakeet), write a class with `recognise` and
let `load` choose it by what lies in the model's folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from voiceassist.core.audio_types import Samples
from voiceassist.core.events import Word


@dataclass(frozen=True, slots=True)
class Recognised:
    text: str
    words: tuple[Word, ...] = ()
    """With times in seconds from the first sample; only for finals."""
    language: str = ""
    logprob: float = 0.0
    """Mean log probability of the tokens; 0 when there are none."""
    no_speech: float = 0.0
    """Probability that there was no speech."""
    compression: float = 0.0
    """How well the text packs; over about 2.4 it repeats itself."""
    capped: bool = False
    """It was still writing when it had used up its tokens."""
    padded: bool = False
    """Recognised with the model's full input."""


class Recognizer(Protocol):
    name: str

    def recognise(self, sound: Samples, *, final: bool) -> Recognised:
        """Text of mono float32 sound at 16 kHz, shape (n,). A partial needs no word times and may be rougher.

        The same sound gives the same text, whatever came before.
        """
        ...

    def probe(self) -> float:
        """Seconds that 5 s of sound take before the first token: how fast this model is on this machine."""
        ...


def load(folder: Path, *, threads: int, language: str, terms: tuple[str, ...], short_input: bool) -> Recognizer:
    """The recogniser for what lies in `folder`. Raises `SpeechModelError` or what its library raises."""
    from voiceassist.speech.whisper import WhisperRecognizer

    return WhisperRecognizer(folder, threads=threads, language=language, terms=terms, short_input=short_input)
