"""Work that may wait, done beside the Qt thread: it tells how far it is, can be cancelled, and ends in one sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

from models.speech import Cancelled, SpeechModelError
from voiceassist.core.errors import VoiceAssistError

CLOSING = 5.0
"""Seconds `close` waits for work that was cancelled."""


class Task(QObject):
    """Runs `work(task)` on a thread of its own. Signals come on the Qt thread."""

    progressed = Signal(float)
    """How much is done, 0 to 1, or a level: whatever the work reports."""
    succeeded = Signal(object)
    failed = Signal(str)
    """One plain sentence. Not told when the task was cancelled."""

    _over = Signal(object, str)
    _reported = Signal(float)

    def __init__(self, work: Callable[[Task], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="task", daemon=True)
        self._over.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._reported.connect(self._report, Qt.ConnectionType.QueuedConnection)

    def start(self) -> Task:
        self._thread.start()
        return self

    def cancel(self) -> None:
        self._cancelled.set()

    def close(self) -> None:
        """Cancel and wait a little, so that nothing is left running behind a closed window."""
        self.cancel()
        if self._thread.is_alive():
            self._thread.join(CLOSING)

    @property
    def cancelled(self) -> bool:
        """Looked at by the work every now and then."""
        return self._cancelled.is_set()

    def report(self, value: float) -> None:
        """Called by the work, on its thread."""
        self._reported.emit(value)

    def _run(self) -> None:
        try:
            result = self._work(self)
        except Cancelled:
            self._over.emit(None, "")
        except (VoiceAssistError, SpeechModelError) as error:
            self._over.emit(None, str(error))
        except Exception as error:  # the edge: whatever broke, the window lives on and says so
            self._over.emit(None, f"This went wrong because of a mistake in the program: {error!r}")
        else:
            self._over.emit(result, "")

    @Slot(float)
    def _report(self, value: float) -> None:
        if not self.cancelled:
            self.progressed.emit(value)

    @Slot(object, str)
    def _finish(self, result: object, sentence: str) -> None:
        if self.cancelled:
            return
        if sentence:
            self.failed.emit(sentence)
        else:
            self.succeeded.emit(result)
