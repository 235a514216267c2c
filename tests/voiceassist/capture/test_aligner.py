"""Both sides of a call on one timeline: equal blocks, nothing lost, nothing shifted."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from tests.support.busy import PATIENCE
from tests.support.synthetic_source import SyntheticSource
from tests.voiceassist.capture.sounds import blocks, tone
from voiceassist.capture.aligner import BLOCK, Aligned, AlignedCapture, ChannelAligner
from voiceassist.capture.block_queue import BlockQueue
from voiceassist.capture.reader import Ended, Failed, Heard, Nothing, Opened, Opening, Report
from voiceassist.capture.source import Block, Description, EndOfSource, Source
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Channel, Component, ComponentState, ComponentStatus, Event, Gap, GapReason
from voiceassist.core.messages import message

AGENT, CALLER = Channel.AGENT, Channel.CALLER


def drain(capture: AlignedCapture) -> list[Aligned]:
    capture.open()
    try:
        return rest_of(capture)
    finally:
        capture.close()


def rest_of(capture: AlignedCapture) -> list[Aligned]:
    taken = []
    with contextlib.suppress(EndOfSource):
        while True:
            block = capture.read(PATIENCE)
            if block is not None:
                taken.append(block)
    return taken


def file_of(sound: Samples, rate: int, size: float = 0.02) -> Callable[[], Source]:
    return lambda: SyntheticSource(blocks(sound, rate, size=size), rate, kind="file")


def side(taken: Iterable[Aligned], channel: Channel) -> Samples:
    parts = [a.agent if channel is AGENT else a.caller for a in taken]
    return np.concatenate([p for p in parts if p is not None])


def test_files_at_the_engines_rate_come_through_sample_for_sample() -> None:
    agent, caller = tone(1.2345, SAMPLE_RATE), tone(1.2345, SAMPLE_RATE, 300)
    taken = drain(AlignedCapture({AGENT: file_of(agent, SAMPLE_RATE), CALLER: file_of(caller, SAMPLE_RATE, 0.033)}))
    np.testing.assert_array_equal(side(taken, AGENT), agent)
    np.testing.assert_array_equal(side(taken, CALLER), caller)
    assert not [e for a in taken for e in a.events if isinstance(e, Gap)]


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000])
def test_sample_n_of_a_file_lies_at_n_over_rate_whatever_the_rate(rate: int) -> None:
    taken = drain(AlignedCapture({CALLER: file_of(tone(2.0, rate), rate)}))
    heard, expected = side(taken, CALLER), tone(2.0, SAMPLE_RATE)
    assert heard.size == expected.size
    inside = slice(400, -400)  # the resampler rings at the edges of a tone that begins at full strength
    np.testing.assert_allclose(heard[inside], expected[inside], atol=2e-3)


def test_sides_of_unequal_length_end_together_and_nothing_of_the_longer_is_lost() -> None:
    agent, caller = tone(0.5, SAMPLE_RATE), tone(1.25, SAMPLE_RATE)
    taken = drain(AlignedCapture({AGENT: file_of(agent, SAMPLE_RATE), CALLER: file_of(caller, SAMPLE_RATE)}))
    np.testing.assert_array_equal(side(taken, CALLER), caller)
    np.testing.assert_array_equal(side(taken, AGENT)[: agent.size], agent)
    assert not side(taken, AGENT)[agent.size :].any()
    assert all(a.agent is not None and a.caller is not None and a.agent.size == a.caller.size for a in taken)


def test_a_side_without_a_source_is_none() -> None:
    taken = drain(AlignedCapture({CALLER: file_of(tone(0.2, SAMPLE_RATE), SAMPLE_RATE)}))
    assert {a.agent is None for a in taken} == {True}


def test_a_device_that_goes_and_comes_back_stays_on_the_same_timeline() -> None:
    """The factory is called anew; sound before and after lies where it was captured."""
    reports: list[tuple[Channel, Report]] = []
    words = tone(2.0, 48_000)

    def put(report: Report) -> None:
        reports.append((CALLER, report))

    put(Opening(100.0))
    put(Opened(100.0, Description("far-end", "headset", 48_000)))
    for b in blocks(words, 48_000, start=100.0):
        put(Heard(b.time + 0.02, b, 0.5))
    put(Failed(102.1, message("output-disconnected")))
    for k in range(30):
        put(Nothing(102.1 + 0.1 * (k + 1)))
    put(Opening(105.1))
    put(Opened(105.1, Description("far-end", "headset", 16_000)))
    for b in blocks(words[::3], 16_000, start=105.5):
        put(Heard(b.time + 0.02, b, 0.5))
    put(Ended(107.6))

    aligner = ChannelAligner([CALLER], 100.0)
    taken: list[Aligned] = []
    for channel, report in reports:
        aligner.put(channel, report)
        while (block := aligner.take()) is not None:
            taken.append(block)
    heard = side(taken, CALLER)
    assert heard.size == pytest.approx(7.5 * SAMPLE_RATE, abs=2)
    loud = np.abs(heard) > 0.01
    assert loud[: 2 * SAMPLE_RATE].mean() > 0.9
    assert not loud[round(2.01 * SAMPLE_RATE) : round(5.49 * SAMPLE_RATE)].any()
    assert loud[round(5.5 * SAMPLE_RATE) :].mean() > 0.9
    gaps = [e for a in taken for e in a.events if isinstance(e, Gap)]
    assert gaps[0].start == pytest.approx(2.0, abs=0.005)
    assert gaps[-1].end == pytest.approx(5.5, abs=0.005)
    assert sum(g.end - g.start for g in gaps) == pytest.approx(3.5, abs=0.01)
    assert gaps[0].reason is GapReason.NOT_OPEN
    states = [e.state for a in taken for e in a.events if isinstance(e, ComponentStatus)]
    assert states == [
        ComponentState.STARTING,
        ComponentState.OK,
        ComponentState.FAILED,
        ComponentState.OK,
        ComponentState.DISABLED,
    ]


def test_gaps_lie_inside_the_block_that_carries_their_zeros() -> None:
    aligner = ChannelAligner([CALLER], 0.0)
    aligner.put(CALLER, Opening(0.0))
    aligner.put(CALLER, Opened(0.0, Description("far-end", "headset", 16_000)))
    for b in blocks(tone(1.0, 16_000), 16_000):
        aligner.put(CALLER, Heard(b.time, b, 0.5))
    for k in range(20):
        aligner.put(CALLER, Nothing(1.0 + k / 10))
    position = 0
    while (block := aligner.take()) is not None:
        assert block.caller is not None
        end = position + block.caller.size
        for gap in (e for e in block.events if isinstance(e, Gap)):
            assert position / SAMPLE_RATE - 1e-3 <= gap.start < gap.end <= end / SAMPLE_RATE + 1e-3
        position = end
    assert position % BLOCK == 0


def test_hung_driver_does_not_stop_the_other_channel() -> None:
    """A driver that hangs in `open` reports nothing, not even a failure."""
    aligner = ChannelAligner([AGENT, CALLER], 0.0)
    aligner.put(AGENT, Opening(0.0))
    aligner.put(AGENT, Opened(0.0, Description("microphone", "desk", 16_000)))
    heard = 0
    events: list[Event] = []
    for b in blocks(tone(8.0, 16_000), 16_000):
        aligner.put(AGENT, Heard(b.time + 0.02, b, 0.5))
        aligner.check_hung(CALLER, b.time + 0.02)
        while (block := aligner.take()) is not None:
            assert block.agent is not None
            heard += int(np.count_nonzero(block.agent))
            events += block.events
    assert heard > 7.4 * SAMPLE_RATE
    assert [e.state for e in events if isinstance(e, ComponentStatus) and e.component == Component.CALLER_AUDIO] == [
        ComponentState.FAILED
    ]
    assert {e.channel for e in events if isinstance(e, Gap)} == {CALLER}


def test_sound_read_while_nobody_takes_it_is_kept() -> None:
    """A file of a minute with nobody reading: all there afterwards."""
    sound = tone(60.0, SAMPLE_RATE)
    capture = AlignedCapture({CALLER: file_of(sound, SAMPLE_RATE)})
    taken = drain(capture)
    np.testing.assert_array_equal(side(taken, CALLER), sound)


def test_sound_captured_before_the_end_can_still_be_read() -> None:
    """A consumer that is behind: four seconds of both sides wait, on devices that would go on for ever."""
    sides = {AGENT: tone(4.0, SAMPLE_RATE), CALLER: tone(4.0, SAMPLE_RATE, 300)}
    given = {channel: threading.Event() for channel in sides}

    def going_on(channel: Channel) -> Callable[[], Source]:
        def script() -> Iterable[Block | None]:
            yield from blocks(sides[channel], SAMPLE_RATE, start=100.0)
            given[channel].set()
            while True:
                yield None

        return lambda: SyntheticSource(script(), SAMPLE_RATE)

    capture = AlignedCapture({channel: going_on(channel) for channel in sides}, clock=lambda: 104.0)
    capture.open()
    try:
        assert all(event.wait(PATIENCE) for event in given.values())
        capture.end()
        taken = rest_of(capture)
    finally:
        capture.close()
    for channel, sound in sides.items():
        heard = side(taken, channel)
        assert heard.size == pytest.approx(sound.size, abs=2)
        assert np.abs(heard[-1600:]).max() > 0.4
    assert not [e for a in taken for e in a.events if isinstance(e, Gap)]


def test_a_device_keeps_nothing_of_a_pause_while_the_call_is_far_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader, which waits for a call that is half a minute behind, goes on in a pause and throws away."""
    monkeypatch.setattr("voiceassist.capture.aligner.BACKLOG", 10 * 320)
    waiting, now = BlockQueue(), [100.0]
    before, during = tone(1.0, SAMPLE_RATE), tone(3.0, SAMPLE_RATE, 3000)
    read = threading.Event()

    class Device(SyntheticSource):
        def read(self, timeout: float) -> Block | None:
            block = waiting.get(0.01)
            if block is None and now[0] > 103.0:
                read.set()
            return block

    capture = AlignedCapture({CALLER: lambda: Device((), SAMPLE_RATE)}, clock=lambda: now[0])
    for block in blocks(before, SAMPLE_RATE, start=100.0):
        waiting.put(block.samples.copy(), block.time)
    capture.open()
    try:
        now[0] = 101.0
        capture.pause()
        for block in blocks(during, SAMPLE_RATE, start=101.0):
            waiting.put(block.samples.copy(), block.time)
        now[0] = 104.0
        assert read.wait(PATIENCE)
        assert waiting.get(0.0) is None
        capture.end()
        heard = side(rest_of(capture), CALLER)
    finally:
        capture.close()
    assert np.sqrt((heard[: before.size] ** 2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.02)
    assert not heard[before.size + 20 :].any()


def test_closing_twice_or_before_opening_is_harmless() -> None:
    capture = AlignedCapture({CALLER: file_of(tone(0.1, SAMPLE_RATE), SAMPLE_RATE)})
    capture.close()
    capture.open()
    capture.close()
    capture.close()
    with pytest.raises(EndOfSource):
        capture.read(0.0)


def test_read_returns_none_when_no_block_comes_in_time() -> None:
    def never() -> Iterable[Block | None]:
        while True:
            yield None

    capture = AlignedCapture({CALLER: lambda: SyntheticSource(never(), 16_000, kind="file")})
    capture.open()
    try:
        first = capture.read(PATIENCE)
        assert first is not None
        assert first.caller is not None
        assert first.caller.size == 0
        assert capture.read(0.01) is None
    finally:
        capture.close()
