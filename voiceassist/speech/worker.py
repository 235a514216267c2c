"""The recognizer's process (`voiceassist _child speech`): loads a model, then answers one job after another until its
parent is gone.

A thread of its own reads the pipe, so that the parent never waits to hand over sound, and so that the process ends at
once when the parent dies.
"""

from __future__ import annotations

import queue
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.child_process import connect_to_parent, receive_until_parent_ends
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.messages import message
from voiceassist.speech import hallucination_filter
from voiceassist.speech.messages import Done, Failed, FromRecognizer, Job, Load, Ready, ToRecognizer
from voiceassist.speech.recognition_result import RecognitionResult

if TYPE_CHECKING:
    from voiceassist.speech.whisper import WhisperRecognizer


def main() -> None:
    parent = connect_to_parent(ToRecognizer)
    jobs: queue.SimpleQueue[ToRecognizer] = queue.SimpleQueue()
    threading.Thread(target=receive_until_parent_ends, args=(parent, jobs.put), daemon=True).start()
    recognizer: WhisperRecognizer | None = None
    while True:
        job = jobs.get()
        reply: FromRecognizer
        if isinstance(job, Load):
            recognizer = None  # the old model goes before the new one comes
            recognizer, reply = _load(job)
        elif recognizer is None:
            reply = Failed(number=job.number, reason=message("speech-model-not-loaded"))
        else:
            reply = _answer(recognizer, job)
        parent.send(reply)


def _load(job: Load) -> tuple[WhisperRecognizer | None, FromRecognizer]:
    try:
        from voiceassist.speech.whisper import WhisperRecognizer

        recognizer = WhisperRecognizer(
            Path(job.folder),
            threads=job.threads,
            languages=job.languages,
            terms=job.terms,
            short_input=job.short_input,
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
    sound = np.frombuffer(job.sound, dtype="<f4")
    begin = time.perf_counter()
    try:
        if reason := hallucination_filter.reject_audio(sound):
            result = RecognitionResult("", rejected=reason)
        else:
            result = recognizer.recognize(sound, final=job.final, likely=job.likely)
            if reason := hallucination_filter.reject_text(result, len(sound) / SAMPLE_RATE):
                result = msgspec.structs.replace(result, text="", words=(), language="", rejected=reason)
        return Done(job.number, result, time.perf_counter() - begin)
    except MemoryError:
        return Failed(number=job.number, reason=message("transcription-no-memory"))
    except Exception as error:  # the edge of the process
        return Failed(number=job.number, reason=message("internal-error", error=f"{type(error).__name__}: {error}"))
