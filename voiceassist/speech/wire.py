"""What parent and child say to each other: msgpack messages, each after its length, through the child's pipes.

A child process of our own making rather than `multiprocessing`: nothing is pickled or forked, the child imports this
package and the recogniser and nothing of the window or the command line, and killing it leaves no queue or semaphore
behind. The parent sends one job at a time, so that what is worth most is chosen as late as possible.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

import msgspec

from voiceassist.core.events import Word


class Load(msgspec.Struct, frozen=True, tag=True):
    """Load this model; whatever was loaded before is dropped."""

    folder: str
    threads: int
    language: str
    terms: tuple[str, ...]
    short_input: bool


class Job(msgspec.Struct, frozen=True, tag=True):
    """Transcribe this. `sound` is float32, little-endian, mono, 16 kHz."""

    number: int
    sound: bytes
    final: bool


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The model is loaded. `probe` is the time one encoding of 5 s took."""

    name: str
    probe: float


class Done(msgspec.Struct, frozen=True, tag=True):
    """What was heard. Word times are seconds from the first sample. `dropped` says why there is no text, if it was
    recognised but is none, or was not worth recognising. `seconds` is how long it took."""

    number: int
    text: str
    words: tuple[Word, ...]
    language: str
    logprob: float
    no_speech: float
    dropped: str
    seconds: float
    padded: bool


def nothing(dropped: str, number: int = 0, seconds: float = 0.0, logprob: float = 0.0, no_speech: float = 0.0) -> Done:
    """An answer without text."""
    return Done(
        number=number,
        text="",
        words=(),
        language="",
        logprob=logprob,
        no_speech=no_speech,
        dropped=dropped,
        seconds=seconds,
        padded=False,
    )


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It could not be done; `number` is None when loading failed. `sentence` is for a person."""

    number: int | None
    sentence: str


ToChild = Load | Job
FromChild = Ready | Done | Failed

_encoder = msgspec.msgpack.Encoder()
_to_child: msgspec.msgpack.Decoder[ToChild] = msgspec.msgpack.Decoder(ToChild)
_from_child: msgspec.msgpack.Decoder[FromChild] = msgspec.msgpack.Decoder(FromChild)
_LENGTH = struct.Struct("<I")


def send(pipe: BinaryIO, message: ToChild | FromChild) -> None:
    """Write one message. Raises `OSError` when the other side is gone."""
    data = _encoder.encode(message)
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def read_in_child(pipe: BinaryIO) -> ToChild | None:
    """The next message, or None when the parent is gone."""
    data = _read(pipe)
    return None if data is None else _to_child.decode(data)


def read_in_parent(pipe: BinaryIO) -> FromChild | None:
    """The next message, or None when the child is gone."""
    data = _read(pipe)
    return None if data is None else _from_child.decode(data)


def _read(pipe: BinaryIO) -> bytes | None:
    head = _exactly(pipe, _LENGTH.size)
    return None if head is None else _exactly(pipe, _LENGTH.unpack(head)[0])


def _exactly(pipe: BinaryIO, count: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < count:
        piece = pipe.read(count - len(parts))
        if not piece:
            return None
        parts += piece
    return bytes(parts)
