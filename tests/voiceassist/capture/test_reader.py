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


class Desk:
    """A reader under test, its clock, and what it told."""

    def __init__(self, factory: Callable[[], Source]) -> None:
        self.now = 0.0
        self.told: list[Report] = []
        self.reader = Reader(factory, lambda: self.now, self.told.append, aside=lambda ask: ask())

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def steps(self, n: int) -> list[type]:
        """What n steps told, as types."""
        before = len(self.told)
        for _ in range(n):
            if not self.reader.step(self.wait):
                break
        return [type(r) for r in self.told[before:]]


def test_a_source_is_opened_read_and_ended() -> None:
    desk = Desk(lambda: SyntheticSource(blocks(tone(0.04, 16_000), 16_000), 16_000))
    assert desk.steps(9) == [Opening, Opened, Heard, Heard, Ended]


def test_a_device_that_goes_is_tried_again_every_three_seconds() -> None:
    script: list[Block | Exception] = [Block(np.ones(320, np.float32), 0.0, 0), SourceLost("microphone-disconnected")]
    desk = Desk(lambda: SyntheticSource(script, 16_000, kind="microphone"))
    assert desk.steps(3) == [Opening, Opened, Heard, Failed]
    desk.steps(45)
    openings = [r.time for r in desk.told if isinstance(r, Opening)]
    assert np.diff(openings) == pytest.approx(3.0, abs=0.11)
    assert next(r.reason for r in desk.told if isinstance(r, Failed)) == message("microphone-disconnected")


def test_whatever_a_driver_raises_the_call_goes_on() -> None:
    desk = Desk(lambda: SyntheticSource([ZeroDivisionError("driver")], 16_000, kind="microphone"))
    assert desk.steps(2) == [Opening, Opened, Failed]
    assert isinstance(desk.told[-1], Failed)
    assert desk.told[-1].reason == message("source-failed", error="ZeroDivisionError: driver")
    assert desk.steps(1) == [Nothing]


def test_a_source_that_cannot_be_opened_says_why_and_is_tried_again() -> None:
    def factory() -> Source:
        raise InputError("microphone-none")

    desk = Desk(factory)
    desk.steps(40)
    reasons = [r.reason for r in desk.told if isinstance(r, Failed)]
    assert reasons == [message("microphone-none")] * 2


def test_a_file_that_fails_is_not_begun_anew() -> None:
    desk = Desk(lambda: SyntheticSource([InputError("file-missing", file="a.wav")], 16_000, kind="file"))
    assert desk.steps(9) == [Opening, Opened, Failed, Ended]


def test_asked_to_reopen_it_closes_and_opens() -> None:
    made: list[SyntheticSource] = []

    def factory() -> Source:
        made.append(SyntheticSource([None] * 99, 16_000, kind="microphone"))
        return made[-1]

    desk = Desk(factory)
    desk.steps(2)
    desk.now = 5.0
    desk.reader.reopen = True
    assert desk.steps(2) == [Opening, Opened]
    assert made[0].closed == 1


class Doubtful(SyntheticSource):
    def probe_silence(self) -> tuple[ProbeResult, Message | None]:
        return ProbeResult.SOUNDING, message("loopback-silent")


def test_the_silence_probe_is_asked_once_a_second_while_there_are_only_zeros() -> None:
    silent = [Block(np.zeros(320, np.float32), 0.0, k) for k in range(150)]
    desk = Desk(lambda: Doubtful(silent, 16_000, kind="far-end"))
    for _ in range(150):
        desk.steps(1)
        desk.now += 0.02
    assert sum(isinstance(r, SilenceProbed) for r in desk.told) == 3


def test_the_silence_probe_is_not_asked_while_there_is_sound() -> None:
    desk = Desk(lambda: Doubtful(blocks(tone(1.0, 16_000), 16_000), 16_000, kind="far-end"))
    assert SilenceProbed not in desk.steps(49)
