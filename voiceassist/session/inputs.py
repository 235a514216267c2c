"""The inputs of a call that are no sound, and when each takes effect.

`LiveInputs`: at once, whenever they come. `RecordedInputs`: texts a fixed time after their utterance, however long the
recognizer takes, so that the result does not depend on the machine. `PlayedInputs`: the same for a recording that is
played as a live call. `JournalInputs`: when they took effect in the call that is replayed.
"""

from __future__ import annotations

import contextlib
import heapq
import logging
import queue
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Protocol, TypeVar

import msgspec

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
from voiceassist.speech.recorded import Transcript

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


class _Finals:
    """Final texts, each held until it is due: `TEXT_DELAY` after its utterance."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int]] = []
        """(second, utterance); a heap."""
        self._texts: dict[int, Text] = {}

    def expect(self, utterance: Utterance) -> None:
        heapq.heappush(self._due, (utterance.end + TEXT_DELAY, utterance.id))

    def add(self, text: Text) -> None:
        self._texts[text.utterance] = text

    def due(self, now: float) -> int | None:
        """The next utterance whose text is due by second `now`; each is named once."""
        return heapq.heappop(self._due)[1] if self._due and self._due[0][0] <= now else None

    def has(self, utterance: int) -> bool:
        return utterance in self._texts

    def take(self, utterance: int) -> Iterator[Text]:
        """Its text, unless none came."""
        if (text := self._texts.pop(utterance, None)) is not None:
            yield text


class RecordedInputs:
    """Final texts `TEXT_DELAY` after their utterance. They were all made before."""

    texts_are_raw = True

    def __init__(self, transcript: Transcript | None) -> None:
        self._transcript = transcript
        self._finals = _Finals()
        self._problems = list(transcript.problems) if transcript is not None else []

    def start(self) -> None:
        pass

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        if self._transcript is None:
            return
        text = self._transcript.texts.get((utterance.channel, utterance.start))
        if text is not None:
            self._finals.expect(utterance)
            self._finals.add(msgspec.structs.replace(text, utterance=utterance.id))

    def due(self, engine: CallEngine) -> Iterator[Input]:
        problems, self._problems = self._problems, []
        yield from problems
        yield from self._until(engine.now)

    def rest(self) -> Iterator[Input]:
        yield from self._until(float("inf"))

    def _until(self, now: float) -> Iterator[Input]:
        while (utterance := self._finals.due(now)) is not None:
            yield from self._finals.take(utterance)


class PlayedInputs(LiveInputs):
    """A recording played as a live call: partial text as it comes, final texts `TEXT_DELAY` after their utterance. One
    that is not there by then is waited for while the clock stands still, so no text is lost or late on any machine."""

    def __init__(
        self, transcriber: Transcriber | None, clock_stopped: Callable[[], AbstractContextManager[None]]
    ) -> None:
        """`clock_stopped`: within it, the clock that paces the sound stands still."""
        super().__init__(transcriber)
        self._clock_stopped = clock_stopped
        self._finals = _Finals()

    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None:
        self._finals.expect(utterance)
        super().submit(utterance, sound, offset)

    def due(self, engine: CallEngine) -> Iterator[Input]:
        yield from self._until(engine.now, RECOGNIZER_TIMEOUT_S)
        yield from self._hold_finals(super().due(engine))

    def rest(self) -> Iterator[Input]:
        yield from self._until(float("inf"), LAST_WORDS)  # whoever stops the call does not wait for a model to load
        yield from super().rest()

    def _until(self, now: float, patience: float) -> Iterator[Input]:
        while (utterance := self._finals.due(now)) is not None:
            if self._transcriber is not None and not self._finals.has(utterance):
                with self._clock_stopped():
                    self._guarded(partial(self._transcriber.wait_for, utterance, patience))
            if self._transcriber is not None and not self._finals.has(utterance):
                yield from self._hold_finals(self._guarded(self._transcriber.poll) or ())
            yield from self._finals.take(utterance)

    def _hold_finals(self, inputs: Iterable[Input]) -> Iterator[Input]:
        for event in inputs:
            if isinstance(event, Text) and event.final:
                self._finals.add(event)
            else:
                yield event


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
