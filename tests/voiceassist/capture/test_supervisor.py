"""The state of a source: a quiet caller, a stopped stream and a dead capture are distinguished."""

from __future__ import annotations

import pytest

from voiceassist.capture.silence_probe import ProbeResult
from voiceassist.capture.source import Description
from voiceassist.capture.supervisor import State, Supervisor
from voiceassist.core.events import Channel, ComponentState
from voiceassist.core.messages import Message, message, render

HEADSET = Description("far-end", "headset", 48_000)
GONE = message("output-disconnected")


def from_headset(why: Message) -> Message:
    return message("caller-not-heard-from", name="headset", reason=why)


@pytest.fixture
def caller() -> Supervisor:
    """The caller's side, live since second 0."""
    supervisor = Supervisor(Channel.CALLER)
    supervisor.opening(0.0)
    supervisor.opened(0.0, HEADSET)
    supervisor.block(0.0, 0.5)
    return supervisor


def zeros(supervisor: Supervisor, start: float, end: float, says: ProbeResult = ProbeResult.UNKNOWN) -> float | None:
    """Blocks of zeros, and a silence probe each second. The second at which the state became doubtful."""
    time, asked = start, start
    while time < end:
        supervisor.block(time, 0.0)
        if supervisor.component_state is ComponentState.DEGRADED:
            return time
        if time >= asked:
            asked = time + 1.0
            supervisor.probed(time, says)
        time += 0.04
    return None


def test_source_is_live_with_its_first_block() -> None:
    supervisor = Supervisor(Channel.AGENT)
    assert supervisor.opening(0.0)
    assert supervisor.component_state is ComponentState.STARTING
    supervisor.opened(0.1, HEADSET)
    assert supervisor.component_state is ComponentState.STARTING
    assert supervisor.block(0.2, 0.1)
    assert supervisor.state is State.LIVE


def test_a_stopped_stream_is_reported_after_a_second_and_reopened_after_three(caller: Supervisor) -> None:
    assert not caller.nothing(0.9)
    assert caller.nothing(1.1)
    assert caller.state is State.GAP
    assert not caller.reopen
    assert caller.nothing(3.1)
    assert caller.state is State.LOST
    assert caller.reopen
    assert caller.reason == from_headset(message("source-no-sound"))


def test_source_is_live_again_after_a_short_stop(caller: Supervisor) -> None:
    caller.nothing(1.5)
    assert caller.block(1.6, 0.2)
    assert caller.state is State.LIVE


def test_a_lost_source_says_why_and_is_live_again_with_its_first_block(caller: Supervisor) -> None:
    assert caller.failed(5.0, GONE)
    assert caller.reason == from_headset(GONE)
    caller.opening(8.0)
    assert caller.state is State.REOPENING
    assert caller.component_state is ComponentState.FAILED
    caller.opened(8.1, HEADSET)
    assert caller.block(8.2, 0.1)
    assert caller.component_state is ComponentState.OK


def test_agent_reads_who_is_not_heard_from_which_device_and_why(caller: Supervisor) -> None:
    caller.failed(5.0, GONE)
    assert caller.reason is not None
    assert render(caller.reason) == "I can't hear the caller (headset). The sound output was disconnected."
    assert render(caller.reason, "de") == "Ich höre den Anrufer nicht (headset). Die Tonausgabe wurde getrennt."


def test_a_source_that_never_opened_is_reported_without_a_name() -> None:
    agent = Supervisor(Channel.AGENT)
    agent.opening(0.0)
    agent.failed(0.1, message("microphone-none"))
    assert agent.reason == message("agent-not-heard", reason=message("microphone-none"))


def test_a_reopened_source_that_gives_nothing_is_reopened_again(caller: Supervisor) -> None:
    caller.failed(5.0, GONE)
    caller.opening(8.0)
    caller.opened(8.0, HEADSET)
    caller.nothing(10.9)
    assert not caller.reopen
    caller.nothing(11.1)
    assert caller.reopen


def test_a_caller_who_is_silent_for_long_stays_live(caller: Supervisor) -> None:
    assert zeros(caller, 0.04, 600.0, ProbeResult.SILENT) is None
    assert caller.state is State.LIVE


def test_caller_stays_live_when_the_system_cannot_be_probed(caller: Supervisor) -> None:
    assert zeros(caller, 0.04, 60.0, ProbeResult.UNKNOWN) is None


@pytest.mark.parametrize("says", [ProbeResult.SOUNDING, ProbeResult.MUTED])
def test_zeros_while_sound_is_played_are_reported_within_three_seconds(caller: Supervisor, says: ProbeResult) -> None:
    told = zeros(caller, 10.0, 20.0, says)
    assert told is not None
    assert told - 10.0 <= 3.0
    assert caller.state is State.SUSPECT_SILENT
    assert caller.reason == from_headset(
        message("source-silent-while-playing" if says is ProbeResult.SOUNDING else "source-muted")
    )


def test_source_that_misses_played_sound_is_reopened_at_most_every_three_seconds(caller: Supervisor) -> None:
    zeros(caller, 10.0, 20.0, ProbeResult.SOUNDING)
    assert caller.reopen
    caller.reopen = False
    caller.probed(14.0, ProbeResult.SOUNDING)
    caller.block(14.2, 0.0)
    assert not caller.reopen


def test_muted_source_is_not_reopened(caller: Supervisor) -> None:
    zeros(caller, 10.0, 20.0, ProbeResult.MUTED)
    assert not caller.reopen


def test_sound_that_the_probe_hears_first_raises_no_suspicion(caller: Supervisor) -> None:
    """The probe hears it a moment before it arrives here."""
    zeros(caller, 10.0, 14.0, ProbeResult.SILENT)
    caller.probed(14.0, ProbeResult.SOUNDING)
    caller.block(14.1, 0.0)
    caller.block(14.2, 0.3)
    assert zeros(caller, 14.3, 15.2, ProbeResult.UNKNOWN) is None
    assert caller.state is State.LIVE


def test_suspected_source_is_live_again_with_the_first_sound(caller: Supervisor) -> None:
    zeros(caller, 10.0, 20.0, ProbeResult.MUTED)
    assert caller.block(20.0, 0.1)
    assert caller.state is State.LIVE


def test_muted_microphone_is_reported_and_not_reopened() -> None:
    agent = Supervisor(Channel.AGENT)
    agent.opening(0.0)
    agent.opened(0.0, Description("microphone", "desk", 48_000))
    told = zeros(agent, 0.0, 20.0)
    assert told == pytest.approx(10.0, abs=0.1)
    assert agent.reason == message("agent-not-heard-from", name="desk", reason=message("microphone-silent"))
    assert not agent.reopen


def test_same_failure_is_reported_once(caller: Supervisor) -> None:
    assert caller.failed(5.0, GONE)
    assert not caller.failed(8.0, GONE)
