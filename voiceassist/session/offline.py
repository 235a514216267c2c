"""A recorded call through the engine, as fast as the machine goes, and what came of it as one result.

`Analysis` is what `voiceassist analyze --json` writes (described in `docs/files.md`); `Collector` makes one out of the
events of any call. Nothing but what the result needs is held in memory. Knows nothing of terminals.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import (
    Channel,
    ComponentStatus,
    Event,
    Text,
    Utterance,
)
from voiceassist.insights.report import TROUBLE, Analysis, Collector
from voiceassist.session.channel_check import SharedSoundCheck, recording_warnings
from voiceassist.session.engine import BLOCK as ENGINE_BLOCK
from voiceassist.session.engine import CallEngine
from voiceassist.speech.echo_text_filter import EchoTextFilter

TEXT_DELAY = 0.7
"""Seconds after the end of an utterance at which its text takes effect: what a live call aims at. Recorded calls wait
for the recogniser instead of taking the text when it comes, so that a slow machine gives the same result."""

BLOCK = SAMPLE_RATE // 10
"""Samples pushed at once where there are texts: they take effect between blocks."""

AHEAD = 75 * ENGINE_BLOCK
"""Samples read at once, 9.6 s: whole blocks of the engine and of texts. Where there are no texts they are pushed at
once too."""

IN_FLIGHT = 2
"""Pieces of that length the networks may be ahead of the engine: two sides seldom have as much to say in one."""

PATIENCE = 600.0
"""Seconds the recogniser is waited for with one utterance. It gives up by itself far earlier."""


# --- the run ----------------------------------------------------------------------------------------------------------


class RecordedCall(Protocol):
    """See `voiceassist.capture.files.file.CallFile`."""

    @property
    def has_agent(self) -> bool: ...
    @property
    def seconds(self) -> float | None: ...
    @property
    def warnings(self) -> tuple[str, ...]: ...
    def blocks(self, n: int) -> Iterator[tuple[Samples | None, Samples]]: ...


class Transcriber(Protocol):
    """See `voiceassist.speech`."""

    def start(self) -> None: ...
    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None: ...
    def poll(self) -> list[Text | ComponentStatus]: ...
    def wait_for(self, utterance_id: int, timeout: float) -> None: ...
    def close(self, timeout: float) -> list[Text | ComponentStatus]: ...


class Writer(Protocol):
    """See `voiceassist.storage`."""

    def write(self, events: Iterable[Event]) -> None: ...
    def sound(self, agent: Samples | None, caller: Samples | None) -> None: ...


def analyse(
    call: RecordedCall,
    engine: CallEngine,
    transcriber: Transcriber | None = None,
    writer: Writer | None = None,
    progress: Callable[[float], None] | None = None,
    listener: Callable[[Event], None] | None = None,
) -> Analysis:
    """Runs a recorded call through a fresh engine. `progress` is called with the seconds done, `listener` with every
    event.

    Closes the transcriber, not the call and not the writer: whether what was written is worth keeping is known to the
    one who asked. Raises `InputError` for a file that proves unusable on the way, `StorageError` from the writer.
    """
    run = _Run(engine, transcriber, writer, listener)
    size = BLOCK if transcriber is not None else AHEAD
    try:
        run.begin()
        with ThreadPoolExecutor(1, "agent's side") as one, ThreadPoolExecutor(1, "caller's side") as other:
            for agent, caller in _looked_ahead(call.blocks(AHEAD), engine, one, other):
                for at in range(0, len(caller), size):
                    run.hear(None if agent is None else agent[at : at + size], caller[at : at + size])
                    if progress is not None:
                        progress(engine.now)
        run.end()
    finally:
        if transcriber is not None:
            transcriber.close(0.0)
    channels = tuple(Channel) if call.has_agent else (Channel.CALLER,)
    analysis = run.collector.result(engine.now, channels, call.warnings)
    analysis.warnings.extend(recording_warnings(analysis, run.shared))
    return analysis


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


class _Run:
    def __init__(
        self,
        engine: CallEngine,
        transcriber: Transcriber | None,
        writer: Writer | None,
        listener: Callable[[Event], None] | None,
    ) -> None:
        self.collector = Collector()
        self.shared = SharedSoundCheck()
        self._echo_words = EchoTextFilter()
        self._engine = engine
        self._transcriber = transcriber
        self._writer = writer
        self._listener = listener
        self._due: list[tuple[float, int]] = []
        """(second, utterance) at which texts take effect; a heap."""
        self._texts: dict[int, Text] = {}
        """Texts that have come and are not due yet."""

    def begin(self) -> None:
        self._tell(self._engine.start())
        if self._transcriber is not None:
            self._transcriber.start()
            self._poll()

    def hear(self, agent: Samples | None, caller: Samples) -> None:
        if self._writer is not None:
            self._writer.sound(agent, caller)
        if agent is not None:
            for event in self.shared.push(agent, caller):
                self._echo_words.apart = self.shared.apart
                self._tell(self._engine.feed(event))
        events = self._engine.push(agent, caller) if agent is not None else self._engine.push(None, caller)
        self._tell(events)
        self._answer(self._engine.now)

    def end(self) -> None:
        *closing, ended = self._engine.finish()
        self._tell(closing)
        self._answer(float("inf"))
        self._feed(self._echo_words.close())
        self._tell([ended])

    def _answer(self, now: float) -> None:
        """The texts that are due by `now`, waiting for those the recogniser still works on."""
        while self._transcriber is not None and self._due and self._due[0][0] <= now:
            _, utterance = heapq.heappop(self._due)
            if utterance not in self._texts:
                self._transcriber.wait_for(utterance, PATIENCE)
                self._poll()
            text = self._texts.pop(utterance, None)
            if text is not None:
                speaking = self._engine.open_utterance(Channel.CALLER)
                since = speaking.start if speaking else None
                self._feed(self._echo_words.add(text, self._engine.now, since))
        self._feed(self._echo_words.over(self._engine.now))

    def _feed(self, texts: Iterable[Text]) -> None:
        """Words of the caller that are heard on the agent's side are left out by now."""
        for text in texts:
            self._tell(self._engine.feed(text))

    def _poll(self) -> None:
        assert self._transcriber is not None
        for result in self._transcriber.poll():
            if isinstance(result, Text):
                if result.final:
                    self._texts[result.utterance] = result
            elif result.state in TROUBLE:
                # That the recogniser opened and is ready depends on the machine's speed, and says nothing of the call.
                self._tell(self._engine.feed(result))

    def _tell(self, events: list[Event]) -> None:
        if self._writer is not None:
            self._writer.write(events)
        for event in events:
            self.collector.add(event)
            if isinstance(event, Utterance) and self._transcriber is not None:
                self._echo_words.spoken(event)
                heapq.heappush(self._due, (event.end + TEXT_DELAY, event.id))
                sound = self._engine.utterance_sound(event)
                self._transcriber.submit(event, sound, self._engine.sound_offset(event))
            if self._listener is not None:
                self._listener(event)
