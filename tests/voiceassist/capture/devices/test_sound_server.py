"""Live capture on a real sound server, with every fault the tests can bring about; skipped where there is no server.

Each test prints what the journal says and how many seconds were lost; `docs/capture.md` has the table.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.e2e.pulse import HEADSET, MICROPHONE, OTHER, PulseServer, end, need, wait_until
from tests.support.busy import PATIENCE
from voiceassist.capture import AlignedCapture
from voiceassist.capture.devices.listing import list_devices
from voiceassist.capture.devices.microphone import Microphone
from voiceassist.capture.devices.pulse import PulseMonitor
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError
from voiceassist.core.events import Channel, Component, ComponentState, ComponentStatus, Gap
from voiceassist.core.messages import Message, message
from voiceassist.service.call_detector import CallWatch

pytestmark = [pytest.mark.device, pytest.mark.slow, pytest.mark.usefixtures("in_real_time")]

AGENT, CALLER = Channel.AGENT, Channel.CALLER
PLAYER, VOICE = "softphone", "voice"
RATE_OF_PEAKS = SAMPLE_RATE // 64
LIVE = (ComponentState.OK,)
NOT_HEARD = (ComponentState.FAILED, ComponentState.DEGRADED)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    need("pulseaudio", "parec", "paplay", "pactl")
    with tempfile.TemporaryDirectory(prefix="va-") as folder:  # short: a socket's path has 108 bytes
        pulse = PulseServer(Path(folder))
        for name, value in pulse.environment.items():
            monkeypatch.setenv(name, value)
        pulse.start()
        try:
            yield pulse
        finally:
            pulse.kill()


@pytest.fixture
def hum(tmp_path: Path) -> Path:
    """Two minutes of a low hum: whenever it is not heard, something is lost."""
    path = tmp_path / "hum.wav"
    t = np.arange(120 * SAMPLE_RATE) / SAMPLE_RATE
    soundfile.write(path, (0.2 * np.sin(2 * np.pi * 300 * t)).astype(np.float32), SAMPLE_RATE)
    return path


class Listening:
    """Live capture under way: what it reported, and how much of each side was sound."""

    def __init__(self, softphone: str = PLAYER) -> None:
        far_end: Callable[[], PulseMonitor] = lambda: PulseMonitor(softphone=softphone)  # noqa: E731
        self._capture = AlignedCapture({AGENT: Microphone, CALLER: far_end})
        self.parts: list[ComponentStatus] = []
        self.gaps: list[Gap] = []
        self.seconds = 0.0
        self._peaks: dict[Channel, list[float]] = {AGENT: [], CALLER: []}
        """Peak of each sixteenth of a block."""

    def __enter__(self) -> Listening:
        self._capture.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._capture.close()

    def until(self, true: Callable[[], bool], what: str, timeout: float = PATIENCE) -> float:
        """Listen until something is so. Returns the seconds (of real time) it took."""
        began = time.monotonic()
        while not true():
            if time.monotonic() - began > timeout:
                raise AssertionError(f"waited {timeout} s for {what}; reported: {self.parts}")
            self._read()
        return time.monotonic() - began

    def listen(self, seconds: float) -> None:
        end_at = self.seconds + seconds
        self.until(lambda: self.seconds >= end_at, f"{seconds} s of sound", timeout=seconds + PATIENCE)

    def state(self, part: str) -> ComponentStatus | None:
        return next((p for p in reversed(self.parts) if p.component == part), None)

    def is_in(self, part: str, states: tuple[ComponentState, ...]) -> bool:
        last = self.state(part)
        return last is not None and last.state in states

    def both_live(self) -> None:
        self.until(lambda: all(self.is_in(f"{c}-audio", LIVE) for c in Channel), "both sides")

    def steady(self, channel: Channel) -> None:
        """Wait until one whole second of this side was sound."""
        self.until(lambda: self.heard(channel, self.seconds - 1) > 0.95, f"the {channel} to be heard again")

    def lost(self, channel: Channel, since: float) -> float:
        """Seconds of gap on this side after a moment of the timeline."""
        return sum(g.end - max(g.start, since) for g in self.gaps if g.channel is channel and g.end > since)

    def heard(self, channel: Channel, since: float) -> float:
        """Seconds of sound (not silence) on this side after a moment of the timeline."""
        return sum(peak > 0.05 for peak in self._peaks[channel][round(since * RATE_OF_PEAKS) :]) / RATE_OF_PEAKS

    def report(self, fault: str, since: float) -> None:
        said = [f"{p.t:.1f} {p.component} {p.state}: {p.reason or ''}" for p in self.parts if p.t >= since - 0.1]
        lost = ", ".join(f"{c} {self.lost(c, since):.2f} s" for c in Channel)
        reasons = sorted({f"{g.channel}: {g.reason}" for g in self.gaps if g.end > since})
        print(f"\n{fault}: lost {lost}", *said, *reasons, sep="\n    ")

    def _read(self) -> None:
        block = self._capture.read(0.05)
        if block is None:
            return
        assert block.agent is not None
        assert block.caller is not None
        for channel, sound in ((AGENT, block.agent), (CALLER, block.caller)):
            self._peaks[channel] += np.abs(sound).reshape(-1, 64).max(axis=1, initial=0).tolist()
        self.seconds += block.agent.size / SAMPLE_RATE
        self.parts += [e for e in block.events if isinstance(e, ComponentStatus)]
        self.gaps += [e for e in block.events if isinstance(e, Gap)]


@pytest.fixture
def call(server: PulseServer, hum: Path) -> Iterator[Listening]:
    """Both sides are heard, and have been for three seconds."""
    players = [server.play(hum, HEADSET, PLAYER), server.play(hum, MICROPHONE, VOICE)]
    try:
        with Listening() as listening:
            listening.both_live()
            listening.steady(AGENT)
            listening.steady(CALLER)
            listening.listen(3.0)
            yield listening
    finally:
        for player in players:
            end(player)


def test_both_sides_are_heard_without_a_gap(call: Listening) -> None:
    since = call.seconds
    call.listen(5.0)
    call.report("nothing", since)
    assert call.lost(AGENT, since) == call.lost(CALLER, since) == 0
    assert call.heard(AGENT, since) == pytest.approx(5.0, abs=0.2)
    assert call.heard(CALLER, since) == pytest.approx(5.0, abs=0.2)


def test_a_killed_server_is_reported_at_once_and_its_successor_is_heard(
    call: Listening, server: PulseServer, hum: Path
) -> None:
    since = call.seconds
    server.kill()
    took = call.until(lambda: all(call.is_in(f"{c}-audio", NOT_HEARD) for c in Channel), "the loss to be reported")
    assert took < 3.0
    call.listen(2.0)
    server.start()
    players = [server.play(hum, HEADSET, PLAYER), server.play(hum, MICROPHONE, VOICE)]
    try:
        call.both_live()
        call.steady(CALLER)
        call.steady(AGENT)
        call.report("server killed, restarted after 2 s", since)
    finally:
        for player in players:
            end(player)


def test_a_removed_output_is_replaced_by_the_one_the_call_went_to(call: Listening, server: PulseServer) -> None:
    since = call.seconds
    modules = [line.split("\t") for line in server.control("list", "short", "modules").splitlines()]
    (module,) = [m[0] for m in modules if f"sink_name={HEADSET}" in m[2]]
    server.control("unload-module", module)  # module-rescue-streams moves the softphone's stream
    call.until(lambda: call.is_in("caller-audio", NOT_HEARD), "the loss to be reported", timeout=3.0)
    call.until(lambda: call.is_in("caller-audio", LIVE), "the call to be found again")
    call.steady(CALLER)
    call.report("output removed", since)
    assert call.lost(AGENT, since) == 0


def test_a_call_that_moves_to_another_output_is_followed(call: Listening, server: PulseServer) -> None:
    since = call.seconds
    (stream,) = server.streams(PLAYER)
    server.control("move-sink-input", stream, OTHER)
    call.until(lambda: call.is_in("caller-audio", NOT_HEARD), "the move to be noticed", timeout=3.0)
    call.until(lambda: call.is_in("caller-audio", LIVE), "the call to be found again")
    call.steady(CALLER)
    call.report("stream moved", since)
    assert call.lost(CALLER, since) < 3.0
    assert call.lost(AGENT, since) == 0


def test_another_default_microphone_is_followed(call: Listening, server: PulseServer) -> None:
    server.control("set-default-source", f"{OTHER}.monitor")
    since = call.seconds
    call.until(lambda: call.heard(AGENT, call.seconds - 0.5) == 0, "the other, silent microphone", timeout=10.0)
    server.control("set-default-source", f"{MICROPHONE}.monitor")
    call.steady(AGENT)
    call.report("another default microphone, and back", since)
    assert call.lost(AGENT, since) < 0.5


def test_ten_seconds_without_packets_are_a_gap_of_ten_seconds(call: Listening, server: PulseServer) -> None:
    """The server stands still: nothing fails, nothing comes."""
    assert server.process is not None
    since = call.seconds
    server.process.send_signal(signal.SIGSTOP)
    try:
        assert call.until(lambda: call.is_in("caller-audio", NOT_HEARD), "the gap to be reported", timeout=5.0) < 3.0
        call.listen(8.0)
    finally:
        server.process.send_signal(signal.SIGCONT)
    call.both_live()
    call.steady(CALLER)
    call.steady(AGENT)
    call.report("10 s without packets", since)
    assert call.lost(CALLER, since) == pytest.approx(10.0, abs=5.0)


def test_zeros_while_the_softphone_plays_are_reported_within_three_seconds(
    call: Listening, server: PulseServer
) -> None:
    server.control("set-source-mute", f"{HEADSET}.monitor", "1")
    took = call.until(lambda: call.is_in("caller-audio", NOT_HEARD), "the silence to be doubted", timeout=10.0)
    said = call.state("caller-audio")
    assert said is not None
    print(f"\nzeros instead of sound: reported after {took:.1f} s: {said.reason}")
    assert said.reason is not None
    assert said.reason.key == "caller-not-heard-from"
    why = said.reason.args["reason"]
    assert isinstance(why, Message)
    assert why.key == "monitor-muted-in-settings"
    assert took < 4.0  # 3 s, and what a busy machine adds
    server.control("set-source-mute", f"{HEADSET}.monitor", "0")
    call.until(lambda: call.is_in("caller-audio", LIVE), "the sound to be back")


def test_a_caller_who_is_silent_is_no_fault(server: PulseServer, tmp_path: Path) -> None:
    """The softphone plays, and what it plays is silence: zeros, and rightly so."""
    silence = tmp_path / "silence.wav"
    soundfile.write(silence, np.zeros(60 * SAMPLE_RATE, np.float32), SAMPLE_RATE)
    player = server.play(silence, HEADSET, PLAYER)
    try:
        with Listening() as listening:
            listening.until(lambda: listening.is_in("caller-audio", LIVE), "the caller's side")
            listening.listen(6.0)
            assert [p.state for p in listening.parts if p.component == Component.CALLER_AUDIO] == [
                ComponentState.STARTING,
                ComponentState.OK,
            ]
    finally:
        end(player)


def test_a_reader_that_comes_too_late_has_a_gap_and_not_a_shift(server: PulseServer, hum: Path) -> None:
    """A queue of one second, and nobody reads for three: what was dropped is a gap of just that length."""
    from voiceassist.capture.channel_buffer import DeviceBuffer
    from voiceassist.capture.source import Block

    player = server.play(hum, HEADSET)
    monitor = PulseMonitor(HEADSET)
    monitor._blocks._capacity = 25
    buffer = DeviceBuffer()
    try:
        buffer.opened(monitor.open().rate)
        first: Block | None = None
        while first is None:
            first = monitor.read(1.0)
        origin = first.time
        buffer.push(Block(first.samples, 0.0, first.sequence))
        began = time.monotonic()
        time.sleep(3.0)
        busy = time.monotonic() - began
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            block = monitor.read(0.1)
            if block is not None:
                buffer.push(Block(block.samples, block.time - origin, block.sequence))
        sound, spans = buffer.take(buffer.end)
        (span,) = [s for s in spans if s.reason == "overrun"]
        lost = (span.end - span.start) / SAMPLE_RATE
        print(f"\noverrun: lost {lost:.2f} s")
        assert lost == pytest.approx(busy - 1.0, abs=0.3)
        assert sound.size / SAMPLE_RATE == pytest.approx(busy + 1.0, abs=0.5)
    finally:
        monitor.close()
        end(player)


def test_devices_are_listed_by_the_names_the_settings_take(server: PulseServer) -> None:
    found = list_devices()
    names = {(d.channel, d.name) for d in found}
    assert {(CALLER, HEADSET), (CALLER, OTHER), (AGENT, f"{MICROPHONE}.monitor")} <= names
    assert [d.name for d in found if d.default] == [f"{MICROPHONE}.monitor", HEADSET]


@pytest.mark.parametrize(
    ("source", "key"),
    [(Microphone("no such"), "microphone-not-found"), (PulseMonitor("no such"), "output-not-found")],
    ids=["microphone", "far end"],
)
def test_a_device_that_is_not_there_is_named(server: PulseServer, source: Microphone | PulseMonitor, key: str) -> None:
    try:
        with pytest.raises(InputError) as refused:
            source.open()
        assert refused.value.message == message(key, name="no such")
    finally:
        source.close()


def test_a_program_that_plays_and_records_is_on_a_call(server: PulseServer, hum: Path) -> None:
    watch = CallWatch()
    process = None
    try:
        assert not watch.active()
        player = server.play(hum, HEADSET)  # music is no call
        until = time.monotonic() + 3
        while time.monotonic() < until:
            assert not watch.active()
            time.sleep(0.1)
        end(player)
        process = subprocess.Popen(  # ALSA's plugin plays and records in one process, as a softphone does
            [sys.executable, "-c", _SOFTPHONE],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(__import__("sys").path)},
        )
        wait_until(watch.active, "the call to be seen")
        end(process)
        wait_until(lambda: not watch.active(), "the end of the call to be seen")
    finally:
        watch.close()
        if process is not None:
            end(process)


_SOFTPHONE = """
import sounddevice, time
def talk(indata, outdata, frames, times, status):
    outdata[:] = 0
with sounddevice.Stream(device="pulse", channels=1, callback=talk):
    time.sleep(60)
"""
