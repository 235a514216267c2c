"""A real call as it happens: one thread takes what was captured and runs the call with it.

The window, the socket and the recognizer talk to that thread through queues, and the disk has a thread of its own. The
demo plays a file through this very class. Whatever part fails says so in an event, and the rest goes on.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable

from voiceassist.capture.echo import Capture
from voiceassist.capture.source import EndOfSource
from voiceassist.core.audio_types import Samples
from voiceassist.core.errors import StorageError, VoiceAssistError
from voiceassist.core.events import (
    AnyEvent,
    CallerReference,
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueShown,
    Feedback,
    FeedbackKind,
    Note,
)
from voiceassist.core.messages import message
from voiceassist.session.engine import CallEngine
from voiceassist.session.inputs import LiveInputs, Transcriber, internal_error
from voiceassist.session.payment import CardWatch, KeyTones
from voiceassist.session.runner import CallRunner, Sink
from voiceassist.storage.recording import Recording, Writer

log = logging.getLogger(__name__)

READ_TIMEOUT = 0.05
"""Seconds the call's thread waits for sound before it looks after commands and texts."""
DISK_TIMEOUT = 20.0
"""Seconds the disk gets at the end of a call for each of what is learnt, what is recorded, and closing the folder."""


Command = Feedback | Note | CallerReference | ConsentGiven
"""What the agent, a softphone or a CRM says during a call."""


class LiveCall:
    """Runs one call. `listener` is called on the call's own thread with every event, meters included."""

    def __init__(
        self,
        capture: Capture,
        engine: CallEngine,
        listener: Sink,
        *,
        transcriber: Transcriber | None = None,
        writer: Writer | None = None,
        learn: Callable[[str], None] | None = None,
        initial_status: Iterable[ComponentStatus] = (),
        inputs: Callable[[Transcriber | None], LiveInputs] = LiveInputs,
        payment_pause: bool = False,
        longest_pause: float = float("inf"),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`learn` is told the id of each cue the agent called wrong; it counts from the next call on.

        `initial_status`: states of components that are known before the call begins. `inputs` says when texts take
        effect: as they come, unless the call is a recording that is played. `payment_pause`: the call pauses by itself
        when a card is read out or keys are heard. A pause ends by itself after `longest_pause` seconds.
        """
        self._initial = list(initial_status)
        self._recording: Recording | None = None
        if writer is not None:
            self._recording = Recording(writer)
            failure = writer.failure
            state = ComponentState.OK if failure is None else ComponentState.FAILED
            reason = None if failure is None else failure.message
            self._initial.append(ComponentStatus(t=0.0, component=Component.RECORDING, state=state, reason=reason))
        self._capture = capture
        self._with_words = transcriber is not None
        self._inputs = inputs(transcriber)
        self._wrong_cues = _WrongCues(learn, self._inputs.post) if learn is not None else None
        sinks: list[Sink] = [listener] if self._wrong_cues is None else [self._wrong_cues, listener]
        self._card_watch = CardWatch() if payment_pause else None
        self._key_tones = KeyTones() if payment_pause else None
        self._engine = engine
        self._runner = CallRunner(engine, self._inputs, sinks, recorder=self._recording, card_watch=self._card_watch)
        self._clock = clock
        self._longest_pause = longest_pause
        self._paused_at = 0.0
        self._stop = threading.Event()
        self._paused = threading.Event()
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
        self._paused_at = self._clock()
        self._paused.set()

    def resume(self) -> None:
        self._capture.resume()
        self._paused.clear()

    def post(self, command: Command) -> None:
        """The agent's say, from any thread."""
        self._inputs.post(command)

    # --- the call's thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        for stage in (
            self._follow,
            self._capture.close,
            self._runner.end_sound,
            self._runner.end_inputs,
            self._end_learning,
            self._end_writing,
            self._runner.end,
            self._close_recording,
        ):
            try:
                stage()
            except Exception as error:
                self._broke_off(error)

    def _broke_off(self, error: Exception) -> None:
        """Remember why; what was first counts, what it led to does not."""
        if not isinstance(error, VoiceAssistError):
            log.error("the call broke off", exc_info=error)
            error = VoiceAssistError("call-broke-off", reason=internal_error(error))
        self.error = self.error or error

    def _follow(self) -> None:
        """The call, until it ends by itself, is stopped or breaks off."""
        if self._recording is not None:
            self._recording.start()
        if self._with_words:
            self._runner.engine.prepare()
        self._runner.start(self._initial)
        self._capture.open()
        ended = False
        while True:
            if self._stop.is_set() and not ended:
                # On a machine that is behind, seconds were captured by then that were not processed yet.
                self._capture.end()
                ended = True
            try:
                captured = self._capture.read(READ_TIMEOUT)
            except EndOfSource:
                break
            if captured is None:
                self._runner.take_inputs()
            else:
                self._runner.push(captured.agent, captured.caller, captured.events)
                self._listen_for_keys(captured.agent, captured.caller)
            self._pause_for_payment()
            self._end_long_pause()
            self._tell_of_recording()
        self._runner.take_inputs()  # a note of the last moment

    def _listen_for_keys(self, agent: Samples | None, caller: Samples | None) -> None:
        if self._key_tones is not None and self._card_watch is not None and not self.paused:
            since = self._key_tones.hear({Channel.AGENT: agent, Channel.CALLER: caller}, self._engine.now)
            if since is not None:
                self._card_watch.since = since

    def _pause_for_payment(self) -> None:
        """A card is being read out: pause, and wipe what was heard of it."""
        if self._card_watch is None or self._card_watch.since is None:
            return
        since = self._card_watch.since
        self._card_watch.reset()
        if self.paused:
            return
        self.pause()
        self._engine.wipe(since)
        if self._recording is not None:
            self._recording.wipe(since)
        self._tell_of_pause("paused-for-payment")

    def _end_long_pause(self) -> None:
        if self.paused and self._clock() - self._paused_at > self._longest_pause:
            self.resume()
            self._tell_of_pause("pause-ended")

    def _tell_of_pause(self, key: str) -> None:
        component, state = Component.PAUSE, ComponentState.OK
        if key == "paused-for-payment":
            state = ComponentState.DEGRADED
        self._runner.feed(ComponentStatus(t=0.0, component=component, state=state, reason=message(key)))

    def _tell_of_recording(self) -> None:
        if self._recording is not None:
            for told in self._recording.poll():
                self._runner.feed(told)

    def _end_learning(self) -> None:
        if self._wrong_cues is not None:
            self._wrong_cues.close(DISK_TIMEOUT)
            self._runner.take_inputs()

    def _end_writing(self) -> None:
        """Wait for the disk, so that what it did not take is told before the call has ended."""
        if self._recording is None:
            return
        written = self._recording.flush(DISK_TIMEOUT)
        self._tell_of_recording()
        if not written:
            self._runner.feed(
                ComponentStatus(
                    t=0.0,
                    component=Component.RECORDING,
                    state=ComponentState.FAILED,
                    reason=message("recording-unfinished"),
                )
            )

    def _close_recording(self) -> None:
        if self._recording is None:
            return
        closed = self._recording.close(DISK_TIMEOUT)
        for told in self._recording.poll():
            if told.reason is not None:
                raise StorageError(told.reason)
        if not closed:
            raise StorageError("recording-unfinished")


class _WrongCues:
    """A cue the agent called wrong comes less readily from the next call on. Each counts once.

    What is learnt is written by a thread of its own: the disk is not on the call's.
    """

    def __init__(self, learn: Callable[[str], None], post: Callable[[ComponentStatus], None]) -> None:
        """`post` is told when it can't be learnt."""
        self._learn, self._post = learn, post
        self._cues: dict[int, str] = {}
        """Number to id of the cues that have come and were not called wrong yet."""
        self._wrong: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="wrong-cues", daemon=True)

    def __call__(self, event: AnyEvent) -> None:
        if isinstance(event, CueShown):
            self._cues[event.number] = event.id
        elif isinstance(event, Feedback) and event.kind is FeedbackKind.WRONG:
            cue = self._cues.pop(event.number or max(self._cues, default=0), "")
            if cue:
                self._wrong.put(cue)
                if self._thread.ident is None:
                    self._thread.start()

    def close(self, timeout: float) -> None:
        """Wait until all of it is learnt, at most `timeout` seconds."""
        self._wrong.put(None)
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while (cue := self._wrong.get()) is not None:
            try:
                self._learn(cue)
            except Exception as error:
                if not isinstance(error, VoiceAssistError):
                    log.exception("the wrong cue can't be remembered")
                reason = error.message if isinstance(error, VoiceAssistError) else internal_error(error)
                self._post(
                    ComponentStatus(t=0.0, component=Component.CUES, state=ComponentState.DEGRADED, reason=reason)
                )
