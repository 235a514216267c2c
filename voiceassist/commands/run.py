"""`voiceassist run`: live calls, in the window or, with `--headless`, in the terminal."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from voiceassist.commands import load_settings
from voiceassist.commands.terminal import Terminal
from voiceassist.control import Command, ControlServer, Reply
from voiceassist.errors import VoiceAssistError
from voiceassist.settings import Settings
from voiceassist.timeline import Event, Feedback, FeedbackKind, Meter, Note, encode

if TYPE_CHECKING:
    from voiceassist.live import Listener, LiveCall

LOOK_EVERY = 0.25
"""Seconds between looks at what there is to tell, and at whether a call begins or ends by itself."""
CLOSING = 30.0
"""Seconds a call gets to end: what is still due is transcribed first."""


def run(
    headless: Annotated[bool, typer.Option("--headless", help="In the terminal, without a window.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for calls (ctl start, or by themselves) instead of starting one now.")
    ] = False,
    ref: Annotated[str, typer.Option(help="The caller's reference: a case or customer number.")] = "",
    keep: Annotated[bool | None, typer.Option("--keep/--no-keep", help="Keep the call in the library.")] = None,
    microphone: Annotated[str, typer.Option(help="The agent's microphone; see: voiceassist devices")] = "",
    far_end: Annotated[str, typer.Option(help="Where the caller is heard; see: voiceassist devices")] = "",
    model: Annotated[str, typer.Option(metavar="NAME|DIR", help="A speech model.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the events, one JSON object a line.")] = False,
) -> None:
    """Follow live calls: both sides are heard, and one short cue at a time comes up."""
    if not headless and not json:
        from voiceassist.cli import open_window

        raise typer.Exit(open_window())
    chosen = load_settings()
    microphone, far_end = microphone or chosen.microphone, far_end or chosen.far_end
    if microphone or far_end:
        from voiceassist.capture.devices import check

        check(microphone, far_end)
    kept = chosen.keep_calls if keep is None else keep
    automatic = chosen.call_start == "automatic"

    def make_call(listener: Listener, reference: str) -> LiveCall:
        return real_call(chosen, listener, reference, keep=kept, microphone=microphone, far_end=far_end, model=model)

    session = Session(make_call, _printer(json))
    control = ControlServer(session.command)
    control.open()
    try:
        if wait or automatic:
            print("Waiting for a call. Ctrl-C ends.", file=sys.stderr)
        else:
            session.start(ref)
        with _call_active(automatic) as call_active:
            session.follow(stay=wait or automatic, call_active=call_active)
    finally:
        session.close()
        control.close()


def real_call(
    settings: Settings,
    listener: Listener,
    reference: str = "",
    *,
    keep: bool | None = None,
    microphone: str = "",
    far_end: str = "",
    model: str = "",
) -> LiveCall:
    """A call on this computer's devices, ready to start. Raises `VoiceAssistError` when it cannot be put together.

    Devices are opened when it starts; one that is missing then is told as the state of a part and tried again.
    """
    from voiceassist import parts
    from voiceassist.capture.aligned import AlignedCapture
    from voiceassist.capture.devices import live_sources
    from voiceassist.capture.echo import EchoFree
    from voiceassist.live import LiveCall

    sources = live_sources(microphone or settings.microphone, far_end or settings.far_end)
    writer = None
    if settings.keep_calls if keep is None else keep:
        from voiceassist.record import CallMeta, CallWriter

        writer = CallWriter.create(settings.library, CallMeta(origin="live", pack=settings.cue_pack))
    call = LiveCall(
        EchoFree(AlignedCapture(sources)),
        parts.engine(settings),
        listener,
        transcriber=parts.transcriber(settings, model),
        writer=writer,
    )
    if reference:
        call.post(Note(t=0.0, text=f"Reference: {reference}", author="softphone"))
    return call


class Session:
    """One call after another, started and stopped from any thread; the thread in `follow` tells what happens."""

    def __init__(self, make_call: Callable[[Listener, str], LiveCall], tell: Callable[[Event], None]) -> None:
        self._make_call = make_call
        self._tell = tell
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._call: LiveCall | None = None

    def start(self, reference: str = "") -> Reply:
        """Begin a call. Raises `VoiceAssistError` when it cannot be put together."""
        with self._lock:
            if self._call is not None and self._call.running:
                return Reply(False, "A call is already under way.")
            self._call = self._make_call(self._events.put, reference)
            self._call.start()
        return Reply(True, "The call has begun.")

    def command(self, command: Command) -> Reply:
        """What other programs ask for, on the control server's thread."""
        if command.action == "start":
            try:
                return self.start(command.text)
            except VoiceAssistError as error:
                return Reply(False, str(error))
        call = self._call
        if call is None or not call.running:
            return Reply(command.action == "status", "No call is under way.")
        match command.action:
            case "stop":
                call.stop()
                return Reply(True, "The call has ended.")
            case "pause":
                call.pause()
                return Reply(True, "Paused: nothing is heard or written.")
            case "resume":
                call.resume()
                return Reply(True, "Going on.")
            case "mute" | "unmute" as kind:
                call.post(Feedback(t=0.0, kind=FeedbackKind(kind)))
                return Reply(True, "No more cues in this call." if kind == "mute" else "Cues again.")
            case "ref":
                call.post(Note(t=0.0, text=f"Reference: {command.text}", author="softphone"))
                return Reply(True, "Noted.")
            case "status":
                return Reply(True, "A call is under way, paused." if call.paused else "A call is under way.")
        return Reply(False, "There is no window to show.")

    def follow(self, *, stay: bool, call_active: Callable[[], bool] | None = None) -> None:
        """Tell what happens until the call has ended (or for good, with `stay`), or Ctrl-C. `call_active` says whether
        a call seems to be under way, for calls that begin and end by themselves."""
        from voiceassist.capture.calls import CallDetector, Change

        detector = CallDetector()
        while True:
            if call_active is not None:
                match detector.look(time.monotonic(), call_active()):
                    case Change.START:
                        self.start()
                    case Change.STOP if self._call is not None:
                        self._call.stop()
            if not self._tell_next() and not stay and (self._call is None or not self._call.running):
                while self._tell_next():
                    pass
                break
        if self._call is not None and self._call.error is not None:
            raise self._call.error

    def close(self) -> None:
        """End the call that is under way in good order, and tell what it still had to say."""
        if self._call is not None:
            self._call.stop()
            self._call.join(CLOSING)
        while self._tell_next(0.0):
            pass

    def _tell_next(self, wait: float = LOOK_EVERY) -> bool:
        try:
            self._tell(self._events.get(timeout=wait) if wait else self._events.get_nowait())
        except queue.Empty:
            return False
        return True


def _printer(json: bool) -> Callable[[Event], None]:
    if not json:
        return Terminal().show

    def line(event: Event) -> None:
        if not isinstance(event, Meter):
            print(encode(event).decode(), flush=True)

    return line


@contextlib.contextmanager
def _call_active(automatic: bool) -> Iterator[Callable[[], bool] | None]:
    """What tells whether a softphone seems to be on a call. Raises `VoiceAssistError` where nothing can tell."""
    if not automatic:
        yield None
        return
    if not sys.platform.startswith("linux"):
        raise VoiceAssistError(
            "Calls that start by themselves need Linux's sound server; start them with: voiceassist ctl start"
        )
    from voiceassist.capture.calls import CallWatch

    watch = CallWatch()
    try:
        yield watch.active
    finally:
        watch.close()
