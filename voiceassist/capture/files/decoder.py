"""What every reader of sound files has: pieces of sound, and what it noticed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from voiceassist.capture.files.placing import Piece
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message

LOWEST_RATE, HIGHEST_RATE = 4_000, 384_000
"""Hz. Telephones use 8 kHz; below 4 kHz no speech can be made out, above 384 kHz no equipment records."""


class Decoder(Protocol):
    """One track of an open sound file."""

    rate: int
    channels: int
    seconds: float | None
    """How long it probably is, for a progress bar; None when nobody knows."""
    announced: float | None
    """How long it is by its header, where that was written by one who knew."""
    guesses_damage: bool
    """How long a damaged stretch was is reckoned from its bytes."""
    warnings: list[Message]
    """What is doubtful about it, complete at the end of `pieces`."""

    def pieces(self) -> Iterator[Piece]:
        """The sound from the start. To be called once. Raises `InputError` for what cannot be used after all."""
        ...

    def close(self) -> None: ...


def check(path: Path, channels: int, rate: int) -> None:
    """Raises `InputError` for a number of channels or a rate that no recording has."""
    if channels < 1:
        raise InputError("file-without-channels", path=str(path))
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise InputError("file-rate-invalid", path=str(path), rate=rate)
