"""How our processes speak to each other: typed messages in frames, over pipes or a local socket.

A frame is four bytes of length, little-endian, and one msgpack message of a type that both ends know. Nothing is
pickled: a message can only ever become one of the types asked for. The first message from either end is a `Greeting`
with the version of the protocol. What is not of this protocol (an oversized or cut frame, no msgpack, another version)
raises `FramingError`; memory is bounded by the largest frame allowed, whatever a frame claims. A well-formed message
of an unknown kind is skipped and logged, so that one new message does not end a connection.

`Stream` needs a transport: `PipeTransport` for a child's pipes, `voiceassist.core.local_socket` for the service.
"""

from __future__ import annotations

import logging
import os
import struct
import threading
import time
from collections import deque
from typing import IO, Any, Generic, Protocol, TypeVar

import msgspec

import voiceassist

log = logging.getLogger(__name__)

PROTOCOL = 2
"""Raise it with every change after which old and new processes would misunderstand each other."""

MAX_FRAME_BYTES = 16 * 2**20
"""The most one message may take: an utterance of 30 s is 2 MB of sound."""

READ_BYTES = 2**16
"""Read at once, so at most so much is held besides a frame."""

_LENGTH = struct.Struct("<I")
_encoder = msgspec.msgpack.Encoder()

Message = TypeVar("Message", bound=msgspec.Struct)
In = TypeVar("In")


class Greeting(msgspec.Struct, frozen=True, tag="greeting"):
    """The first message from either end. The one message that never changes but by new fields with a default."""

    protocol: int
    version: str
    """Of the program, for people."""


class FramingError(Exception):
    """What came is not of this protocol. The text is for the log."""


class UnknownMessage(FramingError):
    """A well-formed message, but not of a kind that is known or expected here."""


class OtherProtocol(FramingError):
    """The other end is of another version of the program."""

    def __init__(self, greeting: Greeting) -> None:
        super().__init__(f"protocol {greeting.protocol} (VoiceAssist {greeting.version}), not {PROTOCOL}")
        self.greeting = greeting


class Transport(Protocol):
    """Bytes in and out. Times are seconds; None waits for ever."""

    def read(self, timeout: float | None) -> bytes:
        """Some bytes, at most `READ_BYTES`, empty at the end. Raises `TimeoutError` when none come, and `OSError`."""
        ...

    def write(self, data: bytes, timeout: float | None) -> None:
        """All of it. Raises `TimeoutError`, after which the transport is of no use, and `OSError`."""
        ...

    def hang_up(self) -> None:
        """End it for both ends; wakes whoever reads or writes. From any thread."""
        ...

    def close(self) -> None: ...

    @property
    def gone(self) -> bool:
        """Whether the other end is known to have hung up, though nobody may have come to read it."""
        ...


class PipeTransport:
    """A child's pipes, seen from either end. Without time limits: whoever waits does so on a thread of its own."""

    def __init__(self, incoming: IO[bytes] | None, outgoing: IO[bytes] | None) -> None:
        self._incoming, self._outgoing = incoming, outgoing

    def read(self, timeout: float | None) -> bytes:
        return os.read(self._incoming.fileno(), READ_BYTES) if self._incoming else b""

    def write(self, data: bytes, timeout: float | None) -> None:
        if self._outgoing is None:
            raise BrokenPipeError
        view = memoryview(data)
        while view:
            view = view[os.write(self._outgoing.fileno(), view) :]

    def hang_up(self) -> None:
        """Not possible: the process at the other end is ended instead."""

    def close(self) -> None:
        for pipe in (self._incoming, self._outgoing):
            if pipe is not None:
                pipe.close()

    @property
    def gone(self) -> bool:
        return False


def frame(message: msgspec.Struct) -> bytes:
    """A message as it is sent. Raises `FramingError` when it is larger than any end would take."""
    payload = _encoder.encode(message)
    if len(payload) > MAX_FRAME_BYTES:
        raise FramingError(f"a message of {len(payload)} bytes")
    return _LENGTH.pack(len(payload)) + payload


class FrameBuffer:
    """Puts frames together from bytes as they come."""

    def __init__(self, max_frame: int = MAX_FRAME_BYTES) -> None:
        self._max_frame = max_frame
        self._data = bytearray()

    @property
    def incomplete(self) -> bool:
        """A frame has begun and has not ended."""
        return bool(self._data)

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads of the frames that are complete now. Raises `FramingError` as soon as a length is too large."""
        self._data += data
        payloads, at = [], 0
        while len(self._data) - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._data, at)
            if length > self._max_frame:
                raise FramingError(f"a frame of {length} bytes, where {self._max_frame} are allowed")
            end = at + _LENGTH.size + length
            if len(self._data) < end:
                break
            payloads.append(bytes(self._data[at + _LENGTH.size : end]))
            at = end
        del self._data[:at]
        return payloads


class Stream(Generic[In]):
    """Messages over a transport. One thread may receive while others send."""

    def __init__(self, transport: Transport, receives: Any, *, max_frame: int = MAX_FRAME_BYTES) -> None:
        """`receives`: the type, or union of tagged types, of the messages that come after the greeting."""
        self.transport = transport
        self._decoder: msgspec.msgpack.Decoder[In] = msgspec.msgpack.Decoder(receives)
        self._buffer = FrameBuffer(max_frame)
        self._payloads: deque[bytes] = deque()
        self._sending = threading.Lock()
        self._skipped: set[str] = set()

    def __enter__(self) -> Stream[In]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def greet(self, timeout: float | None = None) -> None:
        """Send our greeting."""
        self.send(Greeting(PROTOCOL, voiceassist.__version__), timeout=timeout)

    def expect_greeting(self, timeout: float | None = None) -> None:
        """Raises `OtherProtocol`, and what `expect` raises."""
        greeting = self.expect(Greeting, timeout)
        if greeting.protocol != PROTOCOL:
            raise OtherProtocol(greeting)

    def send(self, *messages: msgspec.Struct, timeout: float | None = None) -> None:
        """Raises `OSError` when the other end is gone, `TimeoutError` when it takes nothing."""
        self.send_frames(b"".join(map(frame, messages)), timeout)

    def send_frames(self, frames: bytes, timeout: float | None = None) -> None:
        """As `send`, of what `frame` made."""
        with self._sending:
            self.transport.write(frames, timeout)

    def receive(self, timeout: float | None = None) -> list[In]:
        """All messages that have come, one at least. Raises `TimeoutError` when none comes in time, `EOFError` or
        `OSError` when the other end is gone, `FramingError` when it does not keep to the protocol."""
        end = _end(timeout)
        while True:
            self._fill(end)
            messages = []
            while self._payloads:
                payload = self._payloads.popleft()
                try:
                    messages.append(_decode(self._decoder, payload))
                except UnknownMessage:
                    self._skip(payload)
            if messages:
                return messages

    def expect(self, kind: type[Message], timeout: float | None = None) -> Message:
        """The next message, which must be of this kind. Raises what `receive` raises, and `UnknownMessage`."""
        self._fill(_end(timeout))
        message: Message = _decode(msgspec.msgpack.Decoder(kind), self._payloads.popleft())
        return message

    def hang_up(self) -> None:
        self.transport.hang_up()

    def close(self) -> None:
        self.transport.close()

    def _fill(self, end: float | None) -> None:
        """Read until there is a payload."""
        while not self._payloads:
            left = None if end is None else max(end - time.monotonic(), 0.0)
            data = self.transport.read(left)
            if not data:
                if self._buffer.incomplete:
                    raise FramingError("the end in the middle of a frame")
                raise EOFError
            self._payloads += self._buffer.feed(data)

    def _skip(self, payload: bytes) -> None:
        """Logged once a kind, by its name only: what it says may be somebody's words."""
        try:
            kind = msgspec.msgpack.decode(payload, type=_Tagged).type
        except msgspec.ValidationError:
            kind = "no kind"
        if kind not in self._skipped and len(self._skipped) < 100:
            self._skipped.add(kind)
            log.warning("Skipped a message that is not known here: %.50s.", kind)


class _Tagged(msgspec.Struct):
    type: str


def _decode(decoder: msgspec.msgpack.Decoder[Any], payload: bytes) -> Any:
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise UnknownMessage(f"a message of {len(payload)} bytes that is not known here") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FramingError(f"{len(payload)} bytes that are no message") from error


def _end(timeout: float | None) -> float | None:
    return None if timeout is None else time.monotonic() + timeout
