"""A real call as it happens: captured sound through the engine to journal, recording, recogniser and listener.

One thread owns the engine and everything that must stay in order; the window, the socket and the recogniser talk to it
through queues. The demo plays a file through this very class. Whatever part fails says so in an event, and the rest
goes on.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol, TypeVar

from voiceassist.capture.source import EndOfSource
from voiceassist.core.audio_types import Samples
from voiceassist.core.errors import StorageError, VoiceAssistError
from voiceassist.core.events import (
    AnyEvent,
    CallEnded,
    CallerReference,
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Gap,
    Note,
    SidesSeparated,
    Text,
    Utterance,
)
from voiceassist.core.messages import sentence
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.session.engine import CallEngine
from voiceassist.session.gap_merger import GapMerger
from voiceassist.speech.echo_text_filter import EchoTextFilter
from voiceassist.storage.recording import Recording, Writer

log = logging.getLogger(__name__)

READ_TIMEOUT = 0.05
"""Seconds the call's thread waits for sound before it looks after commands and texts."""
LAST_WORDS = 20.0
"""Seconds the recogniser gets at the end of a call for what is still due."""
DISK_TIMEOUT = 20.0
"""Seconds the disk gets at the end of a call for what is still to be written, and again for closing the folder."""
UNFINISHED = "The recording is not complete: the disk does not answer. It is completed if the disk comes back."


class Aligned(Protocol):
    @property
    def agent(self) -> Samples | None: ...
    @property
    def caller(self) -> Samples | None: ...
    @property
    def events(self) -> tuple[Event, ...]: ...


class Capture(Protocol):
    """Both sides of a call on one timeline; see `voiceassist.capture.aligner`."""

    def open(self) -> None: ...
    def read(self, timeout: float) -> Aligned | None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def end(self) -> None: ...
    def close(self) -> None: ...


class Transcriber(Protocol):
    """See `voiceassist.speech`."""

    def start(self) -> None: ...
    def submit(self, utterance: Utterance, sound: Samples, offset: float) -> None: ...
    def offer(self, speaking: OpenUtterance) -> None: ...
    def poll(self) -> list[Text | ComponentStatus]: ...
    def close(self, timeout: float) -> list[Text | ComponentStatus]: ...


Listener = Callable[[AnyEvent], None]

Command = Feedback | Note | CallerReference | ConsentGiven
"""What the agent, a softphone or a CRM says during a call."""

T = TypeVar("T")


class LiveCall:
    """Runs one call. `listener` is called on the call's own thread with every event, meters included."""

    def __init__(
        self,
        capture: Capture,
        engine: CallEngine,
        listener: Listener,
        *,
        transcriber: Transcriber | None = None,
        writer: Writer | None = None,
        learn: Callable[[str], None] | None = None,
        settled: Iterable[ComponentStatus] = (),
    ) -> None:
        """`learn` is told the id of each cue the agent called wrong; it counts from the next call on.

        `settled` is the state of parts that is known before the call begins.
        """
        self._settled = list(settled)
        self._recording: Recording | None = None
        if writer is not None:
            self._recording = Recording(writer)
            self._settled.append(ComponentStatus(t=0.0, component=Component.RECORDING, state=ComponentState.OK))
        self._capture = capture
        self._learn = learn
        self._cues: dict[int, str] = {}
        """Number to id of the cues that have come and were not called wrong yet."""
        self._engine = engine
        self._listener = listener
        self._transcriber = transcriber
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._paused = threading.Event()
        self._gaps = GapMerger()
        self._echo_words = EchoTextFilter()
        self._thread = threading.Thread(target=self._run, name="call", daemon=True)
        self.error: VoiceAssistError | None = None
        """Why the call ended by itself, when it did not end in an orderly way."""

    def start(self) -> None:
        """Begin on a thread of the call's own; what goes wrong is told by `ComponentStatus` events and by `error`."""
        self._thread.start()

    def stop(self) -> None:
        """Ask for the end of the call; `join` waits until everything is closed."""
        self._stop.set()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    @property
    def paused(self) -> bool:
        return self._paused.is_set()

    def pause(self) -> None:
        """Keep nothing of what is captured from this moment until `resume`: the stretch becomes a marked gap.

        What was captured before is processed to its last sample, however far behind the machine is.
        """
        self._capture.pause()
        self._paused.set()

    def resume(self) -> None:
        self._capture.resume()
        self._paused.clear()

    def post(self, command: Command) -> None:
        """The agent's say, from any thread."""
        self._commands.put(command)

    def _run(self) -> None:
        for stage in (
            self._follow,
            self._capture.close,
            self._end_speech,
            self._end_words,
            self._end_writing,
            lambda: self._tell([CallEnded(t=self._engine.now)]),
            self._close_recording,
        ):
            try:
                stage()
            except Exception as error:
                self._broke_off(error)

    def _follow(self) -> None:
        """The call, until it ends by itself, is stopped or breaks off."""
        if self._recording is not None:
            self._recording.start()
        self._tell(self._engine.start())
        for part in self._settled:
            self._tell(self._engine.feed(part))
        if self._transcriber is not None:
            self._words(self._transcriber.start)
        self._capture.open()
        while not self._stop.is_set():
            try:
                self._hear(self._capture.read(READ_TIMEOUT))
            except EndOfSource:
                break
            self._answer()
        else:
            self._hear_out()
        self._answer()  # a note of the last moment

    def _broke_off(self, error: Exception) -> None:
        """Remember why; what was first counts, what it led to does not."""
        if not isinstance(error, VoiceAssistError):
            log.error("the call broke off", exc_info=error)
            error = VoiceAssistError(f"The call broke off. Internal error (please report): {error!r}")
        self.error = self.error or error

    def _hear_out(self) -> None:
        """The call was stopped. On a machine that is behind, seconds were heard by then that were not looked at yet."""
        self._capture.end()
        while True:
            try:
                self._hear(self._capture.read(READ_TIMEOUT))
            except EndOfSource:
                return
            self._answer()

    def _hear(self, aligned: Aligned | None) -> None:
        if aligned is None:
            return
        agent, caller = aligned.agent, aligned.caller
        if agent is None and caller is None:
            self._inputs(aligned.events)
            return
        self._inputs(aligned.events)
        self._tell(self._gaps.over(self._engine.now, self._engine.analysed))
        if self._recording is not None:
            self._recording.sound(agent, caller)
        self._tell(self._engine.push(agent, caller))  # type: ignore[arg-type]

    def _inputs(self, events: Iterable[Event]) -> None:
        """What the capture had to say: gaps and the state of its parts. The engine is told of every piece of a gap
        before its zeros; journal and listener get a line for the whole."""
        for event in events:
            if isinstance(event, Gap):
                for gap in self._engine.mark_gap(event.channel, event.start, event.end, event.reason):
                    self._tell(self._gaps.add(gap))
            elif isinstance(event, ComponentStatus | SidesSeparated):
                if isinstance(event, SidesSeparated):
                    self._echo_words.apart = event.separated
                self._tell(self._engine.feed(event))

    def _answer(self) -> None:
        """Texts that came and what the agent did since the last look."""
        if self._recording is not None:
            for told in self._recording.poll():
                self._tell(self._engine.feed(told))
        for channel in Channel:
            if self._transcriber is not None and (speaking := self._engine.open_utterance(channel)) is not None:
                self._words(partial(self._transcriber.offer, speaking))
        if self._transcriber is not None:
            for result in self._words(self._transcriber.poll) or ():
                self._read(result)
        self._feed(self._echo_words.over(self._engine.now))
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return
            self._tell(self._engine.feed(command))
            self._called_wrong(command)

    def _words(self, step: Callable[[], T]) -> T | None:
        """Have the recogniser do something. A mistake in it ends the words, not the call."""
        try:
            return step()
        except Exception as error:
            log.exception("the recogniser failed")
            transcriber, self._transcriber = self._transcriber, None
            self._tell(
                self._engine.feed(
                    ComponentStatus(
                        t=0.0,
                        component=Component.TRANSCRIPTION,
                        state=ComponentState.FAILED,
                        reason=sentence(_internal(error)),
                    )
                )
            )
            if transcriber is not None:
                with contextlib.suppress(Exception):  # it has failed already; only its child process must not stay
                    transcriber.close(0.0)
            return None

    def _called_wrong(self, command: Command) -> None:
        """A cue the agent called wrong comes less readily from the next call on. Each counts once."""
        if not isinstance(command, Feedback) or command.kind is not FeedbackKind.WRONG or self._learn is None:
            return
        cue = self._cues.pop(command.number or max(self._cues, default=0), "")
        try:
            if cue:
                self._learn(cue)
        except Exception as error:
            detail = str(error) if isinstance(error, VoiceAssistError) else _internal(error)
            self._tell(
                self._engine.feed(
                    ComponentStatus(
                        t=0.0, component=Component.CUES, state=ComponentState.DEGRADED, reason=sentence(detail)
                    )
                )
            )

    def _read(self, result: Text | ComponentStatus) -> None:
        """What the recogniser said. Words of the caller that came through the agent's microphone are left out."""
        if isinstance(result, ComponentStatus):
            self._tell(self._engine.feed(result))
            return
        caller = self._engine.open_utterance(Channel.CALLER)
        self._feed(self._echo_words.add(result, self._engine.now, caller.start if caller else None))

    def _feed(self, texts: Iterable[Text]) -> None:
        for text in texts:
            self._tell(self._engine.feed(text))

    def _end_speech(self) -> None:
        self._tell(self._gaps.close(self._engine.analysed))
        self._tell(event for event in self._engine.finish() if not isinstance(event, CallEnded))

    def _end_words(self) -> None:
        if self._transcriber is not None:
            for result in self._words(partial(self._transcriber.close, LAST_WORDS)) or ():
                self._read(result)
        self._feed(self._echo_words.close())

    def _end_writing(self) -> None:
        """Wait for the disk, so that what it did not take is told before the call has ended."""
        if self._recording is None:
            return
        written = self._recording.flush(DISK_TIMEOUT)
        for told in self._recording.poll():
            self._tell(self._engine.feed(told))
        if not written:
            self._tell(
                self._engine.feed(
                    ComponentStatus(
                        t=0.0, component=Component.RECORDING, state=ComponentState.FAILED, reason=sentence(UNFINISHED)
                    )
                )
            )

    def _close_recording(self) -> None:
        if self._recording is None:
            return
        closed = self._recording.close(DISK_TIMEOUT)
        for told in self._recording.poll():
            raise StorageError(told.detail)
        if not closed:
            raise StorageError(UNFINISHED)

    def _tell(self, events: Iterable[Event]) -> None:
        """Events to the journal, the listener and the recogniser. One that fails keeps none from the others."""
        failed: Exception | None = None
        events = list(events)
        if events and self._recording is not None:
            self._recording.write(events)
        for event in events:
            if isinstance(event, CueShown):
                self._cues[event.number] = event.id
            try:
                self._listener(event)  # type: ignore[arg-type]
            except Exception as error:
                failed = failed or error
        for event in events:
            if isinstance(event, Utterance) and self._transcriber is not None:
                engine = self._engine
                self._echo_words.spoken(event)
                sound, offset = engine.utterance_sound(event), engine.sound_offset(event)
                self._words(partial(self._transcriber.submit, event, sound, offset))
        if failed is not None:
            raise failed


def _internal(error: Exception) -> str:
    return f"Internal error (please report): {error!r}"
