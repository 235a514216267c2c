"""Transcription of a recorded call: every utterance of it in, all its texts out, whatever the machine's speed.

Nobody waits, so quality goes before haste: the utterances of each side are decoded in windows of half a minute
(`voiceassist.speech.joined`), each window knowing what the side said before, the two sides at the same time. Every
window is computed on one thread, so the result is the same however many there are. A window that ends the recognizer's
process is tried once more and then piece by piece; only a single utterance that fails even so is given up, and said so.
"""

from __future__ import annotations

import logging
import queue
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.child_process import ChildEnded
from voiceassist.core.errors import system_reason
from voiceassist.core.events import Channel, Component, ComponentState, ComponentStatus, StatusCause, Text
from voiceassist.core.messages import Message, message
from voiceassist.speech import tuning
from voiceassist.speech.language import LanguageCheck, language_name, most_likely
from voiceassist.speech.messages import Failed, FromRecognizer, Load, Piece, Ready, WindowDone, WindowJob
from voiceassist.speech.options import SpeechOptions
from voiceassist.speech.recognition_result import NOT_SPOKEN, RecognitionResult, Rejection, text_event
from voiceassist.speech.transcriber import Inbox, RecognizerProcess, launch_recognizer

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SpokenUtterance:
    """An utterance of a recorded call, which has no number yet. `sound` is mono float32, 16 kHz, shape (n,), its first
    sample at `offset` seconds of the call."""

    channel: Channel
    start: float
    end: float
    sound: Samples
    offset: float

    @property
    def seconds(self) -> float:
        """Length of the sound."""
        return len(self.sound) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a recorded call."""

    texts: dict[tuple[Channel, float], Text]
    """By channel and start of the utterance. Their utterance numbers are 0."""
    problems: tuple[ComponentStatus, ...] = ()
    """What was the matter with the transcription."""


@dataclass(slots=True)
class _Window:
    utterances: list[SpokenUtterance]
    tries: int = 0

    def split(self) -> list[_Window]:
        """Its utterances one by one."""
        return [_Window([utterance], self.tries) for utterance in self.utterances]


@dataclass(slots=True)
class _Side:
    """One side of the call: its windows are recognized one after the other."""

    languages: LanguageCheck
    filling: list[SpokenUtterance] = field(default_factory=list)
    """The window that is not full yet."""
    ready: deque[_Window] = field(default_factory=deque)
    running: _Window | None = None
    """With the recognizer, as job `number`."""
    number: int = 0
    before: str = ""
    """What this side said before."""
    found: list[list[tuple[SpokenUtterance, RecognitionResult]]] = field(default_factory=list)
    """Of each window."""
    other_language: str = ""

    def add(self, utterance: SpokenUtterance) -> None:
        if sum(u.seconds for u in self.filling) + utterance.seconds > tuning.WINDOW_SECONDS:
            self.flush()
        self.filling.append(utterance)

    def flush(self) -> None:
        if self.filling:
            self.ready.append(_Window(self.filling))
        self.filling = []


class RecordedTranscriber:
    """For one call. `transcribe` may be called once."""

    def __init__(
        self,
        model: Path | None,
        options: SpeechOptions = SpeechOptions(),
        *,
        clock: Callable[[], float] = time.monotonic,
        launch: Callable[[Inbox], RecognizerProcess] | None = None,
    ) -> None:
        """`model` is the folder of a CTranslate2 Whisper model, or None: then there are no words, and that is said."""
        self._model = model
        self._options = options
        self._clock = clock
        self._launch = launch or partial(launch_recognizer, live=False)
        self._inbox: Inbox = queue.Queue()
        self._child: RecognizerProcess | None = None
        self._loaded = False
        self._name = ""
        self._heard_of = 0.0
        """When the child said something last, or was given something to do."""
        self._crashes = 0
        """Of the child, since it answered last."""
        self._off = False
        self._number = 0
        self._sides = {channel: _Side(LanguageCheck(options.languages)) for channel in Channel}
        self._problems: list[ComponentStatus] = []

    def transcribe(self, utterances: Iterable[SpokenUtterance]) -> Transcript:
        """The texts of all utterances, which come in the order in which they end. They are taken as the recognizer gets
        on, so that not much of their sound is ever held."""
        if self._model is None:
            self._problem(ComponentState.DISABLED, message("speech-model-none"), StatusCause.NO_SPEECH_MODEL)
            return self._transcript()
        try:
            self._open()
            for utterance in utterances:
                self._sides[utterance.channel].add(utterance)
                while not self._off and self._waiting > tuning.WINDOWS_WAITING:
                    self._step(wait=True)
                if self._off:
                    break
                self._step(wait=False)
            for side in self._sides.values():
                side.flush()
            while not self._off and (self._waiting or self._running):
                self._step(wait=True)
        finally:
            self._end_child()
        return self._transcript()

    # --- windows ----------------------------------------------------------------------------------------------------

    @property
    def _waiting(self) -> int:
        return sum(len(side.ready) for side in self._sides.values())

    @property
    def _running(self) -> list[_Side]:
        return [side for side in self._sides.values() if side.running is not None]

    def _step(self, *, wait: bool) -> None:
        """Give the recognizer what it can be given, and take what it says."""
        self._give()
        try:
            sender, said = self._inbox.get(timeout=tuning.LOOK_S) if wait else self._inbox.get_nowait()
        except queue.Empty:
            if self._clock() - self._heard_of > tuning.HUNG_WINDOW:
                self._crashed(message("transcriber-hung" if self._loaded else "transcriber-loading-hung"))
            return
        if sender is self._child:
            self._heard_of = self._clock()
            self._take(said)

    def _give(self) -> None:
        if self._child is None or not self._loaded:
            return
        for side in self._sides.values():
            # After a failure one at a time, so that it is known which it was.
            alone = any(s.running.tries for s in self._running if s.running) or (side.ready and side.ready[0].tries)
            if side.running is None and side.ready and not (alone and self._running):
                side.running = side.ready.popleft()
                self._number += 1
                side.number = self._number
                self._heard_of = self._clock()
                pieces = tuple(map(_piece, side.running.utterances))
                self._child.send(WindowJob(number=side.number, pieces=pieces, before=side.before))

    def _take(self, said: FromRecognizer | ChildEnded) -> None:
        match said:
            case ChildEnded():
                self._crashed(message("transcriber-outdated" if said.other_version else "transcriber-stopped"))
            case Ready():
                self._loaded, self._name = True, said.name
            case Failed(number=None):
                self._switch_off(said.reason)
            case Failed():
                for side in self._running:
                    if side.number == said.number:
                        self._failed(side, said.reason)
            case WindowDone():
                self._crashes = 0
                for side in self._running:
                    if side.number == said.number and side.running is not None:
                        side.found.append(list(zip(side.running.utterances, said.results, strict=True)))
                        side.before, side.running = said.after, None

    def _failed(self, side: _Side, reason: Message) -> None:
        window, side.running = side.running, None
        assert window is not None
        window.tries += 1
        if window.tries == 1:
            side.ready.appendleft(window)
        elif len(window.utterances) > 1:
            side.ready.extendleft(reversed(window.split()))
        else:
            (utterance,) = window.utterances
            side.found.append([(utterance, RecognitionResult("", rejected=Rejection.NOT_TRANSCRIBED))])
            key = "agent-not-transcribed" if utterance.channel is Channel.AGENT else "caller-not-transcribed"
            told = message(key, start=utterance.start, end=utterance.end, reason=reason)
            self._problem(ComponentState.DEGRADED, told)

    # --- the child --------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        try:
            self._child = self._launch(self._inbox)
        except OSError as error:
            self._switch_off(message("transcriber-not-started", reason=system_reason(error)))
            return
        self._heard_of = self._clock()
        self._child.send(
            Load(
                folder=str(self._model),
                threads=1,
                languages=self._options.languages,
                terms=self._options.terms,
                short_input=self._options.short_input,
                workers=len(self._sides),
            )
        )

    def _crashed(self, how: Message) -> None:
        log.warning("%s", how)
        self._end_child()
        self._crashes += 1
        for side in self._running:
            self._failed(side, how)
        if self._crashes > tuning.CRASHES:
            self._switch_off(how)
        else:
            self._open()

    def _switch_off(self, reason: Message) -> None:
        self._end_child()
        self._off = True
        self._problem(ComponentState.DISABLED, message("both", first=reason, second=message("sound-only")))

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child, self._loaded = None, False

    def _problem(self, state: ComponentState, reason: Message, cause: StatusCause | None = None) -> None:
        self._problems.append(
            ComponentStatus(t=0.0, component=Component.TRANSCRIPTION, state=state, reason=reason, cause=cause)
        )

    # --- the whole --------------------------------------------------------------------------------------------------

    def _transcript(self) -> Transcript:
        texts = {}
        for channel, side in self._sides.items():
            other = self._other_language(channel, side)
            for window in side.found:
                foreign = other and not _expected(window, self._options.languages)
                for utterance, result in window:
                    told = result.without_text(Rejection.OTHER_LANGUAGE) if foreign else result
                    texts[channel, utterance.start] = text_event(
                        told,
                        utterance=0,
                        channel=channel,
                        start=utterance.start,
                        end=utterance.end,
                        offset=utterance.offset,
                        model=self._name,
                    )
        return Transcript(texts, tuple(self._problems))

    def _other_language(self, channel: Channel, side: _Side) -> str:
        """The language that this side is in for a while at least, when it is none of the expected."""
        for window in side.found:
            length = sum(u.seconds for u, result in window if result.rejected not in NOT_SPOKEN)
            # A window counts as much as its utterances would one by one.
            for _ in range(max(1, round(length / tuning.LANGUAGE_UTTERANCE))):
                side.languages.add(_languages(window), length)
            if side.languages.other:
                expected: list[str | Message] = [language_name(code) for code in self._options.languages]
                key = "other-language-agent" if channel is Channel.AGENT else "other-language-caller"
                told = message(key, heard=language_name(side.languages.other), expected=expected)
                self._problem(ComponentState.DEGRADED, told, StatusCause.OTHER_LANGUAGE)
                return side.languages.other
        return ""


def _languages(window: list[tuple[SpokenUtterance, RecognitionResult]]) -> dict[str, float]:
    return next((result.languages for _, result in window if result.languages), {})


def _expected(window: list[tuple[SpokenUtterance, RecognitionResult]], languages: tuple[str, ...]) -> bool:
    found = _languages(window)
    return bool(found) and most_likely(found, ()) in languages


def _piece(utterance: SpokenUtterance) -> Piece:
    return Piece(
        sound=np.ascontiguousarray(utterance.sound, dtype="<f4").tobytes(),
        start=utterance.start - utterance.offset,
        end=utterance.end - utterance.offset,
    )
