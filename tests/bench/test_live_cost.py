"""What a live call costs without words: share of one core and memory, of the whole process, through the live pipeline.

    make bench ARGS="-k live_cost"

The demo call is played eight times as fast; processor time does not depend on the pace, so its share of the call's
length is the share of a core a live call takes.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.bench

PUT_TOGETHER = """
from voiceassist.session import build
from voiceassist.session.demo import demo_call
from voiceassist.config.options import Settings
from voiceassist.speech import SpeechOptions, Transcriber

build.transcriber = lambda *_, **__: Transcriber(None, SpeechOptions())
ended = []
call = demo_call(Settings(), ended.append, speed=8)
"""
PLAY = """
call.start()
call.join()
print(ended[-1].t)
"""


def child(code: str) -> tuple[str, float, float]:
    """Its output, processor seconds, and the largest memory of any child so far in megabytes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, cpu, after.ru_maxrss / 1e3


def test_live_cost() -> None:
    _, start, _ = child(PUT_TOGETHER)
    output, cpu, memory = child(PUT_TOGETHER + PLAY)
    seconds = float(output)
    print(
        f"\nlive, both sides, without words: {(cpu - start) / seconds:.1%} of a core over {seconds:.0f} s of call, "
        f"{memory:.0f} MB at most; starting up costs {start:.1f} s of a core"
    )


def test_help_is_quick() -> None:
    times = []
    for _ in range(5):
        began = time.monotonic()
        subprocess.run([sys.executable, "-m", "voiceassist", "--help"], capture_output=True, check=True)
        times.append(time.monotonic() - began)
    print(f"\nvoiceassist --help: {min(times):.2f} s at best, {max(times):.2f} s at worst of {len(times)}")
