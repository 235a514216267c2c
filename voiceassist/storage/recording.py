"""Keeps a call on a thread of its own: coding, writing and syncing to disk delay no cue, however long the disk stalls.

The queue is bounded. When the disk is so far behind that it is full, sound is left out of the recording and silence
takes its place, so that everything after it keeps its time; that it happens is told at once, and what is missing when
the disk is back. Events are small and are never left out. A disk that is full is tried again at each full minute of the
call: its events have waited until then, its sound has not.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.errors import StorageError
from voiceassist.core.events import Component, ComponentState, ComponentStatus, Event
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message, message
from voiceassist.storage.meta import SEGMENT

log = logging.getLogger(__name__)

SOUND_LIMIT = 120.0
"""Seconds of sound that may wait for the disk: 15 MB. A network drive that comes back does so within a minute."""

EVENT_LIMIT = 100_000
"""Events that may wait: some 20 MB, two hours of a call. More means that the disk will not come back in this call."""


class Recorder(Protocol):
    """Keeps a call: `CallWriter` while the caller waits, `Recording` on a thread of its own."""

    def write(self, events: Iterable[Event]) -> None: ...
    def sound(self, agent: Samples | None, caller: Samples | None) -> None: ...


class Writer(Recorder, Protocol):
    """`CallWriter`; tests have one that stalls. What can't be written raises `StorageError`."""

    @property
    def failure(self) -> StorageError | None:
        """Why nothing is written, if so."""
        ...

    def resume(self, at: int) -> None:
        """Go on after a failure, with the sound from sample `at` on, a multiple of `SEGMENT`. Raises `StorageError`."""
        ...

    def wipe(self, start: float, end: float) -> None:
        """Keep nothing of the sound from second `start` to `end`. Raises `StorageError`."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Wipe:
    start: float
    end: float


@dataclass(slots=True)
class _Sound:
    agent: Samples | None
    caller: Samples | None
    length: int
    kept: bool = True
    """False: there was no room for it; silence is written in its place."""


class Recording:
    """Takes events and sound from one thread and has `writer` write them in another, in their order.

    Nothing here raises, and only `flush` and `close` wait. What goes wrong is told by `poll`, each thing once. A writer
    that has failed already is tried again.
    """

    def __init__(self, writer: Writer, *, sound_limit: float = SOUND_LIMIT, event_limit: int = EVENT_LIMIT) -> None:
        """`sound_limit` in seconds, `event_limit` in events: what may wait for the disk."""
        self._writer = writer
        self._sound_limit = round(sound_limit * SAMPLE_RATE)
        self._event_limit = event_limit
        self._changed = threading.Condition()
        self._queue: deque[list[Event] | _Sound | _Wipe] = deque()
        self._busy = False
        self._waiting_samples = self._waiting_events = 0
        self._samples = 0
        self._held: list[Event] | None = None if writer.failure is None else []
        """Events since the writer failed; None while it does not. It and what follows is of the writer's thread."""
        self._held_from = 0
        """Sample of the call at which it failed."""
        self._reached = 0
        """Samples of the call that were written, or could not be."""
        self._missing_from: int | None = None
        self._untold: list[ComponentStatus] = []
        self._closing = self._over = False
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    def start(self) -> None:
        """Begin to write. What is given earlier waits."""
        self._thread.start()

    def write(self, events: Iterable[Event]) -> None:
        """Events for the journal."""
        events = list(events)
        with self._changed:
            if self._over:
                return
            self._queue.append(events)
            self._waiting_events += len(events)
            if self._waiting_events > self._event_limit:
                self._give_up(message("recording-stopped-disk"))
            self._changed.notify_all()

    def sound(self, agent: Samples | None, caller: Samples | None) -> None:
        """More sound of both sides, equal lengths, mono 16 kHz; None is silence (not both). Not to be changed later."""
        length = len(agent if agent is not None else caller)  # type: ignore[arg-type]
        with self._changed:
            if self._over:
                return
            at = self._samples
            self._samples += length
            if self._has_room(length):
                self._queue.append(_Sound(agent, caller, length))
                self._waiting_samples += length
            else:
                if self._missing_from is None:
                    self._missing_from = at
                    self._tell(ComponentState.DEGRADED, message("recording-sound-missing"))
                last = self._queue[-1] if self._queue else None
                if isinstance(last, _Sound) and not last.kept:
                    last.length += length
                else:
                    self._queue.append(_Sound(None, None, length, kept=False))
            self._changed.notify_all()

    def wipe(self, start: float) -> None:
        """Keep nothing of the sound from second `start` of the call to what was given last."""
        with self._changed:
            self._queue.append(_Wipe(start, self._samples / SAMPLE_RATE))
            self._changed.notify_all()

    def poll(self) -> list[ComponentStatus]:
        """What there is to tell of the recording since the last call."""
        with self._changed:
            untold, self._untold = self._untold, []
        return untold

    def flush(self, timeout: float) -> bool:
        """Wait until everything given so far is written, or can't be, at most `timeout` seconds; whether that is so."""
        with self._changed:
            done = self._changed.wait_for(self._idle, timeout)
            if done and not self._over and self._missing_from is not None:
                self._goes_on(self._samples)
            return done

    def close(self, timeout: float) -> bool:
        """Write what is left and complete the call's folder; waits at most `timeout` seconds. Whether it is complete
        (or failed, which `poll` tells). A disk that comes back later still gets it, for as long as the program runs."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def _idle(self) -> bool:
        return self._over or (not self._queue and not self._busy)

    def _has_room(self, length: int) -> bool:
        if self._missing_from is None:
            return self._waiting_samples + length <= self._sound_limit
        if self._waiting_samples > self._sound_limit // 2:
            return False  # a disk that is just back gets some air first, or there would be many short pieces
        self._goes_on(self._samples - length)
        return True

    def _goes_on(self, at: int) -> None:
        assert self._missing_from is not None
        start, self._missing_from = self._missing_from, None
        span = {"start": clock(start / SAMPLE_RATE), "end": clock(at / SAMPLE_RATE)}
        self._tell(ComponentState.OK, message("recording-goes-on", **span))

    def _tell(self, state: ComponentState, reason: Message) -> None:
        self._untold.append(ComponentStatus(t=0.0, component=Component.RECORDING, state=state, reason=reason))

    def _give_up(self, reason: Message) -> None:
        self._over = True
        self._queue.clear()
        self._tell(ComponentState.FAILED, reason)
        self._changed.notify_all()

    # --- the writer's thread ------------------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while (item := self._next()) is not None:
                try:
                    self._put(item)
                except StorageError as error:
                    self._hold(item, error)
            self._resume_at_the_end()
        except Exception as error:
            self._failed(error)
        try:
            self._writer.close()  # also after a failure: the folder is completed as far as it goes
        except Exception as error:
            self._failed(error)
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def _hold(self, item: list[Event] | _Sound | _Wipe, error: StorageError) -> None:
        """The disk refused `item`: say so, and wait for a better time."""
        self._held, self._held_from = item if isinstance(item, list) else [], self._reached
        with self._changed:
            self._tell(ComponentState.FAILED, error.message)

    def _resume(self, at: int) -> bool:
        """Try to go on at sample `at`, with the events that have waited; whether it is so."""
        assert self._held is not None
        try:
            self._writer.resume(at)
            self._writer.write(self._held)
        except StorageError:
            return False
        self._held = None
        return True

    def _resume_at_the_end(self) -> None:
        """The call is over. Its events at least should be there, if there is room for them now."""
        if self._held is not None:
            self._resume(-(-self._reached // SEGMENT) * SEGMENT)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, StorageError):
            reason = error.message
        else:
            log.exception("the writer of the call failed")
            reason = message("recording-stopped", reason=message("internal-error", error=repr(error)))
        with self._changed:
            if not self._over:
                self._give_up(reason)

    def _next(self) -> list[Event] | _Sound | _Wipe | None:
        """The next thing to write; None when there will be no more."""
        with self._changed:
            self._busy = False
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._queue or self._closing or self._over)
            if self._over or not self._queue:
                return None
            self._busy = True
            item = self._queue.popleft()
            if isinstance(item, list):
                self._waiting_events -= len(item)
            elif isinstance(item, _Sound) and item.kept:
                self._waiting_samples -= item.length
            return item

    def _put(self, item: list[Event] | _Sound | _Wipe) -> None:
        if isinstance(item, _Wipe):
            self._writer.wipe(item.start, item.end)
            return
        if not isinstance(item, _Sound):
            if self._held is None:
                self._writer.write(item)
            else:
                self._held += item
                if len(self._held) > self._event_limit:
                    raise MemoryError("too many events wait for room on the disk")
            return
        skipped = 0
        at, self._reached = self._reached, self._reached + item.length
        if self._held is not None:
            minute = -(-at // SEGMENT) * SEGMENT
            if minute >= self._reached or not self._resume(minute):
                return
            skipped = minute - at
            with self._changed:
                span = {"start": clock(self._held_from / SAMPLE_RATE), "end": clock(minute / SAMPLE_RATE)}
                self._tell(ComponentState.OK, message("recording-resumes", **span))
        if item.kept:
            rest = [None if side is None else side[skipped:] for side in (item.agent, item.caller)]
            self._writer.sound(*rest)
            return
        import numpy as np

        left = item.length - skipped
        while left:
            silence = np.zeros(min(left, SAMPLE_RATE), np.float32)
            self._writer.sound(silence, silence)
            left -= silence.size
