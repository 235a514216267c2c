"""A pause covers what was captured in it, not what was processed in it, however far behind the machine is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests.calls.demo import DELIVERY
from tests.support.fake_time import BehindCapture, FakeTime, TimedSource
from tests.support.live_call import Kept
from tests.voiceassist.capture.sounds import blocks, tone
from voiceassist.capture import AlignedCapture
from voiceassist.capture.aligner import ChannelAligner
from voiceassist.capture.echo import FRAME, EchoCancellingCapture
from voiceassist.capture.pause import DEVICE_LATENESS_S, PauseGate
from voiceassist.capture.reader import Heard, Nothing, Opened, Opening
from voiceassist.capture.source import Description
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import (
    AnyEvent,
    CallEnded,
    Channel,
    ComponentStatus,
    Event,
    Gap,
    GapReason,
    Meter,
    SpeechEnded,
    SpeechStarted,
    Text,
    Utterance,
)
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.session.engine import CallEngine
from voiceassist.session.live import LiveCall

PAUSE = (4.0137, 10.0093)
"""In the middle of what the agent says; no multiple of any block."""
LENGTH = 16.0
BEHIND = [0.0, 0.1, 0.2, 1.0]
"""Seconds the call needs for a block of 64 ms beyond those 64 ms."""


@dataclass
class Listening:
    """A recognizer that remembers what sound it was given: channel, second of the first sample, samples."""

    given: list[tuple[Channel, float, Samples]] = field(default_factory=list)

    def start(self) -> None:
        pass

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        self.given.append((utterance.channel, offset, sound))

    def offer(self, speaking: OpenUtterance) -> None:
        self.given.append((speaking.channel, speaking.offset, speaking.sound))

    def poll(self) -> list[Text | ComponentStatus]:
        return []

    def wait_for(self, utterance_id: int, timeout: float) -> None:
        pass

    def close(self, timeout: float) -> list[Text | ComponentStatus]:
        return []


class Watched(CallEngine):
    """An engine that remembers what was pushed."""

    def __init__(self) -> None:
        super().__init__()
        self.pushed: dict[Channel, list[Samples]] = {c: [] for c in Channel}

    def push(self, agent: Any, caller: Any) -> list[Event]:
        self.pushed[Channel.AGENT].append(agent)
        self.pushed[Channel.CALLER].append(caller)
        return super().push(agent, caller)


@dataclass
class Run:
    heard: list[AnyEvent]
    kept: Kept
    engine: Watched
    recognizer: Listening
    sources: dict[Channel, TimedSource]

    def sound(self, channel: Channel) -> Samples:
        return np.concatenate(self.kept.agent if channel is Channel.AGENT else self.kept.caller)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.heard if isinstance(event, kind)]


def run(
    sides: dict[Channel, Samples],
    behind: float,
    pauses: Iterable[tuple[float, float]] = (PAUSE,),
    *,
    rate: int = SAMPLE_RATE,
    kind: str = "file",
    late: float = 0.0,
    echo: bool = False,
) -> Run:
    """A live call with these sides, paused at these seconds, on a machine that is behind."""
    time = FakeTime()
    sources = {channel: TimedSource(sound, rate, time, kind=kind, late=late) for channel, sound in sides.items()}
    capture: Any = BehindCapture(
        AlignedCapture({channel: partial(sources.get, channel) for channel in sources}, clock=time),  # type: ignore[misc]
        time,
        behind,
    )
    if echo:
        capture = EchoCancellingCapture(capture, "on", canceller=Humming)  # type: ignore[arg-type]
    heard: list[AnyEvent] = []
    kept, engine, recognizer = Kept(), Watched(), Listening()
    call = LiveCall(capture, engine, heard.append, transcriber=recognizer, writer=kept)
    for start, end in pauses:
        time.at(start, call.pause)
        time.at(end, call.resume)
    call.start()
    assert call.join(120)
    assert call.error is None
    return Run(heard, kept, engine, recognizer, sources)


class Humming:
    """An echo canceller that fills silence with noise, as WebRTC's does."""

    def clean(self, microphone: Samples, reference: Samples) -> Samples:
        assert microphone.size == reference.size == FRAME
        return microphone + np.float32(0.001)


def spoken() -> dict[Channel, Samples]:
    agent, caller = DELIVERY.sound(0.0, LENGTH)
    return {Channel.AGENT: agent, Channel.CALLER: caller}


def without(sound: Samples, pauses: Iterable[tuple[float, float]] = (PAUSE,)) -> Samples:
    """`sound` with zeros for the samples that were captured in a pause."""
    at = np.arange(sound.size) / SAMPLE_RATE
    paused = np.any([(at >= start) & (at < end) for start, end in pauses], axis=0)
    return np.where(paused, np.float32(0), sound)


@pytest.mark.parametrize("behind", BEHIND)
def test_nothing_of_a_pause_and_everything_around_it_reaches_disk_engine_and_recognizer(behind: float) -> None:
    sides = spoken()
    played = run(sides, behind)
    for channel, sound in sides.items():
        expected = without(sound)
        np.testing.assert_array_equal(played.sound(channel), expected)
        np.testing.assert_array_equal(np.concatenate(played.engine.pushed[channel]), expected)
    assert {channel for channel, _, _ in played.recognizer.given} == set(Channel)
    for channel, offset, sound in played.recognizer.given:
        at = round(offset * SAMPLE_RATE)
        expected = without(sides[channel])[at : at + sound.size]
        np.testing.assert_array_equal(sound[: expected.size], expected)
        assert not sound[expected.size :].any()


@pytest.mark.parametrize("behind", BEHIND)
def test_a_pause_is_one_gap_on_both_sides_and_nothing_else_is_reported(behind: float) -> None:
    played = run(spoken(), behind)
    gaps = [(g.channel, g.start, g.end, g.reason) for g in played.of(Gap)]
    assert gaps == [(channel, 4.014, 10.009, GapReason.PAUSED) for channel in Channel]
    assert played.heard[-1] == CallEnded(t=LENGTH)
    inside = [meter for meter in played.of(Meter) if PAUSE[0] + 0.4 < meter.t < PAUSE[1]]
    assert inside
    assert {(m.agent_db, m.caller_db, m.agent_speaking, m.caller_speaking) for m in inside} == {
        (-100.0, -100.0, False, False)
    }
    for span in (*played.of(SpeechEnded), *played.of(Utterance), *played.of(SpeechStarted)):
        assert not PAUSE[0] <= span.start < PAUSE[1] - 0.05
    assert all(e.end <= PAUSE[0] or e.start > PAUSE[0] for e in (*played.of(Utterance), *played.of(SpeechEnded)))


def test_what_was_captured_in_a_pause_is_overwritten_where_it_was_captured() -> None:
    sides = spoken()
    played = run(sides, 0.2)
    for channel, source in played.sources.items():
        np.testing.assert_array_equal(np.concatenate(source.handed_over), without(sides[channel]))


def test_an_utterance_that_is_open_when_a_pause_begins_ends_there() -> None:
    """The pause is shorter than the silence that ends an utterance by itself."""
    pause = (3.0, 3.2)
    agent = spoken()[Channel.AGENT]
    sides = {Channel.AGENT: agent, Channel.CALLER: np.zeros_like(agent)}
    (through,) = [u for u in run(sides, 0.0, ()).of(Utterance) if u.start < pause[0] and u.end > pause[1]]
    played = run(sides, 0.0, (pause,))
    assert not [u for u in played.of(Utterance) if u.start < pause[0] and u.end > pause[0]]
    before, after = [u for u in played.of(Utterance) if through.start - 0.1 < u.start and u.end < through.end + 0.1]
    assert before.end <= pause[0]
    assert after.start >= pause[1] - 0.05
    for _, offset, sound in played.recognizer.given:
        inside = slice(
            max(round((pause[0] - offset) * SAMPLE_RATE), 0), max(round((pause[1] - offset) * SAMPLE_RATE), 0)
        )
        assert not sound[inside].any()


@pytest.mark.parametrize("kind", ["file", "microphone"])
def test_a_call_may_begin_in_a_pause(kind: str) -> None:
    sides = spoken()
    played = run(sides, 0.1, [(0.0, 2.0)], kind=kind)
    for channel in Channel:
        heard = played.sound(channel)
        assert not heard[: 2 * SAMPLE_RATE - 40].any()
        assert heard[2 * SAMPLE_RATE :].any()
        assert heard.size == pytest.approx(LENGTH * SAMPLE_RATE, abs=40)
    assert {(g.channel, g.start, g.reason) for g in played.of(Gap)} == {(c, 0.0, GapReason.PAUSED) for c in Channel}


def test_a_source_that_goes_away_in_a_pause_is_missing_because_of_the_pause_until_it_ends() -> None:
    """Both sides stay on one timeline, and after the pause the gap has the reason it has without one."""
    gate = PauseGate(lambda: next(moments))
    moments = iter([101.0, 104.0])
    gate.pause()
    gate.resume()
    aligner = ChannelAligner([Channel.CALLER], 100.0, gate)
    aligner.put(Channel.CALLER, Opening(100.0))
    aligner.put(Channel.CALLER, Opened(100.0, Description("far-end", "headset", SAMPLE_RATE)))
    for block in blocks(tone(1.0, SAMPLE_RATE), SAMPLE_RATE, start=100.0):
        aligner.put(Channel.CALLER, Heard(block.time, block, 0.5))
    for tenth in range(1, 80):
        aligner.put(Channel.CALLER, Nothing(101.0 + tenth / 10))
    gaps: list[Gap] = []
    while (taken := aligner.take()) is not None:
        gaps += [event for event in taken.events if isinstance(event, Gap)]
    spans = {reason: [gap for gap in gaps if gap.reason is reason] for reason in GapReason}
    assert spans[GapReason.PAUSED][0].start == pytest.approx(1.0, abs=0.005)
    assert spans[GapReason.PAUSED][-1].end == pytest.approx(4.0, abs=0.005)
    assert spans[GapReason.NOT_OPEN][0].start == pytest.approx(4.0, abs=0.005)
    assert len(gaps) == len(spans[GapReason.PAUSED]) + len(spans[GapReason.NOT_OPEN])


def test_pauses_that_follow_closely_are_each_exact() -> None:
    pauses = [(2.001, 2.004), (2.0105, 2.5), (2.51, 9.0), (11.0, 11.0), (12.0, 20.0)]
    sides = spoken()
    played = run(sides, 0.1, pauses)
    for channel, sound in sides.items():
        np.testing.assert_array_equal(played.sound(channel), without(sound, pauses))


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_devices_buffers_and_resampler_hold_nothing_of_a_pause(rate: int, behind: float) -> None:
    """440 Hz before the pause, 3 kHz in it, 1 kHz after it: of the 3 kHz there is nothing, of the others everything but
    what may have been heard before the resume."""
    at = np.arange(round(LENGTH * rate)) / rate
    hz = np.where(at < PAUSE[0], 440.0, np.where(at < PAUSE[1], 3000.0, 1000.0))
    sound = (0.5 * np.sin(2 * np.pi * hz * at)).astype(np.float32)
    played = run({Channel.AGENT: sound, Channel.CALLER: sound}, behind, rate=rate, kind="microphone")
    for channel in Channel:
        kept = played.sound(channel)
        start, end = (round(second * SAMPLE_RATE) for second in (PAUSE[0], PAUSE[1] + DEVICE_LATENESS_S))
        (silent,) = np.nonzero(kept[start - 1600 : end + 1600] == 0)[0][[0, -1]].reshape(1, 2)
        first, last = start - 1600 + silent[0], start - 1600 + silent[1] + 1
        assert abs(first - start) <= 40
        assert abs(last - end) <= 40
        assert not kept[first + 40 : last - 40].any()
        spectrum = np.abs(np.fft.rfft(kept * np.hanning(kept.size)))
        frequency = np.fft.rfftfreq(kept.size, 1 / SAMPLE_RATE)
        marker = spectrum[(frequency > 2900) & (frequency < 3100)].max()
        assert marker < 1e-3 * spectrum.max()
        for part in (kept[1600 : start - 1600], kept[end + 1600 : -1600]):
            assert np.sqrt((part**2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    assert {(g.channel, g.reason) for g in played.of(Gap)} == {(channel, GapReason.PAUSED) for channel in Channel}
    for gap in played.of(Gap):
        assert (gap.start, gap.end) == pytest.approx((PAUSE[0], PAUSE[1] + DEVICE_LATENESS_S), abs=0.003)


@pytest.mark.parametrize("behind", BEHIND)
def test_a_device_that_stamps_its_sound_late_keeps_nothing_of_a_pause(behind: float) -> None:
    """Sound is stamped when it arrives, some fragments after it was heard: what was said just before the resume."""
    at = np.arange(round(LENGTH * SAMPLE_RATE)) / SAMPLE_RATE
    hz = np.where((at >= PAUSE[0]) & (at < PAUSE[1]), 3000.0, 440.0)
    sound = (0.5 * np.sin(2 * np.pi * hz * at)).astype(np.float32)
    played = run({Channel.AGENT: sound, Channel.CALLER: sound}, behind, kind="microphone", late=0.12)
    for channel in Channel:
        kept = played.sound(channel)
        spectrum = np.abs(np.fft.rfft(kept * np.hanning(kept.size)))
        frequency = np.fft.rfftfreq(kept.size, 1 / SAMPLE_RATE)
        assert spectrum[(frequency > 2900) & (frequency < 3100)].max() < 1e-3 * spectrum.max()


def test_the_echo_cancellers_buffers_hold_nothing_of_a_pause_and_lose_nothing_before_it() -> None:
    sides = {Channel.AGENT: tone(LENGTH, SAMPLE_RATE), Channel.CALLER: tone(LENGTH, SAMPLE_RATE, 300)}
    played = run(sides, 0.2, echo=True)
    caller, agent = played.sound(Channel.CALLER), played.sound(Channel.AGENT)
    np.testing.assert_array_equal(caller, without(sides[Channel.CALLER])[: caller.size])
    first, end = (int(np.ceil(second * SAMPLE_RATE)) for second in PAUSE)
    assert not agent[-(-first // FRAME) * FRAME : end // FRAME * FRAME].any()
    assert agent[:first].any()
    assert agent[end:].any()


def test_a_pause_is_in_the_journal_before_it_is_over() -> None:
    """Killed in the middle of it, the pause is still known to have been one."""
    played = run(spoken(), 0.0, [(1.0, 40.0)])
    agent = [(g.start, g.end) for g in played.kept.events if isinstance(g, Gap) and g.channel is Channel.AGENT]
    assert (agent[0][0], agent[-1][1]) == (1.0, LENGTH)
    assert len(agent) == 2
