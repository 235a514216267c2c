"""Whether the recognizer's process grows: a real child, a real model, as many utterances as an hour has.

    python -m tests.bench.speech_memory [--model NAME|FOLDER] [--utterances 900]

Prints the child's resident memory after every tenth of them. Linux only (reads /proc).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from models.speech import default_store
from tests.bench.speech_latency import Turn, _utterance
from tests.calls.demo import CALM
from voiceassist.core.child_process import ChildProcess
from voiceassist.core.events import Channel
from voiceassist.speech import SpeechOptions, Transcriber


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="tiny.en", help="installed, or a folder (default: tiny.en)")
    parser.add_argument("--utterances", type=int, default=900)
    arguments = parser.parse_args()
    transcriber = Transcriber(default_store().find(arguments.model), SpeechOptions(live=False))
    transcriber.start()
    rng = np.random.default_rng(0)
    for number in range(1, arguments.utterances + 1):
        seconds = float(np.clip(rng.lognormal(1.0, 0.65), 0.5, 15.0))
        at = rng.uniform(0, CALM.seconds - seconds)
        sound = CALM.sound(at, at + seconds)[1]
        transcriber.submit(_utterance(number, Turn(Channel.CALLER, 0.0, seconds)), sound, 0.0)
        transcriber.wait_for(number, 300.0)
        if number == 1 or number % max(1, arguments.utterances // 10) == 0:
            child = transcriber._child
            assert isinstance(child, ChildProcess)
            print(f"{number:5} utterances: {_resident(child.process.pid):6.1f} MB", flush=True)
    transcriber.close(10.0)


def _resident(pid: int) -> float:
    """Resident memory of a process, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


if __name__ == "__main__":
    main()
