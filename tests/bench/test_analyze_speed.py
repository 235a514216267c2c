"""How fast recorded calls are analyzed, what keeping one costs, and that memory does not grow with their length.

make bench ARGS="-k analyze_speed"
"""

from __future__ import annotations

import resource
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
import pytest
import soundfile

from tests.calls.demo import DELIVERY
from voiceassist.capture.files.file import CallFile, stereo_call
from voiceassist.session.engine import CallEngine
from voiceassist.session.offline import analyze
from voiceassist.storage import CallMeta, CallWriter

pytestmark = pytest.mark.bench

RUNS = 5


@contextmanager
def measured(what: str, seconds_of_call: float) -> Iterator[None]:
    """Prints processor time, not clock time: other programs' work does not count."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    began = time.monotonic()
    yield
    after, took = resource.getrusage(resource.RUSAGE_SELF), time.monotonic() - began
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"\n{what}: {seconds_of_call:.0f} s of call in {cpu:.2f} s of one core "
        f"({seconds_of_call / cpu:.0f} × real time; {cpu / seconds_of_call:.2%} of a core live), {took:.2f} s by clock"
    )


def test_analysis_of_the_demo_call_without_words() -> None:
    """Both sides' networks run beside each other, so here the clock counts: on a busy machine it tells little."""
    clock, cpu = [], []
    for _ in range(RUNS):
        with CallFile(stereo_call(DELIVERY.path)) as call:
            engine = CallEngine()
            began, before = time.perf_counter(), time.process_time()
            analyze(call, engine)
            clock.append(time.perf_counter() - began)
            cpu.append(time.process_time() - before)
    seconds, took = engine.now, median(clock)
    print(
        f"\nanalyze, both sides, no words: {seconds:.0f} s of call in {took:.2f} s by clock, median of {RUNS} "
        f"({min(clock):.2f} to {max(clock):.2f}): {seconds / took:.0f} × real time; "
        f"{median(cpu):.2f} s of processor time"
    )


def test_keeping_a_call(tmp_path: Path) -> None:
    agent, caller = DELIVERY.sound(0, 120)
    keeper = CallWriter.create(tmp_path, CallMeta(origin="file"))
    with measured("keep the sound", 120):
        for at in range(0, len(agent), 512):
            keeper.sound(agent[at : at + 512], caller[at : at + 512])
        keeper.close()
    size = sum(path.stat().st_size for path in (keeper.path / "sound").iterdir())
    print(f"  {size * 8 / 120 / 1000:.0f} kbit/s")


def test_reading_four_hours(tmp_path: Path) -> None:
    path, rate = tmp_path / "long.flac", 8_000
    with soundfile.SoundFile(path, "w", rate, 2) as file:
        minute = np.random.default_rng(0).integers(-200, 200, (rate * 60, 2), dtype=np.int16)
        for _ in range(240):
            file.write(minute)
    with CallFile(stereo_call(path)) as call, measured(f"read {rate} Hz FLAC", 4 * 3600):
        tracemalloc.start()
        total = 0
        for _, caller in call.blocks():
            total += len(caller)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    print(f"  {total / 16_000:.0f} s read, at most {peak / 1e6:.1f} MB held at once")
