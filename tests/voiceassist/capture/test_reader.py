"""A source is opened, read, and opened again for as long as the call lasts: with a fake clock and no thread."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.support.synthetic_source import SyntheticSource
from tests.voiceassist.capture.sounds import blocks, tone
from voiceassist.capture.reader import Ended, Failed, Heard, Nothing, Opened, Opening, Reader, Report, SilenceProbed
from voiceassist.capture.silence_probe import ProbeResult
from voiceassist.capture.source import Block, Source, SourceLost
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message


class Run:
    """A reader under test, its clock, and what it reported."""

    def __init__(self, factory: Callable[[], Source]) -> None:
        self.now = 0.0
        self.reports: list[Report] = []
        self.reader = Reader(factory, lambda: self.now, self.reports.append, aside=lambda ask: ask())

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def steps(self, n: int) -> list[type]:
        """What n steps reported, as types."""
        before = len(self.reports)
        for _ in range(n):
            if not self.reader.step(self.wait):
                break
        return [type(r) for r in self.reports[before:]]


def test_a_source_is_opened_read_and_ended() -> None:
    run = Run(lambda: SyntheticSource(blocks(tone(0.04, 16_000), 16_000), 16_000))
    assert run.steps(9) == [Opening, Opened, Heard, Heard, Ended]


def test_lost_device_is_reopened_every_three_seconds() -> None:
    script: list[Block | Exception] = [Block(np.ones(320, np.float32), 0.0, 0), SourceLost("microphone-disconnected")]
    run = Run(lambda: SyntheticSource(script, 16_000, kind="microphone"))
    assert run.steps(3) == [Opening, Opened, Heard, Failed]
    run.steps(45)
    openings = [r.time for r in run.reports if isinstance(r, Opening)]
    assert np.diff(openings) == pytest.approx(3.0, abs=0.11)
    assert next(r.reason for r in run.reports if isinstance(r, Failed)) == message("microphone-disconnected")


def test_unexpected_driver_error_is_reported_and_the_reader_goes_on() -> None:
    run = Run(lambda: SyntheticSource([ZeroDivisionError("driver")], 16_000, kind="microphone"))
    assert run.steps(2) == [Opening, Opened, Failed]
    assert isinstance(run.reports[-1], Failed)
    assert run.reports[-1].reason == message("source-failed", error="ZeroDivisionError: driver")
    assert run.steps(1) == [Nothing]


def test_source_that_cannot_be_opened_reports_why_and_is_retried() -> None:
    def factory() -> Source:
        raise InputError("microphone-none")

    run = Run(factory)
    run.steps(40)
    reasons = [r.reason for r in run.reports if isinstance(r, Failed)]
    assert reasons == [message("microphone-none")] * 2


def test_damaged_file_is_not_restarted() -> None:
    run = Run(lambda: SyntheticSource([InputError("file-not-sound", path="a.wav")], 16_000, kind="file"))
    assert run.steps(9) == [Opening, Opened, Failed, Ended]


def test_reopen_closes_and_opens_the_source() -> None:
    made: list[SyntheticSource] = []

    def factory() -> Source:
        made.append(SyntheticSource([None] * 99, 16_000, kind="microphone"))
        return made[-1]

    run = Run(factory)
    run.steps(2)
    run.now = 5.0
    run.reader.reopen = True
    assert run.steps(2) == [Opening, Opened]
    assert made[0].closed == 1


class Doubtful(SyntheticSource):
    def probe_silence(self) -> tuple[ProbeResult, Message | None]:
        return ProbeResult.SOUNDING, message("loopback-silent")


def test_the_silence_probe_is_asked_once_a_second_while_there_are_only_zeros() -> None:
    silent = [Block(np.zeros(320, np.float32), 0.0, k) for k in range(150)]
    run = Run(lambda: Doubtful(silent, 16_000, kind="far-end"))
    for _ in range(150):
        run.steps(1)
        run.now += 0.02
    assert sum(isinstance(r, SilenceProbed) for r in run.reports) == 3


def test_the_silence_probe_is_not_asked_while_there_is_sound() -> None:
    run = Run(lambda: Doubtful(blocks(tone(1.0, 16_000), 16_000), 16_000, kind="far-end"))
    assert SilenceProbed not in run.steps(49)
