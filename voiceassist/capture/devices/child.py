"""A source whose driver runs in a process of its own (`voiceassist _child capture`).

Far ends on Windows and macOS go through PortAudio, which lists devices only when it starts, cannot be started anew
while the microphone's stream is open, and may abort its process when devices change under it. In a child it may.
The capture clock is the same for all processes of a machine, so blocks are stamped where they arrive.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

import msgspec
import numpy as np

from voiceassist.capture.block_queue import BlockQueue
from voiceassist.capture.source import Block, Description, SourceLost
from voiceassist.core.audio_types import Samples
from voiceassist.core.child_process import (
    ChildEnded,
    ChildProcess,
    connect_to_parent,
    receive_until_parent_ends,
)
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message

OPEN_TIMEOUT_S = 15.0
"""Seconds a driver gets to open its device: a new Python process on a busy machine takes some of them."""

INBOX_BLOCKS = 8
"""Blocks that wait in the parent. More wait in the child, which drops what nobody takes and tells by the sequence."""

ASK_EVERY_S = 0.5
"""Seconds between two questions whether the device is still the right one."""

Driver = Literal["wasapi", "coreaudio"]


class OpenDevice(msgspec.Struct, frozen=True, tag="open"):
    """To the child, once: listen to this device of this driver; no name is the system's default."""

    driver: Driver
    name: str


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """From the child: `Sound` follows. `piloted`: a pilot sound is played to what is listened to; see
    `voiceassist.capture.devices.pilot`."""

    kind: str
    name: str
    rate: int
    piloted: bool


class Sound(msgspec.Struct, frozen=True, tag="sound"):
    """One block. `samples` is float32, little-endian, mono; `time` that of the first one, on the capture clock."""

    time: float
    sequence: int
    samples: bytes


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The device cannot be opened."""

    reason: Message


class Lost(msgspec.Struct, frozen=True, tag="lost"):
    """The device is gone."""

    reason: Message


FromDriver = Opened | Sound | Refused | Lost


class BlockSender:
    """The child's end. `opened` first; then `put` from the driver's callback, while `run` passes everything on."""

    def __init__(self, send: Callable[[FromDriver], None]) -> None:
        self._send = send
        self._blocks = BlockQueue()

    def opened(self, description: Description, *, piloted: bool = False) -> None:
        self._send(Opened(description.kind, description.name, description.rate, piloted))

    def put(self, samples: Samples, heard: float, *, overflow: bool = False) -> None:
        """From the driver's thread, as `BlockQueue.put`."""
        self._blocks.put(samples, heard, overflow=overflow)

    def run(self, trouble: Callable[[], Message | None], clock: Callable[[], float] = time.monotonic) -> None:
        """Pass on what comes until `trouble` tells why the device is gone (raises `SourceLost`), or nobody listens any
        more (raises `BrokenPipeError`)."""
        next_question = clock() + ASK_EVERY_S
        while True:
            block = self._blocks.get(ASK_EVERY_S)
            if block is not None:
                self._send(Sound(block.time, block.sequence, block.samples.astype("<f4").tobytes()))
            if clock() >= next_question:
                next_question = clock() + ASK_EVERY_S
                if reason := trouble():
                    raise SourceLost(reason)


Record = Callable[[BlockSender, str], None]
"""A driver: listens to the device of that name until it is gone."""


class ChildSource:
    """What a driver hears in a process of its own."""

    def __init__(self, driver: Driver, name: str = "", *, command: tuple[str, ...] = ()) -> None:
        """`command` is for tests: a process that calls `serve` with another driver."""
        self._request = OpenDevice(driver, name)
        self._command = command
        self._inbox: queue.Queue[tuple[Any, FromDriver | ChildEnded]] = queue.Queue(INBOX_BLOCKS)
        self._child: ChildProcess[FromDriver] | None = None
        self.piloted = False

    def open(self) -> Description:
        """Start the child and wait for its device. Raises `InputError` when it cannot be opened."""
        self._inbox = queue.Queue(INBOX_BLOCKS)
        try:
            self._child = ChildProcess("capture", self._inbox, FromDriver, command=self._command)
            self._child.send(self._request)
            answer = self._inbox.get(timeout=OPEN_TIMEOUT_S)[1]
        except OSError as error:
            raise InputError("driver-crashed") from error
        except queue.Empty:
            raise InputError("driver-not-answering") from None
        match answer:
            case Opened():
                self.piloted = answer.piloted
                return Description(answer.kind, answer.name, answer.rate)
            case Refused():
                raise InputError(answer.reason)
        raise InputError("driver-crashed")

    def read(self, timeout: float) -> Block | None:
        if self._child is None:
            raise SourceLost("source-closed")
        try:
            heard = self._inbox.get(timeout=timeout)[1]
        except queue.Empty:
            return None
        if isinstance(heard, Sound):
            samples = np.frombuffer(heard.samples, dtype="<f4").astype(np.float32)
            return Block(samples, heard.time, heard.sequence)
        self.close()
        raise SourceLost(heard.reason if isinstance(heard, Lost) else "driver-crashed")

    def close(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.end()


def serve(driver: Callable[[str], Record]) -> None:
    """The child's whole life, with the driver of the name that is asked for."""
    parent = connect_to_parent(OpenDevice)
    requests: queue.SimpleQueue[OpenDevice] = queue.SimpleQueue()
    threading.Thread(target=receive_until_parent_ends, args=(parent, requests.put), daemon=True).start()
    request = requests.get()
    try:
        driver(request.driver)(BlockSender(parent.send), request.name)
    except BrokenPipeError:
        pass  # the parent is gone
    except SourceLost as lost:
        parent.send(Lost(lost.message))
    except InputError as error:
        parent.send(Refused(error.message))
