"""The caller heard in the microphone: noticed, taken out, and never taken for the agent."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import fftconvolve

from tests.calls.demo import DELIVERY
from voiceassist.capture.aligner import Aligned
from voiceassist.capture.echo import DELAY, CrosstalkDetector, EchoCanceller, EchoCancellingCapture, Mode, correlation
from voiceassist.capture.source import EndOfSource
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Component, ComponentState, ComponentStatus
from voiceassist.core.messages import message

SECONDS = 30
START = 30.0
"""Seconds; an echo of louder talk stands clear of the noise of the line."""


def voice(side: int, seconds: int = SECONDS) -> Samples:
    """Half a minute of a demo call: the agent (1) or the caller (2)."""
    return DELIVERY.sound(START, START + seconds)[side - 1]


def room(sound: Samples, delay: float, db: float) -> Samples:
    """What a microphone hears of a loudspeaker: later, quieter, with a quarter of a second of room."""
    random = np.random.default_rng(3)
    n = SAMPLE_RATE // 4
    response = random.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    response[0] = 3
    response *= 10 ** (db / 20) / np.sqrt((response**2).sum())
    response = np.concatenate([np.zeros(round(delay * SAMPLE_RATE)), response])
    return np.asarray(fftconvolve(sound, response)[: sound.size], np.float32)


class Recorded:
    """A capture that gives these two sides in blocks."""

    def __init__(self, agent: Samples, caller: Samples) -> None:
        self._sides, self._at = (agent, caller), 0

    def open(self) -> None: ...

    def pause(self) -> None:
        pass

    def resume(self) -> None:
        pass

    def end(self) -> None: ...

    def close(self) -> None: ...

    def read(self, timeout: float) -> Aligned | None:
        if self._at >= self._sides[0].size:
            raise EndOfSource
        agent, caller = (side[self._at : self._at + 1024] for side in self._sides)
        self._at += 1024
        return Aligned(agent, caller)


class Copying:
    """A canceller that changes nothing."""

    def clean(self, microphone: Samples, reference: Samples) -> Samples:
        return microphone


def through(capture: EchoCancellingCapture) -> tuple[Samples, Samples, list[tuple[float, ComponentStatus]]]:
    """Both sides, and what was told when (seconds of sound that had come by then)."""
    capture.open()
    agent: list[Samples] = []
    caller: list[Samples] = []
    told: list[tuple[float, ComponentStatus]] = []
    try:
        while True:
            block = capture.read(0.0)
            assert block is not None
            assert block.agent is not None
            assert block.caller is not None
            agent.append(block.agent)
            caller.append(block.caller)
            now = sum(map(len, caller)) / SAMPLE_RATE
            told += [(now, e) for e in block.events if isinstance(e, ComponentStatus)]
    except EndOfSource:
        return np.concatenate(agent), np.concatenate(caller), told


def level(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(sound.astype(float) ** 2) + 1e-12))


def test_two_voices_are_independent_channels() -> None:
    detector = CrosstalkDetector()
    assert detector.push(voice(1), voice(2))
    assert detector.channels_independent


@pytest.mark.parametrize("db", [-3.0, -20.0])
@pytest.mark.parametrize("way", ["the caller in the microphone", "the agent in the far end"])
def test_crosstalk_is_detected_in_either_direction(way: str, db: float) -> None:
    agent, caller = voice(1), voice(2)
    detector = CrosstalkDetector()
    if way == "the caller in the microphone":
        detector.push(agent + room(caller, 0.04, db), caller)
    else:
        detector.push(agent, caller + room(agent, 0.1, db))
    assert detector.channels_independent is False


def test_silence_leaves_it_open_whether_channels_are_independent() -> None:
    detector = CrosstalkDetector()
    assert not detector.push(voice(1), np.zeros(SECONDS * SAMPLE_RATE, np.float32))
    assert detector.channels_independent is None


def test_the_correlation_of_a_sound_with_itself_is_one_wherever_it_lies() -> None:
    sound = voice(1, 2)
    assert correlation(sound, sound) == pytest.approx(1.0)
    assert correlation(sound, np.roll(sound, 1600)) > 0.8


def test_agitation_is_off_while_the_microphone_picks_up_the_caller() -> None:
    caller = voice(2)
    _, _, told = through(EchoCancellingCapture(Recorded(voice(1) + room(caller, 0.04, -6), caller), "off"))
    last = told[-1][1]
    assert (last.component, last.state) == (Component.AGITATION, ComponentState.DISABLED)
    assert last.reason == message("sides-not-separate")


def test_missing_canceller_package_is_named_when_it_would_help() -> None:
    caller = voice(2)
    mixed = voice(1) + room(caller, 0.04, -6)
    agent, _, told = through(EchoCancellingCapture(Recorded(mixed, caller), "auto", canceller=missing_package))
    assert told[-1][1].state is ComponentState.DISABLED
    assert told[-1][1].reason == message("sides-not-separate-without-cancelling")
    np.testing.assert_array_equal(agent, mixed)


def missing_package() -> EchoCanceller:
    raise ImportError


def test_missing_canceller_package_is_reported_at_the_start_and_the_call_goes_on() -> None:
    agent, caller = voice(1), voice(2)
    heard, _, told = through(EchoCancellingCapture(Recorded(agent, caller), "on", canceller=missing_package))
    first = told[0][1]
    assert (first.component, first.state) == (Component.ECHO, ComponentState.DEGRADED)
    assert first.reason == message("echo-cancelling-missing")
    np.testing.assert_array_equal(heard, agent)
    # On a headset the sides are apart all the same, and agitation is followed.
    assert [(p.component, p.state) for _, p in told[1:]] == [(Component.AGITATION, ComponentState.OK)]


def test_crosstalk_without_the_canceller_package_turns_agitation_off() -> None:
    caller = voice(2)
    mixed = voice(1) + room(caller, 0.04, -6)
    _, _, told = through(EchoCancellingCapture(Recorded(mixed, caller), "on", canceller=missing_package))
    assert (told[-1][1].component, told[-1][1].state) == (Component.AGITATION, ComponentState.DISABLED)


@pytest.mark.parametrize("mode", ["auto", "on", "off"])
def test_nothing_is_lost_or_shifted_when_cancelling_begins(mode: Mode) -> None:
    caller = voice(2)
    mixed = voice(1) + room(caller, 0.04, -6)
    agent, out, _ = through(EchoCancellingCapture(Recorded(mixed, caller), mode, canceller=lambda: Copying()))  # type: ignore[arg-type,return-value]
    np.testing.assert_array_equal(agent, mixed)
    np.testing.assert_array_equal(out, caller)


def test_the_canceller_gets_the_callers_sound_before_the_microphones() -> None:
    ramp = np.arange(SAMPLE_RATE, dtype=np.float32)
    leads = []

    class Watching:
        def clean(self, microphone: Samples, reference: Samples) -> Samples:
            leads.append(float(reference[0] - microphone[0]))
            return microphone

    through(EchoCancellingCapture(Recorded(ramp, ramp), "on", canceller=lambda: Watching()))  # type: ignore[arg-type,return-value]
    assert set(leads[:-9]) == {float(DELAY)}


@pytest.mark.slow
def test_the_caller_is_taken_out_of_the_microphone_and_the_agent_stays() -> None:
    pytest.importorskip("livekit.rtc", reason="echo cancelling needs the optional package livekit")
    agent, caller = voice(1), voice(2)
    echo = room(caller, 0.04, -6)
    out, _, told = through(EchoCancellingCapture(Recorded(agent + echo, caller), "auto"))
    loud_agent, loud_caller = (np.repeat(np.abs(s).reshape(-1, 400).max(axis=1) > 0.01, 400) for s in (agent, caller))
    settled = np.arange(out.size) > 12 * SAMPLE_RATE
    caller_only, talks = settled & loud_caller & ~loud_agent, settled & loud_agent
    removed = level((agent + echo)[caller_only]) - level(out[caller_only])
    kept = level(out[talks]) - level(agent[talks])
    print(f"\necho -6 dB at 40 ms: caller {removed:.0f} dB down, agent {kept:+.1f} dB; told {[t for t, _ in told]}")
    assert removed > 25
    assert abs(kept) < 3
    assert [p.state for _, p in told][-1] is ComponentState.OK
