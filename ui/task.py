"""Work that may wait, done beside the Qt thread: it reports progress, can be cancelled, and ends with a result or a
message.

The Qt thread never waits for it. Work that was cancelled ends when it next looks; whoever begins the same kind of work
again says so (`after`), and the new thread waits for the old one.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from models.speech import Cancelled
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.messages import Message, message

log = logging.getLogger(__name__)

STOP_TIMEOUT_S = 5.0
"""Seconds the next task waits for one before it that was cancelled; a driver that hangs must not hold up the others."""

_started: list[Task] = []
"""Tasks whose threads may still run, and a few that have ended: a task is taken apart on the Qt thread only."""


class Task(QObject):
    """Runs `work(task)` on a thread of its own. Signals come on the Qt thread."""

    progressed = Signal(float)
    """How much is done, 0 to 1, or a level: whatever the work reports."""
    succeeded = Signal(object)
    failed = Signal(object)
    """A `Message`. Not told when the task was cancelled."""

    _over = Signal(object, object)
    _reported = Signal(float)

    def __init__(
        self, work: Callable[[Task], object], owner: QObject | None = None, *, after: Task | None = None
    ) -> None:
        """Cancelled when `owner` goes. `after`: a task that is to end before this one begins; it is cancelled."""
        super().__init__()
        self._work = work
        self._cancelled = threading.Event()
        if after is not None:
            after.cancel()
        if owner is not None:
            owner.destroyed.connect(self.cancel)
        self._thread = threading.Thread(target=self._run, name="task", daemon=True)
        self._after: threading.Thread | None = after._thread if after is not None else None
        self._over.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._reported.connect(self._report, Qt.ConnectionType.QueuedConnection)

    def start(self) -> Task:
        _started[:] = [task for task in _started if task._thread.is_alive()]
        _started.append(self)
        self._thread.start()
        return self

    @Slot()
    def cancel(self) -> None:
        """End as soon as the work looks; none of its signals comes any more."""
        self._cancelled.set()

    def wait(self, seconds: float) -> None:
        """At exit, when no window is up any more: let the work come to its end, for so long at most."""
        self._thread.join(seconds)

    @property
    def cancelled(self) -> bool:
        """Looked at by the work every now and then."""
        return self._cancelled.is_set()

    def report(self, value: float) -> None:
        """Called by the work, on its thread."""
        self._reported.emit(value)

    def _run(self) -> None:
        if self._after is not None:
            self._after.join(STOP_TIMEOUT_S)
        if self.cancelled:
            return
        try:
            result = self._work(self)
        except Cancelled:
            self._over.emit(None, None)
        except VoiceAssistError as error:
            self._over.emit(None, error.message)
        except Exception as error:  # the edge: whatever broke, the window lives on and says so
            log.exception("A task failed.")
            self._over.emit(None, message("internal-error", error=repr(error)))
        else:
            self._over.emit(result, None)

    @Slot(float)
    def _report(self, value: float) -> None:
        if not self.cancelled:
            self.progressed.emit(value)

    @Slot(object, object)
    def _finish(self, result: object, error: Message | None) -> None:
        if self.cancelled:
            return
        if error is not None:
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)


def wait_for_all(seconds: float) -> None:
    """At exit, when no window is up any more: cancel every task, and wait for them so long at most."""
    end = time.monotonic() + seconds
    for task in _started:
        task.cancel()
    for task in _started:
        task._thread.join(max(0.0, end - time.monotonic()))
