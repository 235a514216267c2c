"""Kills a process (-9) at random moments while it records, closes, redacts and deletes calls, and counts what is lost.

python -m tests.bench.kills 200
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from voiceassist.core.errors import InputError
from voiceassist.storage import CallFolder, Library

WORK = """
import sys
from pathlib import Path
import numpy as np
from voiceassist.core.events import CallEnded, Channel, Text
from voiceassist.storage import CallFolder, CallMeta, CallWriter, Library
from voiceassist.storage.redact import redact
root, noise = Path(sys.argv[1]), np.random.default_rng(1).normal(0, 0.1, 16000).astype(np.float32)
number = "4111 1111 1111 1111"
while True:
    writer = CallWriter.create(root, CallMeta(origin="live"))
    quiet = np.zeros(58 * 16000, np.float32)
    writer.sound(quiet, quiet)
    for second in range(59, 66):
        writer.sound(noise, noise)
        said = f"my card number is {number}" if second == 60 else "hello"
        t = float(second)
        writer.write([Text(t=t, utterance=second, channel=Channel.CALLER, start=t - 1, end=t, text=said)])
        print("recording", writer.path.name, second, flush=True)
    print("closing", writer.path.name, 65, flush=True)
    writer.close()
    print("redacting", writer.path.name, 65, flush=True)
    redact(CallFolder.open(writer.path))
    calls = Library(root).list()
    if len(calls) > 3:
        print("deleting", calls[0].path.name, 65, flush=True)
        Library(root).delete(calls[0])
"""
PHASES = ("recording", "closing", "redacting", "recording", "deleting")
"""What it is killed at, in turn."""


def main(kills: int, seed: int = 17) -> int:
    """Exit status 1 when a call was lost or cannot be read."""
    rng, phases, worst, lost = random.Random(seed), Counter[str](), 0.0, 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for i in range(kills):
            process = subprocess.Popen([sys.executable, "-c", WORK, folder], stdout=subprocess.PIPE, text=True)
            assert process.stdout is not None
            wanted, first = PHASES[i % len(PHASES)], ""
            while not first.startswith(wanted):
                first = process.stdout.readline()
            time.sleep(rng.uniform(0.0, 0.02 if wanted in ("closing", "deleting") else 0.5))
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().splitlines()
            process.wait()
            process.stdout.close()
            phase, name, seconds = [line for line in [first.strip(), *rest] if len(line.split()) == 3][-1].split()
            phases[phase] += 1
            try:
                call = CallFolder.open(root / name)
                events, blocks = list(call.events()), sum(1 for _ in call.sound(1600))
            except InputError:
                lost += phase != "deleting"  # one that is being deleted is out of sight at once
                continue
            worst = max(worst, int(seconds) - blocks / 10)
            lost += len(events) < int(seconds) - 58
        unreadable = 0
        library = Library(root)
        for call in library.list():
            unreadable += not call.cut_off and not list(call.events())
        unreadable += len(library.warnings)
    print(f"{kills} kills ({', '.join(f'{name} {n}' for name, n in sorted(phases.items()))}): ", end="")
    print(f"{lost} calls lost, {unreadable} unreadable, most sound missing {worst:.1f} s")
    return int(bool(lost or unreadable))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
