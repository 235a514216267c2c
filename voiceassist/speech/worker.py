"""The child process: loads a model, then answers one job after another until its parent is gone.

Run as `python -m voiceassist.speech.worker`. Imports neither the window nor the command line. A thread of its own reads
the pipe, so that the parent never waits to hand over sound, and so that the process ends at once when the parent dies.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.speech import hallucination_filter, wire
from voiceassist.speech.recognizer import Recognizer, load


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process in order
    lower_priority()
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not get between the replies
    jobs: queue.SimpleQueue[wire.ToChild] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, jobs), daemon=True).start()
    recogniser: Recognizer | None = None
    while True:
        job = jobs.get()
        if isinstance(job, wire.Load):
            recogniser = None  # the old model goes before the new one comes
            recogniser, reply = _load(job)
        elif recogniser is None:
            reply = wire.Failed(number=job.number, sentence="No speech model is loaded.")
        else:
            reply = _answer(recogniser, job)
        wire.send(replies, reply)


def lower_priority() -> None:
    """Step behind the softphone. On Windows the parent does it when it starts this process."""
    if hasattr(os, "nice"):
        os.nice(10)


def _read(pipe: BinaryIO, jobs: queue.SimpleQueue[wire.ToChild]) -> None:
    while (job := wire.read_in_child(pipe)) is not None:
        jobs.put(job)
    os._exit(0)  # the parent is gone: nobody waits for what is being done


def _load(job: wire.Load) -> tuple[Recognizer | None, wire.FromChild]:
    try:
        recogniser = load(
            Path(job.folder),
            threads=job.threads,
            language=job.language,
            terms=job.terms,
            short_input=job.short_input,
        )
        return recogniser, wire.Ready(name=recogniser.name, probe=recogniser.probe())
    except MemoryError:
        return None, wire.Failed(
            number=None, sentence=f"There is not enough memory for the speech model in {job.folder}."
        )
    except Exception as error:  # the edge of the process: whatever the libraries raise becomes one sentence
        reason = str(error).strip().splitlines() or [type(error).__name__]
        return None, wire.Failed(number=None, sentence=reason[0].rstrip(".") + ".")


def _answer(recogniser: Recognizer, job: wire.Job) -> wire.FromChild:
    sound = np.frombuffer(job.sound, dtype="<f4")
    begin = time.perf_counter()
    try:
        reason = hallucination_filter.before(sound)
        if reason:
            return wire.nothing(reason, job.number, time.perf_counter() - begin)
        found = recogniser.recognise(sound, final=job.final)
        if reason := hallucination_filter.after(found, len(sound) / SAMPLE_RATE):
            return wire.nothing(reason, job.number, time.perf_counter() - begin, found.logprob, found.no_speech)
        return wire.Done(
            number=job.number,
            text=found.text,
            words=found.words,
            language=found.language,
            logprob=found.logprob,
            no_speech=found.no_speech,
            dropped="",
            seconds=time.perf_counter() - begin,
            padded=found.padded,
        )
    except MemoryError:
        return wire.Failed(number=job.number, sentence="There was not enough memory to transcribe this.")
    except Exception as error:  # the edge of the process
        return wire.Failed(number=job.number, sentence=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
