"""What the transcriber and the recognizer's process say to each other, by `voiceassist.core.framing`.

The parent sends one job at a time, so that what is worth most is chosen as late as possible.
"""

from __future__ import annotations

import msgspec

from voiceassist.core.messages import Message
from voiceassist.speech.recognition_result import RecognitionResult


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Load this model; whatever was loaded before is dropped."""

    folder: str
    threads: int
    languages: tuple[str, ...]
    """The expected ones; empty: any."""
    terms: tuple[str, ...]
    short_input: bool


class Job(msgspec.Struct, frozen=True, tag="job"):
    """Transcribe this. `sound` is float32, little-endian, mono, 16 kHz."""

    number: int
    sound: bytes
    final: bool
    likely: str = ""
    """Language of what this side said before, where several are expected: short sound says little of its own."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The model is loaded. `probe` is the time one encoding of 5 s took."""

    name: str
    probe: float


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The answer to a job. `seconds` is how long it took."""

    number: int
    result: RecognitionResult
    seconds: float


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It could not be done; `number` is None when loading failed."""

    number: int | None
    reason: Message


ToRecognizer = Load | Job
FromRecognizer = Ready | Done | Failed
