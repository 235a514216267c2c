"""The inputs of a call that are no sound, and when each takes effect.

`LiveInputs`: at once, whenever they come. `RecordedInputs`: texts a fixed time after their utterance, however long the
recognizer takes, so that the result does not depend on the machine. `JournalInputs`: when they took effect in the call
that is replayed.
"""

from __future__ import annotations

import contextlib
import heapq
import logging
import queue
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Protocol, TypeVar

from voiceassist.core.audio_types import Samples
from voiceassist.core.events import (
    CallEnded,
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    Event,
    Gap,
    Input,
    Text,
    Utterance,
)
from voiceassist.core.messages import Message, message
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.session.engine import CallEngine

log = logging.getLogger(__name__)

LAST_WORDS = 20.0
"""Seconds the recognizer gets at the end of a live call for what is still due."""

TEXT_DELAY = 0.9
"""Seconds after the end of an utterance at which its text takes effect in a recorded call: as in a live one, in which
the text is there when the pause of 0.7 s that ends the utterance is over, or soon after."""

RECOGNIZER_TIMEOUT_S = 600.0
"""Seconds the recognizer is waited for with one utterance. It gives up by itself far earlier."""

T = TypeVar("T")


class Transcriber(Protocol):
    """`voiceassist.speech.Transcriber`; tests have one that needs no model."""

    def start(self) -> None: ...
    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None: ...
    def offer(self, speaking: OpenUtterance) -> None: ...
    def poll(self) -> list[Text | ComponentStatus]: ...
    def wait_for(self, utterance_id: int, timeout: float) -> None: ...
    def close(self, timeout: float) -> list[Text | ComponentStatus]: ...


class LiveInputs:
    """Texts as they come, and what other threads `post`. A recognizer that breaks ends the words, not the call."""

    texts_are_raw = True

    def __init__(self, transcriber: Transcriber | None) -> None:
        self._transcriber = transcriber
        self._posted: queue.SimpleQueue[Input] = queue.SimpleQueue()

    def post(self, event: Input) -> None:
        """From any thread: takes effect at the next look."""
        self._posted.put(event)

    def start(self) -> None:
        if self._transcriber is not None:
            self._guarded(self._transcriber.start)

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        if self._transcriber is not None:
            self._guarded(partial(self._transcriber.submit, utterance, sound, offset))

    def due(self, engine: CallEngine) -> Iterator[Input]:
        for channel in Channel:
            if self._transcriber is not None and (speaking := engine.open_utterance(channel)) is not None:
                self._guarded(partial(self._transcriber.offer, speaking))
        if self._transcriber is not None:
            yield from self._guarded(self._transcriber.poll) or ()
        yield from self._taken()

    def rest(self) -> Iterator[Input]:
        transcriber, self._transcriber = self._transcriber, None
        if transcriber is not None:
            yield from self._guarded(partial(transcriber.close, LAST_WORDS)) or ()
        yield from self._taken()

    def _taken(self) -> Iterator[Input]:
        while True:
            try:
                yield self._posted.get_nowait()
            except queue.Empty:
                return

    def _guarded(self, step: Callable[[], T]) -> T | None:
        try:
            return step()
        except Exception as error:
            log.exception("the recognizer failed")
            transcriber, self._transcriber = self._transcriber, None
            self.post(
                ComponentStatus(
                    t=0.0,
                    component=Component.TRANSCRIPTION,
                    state=ComponentState.FAILED,
                    reason=internal_error(error),
                )
            )
            if transcriber is not None:
                with contextlib.suppress(Exception):  # it has failed already; only its child process must not stay
                    transcriber.close(0.0)
            return None


class RecordedInputs:
    """Final texts `TEXT_DELAY` after their utterance, waiting for those the recognizer still works on."""

    texts_are_raw = True

    def __init__(self, transcriber: Transcriber | None) -> None:
        self._transcriber = transcriber
        self._due: list[tuple[float, int]] = []
        """(second, utterance) at which texts take effect; a heap."""
        self._texts: dict[int, Text] = {}
        """Texts that have come and are not due yet."""

    def start(self) -> None:
        if self._transcriber is not None:
            self._transcriber.start()

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        if self._transcriber is not None:
            heapq.heappush(self._due, (utterance.end + TEXT_DELAY, utterance.id))
            self._transcriber.submit(utterance, sound, offset)

    def due(self, engine: CallEngine) -> Iterator[Input]:
        if not engine.now:
            yield from self._poll()
        yield from self._until(engine.now)

    def rest(self) -> Iterator[Input]:
        yield from self._until(float("inf"))

    def _until(self, now: float) -> Iterator[Input]:
        while self._transcriber is not None and self._due and self._due[0][0] <= now:
            _, utterance = heapq.heappop(self._due)
            if utterance not in self._texts:
                self._transcriber.wait_for(utterance, RECOGNIZER_TIMEOUT_S)
                yield from self._poll()
            text = self._texts.pop(utterance, None)
            if text is not None:
                yield text

    def _poll(self) -> Iterator[ComponentStatus]:
        """What came. That the recognizer opened and is ready depends on the machine's speed and says nothing of the
        call: of its states only trouble is passed on."""
        for result in self._transcriber.poll() if self._transcriber is not None else ():
            if isinstance(result, ComponentStatus):
                if result.state.impaired:
                    yield result
            elif result.final:
                self._texts[result.utterance] = result


class JournalInputs:
    """The inputs of a journal, and its lines of gaps, each when the engine had analyzed as much as it had then."""

    texts_are_raw = False

    def __init__(self, journal: Iterable[Event]) -> None:
        self._inputs: list[Input | Gap] = []
        self._end = float("inf")
        for event in journal:
            if isinstance(event, Input | Gap):
                self._inputs.append(event)
            elif isinstance(event, CallEnded):
                self._end = event.t
        self._next = 0

    def start(self) -> None:
        pass

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        pass

    def due(self, engine: CallEngine) -> Iterator[Input | Gap]:
        while self._next < len(self._inputs) and self._inputs[self._next].t <= engine.analyzed < self._end:
            self._next += 1
            yield self._inputs[self._next - 1]

    def rest(self) -> Iterator[Input | Gap]:
        yield from self._inputs[self._next :]


def internal_error(error: Exception) -> Message:
    """What to tell of an error that is none of the program's own kind."""
    return message("internal-error", error=repr(error))
