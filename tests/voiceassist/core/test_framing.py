"""Messages between our processes arrive whole or are refused; nothing that comes can hang, grow or break the reader."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import socket
import struct
import threading
import tracemalloc
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voiceassist.core.framing import (
    MAX_FRAME_BYTES,
    PROTOCOL,
    FrameBuffer,
    FramingError,
    Greeting,
    OtherProtocol,
    PipeTransport,
    Stream,
    Transport,
    UnknownMessage,
    frame,
)
from voiceassist.core.local_socket import NamedPipeTransport, SocketTransport


class Note(msgspec.Struct, frozen=True, tag="note"):
    text: str


class Number(msgspec.Struct, frozen=True, tag="number"):
    value: int


class Later(msgspec.Struct, frozen=True, tag="from-a-later-version"):
    words: str


Known = Note | Number


class Bytes:
    """A transport that has these bytes to read, in pieces of this size."""

    gone = False

    def __init__(self, data: bytes, piece: int = 2**16) -> None:
        self._data, self._piece = data, piece

    def read(self, timeout: float | None) -> bytes:
        data, self._data = self._data[: self._piece], self._data[self._piece :]
        return data

    def write(self, data: bytes, timeout: float | None) -> None: ...
    def hang_up(self) -> None: ...
    def close(self) -> None: ...


def received(data: bytes, piece: int = 2**16, max_frame: int = 1000) -> list[Known]:
    """What is received until the end. Raises `FramingError`."""
    stream: Stream[Known] = Stream(Bytes(data, piece), Known, max_frame=max_frame)
    messages = []
    try:
        while True:
            messages += stream.receive()
    except EOFError:
        return messages


# --- what is sent arrives ---------------------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.text(max_size=50).map(Note), st.integers(0, 2**40).map(Number))), st.integers(1, 40))
def test_messages_arrive_whole_and_in_order_however_the_bytes_are_cut(messages: list[Known], piece: int) -> None:
    assert received(b"".join(map(frame, messages)), piece) == messages


@pytest.fixture(params=["socket", "pipes", "named pipe"])
def ends(request: pytest.FixtureRequest) -> Iterator[tuple[Stream[Known], Stream[Known]]]:
    """The two ends of a connection."""
    transports: tuple[Transport, Transport]
    if request.param == "socket":
        here, there = socket.socketpair()
        transports = SocketTransport(here), SocketTransport(there)
    elif request.param == "named pipe":  # Windows' own has the same methods
        transports = tuple(map(NamedPipeTransport, multiprocessing.Pipe()))  # type: ignore[assignment]
    else:
        (a, b), (c, d) = os.pipe(), os.pipe()
        transports = (
            PipeTransport(os.fdopen(a, "rb"), os.fdopen(d, "wb")),
            PipeTransport(os.fdopen(c, "rb"), os.fdopen(b, "wb")),
        )
    streams: tuple[Stream[Known], Stream[Known]] = Stream(transports[0], Known), Stream(transports[1], Known)
    yield streams
    for stream in streams:
        stream.close()


def test_a_message_larger_than_any_buffer_arrives_over_sockets_and_pipes(ends: tuple[Stream[Known], ...]) -> None:
    here, there = ends
    large = Note("x" * 3_000_000)
    sending = threading.Thread(target=here.send, args=(large, Number(1)))
    sending.start()
    messages: list[Known] = []
    while len(messages) < 2:
        messages += there.receive()
    sending.join()
    assert messages == [large, Number(1)]


def test_the_end_of_the_other_side_is_reported(ends: tuple[Stream[Known], ...]) -> None:
    here, there = ends
    here.close()
    with pytest.raises(EOFError):
        there.receive()


# --- what is not of this protocol is refused --------------------------------------------------------------------------


def test_an_oversized_length_is_refused_before_anything_of_it_is_kept() -> None:
    tracemalloc.start()
    with pytest.raises(FramingError, match="4294967295 bytes"):
        received(struct.pack("<I", 2**32 - 1) + b"x" * 100_000)
    with pytest.raises(FramingError):
        FrameBuffer().feed(struct.pack("<I", MAX_FRAME_BYTES + 1))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_claimed_length_takes_no_memory_until_the_bytes_come() -> None:
    tracemalloc.start()
    buffer = FrameBuffer()
    buffer.feed(struct.pack("<I", MAX_FRAME_BYTES) + b"x" * 1000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000


def test_a_message_that_nobody_would_take_is_not_sent() -> None:
    with pytest.raises(FramingError):
        frame(Note("x" * MAX_FRAME_BYTES))


@pytest.mark.parametrize("cut", [1, 3, 4, 10])
def test_an_end_in_the_middle_of_a_frame_is_refused(cut: int) -> None:
    with pytest.raises(FramingError, match="middle of a frame"):
        received(frame(Note("hello")) + frame(Note("the rest is missing"))[:cut])


@given(st.binary(max_size=300))
def test_garbage_is_refused_or_skipped_and_raises_nothing_else(data: bytes) -> None:
    for sent in (data, struct.pack("<I", len(data)) + data):
        with contextlib.suppress(FramingError):
            received(sent)


def test_nesting_without_end_is_refused() -> None:
    deep = b"\x82\xa4type\xa4note\xa4text" + b"\x91" * 900 + b"\xc0"
    other = b"\x83\xa4type\xa4note\xa4text\xa1x\xa1y" + b"\x91" * 900_000 + b"\xc0"
    assert received(struct.pack("<I", len(deep)) + deep) == []
    with contextlib.suppress(FramingError):
        received(struct.pack("<I", len(other)) + other, max_frame=1_000_000)


def test_no_message_can_become_anything_but_the_types_asked_for() -> None:
    with pytest.raises(UnknownMessage):
        Stream[Known](Bytes(frame(Later("x"))), Known).expect(Note)
    with pytest.raises(UnknownMessage):
        Stream[Known](Bytes(frame(Number(1))), Known).expect(Note)


def test_a_message_of_an_unknown_kind_is_skipped_and_named_in_the_log_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        sent = [Note("before"), Later("my card number"), Later("once more"), Note("after")]
        assert received(b"".join(map(frame, sent))) == [Note("before"), Note("after")]
    (record,) = caplog.records
    assert "from-a-later-version" in record.getMessage()
    assert "card" not in caplog.text


# --- silence ----------------------------------------------------------------------------------------------------------


def test_silence_is_waited_for_no_longer_than_asked() -> None:
    here, there = socket.socketpair()
    with here, Stream[Known](SocketTransport(there), Known) as stream, pytest.raises(TimeoutError):
        stream.receive(0.05)


def test_one_byte_now_and_then_extends_no_time_limit() -> None:
    class Dripping(Bytes):
        def __init__(self) -> None:
            super().__init__(b"")
            self.asked: list[float | None] = []

        def read(self, timeout: float | None) -> bytes:
            self.asked.append(timeout)
            if timeout == 0.0:
                raise TimeoutError
            return b"\x01"

    dripping = Dripping()
    with pytest.raises((TimeoutError, FramingError)):
        Stream[Known](dripping, Known, max_frame=2**32).receive(0.01)
    assert all(left is not None and left <= 0.01 for left in dripping.asked)


def test_one_that_takes_nothing_is_not_waited_for_longer_than_asked() -> None:
    here, there = socket.socketpair()
    with there, Stream[Known](SocketTransport(here), Known) as stream, pytest.raises(TimeoutError):
        stream.send(Note("x" * 5_000_000), timeout=0.05)


def test_hanging_up_wakes_whoever_reads() -> None:
    here, there = socket.socketpair()
    ended = threading.Event()
    with there, Stream[Known](SocketTransport(here), Known) as stream:

        def read() -> None:
            with pytest.raises(EOFError):
                stream.receive()
            ended.set()

        reading = threading.Thread(target=read)
        reading.start()
        stream.hang_up()
        reading.join()
    assert ended.is_set()


# --- versions ---------------------------------------------------------------------------------------------------------


def test_each_end_greets_with_its_version(ends: tuple[Stream[Known], ...]) -> None:
    here, there = ends
    here.greet()
    here.send(Note("hello"))
    there.expect_greeting()
    assert there.receive() == [Note("hello")]


def test_another_version_is_reported_with_its_name() -> None:
    greeting = frame(Greeting(PROTOCOL + 1, "9.9"))
    with pytest.raises(OtherProtocol) as told:
        Stream[Known](Bytes(greeting), Known).expect_greeting()
    assert told.value.greeting.version == "9.9"


def test_a_greeting_with_more_in_it_than_we_know_is_still_one() -> None:
    later = msgspec.msgpack.encode({"type": "greeting", "protocol": PROTOCOL + 1, "version": "9", "more": [1, 2]})
    with pytest.raises(OtherProtocol):
        Stream[Known](Bytes(struct.pack("<I", len(later)) + later), Known).expect_greeting()


def test_one_that_does_not_greet_is_refused() -> None:
    with pytest.raises(FramingError):
        Stream[Known](Bytes(frame(Note("hello"))), Known).expect_greeting()
