"""A live call as an agent has it: a softphone in a real SIP call, a sound server, and VoiceAssist listening to both."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from tests.e2e.pulse import HEADSET, MICROPHONE, PulseServer, end, need, wait_until
from tests.e2e.softphone import CODECS, SipCall
from voiceassist.capture import AlignedCapture
from voiceassist.capture.base import Samples
from voiceassist.capture.microphone import Microphone
from voiceassist.capture.pulse import PulseMonitor
from voiceassist.demo import CALL
from voiceassist.engine import CallEngine
from voiceassist.live import LiveCall
from voiceassist.record import CallFolder, CallMeta, CallWriter
from voiceassist.timeline import (
    SAMPLE_RATE,
    Agitation,
    AnyEvent,
    CallEnded,
    Channel,
    CueShown,
    Event,
    Gap,
    Part,
    PartState,
    Utterance,
)

pytestmark = pytest.mark.device

LEAD = 3.0
"""Seconds before the demo call begins in the files that are played: time for both sides to be heard."""
TICK = 1.0
"""Where in the caller's lead a short tone tells the test that the line is open."""
AGENT_LEAD = 0.5
"""The same before the agent's side, whose playing begins once the tone was heard."""
CUE_TOLERANCE = 0.5
PRAISE_TOLERANCE = 1.0
"""`well-done` waits for a slow curve to fall by a third; what the line adds in noise moves that by half a second."""
SIDES_TOLERANCE = 0.15
"""Seconds by which one side may lie off against the other: most of it is how well the test's own players start."""
LEVEL_TOLERANCE = 1.5
"""dB between an utterance's level as heard live and as in the file. G.711 adds noise, silence no level."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    need("pulseaudio", "parec", "paplay", "pactl", "baresip")
    with tempfile.TemporaryDirectory(prefix="va-") as folder:  # short: a socket's path has 108 bytes
        pulse = PulseServer(Path(folder))
        for name, value in pulse.environment.items():
            monkeypatch.setenv(name, value)
        pulse.start()
        try:
            yield pulse
        finally:
            pulse.kill()


def with_lead(sound: Samples, rate: int) -> Samples:
    lead = np.zeros(round(LEAD * rate), np.float32)
    n = round(0.05 * rate)
    lead[round(TICK * rate) :][:n] = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(n) / rate)
    return np.concatenate([lead, sound])


class Ear:
    """Listens to a sink from now on, in a thread of its own, for the first thing louder than a whisper."""

    def __init__(self, sink: str) -> None:
        self._recorder = subprocess.Popen(
            [
                *("parec", f"--device={sink}.monitor", "--latency-msec=10"),
                *(f"--rate={SAMPLE_RATE}", "--channels=1", "--format=float32le"),
            ],
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._heard = 0.0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def heard_at(self, within: float = 20.0) -> float:
        """Monotonic second at which it was heard."""
        self._thread.join(within)
        end(self._recorder)
        self._thread.join()
        assert self._heard, f"nothing was heard within {within} s"
        return self._heard

    def _listen(self) -> None:
        assert self._recorder.stdout is not None
        with self._recorder.stdout as pipe:
            while data := pipe.read(640):
                now = time.monotonic()
                samples = np.frombuffer(data[: len(data) // 4 * 4], "<f4")
                loud = np.flatnonzero(np.abs(samples) > 0.05)
                if loud.size:
                    self._heard = now - (samples.size - loud[0]) / SAMPLE_RATE
                    return


class Speaker:
    """Plays the agent's side into the microphone, at a moment."""

    def __init__(self, folder: Path) -> None:
        click = folder / "click.wav"
        soundfile.write(click, with_lead(np.zeros(SAMPLE_RATE, np.float32), SAMPLE_RATE), SAMPLE_RATE)
        self._click = click
        self.delay = 0.0
        """Seconds from starting the player to its first sample, measured."""

    def calibrate(self) -> None:
        ear = Ear(MICROPHONE)
        started = time.monotonic()
        player = self._play(self._click)
        self.delay = ear.heard_at() - TICK - started
        end(player)

    def play_at(self, sound: Path, moment: float) -> subprocess.Popen[bytes]:
        time.sleep(max(0.0, moment - self.delay - time.monotonic()))
        return self._play(sound)

    def _play(self, sound: Path) -> subprocess.Popen[bytes]:
        # A second of buffer: a player that runs dry goes on later, and everything after it would lie late.
        return subprocess.Popen(["paplay", f"--device={MICROPHONE}", "--latency-msec=1000", str(sound)])


def events_from_the_file(agent: Samples, caller: Samples) -> list[Event]:
    engine = CallEngine()
    events = engine.start()
    for at in range(0, agent.size, SAMPLE_RATE):
        events += engine.push(agent[at : at + SAMPLE_RATE], caller[at : at + SAMPLE_RATE])
    return events + engine.finish()


def shift_between(live: Samples, original: Samples) -> float:
    """Seconds by which `live` lies later than `original`."""
    n = 1 << (live.size + original.size).bit_length()
    cross = np.fft.irfft(np.fft.rfft(live, n) * np.conj(np.fft.rfft(original, n)), n)
    k = int(cross.argmax())
    return (k if k < n // 2 else k - n) / SAMPLE_RATE


def utterances(events: Sequence[Event], channel: Channel) -> list[Utterance]:
    return [e for e in events if isinstance(e, Utterance) and e.channel is channel]


@pytest.mark.slow
def test_the_demo_call_over_a_real_sip_call_gives_the_same_cues_as_from_the_file(
    server: PulseServer, tmp_path: Path
) -> None:
    both, rate = soundfile.read(CALL, dtype="float32")
    assert rate == SAMPLE_RATE
    agent, caller = np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])
    line_rate = CODECS["g711"][1]
    on_the_line = soxr.resample(caller, rate, line_rate)
    tail = np.zeros(2 * line_rate, np.float32)  # aufile begins again at the file's end
    caller_file, agent_file = tmp_path / "caller.wav", tmp_path / "agent.wav"
    soundfile.write(caller_file, with_lead(np.concatenate([on_the_line, tail]), line_rate), line_rate)
    soundfile.write(agent_file, np.concatenate([np.zeros(round(AGENT_LEAD * rate), np.float32), agent]), rate)

    speaker = Speaker(tmp_path)
    sip = SipCall(server, tmp_path / "sip", caller_file, "g711")
    told: list[AnyEvent] = []
    writer = CallWriter.create(tmp_path / "calls", CallMeta(origin="live"))
    live = LiveCall(
        AlignedCapture({Channel.AGENT: Microphone, Channel.CALLER: lambda: PulseMonitor(HEADSET)}),
        CallEngine(),
        told.append,
        writer=writer,
    )
    player = None
    try:
        sip.answer()
        live.start()
        wait_until(
            lambda: (
                {e.part for e in told if isinstance(e, Part) and e.state is PartState.LIVE}
                >= {
                    "agent-sound",
                    "caller-sound",
                }
            ),
            "both sides to be heard",
        )
        speaker.calibrate()
        ear = Ear(HEADSET)  # before the call: the tone comes a second after it was answered
        sip.dial()
        line_open = ear.heard_at() - TICK
        player = speaker.play_at(agent_file, line_open + LEAD - AGENT_LEAD)
        time.sleep(max(0.0, line_open + LEAD + both.shape[0] / rate + 0.5 - time.monotonic()))
    finally:
        live.stop()
        live.join(30)
        if player is not None:
            end(player)
        sip.hang_up()

    lost = sum(e.end - e.start for e in told if isinstance(e, Gap) and e.start > 10)
    if lost and os.getloadavg()[0] > 2 * (os.cpu_count() or 1):
        pytest.skip(f"this machine is too busy for a call in real time: {lost:.1f} s of sound came too late")

    # Both sides were kept, from the first second to the last, and lie where they were spoken.
    assert isinstance(told[-1], CallEnded)
    (folder,) = (tmp_path / "calls").iterdir()
    kept = CallFolder.open(folder)
    blocks = [(a, c) for a, c in kept.sound() if a is not None and c is not None]
    kept_agent, kept_caller = (np.concatenate([b[i] for b in blocks]) for i in (0, 1))
    agent_shift, caller_shift = shift_between(kept_agent, agent), shift_between(kept_caller, caller)
    print(f"call begins at {caller_shift:.3f} s; agent against caller {1000 * (agent_shift - caller_shift):+.0f} ms")
    assert agent_shift == pytest.approx(caller_shift, abs=SIDES_TOLERANCE)
    assert kept_caller.size / SAMPLE_RATE >= caller_shift + both.shape[0] / rate

    expected_events = events_from_the_file(agent, caller)
    expected = [(e.id, e.t) for e in expected_events if isinstance(e, CueShown)]
    heard = [(e.id, round(e.t - caller_shift, 3)) for e in told if isinstance(e, CueShown)]
    errors = [h[1] - x[1] for h, x in zip(heard, expected, strict=False)]
    print(f"cues live {heard}\nfrom the file {expected}\nlate by {[f'{1000 * e:+.0f} ms' for e in errors]}")
    assert [name for name, _ in heard] == [name for name, _ in expected]
    for (name, _), error in zip(heard, errors, strict=True):
        assert abs(error) <= (PRAISE_TOLERANCE if name == "well-done" else CUE_TOLERANCE), name
    assert any(isinstance(e, Agitation) and e.score > 0 for e in told)

    for channel in Channel:
        said, heard_live = utterances(expected_events, channel), utterances(told, channel)
        pairs = [
            (u.level_db, near.level_db)
            for u in said
            for near in [min(heard_live, key=lambda h: abs(h.start - caller_shift - u.start))]
            if abs(near.start - caller_shift - u.start) < 0.3
        ]
        off = np.array([heard - original for original, heard in pairs])
        print(f"{channel}: {len(pairs)} of {len(said)} utterances, level {off.mean():+.2f} ± {off.std():.2f} dB")
        assert len(pairs) >= 0.8 * len(said)
        assert abs(float(np.median(off))) < LEVEL_TOLERANCE

    began = [g for g in told if isinstance(g, Gap) and g.start > caller_shift]
    print(f"gaps during the call: {sum(g.end - g.start for g in began):.3f} s")
    assert began == []
