"""A capture clock that only a test moves, sources that deliver by it, and a capture whose taker is behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.support.busy import PATIENCE
from voiceassist.capture import AlignedCapture
from voiceassist.capture.aligner import BLOCK, Aligned
from voiceassist.capture.source import Block, Description, EndOfSource
from voiceassist.core.audio_types import SAMPLE_RATE, Samples

BEGIN = 1000.0
"""Time of the first sample of every source."""


class FakeTime:
    """Monotonic seconds. `at` has something done at an exact moment as time passes."""

    def __init__(self) -> None:
        self.now = BEGIN
        self.passed = threading.Condition()
        self._appointments: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def at(self, second: float, action: Callable[[], None]) -> None:
        """Call `action` `second` seconds after `BEGIN`, on the thread that lets time pass."""
        self._appointments.append((BEGIN + second, action))
        self._appointments.sort(key=lambda appointment: appointment[0])

    def advance(self, seconds: float) -> None:
        until = self.now + seconds
        while self._appointments and self._appointments[0][0] <= until:
            moment, action = self._appointments.pop(0)
            self._set(moment)
            action()
        self._set(until)

    def _set(self, now: float) -> None:
        with self.passed:
            self.now = now
            self.passed.notify_all()


class TimedSource:
    """Delivers `sound` in blocks of 20 ms, each as soon as its last sample was heard by `time`; stamped `late` seconds
    after that."""

    def __init__(self, sound: Samples, rate: int, time: FakeTime, *, kind: str = "file", late: float = 0.0) -> None:
        self.description = Description(kind=kind, name=kind, rate=rate)
        self.handed_over: list[Samples] = []
        """Every block that left the source, as it is now: a pause overwrites what fell into it."""
        self._sound, self._rate, self._time = sound, rate, time
        self._size = rate // 50
        self._late = late
        self._at = 0

    def open(self) -> Description:
        return self.description

    def read(self, timeout: float) -> Block | None:
        at, samples = self._at, self._sound[self._at : self._at + self._size].copy()
        if not samples.size:
            raise EndOfSource
        due = BEGIN + (at + samples.size) / self._rate
        with self._time.passed:
            assert self._time.passed.wait_for(lambda: self._time.now >= due - 1e-9, PATIENCE)
        self._at += samples.size
        self.handed_over.append(samples)
        return Block(samples, BEGIN + at / self._rate + self._late, at // self._size)

    def close(self) -> None:
        pass


class BehindCapture:
    """The capture, taken from by something that needs `behind` seconds more for each block than the block lasts."""

    def __init__(self, capture: AlignedCapture, time: FakeTime, behind: float) -> None:
        self._capture, self._time, self._behind = capture, time, behind
        self.open, self.pause, self.resume = capture.open, capture.pause, capture.resume
        self.end, self.close = capture.end, capture.close

    def read(self, timeout: float) -> Aligned | None:
        self._time.advance(BLOCK / SAMPLE_RATE)
        block = self._capture.read(timeout)
        if block is not None and block.caller is not None and block.caller.size:
            self._time.advance(self._behind)
        return block
