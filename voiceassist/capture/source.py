"""What every source of sound looks like to the rest of the program.

A source delivers blocks of mono float32 samples at its own rate, each with a time and a sequence number, so
that whatever is lost on the way can be seen. The callback of a real device only copies into a queue; `read` is called
from the capture thread and may wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from voiceassist.core.audio_types import Samples
from voiceassist.core.errors import VoiceAssistError


@dataclass(frozen=True, slots=True)
class Block:
    """`samples`, the first of which was heard at `time` (seconds of `capture_clock`).

    `sequence` counts blocks from 0. A number that is left out is an overrun: sound was lost before this block.
    """

    samples: Samples
    time: float
    sequence: int


@dataclass(frozen=True, slots=True)
class Description:
    """What a source is, for people and for the journal."""

    kind: str
    """microphone, far-end, file, synthetic"""
    name: str
    rate: int


@runtime_checkable
class Source(Protocol):
    def open(self) -> Description:
        """Start delivering. Raises `InputError` when it cannot."""
        ...

    def read(self, timeout: float) -> Block | None:
        """The next block, or None when none came within `timeout` seconds. Raises `SourceLost` when it is gone for
        good until reopened, and `EndOfSource` when there will never be more (a file's end)."""
        ...

    def close(self) -> None:
        """Stop and let go of the device. May be called twice, and before `open`."""
        ...


class EndOfSource(Exception):
    """There is no more sound: the file is over."""


class SourceLost(VoiceAssistError):
    """The device went away or failed; the message says how."""
