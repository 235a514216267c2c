"""A driver in a process of its own: what it hears arrives, what kills it does not kill the call."""

from __future__ import annotations

import os
import time

import numpy as np
import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.capture.devices.drivers import child_with
from voiceassist.capture.block_queue import CAPACITY
from voiceassist.capture.clock import capture_clock
from voiceassist.capture.devices import child
from voiceassist.capture.devices.child import BlockSender, ChildSource
from voiceassist.capture.source import Description, SourceLost
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message


def counting(sender: BlockSender, blocks: int, end: str) -> None:
    """A driver: `blocks` blocks, each full of its number, then it goes away in the way that was asked for."""
    sender.opened(Description("far-end", "counter", 16_000))
    for k in range(blocks):
        sender.put(np.full(640, k, np.float32), 100.0 + k * 0.04)
    if end == "crash":
        sender.run(lambda: os._exit(11))
    sender.run(lambda: message("output-changed-to", name=end))


def refusing(sender: BlockSender) -> None:
    raise InputError("output-not-found", name="headset")


def crashing_at_once(sender: BlockSender) -> None:
    os._exit(11)


def source_of(driver: str, *arguments: object) -> ChildSource:
    return ChildSource("wasapi", command=child_with(f"{__name__}:{driver}", *arguments))


def read_all(source: ChildSource) -> list[tuple[float, int, float]]:
    heard = []
    while True:
        block = source.read(PATIENCE)
        assert block is not None
        heard.append((block.time, block.sequence, float(block.samples[0])))
        if len(heard) == 5:
            return heard


@pytest.mark.parametrize("end", ["Beamer", "crash"])
def test_sound_arrives_as_it_was_heard_and_the_end_is_reported(end: str) -> None:
    source = source_of("counting", 5, end)
    try:
        assert source.open() == Description("far-end", "counter", 16_000)
        times, sequence, contents = zip(*read_all(source), strict=True)
        assert times == pytest.approx([100.0, 100.04, 100.08, 100.12, 100.16])
        assert sequence == contents == (0, 1, 2, 3, 4)
        with pytest.raises(SourceLost) as lost:
            source.read(PATIENCE)
        told = message("driver-crashed") if end == "crash" else message("output-changed-to", name="Beamer")
        assert lost.value.message == told
    finally:
        source.close()


@pytest.mark.parametrize(
    ("driver", "says"),
    [("refusing", message("output-not-found", name="headset")), ("crashing_at_once", message("driver-crashed"))],
)
def test_driver_that_cannot_open_reports_why(driver: str, says: Message) -> None:
    source = source_of(driver)
    try:
        with pytest.raises(InputError) as refused:
            source.open()
        assert refused.value.message == says
    finally:
        source.close()


def test_closing_before_opening_and_twice_is_harmless() -> None:
    source = source_of("refusing")
    source.close()
    source.close()
    with pytest.raises(SourceLost):
        source.read(0.0)


def test_the_clock_is_the_same_in_the_child() -> None:
    """Blocks are stamped in the child and laid on the parent's timeline."""
    before = capture_clock()
    source = source_of("stamping")
    try:
        source.open()
        block = source.read(PATIENCE)
        assert block is not None
        assert before < block.time < capture_clock()
    finally:
        source.close()


def stamping(sender: BlockSender) -> None:
    sender.opened(Description("far-end", "clock", 16_000))
    sender.put(np.zeros(640, np.float32), capture_clock())
    sender.run(lambda: None)


def sending_nothing(sender: BlockSender) -> None:
    time.sleep(100)


def test_driver_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "OPEN_TIMEOUT_S", 0.1)
    source = source_of("sending_nothing")
    try:
        with pytest.raises(InputError) as refused:
            source.open()
        assert refused.value.message == message("driver-not-answering")
    finally:
        source.close()


def flooding(sender: BlockSender, blocks: int) -> None:
    sender.opened(Description("far-end", "fast", 48_000))
    for _ in range(blocks):
        sender.put(np.zeros(1920, np.float32), 0.0)
    sender.run(lambda: None)


def test_sound_that_nobody_reads_is_bounded() -> None:
    source = source_of("flooding", CAPACITY + 100)
    try:
        source.open()
        blocks = [source.read(PATIENCE) for _ in range(CAPACITY)]
        assert [block.sequence for block in blocks if block] == list(range(CAPACITY))
        assert source.read(0.0) is None
        assert source._inbox.maxsize > 0
    finally:
        source.close()


def test_helper_starts_by_the_programs_command_line_and_reports_what_is_missing() -> None:
    """The real driver: here its library is not installed or its system not there."""
    source = ChildSource("coreaudio")
    try:
        with pytest.raises(InputError) as refused:
            source.open()
        assert refused.value.message.key in ("macos-too-old", "macos-package-missing")
    finally:
        source.close()
