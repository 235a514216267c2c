"""The recognizer's process (`voiceassist _child speech`): loads a model, then answers one job after another until its
parent is gone.

A thread of its own reads the pipe, so that the parent never waits to hand over sound, and so that the process ends at
once when the parent dies.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.child_process import connect_to_parent, receive_until_parent_ends
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.messages import message
from voiceassist.speech import hallucination_filter, joined
from voiceassist.speech.messages import (
    Done,
    Failed,
    FromRecognizer,
    Job,
    Load,
    Ready,
    ToRecognizer,
    WindowDone,
    WindowJob,
)
from voiceassist.speech.recognition_result import RecognitionResult
from voiceassist.speech.short_input import said_once

if TYPE_CHECKING:
    from voiceassist.speech.whisper import WhisperRecognizer


def main() -> None:
    parent = connect_to_parent(ToRecognizer)
    jobs: queue.SimpleQueue[ToRecognizer] = queue.SimpleQueue()
    threading.Thread(target=receive_until_parent_ends, args=(parent, jobs.put), daemon=True).start()
    sending = threading.Lock()

    def send(reply: FromRecognizer) -> None:
        with sending:
            parent.send(reply)

    recognizer: WhisperRecognizer | None = None
    workers = ThreadPoolExecutor(1)
    while True:
        job = jobs.get()
        if isinstance(job, Load):
            workers.shutdown()
            workers = ThreadPoolExecutor(job.workers)
            recognizer = None  # the old model goes before the new one comes
            recognizer, reply = _load(job)
            send(reply)
        elif recognizer is None:
            send(Failed(number=job.number, reason=message("speech-model-not-loaded")))
        else:
            workers.submit(_send_answer, send, recognizer, job)


def _load(job: Load) -> tuple[WhisperRecognizer | None, FromRecognizer]:
    try:
        from voiceassist.speech.whisper import WhisperRecognizer

        recognizer = WhisperRecognizer(
            Path(job.folder),
            threads=job.threads,
            languages=job.languages,
            terms=job.terms,
            short_input=job.short_input,
            workers=job.workers,
        )
        return recognizer, Ready(name=recognizer.name, probe=recognizer.probe())
    except MemoryError:
        return None, Failed(number=None, reason=message("speech-model-no-memory", folder=job.folder))
    except VoiceAssistError as error:
        return None, Failed(number=None, reason=error.message)
    except Exception as error:  # the edge of the process: whatever the libraries raise becomes one line
        first, *_ = str(error).strip().splitlines() or [type(error).__name__]
        return None, Failed(
            number=None, reason=message("speech-model-not-usable", folder=job.folder, reason=first.rstrip("."))
        )


def _answer(recognizer: WhisperRecognizer, job: Job) -> FromRecognizer:
    def answer() -> FromRecognizer:
        sound = np.frombuffer(job.sound, dtype="<f4")
        before, own = sound[: job.context_samples], sound[job.context_samples :]
        begin = time.perf_counter()
        if reason := hallucination_filter.reject_audio(own):
            result = RecognitionResult("", rejected=reason)
        else:
            result = recognizer.recognize(
                own, final=job.final, likely=job.likely, context=job.context, context_sound=before
            )
            if not job.final and (once := said_once(result.text)) != result.text:
                result = msgspec.structs.replace(result, text=once, compression=0.0, capped=False)
            if reason := hallucination_filter.reject_text(result, len(own) / SAMPLE_RATE):
                result = result.without_text(reason)
        return Done(job.number, result, time.perf_counter() - begin)

    return _guarded(job.number, answer)


def _send_answer(send: Callable[[FromRecognizer], None], recognizer: WhisperRecognizer, job: Job | WindowJob) -> None:
    send(_answer(recognizer, job) if isinstance(job, Job) else _answer_window(recognizer, job))


def _answer_window(recognizer: WhisperRecognizer, job: WindowJob) -> FromRecognizer:
    def answer() -> FromRecognizer:
        results, after = joined.transcribe(recognizer, job.pieces, job.before)
        return WindowDone(job.number, tuple(results), after)

    return _guarded(job.number, answer)


def _guarded(number: int, answer: Callable[[], FromRecognizer]) -> FromRecognizer:
    """The edge of the process: whatever the libraries raise becomes one line."""
    try:
        return answer()
    except MemoryError:
        return Failed(number=number, reason=message("transcription-no-memory"))
    except Exception as error:
        return Failed(number=number, reason=message("internal-error", error=f"{type(error).__name__}: {error}"))
