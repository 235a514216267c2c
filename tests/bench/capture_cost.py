"""What live capture and the engine take of a machine: memory over an hour, processor over ten minutes.

.venv/bin/python -m tests.bench.capture_cost hour           one hour of call on a simulated clock: memory every 5 min
.venv/bin/python -m tests.bench.capture_cost minutes [10]   real time on a sound server of its own: share of a core

The hour has everything a bad one has: clocks 200 ppm off, a headset unplugged for a minute every ten, pauses of the
network. Without words and without keeping the call; both are measured elsewhere.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

from tests.calls.demo import DELIVERY
from tests.e2e.pulse import HEADSET, MICROPHONE, PulseServer, end
from voiceassist.capture import AlignedCapture
from voiceassist.capture.aligner import ChannelAligner
from voiceassist.capture.devices.microphone import Microphone
from voiceassist.capture.devices.pulse import PulseMonitor
from voiceassist.capture.reader import Failed, Heard, Nothing, Opened, Opening, Report
from voiceassist.capture.source import Block, Description
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import AnyEvent, CallEnded, Channel, Gap
from voiceassist.core.messages import message
from voiceassist.session.engine import CallEngine
from voiceassist.session.live import LiveCall

RATE = 48_000
BLOCK_SECONDS = 0.04
UNPLUGGED = (300.0, 360.0)
"""Seconds of each ten minutes in which the caller's headset is away."""


def device(sound: Samples, seconds: float, ppm: float, unplugged: bool) -> Iterator[Report]:
    """What the reader of a device tells: `sound` (16 kHz) over and over, at 48 kHz by a clock that is off."""
    size = round(SAMPLE_RATE * BLOCK_SECONDS)
    yield Opening(0.0)
    yield Opened(0.0, Description("far-end", "headset", RATE))
    now, sequence, away = 0.0, 0, False
    while now < seconds:
        inside = unplugged and UNPLUGGED[0] <= now % 600 < UNPLUGGED[1]
        if inside and not away:
            yield Failed(now, message("microphone-disconnected"))
        if away and not inside:
            yield Opening(now)
            yield Opened(now, Description("far-end", "headset", RATE))
        away = inside
        if away:
            yield Nothing(now)
            now += 0.1
            continue
        at = sequence * size % (sound.size - size)
        samples = np.repeat(sound[at : at + size], RATE // SAMPLE_RATE)
        yield Heard(now + BLOCK_SECONDS, Block(samples, now, sequence), 0.5)
        now += BLOCK_SECONDS * (1 + ppm * 1e-6)
        sequence += 1


def hour(seconds: float = 3600.0) -> None:
    agent, caller = DELIVERY.sound()
    aligner = ChannelAligner(list(Channel), 0.0)
    sides = {
        Channel.AGENT: device(agent, seconds, 200.0, unplugged=False),
        Channel.CALLER: device(caller, seconds, -200.0, unplugged=True),
    }
    due = {channel: next(reports) for channel, reports in sides.items()}
    engine = CallEngine()
    engine.start()
    counted: dict[str, int] = {}
    memory: list[tuple[float, float]] = []
    before = time.process_time()
    while due:
        channel = min(due, key=lambda c: due[c].time)
        aligner.put(channel, due[channel])
        following = next(sides[channel], None)
        if following is None:
            del due[channel]
        else:
            due[channel] = following
        while (block := aligner.take()) is not None:
            for event in block.events:
                if isinstance(event, Gap):
                    engine.mark_gap(event.channel, event.start, event.end, event.reason)
            for told in engine.push(block.agent, block.caller):  # type: ignore[arg-type]
                counted[type(told).__name__] = counted.get(type(told).__name__, 0) + 1
        if due and engine.now >= 300 * (len(memory) + 1):
            memory.append((engine.now / 60, resident()))
            print(f"{memory[-1][0]:5.0f} min: {memory[-1][1]:.1f} MB", flush=True)
    used = time.process_time() - before
    growth = [(b - a) for (_, a), (_, b) in pairwise(memory)]
    print(f"events: {counted}")
    print(f"after the first five minutes {sum(growth):+.1f} MB; most in five minutes {max(growth):+.1f} MB")
    print(f"processor: {used / engine.now:.1%} of a core for capture and engine, without devices")


def minutes(length: float) -> None:
    """Live, in real time: this process and the recorders it starts."""
    agent, caller = DELIVERY.sound()
    with tempfile.TemporaryDirectory(prefix="va-") as name:
        folder = Path(name)
        server = PulseServer(folder)
        os.environ.update(server.environment)
        server.start()
        players = []
        try:
            times = int(length * 60 / (agent.size / SAMPLE_RATE)) + 2
            for who, sound, sink in (("agent", agent, MICROPHONE), ("caller", caller, HEADSET)):
                soundfile.write(folder / f"{who}.wav", np.tile(sound, times), SAMPLE_RATE)
                players.append(server.play(folder / f"{who}.wav", sink, who))
            for what, span in (("capture alone", length / 5), ("capture and engine", length)):
                share, lost = one_call(what, span)
                print(f"{what}: {share:.2%} of a core over {span:g} min, {resident():.0f} MB; lost {lost:.2f} s")
            print(f"load of the machine meanwhile: {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores")
        finally:
            for player in players:
                end(player)
            server.kill()


def one_call(what: str, length: float) -> tuple[float, float]:
    """Share of a core, and seconds of sound lost."""
    capture = AlignedCapture({Channel.AGENT: Microphone, Channel.CALLER: lambda: PulseMonitor(HEADSET)})
    gaps: list[Gap] = []
    before, began = used(), time.monotonic()
    if what == "capture alone":
        capture.open()
        while time.monotonic() - began < length * 60:
            block = capture.read(0.5)
            gaps += [e for e in block.events if isinstance(e, Gap)] if block else []
        capture.close()
    else:
        told: list[AnyEvent] = []
        live = LiveCall(capture, CallEngine(), told.append)
        live.start()
        time.sleep(length * 60)
        live.stop()
        live.join(60)
        assert isinstance(told[-1], CallEnded)
        gaps += [e for e in told if isinstance(e, Gap)]
    lost = sum(gap.end - gap.start for gap in gaps if gap.start > 5)
    return (used() - before) / (time.monotonic() - began), lost


def used() -> float:
    """Processor seconds of this process and of the children that have ended."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in both)


def resident() -> float:
    """Megabytes of this process in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hour"]:
            hour()
        case ["minutes", *rest]:
            minutes(float(rest[0]) if rest else 10.0)
        case _:
            print(__doc__)
            raise SystemExit(2)
