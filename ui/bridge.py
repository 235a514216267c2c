"""The one place where a call's events become Qt, and where the person's commands go back.

A call runs on a thread of its own and calls `CallBridge.listener` there with every event; one queued signal carries it
over to the Qt thread, where the model takes it. Commands go the other way through the call's own thread-safe methods.
Anything of a call that may wait (opening devices, loading, ending) is done away from the Qt thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from ui.call_model import CallModel, Phase
from voiceassist.errors import VoiceAssistError
from voiceassist.timeline import CallEnded, Event, Feedback, FeedbackKind, Note

Listener = Callable[[Event], None]


class Call(Protocol):
    """What the window needs of a call. `LiveCall` is one; tests have a simpler one."""

    error: VoiceAssistError | None

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def join(self, timeout: float | None = None) -> object: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def post(self, command: Feedback | Note, /) -> None: ...


MakeCall = Callable[[Listener, str], Call]
"""Makes a call that tells the listener its events; the second argument is the caller's reference."""

CLOSING = 25.0
"""Seconds the program waits at exit for a call to write down what is left."""


class CallBridge(QObject):
    """Runs one call at a time for the window."""

    failed = Signal(str)
    """One plain sentence: the call could not be started, or broke off."""
    ended = Signal()

    _arrived = Signal(object)
    _over = Signal(str)

    def __init__(self, model: CallModel, make_call: MakeCall, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._make_call = make_call
        self._call: Call | None = None
        self._worker: threading.Thread | None = None
        self._stop_asked = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._over.connect(self._finish, Qt.ConnectionType.QueuedConnection)

    def listener(self, event: Event) -> None:
        """Called on the call's thread with every event."""
        self._arrived.emit(event)

    # --- commands ---------------------------------------------------------------------------------------------------

    def start(self, reference: str = "", make_call: MakeCall | None = None) -> None:
        """Begin a call, or the one `make_call` makes. Returns at once; what happens next comes as events, or as
        `failed`."""
        if self.busy:
            return
        self._stop_asked = False
        self.model.restart()
        self.model.enter(Phase.STARTING)
        self._worker = threading.Thread(
            target=self._run, args=(make_call or self._make_call, reference), name="call-starter", daemon=True
        )
        self._worker.start()

    @property
    def busy(self) -> bool:
        return self._worker is not None

    @property
    def in_call(self) -> bool:
        """Whether there is something to watch: from the start of a call until it is told to be over."""
        return self.model.phase not in (Phase.IDLE, Phase.ENDED)

    def stop(self) -> None:
        """End the call. Returns at once; `ended` follows when everything is written down."""
        if self.model.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED):
            self._stop_asked = True
            self.model.enter(Phase.STOPPING)
            if self._call is not None:
                self._call.stop()

    def pause(self) -> None:
        if self._call is not None and self.model.phase is Phase.RUNNING:
            self._call.pause()
            self.model.enter(Phase.PAUSED)

    def resume(self) -> None:
        if self._call is not None and self.model.phase is Phase.PAUSED:
            self._call.resume()
            self.model.enter(Phase.RUNNING)

    def dismiss(self) -> None:
        """Take the cue away that is up; nothing when there is none."""
        if self.model.current is not None:
            self._post(Feedback(t=self.model.now, kind=FeedbackKind.DISMISS, number=self.model.current.shown.number))

    def wrong(self, number: int = 0) -> None:
        """Say that cue `number` was wrong; 0 is the one on screen, or else the last one."""
        if number == 0 and self.model.cues:
            number = self.model.cues[-1].shown.number
        if number:
            self._post(Feedback(t=self.model.now, kind=FeedbackKind.WRONG, number=number))

    def mute(self, muted: bool) -> None:
        """No cues in this call any more, or cues again."""
        self._post(Feedback(t=self.model.now, kind=FeedbackKind.MUTE if muted else FeedbackKind.UNMUTE))

    def note(self, text: str, author: str = "agent") -> None:
        if text.strip():
            self._post(Note(t=self.model.now, text=text.strip(), author=author))

    def shut(self) -> None:
        """At exit: end the call and wait for it. The one place that waits, when no window is up any more."""
        self.stop()
        if self._worker is not None:
            self._worker.join(CLOSING)

    def _post(self, command: Feedback | Note) -> None:
        if self._call is not None and self.model.phase.live:
            self._call.post(command)

    # --- on the worker ----------------------------------------------------------------------------------------------

    def _run(self, make_call: MakeCall, reference: str) -> None:
        """Make the call, start it, wait for its end."""
        try:
            call = make_call(self.listener, reference)
            self._call = call
            if not self._stop_asked:
                call.start()
                if self._stop_asked:
                    call.stop()
                call.join()
        except VoiceAssistError as error:
            self._over.emit(str(error))
        except Exception as error:  # the edge: whatever broke, the person is told and the window lives on
            self._over.emit(f"The call broke off because of a mistake in the program: {error!r}")
        else:
            self._over.emit(str(call.error or ""))

    # --- on the Qt thread -------------------------------------------------------------------------------------------

    @Slot(object)
    def _deliver(self, event: Event) -> None:
        stopping = self.model.phase is Phase.STOPPING
        self.model.take(event)
        if stopping and not isinstance(event, CallEnded):
            self.model.enter(Phase.STOPPING)

    @Slot(str)
    def _finish(self, sentence: str) -> None:
        """The call is over: in good order when the sentence is empty."""
        self._call = None
        self._worker = None
        self.model.enter(Phase.ENDED)
        if sentence:
            self.failed.emit(sentence)
        self.ended.emit()
