"""Between the thread of a sound driver, which may never wait, and the reader, which may be late."""

from __future__ import annotations

import queue
import threading

from voiceassist.capture.source import Block, SourceLost
from voiceassist.core.audio_types import Samples
from voiceassist.core.messages import Message

CAPACITY = 250
"""Blocks held at most: 10 s of the usual 40 ms. A reader later than that has lost sound; the sequence shows it."""


class BlockQueue:
    """`put` copies nothing and never waits; what does not fit is dropped, and its number left out."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._blocks: queue.SimpleQueue[Block | Message] = queue.SimpleQueue()
        self._sequence = 0
        self._ended = threading.Event()

    def put(self, samples: Samples, time: float, *, overflow: bool = False) -> None:
        """From the driver's thread: `samples` must be the caller's own copy, heard first at `time` (`capture_clock`).
        `overflow`: the driver lost sound before these, so a number is left out as well."""
        self._sequence += overflow
        if self._blocks.qsize() < self._capacity:
            self._blocks.put(Block(samples, time, self._sequence))
        self._sequence += 1

    def lost(self, reason: Message) -> None:
        """From the driver's thread: there will be no more, because of `reason`. Only the first reason counts."""
        if not self._ended.is_set():
            self._ended.set()
            self._blocks.put(reason)

    def get(self, timeout: float) -> Block | None:
        """The next block; None when none came in time. Raises `SourceLost` after the last one before `lost`."""
        try:
            item = self._blocks.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(item, Message):
            self._blocks.put(item)  # whoever asks again gets the same answer
            raise SourceLost(item)
        return item
