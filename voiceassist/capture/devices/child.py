"""A source whose driver runs in a process of its own.

Far ends on Windows and macOS go through PortAudio, which lists devices only when it starts, cannot be started anew
while the microphone's stream is open, and may abort its process when devices change under it. In a child it may.
The capture clock is the same for all processes of a machine, so blocks are stamped where they arrive.
"""

from __future__ import annotations

import multiprocessing
import struct
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from voiceassist.capture.block_queue import BlockQueue
from voiceassist.capture.source import Block, Description, SourceLost
from voiceassist.core.audio_types import Samples
from voiceassist.core.errors import InputError

OPEN_WITHIN = 15.0
"""Seconds a driver gets to open its device: a new Python process on a busy machine takes some of them."""

_HEAD = struct.Struct("<dI")
"""Of one block on its way: time of its first sample, sequence number."""

_LOST = b"\xff" * _HEAD.size
"""In place of a block's head (its time would be no number): what follows is the reason why there are no more."""

ASK_EVERY = 0.5
"""Seconds between two questions whether the device is still the right one."""


class BlockSender:
    """The child's end. `opened` first; then `put` from the driver's callback, while `run` passes everything on."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ring = BlockQueue()

    def opened(self, description: Description, *, piloted: bool = False) -> None:
        """`piloted`: a pilot sound is played to what is listened to; see `voiceassist.capture.devices.pilot`."""
        self._connection.send((description.kind, description.name, description.rate, piloted))

    def put(self, samples: Samples, heard: float, *, overflow: bool = False) -> None:
        """From the driver's thread, as `BlockQueue.put`."""
        self._ring.put(samples, heard, overflow=overflow)

    def run(self, trouble: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> None:
        """Pass on what comes until `trouble` says in words that the device is gone (raises `SourceLost` with them), or
        nobody listens any more."""
        next_question = clock() + ASK_EVERY
        while True:
            block = self._ring.get(ASK_EVERY)
            if block is not None:
                head = _HEAD.pack(block.time, block.sequence)
                self._connection.send_bytes(head + block.samples.astype("<f4").tobytes())
            if clock() >= next_question:
                next_question = clock() + ASK_EVERY
                if reason := trouble():
                    raise SourceLost(reason)


class ChildSource:
    """A source made of `record(outlet, *arguments)`, a function of a module's top level that runs in the child."""

    def __init__(self, record: Callable[..., None], *arguments: Any) -> None:
        self._record = record
        self._arguments = arguments
        self._process: Any = None
        self._connection: Connection | None = None
        self.piloted = False

    def open(self) -> Description:
        """Start the child and wait for its device. Raises `InputError` with what it said when it could not."""
        context = multiprocessing.get_context("spawn")
        self._connection, other = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_child, args=(other, self._record, self._arguments), name="voiceassist-capture", daemon=True
        )
        self._process.start()
        other.close()
        if not self._connection.poll(OPEN_WITHIN):
            raise InputError("its driver does not answer")
        try:
            answer = self._connection.recv()
        except EOFError as error:
            raise InputError("its driver broke down") from error
        if isinstance(answer, str):
            raise InputError(answer)
        kind, name, rate, self.piloted = answer
        return Description(kind, name, rate)

    def read(self, timeout: float) -> Block | None:
        if self._connection is None:
            raise SourceLost("it is closed")
        try:
            if not self._connection.poll(timeout):
                return None
            data = self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise SourceLost("its driver broke down") from error
        if len(data) < _HEAD.size or (data[:1] == _LOST[:1] and data.startswith(_LOST)):
            raise SourceLost(data.removeprefix(_LOST).decode())
        heard, sequence = _HEAD.unpack_from(data)
        return Block(np.frombuffer(data, dtype="<f4", offset=_HEAD.size).astype(np.float32), heard, sequence)

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.join(2.0)
            if process.is_alive():
                process.kill()
                process.join()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _child(connection: Connection, record: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """The child's whole life. What goes wrong before `opened` is sent as text, later as a loss."""
    outlet = BlockSender(connection)
    try:
        record(outlet, *arguments)
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # the parent is gone, or everything is being stopped
    except SourceLost as lost:
        connection.send_bytes(_LOST + str(lost).encode())
    except InputError as error:
        connection.send(str(error))
    finally:
        connection.close()
