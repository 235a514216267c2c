"""One call after another: begun, ended and spoken to from any thread, and everything about it told to one listener."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from voiceassist.config.options import Settings
from voiceassist.config.settings import load
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.events import (
    AnyEvent,
    CallerReference,
    Component,
    ComponentStatus,
    ConsentGiven,
    Feedback,
    FeedbackKind,
    Note,
)
from voiceassist.core.messages import message
from voiceassist.service.messages import Begun, Command, Over, Paused, Reference, Reply, Stopping, Tell

if TYPE_CHECKING:
    from voiceassist.session.live import LiveCall

Listener = Callable[[AnyEvent], None]

REHEARSAL_SPEED = 4.0
"""Fast enough that the demo call becomes difficult within half a minute."""


class Call(Protocol):
    """What is needed of a call. `LiveCall` is one; tests have simpler ones."""

    error: VoiceAssistError | None

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def join(self, timeout: float | None = None) -> object: ...
    @property
    def paused(self) -> bool: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def post(self, command: Feedback | Note | CallerReference | ConsentGiven, /) -> None: ...


_DONE = {
    "mute": message("cues-muted"),
    "unmute": message("cues-unmuted"),
    "new-caller": message("new-caller"),
}

MakeCall = Callable[[Listener, str], Call]
"""Makes a call that tells the listener its events; the second argument is the caller's reference."""


class CallManager:
    """At most one call at a time. `tell` is called from several threads, with everything in its order, and must not
    wait."""

    def __init__(self, make_call: MakeCall, tell: Tell) -> None:
        self._make_call = make_call
        self._tell = tell
        self._lock = threading.Lock()
        self._call: Call | None = None
        self._over = threading.Event()
        self._over.set()
        self.retired = False
        """No call begins any more."""
        self._now = 0.0
        self.error: VoiceAssistError | None = None
        """Why the last call broke off, or could not be put together."""

    @property
    def under_way(self) -> bool:
        return not self._over.is_set()

    def wait(self, timeout: float) -> bool:
        """Wait until no call is under way; whether that came true."""
        return self._over.wait(timeout)

    def retire(self) -> bool:
        """Begin no call any more, unless one is under way; whether that is so."""
        with self._lock:
            self.retired = self.retired or self._over.is_set()
            return self.retired

    def do(self, command: Command) -> Reply:
        """What somebody asks of the calls. A start puts the call together first, which takes a moment; whoever asks
        for something meanwhile waits for that."""
        with self._lock:
            if command.action == "start":
                return self._start(self._make_call, command.text)
            if command.action == "rehearse":
                return self._start(rehearsal_call, "")
            if self._call is None:
                return Reply(command.action == "status", message("no-call"))
            return self._do(self._call, command)

    def _do(self, call: Call, command: Command) -> Reply:
        match command.action:
            case "status":
                minutes, seconds = divmod(int(self._now), 60)
                key = "call-under-way-paused" if call.paused else "call-under-way"
                return Reply(True, message(key, minutes=minutes, seconds=seconds))
            case "stop":
                self._tell(Stopping())
                call.stop()
                return Reply(True, message("call-stopped"))
            case "pause":
                call.pause()
                self._tell(Paused(True))
                return Reply(True, message("call-paused"))
            case "resume":
                call.resume()
                self._tell(Paused(False))
                return Reply(True, message("call-resumed"))
            case "mute" | "unmute" | "dismiss" | "wrong" | "new-caller" as kind:
                call.post(Feedback(t=0.0, kind=FeedbackKind(kind), number=command.number))
                return Reply(True, _DONE.get(kind))
            case "ref":
                call.post(CallerReference(t=0.0, reference=command.text))
                self._tell(Reference(command.text))
                return Reply(True, message("noted"))
            case "consent":
                call.post(ConsentGiven(t=0.0))
                return Reply(True, message("noted"))
            case "note":
                call.post(Note(t=0.0, text=command.text))
                return Reply(True, message("noted"))
        return Reply(False, message("command-unknown"))

    def _start(self, make_call: MakeCall, reference: str) -> Reply:
        if self._call is not None:
            return Reply(False, message("call-already-under-way"))
        if self.retired:
            return Reply(False, message("service-replaced"))
        self._over.clear()
        self.error = None
        self._now = 0.0
        self._tell(Begun())
        if reference:
            self._tell(Reference(reference))
        try:
            call = make_call(self._event, reference)
        except VoiceAssistError as error:
            self.error = error
        except Exception as error:  # the edge: whatever broke, the service lives on and says so
            self.error = VoiceAssistError("call-broke-off", reason=message("internal-error", error=repr(error)))
        if self.error is not None:
            self._tell(Over(self.error.message))
            self._over.set()
            return Reply(False, self.error.message)
        if reference:
            call.post(CallerReference(t=0.0, reference=reference))
        self._call = call
        call.start()
        threading.Thread(target=self._see_it_end, args=(call,), name="call-end", daemon=True).start()
        return Reply(True, message("call-started"))

    def _event(self, event: AnyEvent) -> None:
        self._now = max(self._now, event.t)
        self._tell(event)
        call = self._call
        if call is not None and isinstance(event, ComponentStatus) and event.component is Component.PAUSE:
            self._tell(Paused(call.paused))  # by itself

    def _see_it_end(self, call: Call) -> None:
        call.join()
        with self._lock:
            self.error = call.error
            self._call = None
            self._tell(Over(call.error.message if call.error else None))
            self._over.set()


def real_call(
    settings: Settings,
    listener: Listener,
    *,
    keep: bool | None = None,
    microphone: str = "",
    far_end: str = "",
    model: str = "",
) -> LiveCall:
    """A call on this computer's devices, ready to start. Raises `VoiceAssistError` when it cannot be put together.

    Devices are opened when it starts; one that is missing then is told as the state of a part and tried again.
    """
    from voiceassist.capture.aligner import AlignedCapture
    from voiceassist.capture.devices.listing import live_sources
    from voiceassist.capture.echo import EchoCancellingCapture
    from voiceassist.cues.sensitivity import WrongCues
    from voiceassist.session import build
    from voiceassist.session.live import LiveCall

    sources = live_sources(microphone or settings.microphone, far_end or settings.far_end, settings.softphone)
    writer, initial_status = None, [build.consent(settings)]
    if settings.keep_calls if keep is None else keep:
        from voiceassist.storage import CallMeta, CallWriter

        meta = CallMeta(origin="live", pack=build.cue_pack(settings).label)
        writer = CallWriter.create_or_wait(settings.library, meta)  # a full disk is no reason not to help the agent
    return LiveCall(
        EchoCancellingCapture(AlignedCapture(sources), settings.echo),
        build.engine(settings, readily=build.cue_sensitivities(settings)),
        listener,
        transcriber=build.transcriber(settings, model),
        writer=writer,
        learn=WrongCues().add,
        initial_status=initial_status,
        payment_pause=settings.payment_pause,
        longest_pause=settings.longest_pause,
    )


def rehearsal_call(listener: Listener, reference: str) -> LiveCall:
    """The demo call, played fast."""
    from voiceassist.session.demo import demo_call

    return demo_call(load().settings, listener, speed=REHEARSAL_SPEED)
