"""The one place where what happens in a call becomes Qt, and where the person's commands go back.

Calls run elsewhere (`CallClient`: the call service's process, for the demo a thread). What they report comes on another
thread; one queued signal carries it over to the Qt thread, where the model takes it. Commands go the other way without
waiting, and what the window shows of them is what came back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from ui.window.call_model import CallModel, Phase
from voiceassist.core.events import CallEnded, Event
from voiceassist.core.messages import Message, message
from voiceassist.service.messages import (
    Action,
    Attached,
    Begun,
    Command,
    Lost,
    Over,
    Paused,
    Reference,
    ServiceMessage,
    Show,
    Stopping,
    Taken,
)

STOPPED = message("service-stopped")


class CallClient(Protocol):
    """Where the calls are run: see `voiceassist.service.client`."""

    def open(self, tell: Callable[[list[ServiceMessage]], None], /) -> None: ...
    def do(self, command: Command, /) -> None: ...
    def close(self) -> None: ...


class CallBridge(QObject):
    """The calls, as the window sees them: one at a time, begun by the person, a softphone or a window before this."""

    failed = Signal(object)
    """A `Message`: the call could not be started, or broke off."""
    ended = Signal()
    unavailable = Signal(object)
    """A `Message`: why there is nobody to run calls. True until `attached`."""
    attached = Signal()
    """There is somebody to run calls, from now on or again."""
    reference_given = Signal(str)
    show_asked = Signal()
    superseded = Signal()
    """There is another window, which has been told to show itself."""

    _arrived = Signal(object)

    def __init__(self, model: CallModel, client: CallClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._client = client
        self._busy = False
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """Begin to hear of calls; before that, nothing can be started."""
        self._client.open(self._arrived.emit)

    def listener(self, told: ServiceMessage | Event) -> None:
        """As if this had been told: from any thread."""
        self._arrived.emit([told])

    # --- commands ---------------------------------------------------------------------------------------------------

    def start(self, reference: str = "") -> None:
        """Begin a call. Returns at once; what happens next comes as events, or as `failed`."""
        self._begin("start", reference)

    def rehearse(self) -> None:
        """Begin the demo call."""
        self._begin("rehearse")

    def _begin(self, action: Action, reference: str = "") -> None:
        if self.busy:
            return
        self._busy = True
        self.model.restart()
        self.model.enter(Phase.STARTING)
        self._do(action, reference)

    @property
    def busy(self) -> bool:
        """Whether no call can be started: until everything of the last one is closed."""
        return self._busy

    @property
    def in_call(self) -> bool:
        """Whether there is something to watch: from the start of a call until it is told to be over."""
        return self.model.phase not in (Phase.IDLE, Phase.ENDED)

    def stop(self) -> None:
        """End the call. Returns at once; `ended` follows when everything is written down."""
        if self.model.phase in (Phase.STARTING, Phase.RUNNING, Phase.PAUSED):
            self.model.enter(Phase.STOPPING)
            self._do("stop")

    def pause(self) -> None:
        if self.model.phase is Phase.RUNNING:
            self._do("pause")

    def resume(self) -> None:
        if self.model.phase is Phase.PAUSED:
            self._do("resume")

    def dismiss(self) -> None:
        """Take the cue away that is up; nothing when there is none."""
        if self.model.call.current is not None:
            self._say("dismiss", number=self.model.call.current.shown.number)

    def wrong(self, number: int = 0) -> None:
        """Say that cue `number` was wrong; 0 is the one on screen, or else the last one."""
        if number == 0 and self.model.call.cues:
            number = self.model.call.cues[-1].shown.number
        if number:
            self._say("wrong", number=number)

    def mute(self, muted: bool) -> None:
        """No cues in this call any more, or cues again."""
        self._say("mute" if muted else "unmute")

    def new_caller(self) -> None:
        """Somebody else is on the line: their agitation is measured against their own start."""
        self._say("new-caller")

    def note(self, text: str) -> None:
        if text.strip():
            self._say("note", text.strip())

    def consent(self) -> None:
        """The agent confirms that the caller was told."""
        self._say("consent")

    def settings_changed(self) -> None:
        self._do("settings")

    def shut(self) -> None:
        """At exit: end the call and wait for it. The one place that waits, when no window is up any more."""
        self._client.close()

    def _say(self, action: Action, text: str = "", number: int = 0) -> None:
        if self.model.phase.live:
            self._do(action, text, number)

    def _do(self, action: Action, text: str = "", number: int = 0) -> None:
        self._client.do(Command(action, text, number))

    # --- on the Qt thread -------------------------------------------------------------------------------------------

    @Slot(object)
    def _take(self, told: list[ServiceMessage]) -> None:
        if isinstance(told[0], Attached):
            self.attached.emit()
            self._catch_up(told[1:])
        else:
            for one in told:
                self._take_one(one)

    def _catch_up(self, told: list[ServiceMessage]) -> None:
        """A call that began before this window watched it: shown as it stands now, not played again."""
        if not told:
            return
        with self.model.catching_up():
            for one in told:
                if not isinstance(one, Reference | Over):
                    self._take_one(one)
        for one in told:
            if isinstance(one, Reference | Over):
                self._take_one(one)

    def _take_one(self, told: ServiceMessage) -> None:
        match told:
            case Begun():
                self._busy = True
                self.model.restart()
                self.model.enter(Phase.STARTING)
            case Paused():
                if self.model.phase.live:
                    self.model.enter(Phase.PAUSED if told.on else Phase.RUNNING)
            case Stopping():
                self.model.enter(Phase.STOPPING)
            case Over():
                self._end(told.error)
            case Lost():
                self._lost(told.error)
            case Reference():
                self.reference_given.emit(told.text)
            case Show():
                self.show_asked.emit()
            case Taken():
                self.superseded.emit()
            case Event():
                self._take_event(told)

    def _take_event(self, event: Event) -> None:
        stopping = self.model.phase is Phase.STOPPING
        self.model.take(event)
        if stopping and not isinstance(event, CallEnded):
            self.model.enter(Phase.STOPPING)

    def _lost(self, why: Message | None) -> None:
        """The service is gone, and with it the call. Without a reason another service is on its way."""
        if self.busy:
            self.model.take(CallEnded(t=self.model.call.now))
            self._end(STOPPED if why is None else None)
        if why is not None:
            self.unavailable.emit(why)

    def _end(self, error: Message | None) -> None:
        """The call is over: in good order when there is no error."""
        self._busy = False
        self.model.enter(Phase.ENDED)
        if error is not None:
            self.failed.emit(error)
        self.ended.emit()
