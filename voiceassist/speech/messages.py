"""What the transcriber and the recognizer's process say to each other, by `voiceassist.core.framing`.

In a live call the parent sends each side one job at a time, so that what is worth most is chosen as late as possible.
"""

from __future__ import annotations

import msgspec

from voiceassist.core.audio_types import SAMPLE_RATE
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
    workers: int = 1
    """Jobs that are done at the same time, each on `threads` threads."""


class Job(msgspec.Struct, frozen=True, tag="job"):
    """Transcribe this. `sound` is float32, little-endian, mono, 16 kHz."""

    number: int
    sound: bytes
    final: bool
    context: str = ""
    context_samples: int = 0
    """Finals only: what this side said just before; the first samples of `sound` are that."""
    likely: str = ""
    """Language of what this side said before, where several are expected: short sound says little of its own."""


class Piece(msgspec.Struct, frozen=True):
    """One utterance. `sound` as in `Job`, in which the speech lies from `start` to `end`, in seconds."""

    sound: bytes
    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Length of the sound: it has 4 bytes a sample."""
        return len(self.sound) / 4 / SAMPLE_RATE


class WindowJob(msgspec.Struct, frozen=True, tag="window-job"):
    """Transcribe utterances of one side that follow each other, of up to 30 s together. `before` is what that side said
    before them."""

    number: int
    pieces: tuple[Piece, ...]
    before: str


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The model is loaded. `probe` is the time one encoding of 5 s took."""

    name: str
    probe: float


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The answer to a job. `seconds` is how long it took."""

    number: int
    result: RecognitionResult
    seconds: float


class WindowDone(msgspec.Struct, frozen=True, tag="window-done"):
    """The answer: the result of each piece. `after` is what the next window of that side is told: all of the text, or
    nothing where it is not believed."""

    number: int
    results: tuple[RecognitionResult, ...]
    after: str


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It could not be done; `number` is None when loading failed."""

    number: int | None
    reason: Message


ToRecognizer = Load | Job | WindowJob
FromRecognizer = Ready | Done | WindowDone | Failed
