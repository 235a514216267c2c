"""Where the system cannot be asked, an inaudible sound distinguishes a quiet caller from a dead capture."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.capture.devices.drivers import child_with
from voiceassist.capture.devices import coreaudio, wasapi
from voiceassist.capture.devices.child import BlockSender
from voiceassist.capture.devices.pilot import LEVEL, HelperSource, pilot
from voiceassist.capture.reader import Reader, Report, SilenceProbed
from voiceassist.capture.silence_probe import HasSilenceProbe, ProbeResult
from voiceassist.capture.source import Block, Description
from voiceassist.capture.supervisor import QUIET_PEAK, Supervisor
from voiceassist.core.events import Channel, ComponentState
from voiceassist.core.messages import Message, message

RATE = 16_000
DEAD = (ProbeResult.SOUNDING, message("loopback-silent"))


def driver(sender: BlockSender, piloted: bool, alive: float, dead: float) -> None:
    """A far end that plays nothing: for some seconds the pilot comes back, then exact zeros."""
    sender.opened(Description("far-end", "headset", RATE), piloted=piloted)
    faint = pilot(RATE // 25, 1)
    for k in range(round(25 * (alive + dead))):
        sender.put(faint if k < 25 * alive else np.zeros(RATE // 25, np.float32), k / 25)
    sender.run(lambda: None)


def after(piloted: bool, alive: float, dead: float) -> tuple[ProbeResult, Message | None]:
    command = child_with(f"{__name__}:driver", piloted, alive, dead)
    source = HelperSource("wasapi", dead=DEAD, command=command)
    source.open()
    try:
        for _ in range(round(25 * (alive + dead))):
            block = source.read(PATIENCE)
            assert block is not None
            assert np.abs(block.samples).max() < QUIET_PEAK  # all of it counts as silence
        return source.probe_silence()
    finally:
        source.close()


def test_a_quiet_caller_is_quiet_while_the_pilot_comes_back() -> None:
    assert after(True, alive=2.0, dead=0.0) == (ProbeResult.SILENT, None)


def test_exact_zeros_are_a_dead_capture() -> None:
    assert after(True, alive=1.0, dead=1.0) == DEAD


def test_short_zeros_at_the_start_count_as_silence() -> None:
    assert after(True, alive=0.0, dead=0.2) == (ProbeResult.SILENT, None)


def test_probe_result_is_unknown_without_a_pilot() -> None:
    assert after(False, alive=0.0, dead=2.0) == (ProbeResult.UNKNOWN, None)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (wasapi.LoopbackSource(), (ProbeResult.SOUNDING, message("loopback-silent"))),
        (coreaudio.TapSource(), (ProbeResult.MUTED, message("macos-silent"))),
    ],
    ids=["Windows", "macOS"],
)
def test_far_ends_of_both_systems_can_be_asked_and_say_what_to_do(
    source: HelperSource, told: tuple[ProbeResult, Message]
) -> None:
    assert isinstance(source, HasSilenceProbe)
    source.piloted, source._zeros = True, 1.0
    assert source.probe_silence() == told


class Played:
    """A far end on a simulated clock, with the silence probe of a piloted one."""

    piloted = True
    probe_silence = HelperSource.probe_silence

    def __init__(self, silent: bool) -> None:
        self.now, self._sequence, self._zeros, self._dead = 0.0, 0, 0.0, DEAD
        self._sound = pilot(RATE // 25, 1) if silent else np.zeros(RATE // 25, np.float32)

    def open(self) -> Description:
        return Description("far-end", "headset", RATE)

    def read(self, timeout: float) -> Block:
        self.now += 0.04
        self._sequence += 1
        self._zeros += 0.0 if self._sound.any() else 0.04
        return Block(self._sound, self.now, self._sequence)

    def close(self) -> None: ...


@pytest.mark.parametrize("silent", [True, False], ids=["a quiet caller", "a dead capture"])
def test_a_dead_capture_is_reported_within_three_seconds_and_a_quiet_caller_never(silent: bool) -> None:
    source = Played(silent)
    told: list[Report] = []
    reader = Reader(lambda: source, lambda: source.now, told.append, aside=lambda ask: ask())
    supervisor = Supervisor(Channel.CALLER)
    supervisor.opening(0.0)
    supervisor.opened(0.0, source.open())
    reported_at = None
    while source.now < 30 and reported_at is None:
        reader.step(lambda seconds: None)
        supervisor.block(source.now, LEVEL if silent else 0.0)
        for report in told:
            if isinstance(report, SilenceProbed):
                supervisor.probed(report.time, report.result, report.reason)
        told.clear()
        if supervisor.component_state is ComponentState.DEGRADED:
            reported_at = source.now
    assert (reported_at is None) is silent
    assert reported_at is None or reported_at <= 3.0
