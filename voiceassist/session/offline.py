"""A recorded call through the engine, as fast as the machine goes, and what came of it as one result.

`Analysis` is what `voiceassist analyze --json` writes (described in `docs/files.md`). Nothing but what the result needs
is held in memory. Knows nothing of terminals.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from voiceassist.capture.echo import CrosstalkCheck
from voiceassist.capture.files.file import CallFile
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import AnyEvent, Channel
from voiceassist.core.messages import message
from voiceassist.insights.call_so_far import CallSoFar
from voiceassist.insights.report import Analysis, analysis
from voiceassist.session.channel_check import recording_warnings
from voiceassist.session.engine import BLOCK as ENGINE_BLOCK
from voiceassist.session.engine import CallEngine
from voiceassist.session.inputs import RecordedInputs, Transcriber
from voiceassist.session.runner import CallRunner, Sink
from voiceassist.storage.recording import Recorder

BLOCK = SAMPLE_RATE // 10
"""Samples pushed at once where there are texts: they take effect between blocks."""

AHEAD = 75 * ENGINE_BLOCK
"""Samples read at once, 9.6 s: whole blocks of the engine and of texts. Where there are no texts they are pushed at
once too."""

IN_FLIGHT = 2
"""Pieces of that length the networks may be ahead of the engine: two sides seldom have as much to say in one."""


def analyze(
    call: CallFile,
    engine: CallEngine,
    transcriber: Transcriber | None = None,
    writer: Recorder | None = None,
    progress: Callable[[float], None] | None = None,
    listener: Sink | None = None,
) -> Analysis:
    """Runs a recorded call through a fresh engine. `progress` is called with the seconds done, `listener` with every
    event.

    Closes the transcriber, not the call and not the writer: whether what was written is worth keeping is known to the
    one who asked. Raises `InputError` for a file that proves unusable on the way, `StorageError` from the writer.
    """
    so_far, crosstalk = CallSoFar(), CrosstalkCheck(lambda: message("recording-sides-leak"), independent=True)

    def collect(event: AnyEvent) -> None:
        so_far.take(event)

    sinks: list[Sink] = [collect] if listener is None else [collect, listener]
    run = CallRunner(engine, RecordedInputs(transcriber), sinks, recorder=writer)
    size = BLOCK if transcriber is not None else AHEAD
    try:
        run.start()
        with ThreadPoolExecutor(1, "agent's side") as one, ThreadPoolExecutor(1, "caller's side") as other:
            for agent, caller in _looked_ahead(call.blocks(AHEAD), engine, one, other):
                for at in range(0, len(caller), size):
                    near, far = None if agent is None else agent[at : at + size], caller[at : at + size]
                    run.push(near, far, () if near is None else crosstalk.push(near, far))
                    if progress is not None:
                        progress(engine.now)
        run.finish()
    finally:
        if transcriber is not None:
            transcriber.close(0.0)
    channels = tuple(Channel) if call.has_agent else (Channel.CALLER,)
    result = analysis(so_far, engine.now, channels, call.warnings)
    result.warnings.extend(recording_warnings(result, crosstalk, call.silent))
    return result


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
