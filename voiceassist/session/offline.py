"""A recorded call through the engine, as fast as the machine goes, and what came of it as one result.

`Analysis` is what `voiceassist analyze --json` writes (described in `docs/files.md`). Nothing but what the result needs
is held in memory. Knows nothing of terminals.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from voiceassist.capture.echo import CrosstalkCheck
from voiceassist.capture.files.file import CallFile
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import AnyEvent, Channel
from voiceassist.core.messages import message
from voiceassist.core.tuning import SpeechTuning
from voiceassist.insights.call_so_far import CallSoFar
from voiceassist.insights.report import Analysis, analysis
from voiceassist.session.channel_check import recording_warnings
from voiceassist.session.engine import BLOCK as ENGINE_BLOCK
from voiceassist.session.engine import CallEngine
from voiceassist.session.inputs import RecordedInputs
from voiceassist.session.runner import CallRunner, Sink
from voiceassist.speech.recorded import SpokenUtterance, Transcript
from voiceassist.storage.recording import Recorder
from voiceassist.voice.utterance_finder import FoundUtterance, UtteranceFinder

BLOCK = SAMPLE_RATE // 10
"""Samples pushed at once where there are texts: they take effect between blocks."""

AHEAD = 75 * ENGINE_BLOCK
"""Samples read at once, 9.6 s: whole blocks of the engine and of texts. Where there are no texts they are pushed at
once too."""

WORDS_SHARE = 0.8
"""Of the time it takes, where there are words: for the progress bar."""

IN_FLIGHT = 2
"""Pieces of that length the networks may be ahead of the engine: two sides seldom have as much to say in one."""


class Transcriber(Protocol):
    """`voiceassist.speech.RecordedTranscriber`; tests have one that needs no model."""

    def transcribe(self, utterances: Iterable[SpokenUtterance], /) -> Transcript: ...


def analyze(
    call: CallFile,
    engine: CallEngine,
    transcriber: Transcriber | None = None,
    writer: Recorder | None = None,
    progress: Callable[[float], None] | None = None,
    listener: Sink | None = None,
) -> Analysis:
    """Runs a recorded call through a fresh engine. `progress` is called with the seconds done, `listener` with every
    event. With a transcriber the call is read twice: first all of it is written down, since words are heard best with
    what is said before and after them; then each text takes effect when it would in a live call.

    Closes neither the call nor the writer: whether what was written is worth keeping is known to the one who asked.
    Raises `InputError` for a file that proves unusable on the way, `StorageError` from the writer.
    """
    so_far, crosstalk = CallSoFar(), CrosstalkCheck(lambda: message("recording-sides-leak"), independent=True)

    def collect(event: AnyEvent) -> None:
        so_far.take(event)

    transcript, read = None, 0.0
    if transcriber is not None:
        with call.reopened() as first:
            heard = _utterances(first, engine.config.speech, _part(progress, 0.0, WORDS_SHARE))
            transcript = transcriber.transcribe(heard)
        read = WORDS_SHARE
    progress = _part(progress, read * (call.seconds or 0.0), 1.0 - read)
    sinks: list[Sink] = [collect] if listener is None else [collect, listener]
    run = CallRunner(engine, RecordedInputs(transcript), sinks, recorder=writer)
    size = BLOCK if transcript is not None else AHEAD
    run.start()
    with ThreadPoolExecutor(1, "agent's side") as one, ThreadPoolExecutor(1, "caller's side") as other:
        for agent, caller in _looked_ahead(call.blocks(AHEAD), engine, one, other):
            for at in range(0, len(caller), size):
                near, far = None if agent is None else agent[at : at + size], caller[at : at + size]
                run.push(near, far, () if near is None else crosstalk.push(near, far))
                if progress is not None:
                    progress(engine.now)
    run.finish()
    channels = tuple(Channel) if call.has_agent else (Channel.CALLER,)
    result = analysis(so_far, engine.now, channels, call.warnings)
    result.warnings.extend(recording_warnings(result, crosstalk, call.silent))
    return result


def _part(progress: Callable[[float], None] | None, done: float, share: float) -> Callable[[float], None] | None:
    """`progress` of a part of the work."""
    return None if progress is None else lambda seconds: progress(done + share * seconds)


def _utterances(
    call: CallFile, speech: SpeechTuning, progress: Callable[[float], None] | None
) -> Iterator[SpokenUtterance]:
    """The utterances of both sides, those the engine will find."""
    thresholds = {Channel.AGENT: speech.agent_threshold, Channel.CALLER: speech.caller_threshold}
    finders = {c: UtteranceFinder(speech, thresholds[c]) for c in Channel if c is Channel.CALLER or call.has_agent}
    done = 0
    for agent, caller in call.blocks(AHEAD):
        for channel, sound in ((Channel.AGENT, agent), (Channel.CALLER, caller)):
            if sound is not None:
                yield from as_spoken(channel, finders[channel].push(sound))
        done += len(caller)
        if progress is not None:
            progress(done / SAMPLE_RATE)
    for channel, finder in finders.items():
        yield from as_spoken(channel, finder.finish())


def as_spoken(channel: Channel, found: list[FoundUtterance]) -> Iterator[SpokenUtterance]:
    """Utterances of one side."""
    for utterance in found:
        yield SpokenUtterance(channel, utterance.start, utterance.end, utterance.sound, utterance.offset)


Piece = tuple[Samples | None, Samples]


def _looked_ahead(
    pieces: Iterator[Piece], engine: CallEngine, one: ThreadPoolExecutor, other: ThreadPoolExecutor
) -> Iterator[Piece]:
    """The same pieces, each once the networks have looked at both its sides. They take most of the time and each side's
    go their own way, so they are at the next pieces, a side in a thread, while the engine is busy with this one."""
    coming: deque[tuple[Piece, list[Future[None]]]] = deque()
    at = 0
    for piece in pieces:
        length = len(piece[1])
        whole = length // ENGINE_BLOCK * ENGINE_BLOCK
        agent, caller = (np.zeros(whole, np.float32) if side is None else side[:whole] for side in piece)
        looks = [
            one.submit(engine.prefetch, Channel.AGENT, agent, at),
            other.submit(engine.prefetch, Channel.CALLER, caller, at),
        ]
        coming.append((piece, looks))
        at += length
        if len(coming) > IN_FLIGHT:
            yield _once_looked_at(*coming.popleft())
    while coming:
        yield _once_looked_at(*coming.popleft())


def _once_looked_at(piece: Piece, looks: list[Future[None]]) -> Piece:
    for look in looks:
        look.result()
    return piece
