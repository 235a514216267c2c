"""`voiceassist demo`: a bundled call through the whole pipeline, on screen or in the terminal."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from voiceassist.cli import load_settings, note, say, unless_forced
from voiceassist.cli import words as words_of
from voiceassist.cli.terminal import Terminal
from voiceassist.config.options import NO_TRANSCRIPTION, Settings
from voiceassist.core.errors import ModelError, StorageError, system_reason
from voiceassist.core.events import CallEnded, Channel, Component, ComponentState, ComponentStatus, Event, Meter, encode

if TYPE_CHECKING:
    from voiceassist.session.demo_assets import Bundled
    from voiceassist.storage import CallWriter

Call = Literal["delivery", "bill", "calm", "flight", "heating"]
"""The names of `demo_assets.CALLS`."""

PATIENCE = 0.2
"""Seconds between looks whether the call is still running, while it has nothing to tell."""


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="In the terminal, without a window.")] = False,
    speed: Annotated[float, typer.Option(min=0.25, max=64, help="Times as fast as it was spoken.")] = 1.0,
    json: Annotated[
        str, typer.Option("--json", metavar="FILE|-", help="Write the events, one JSON object a line; - for here.")
    ] = "",
    keep: Annotated[bool, typer.Option("--keep", callback=unless_forced, help="Keep the call in the library.")] = False,
    call: Annotated[
        Call,
        typer.Option(
            help="Which call: a delivery that never came; a bill charged twice, with nearly every cue; a calm one, "
            "without any; a cancelled flight; a heating that does not work, in German."
        ),
    ] = "delivery",
    words: Annotated[
        bool | None,
        typer.Option(
            "--words/--no-words",
            help="Fetch the speech model if it is missing, or play from sound alone. [default: ask, in a terminal]",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(callback=unless_forced, metavar="NAME|DIR", help="A speech model; tiny.en unless given."),
    ] = "",
) -> None:
    """Play a bundled call as if it were live, with transcript, agitation and cues as they come."""
    from voiceassist.cli.main import has_screen
    from voiceassist.session.demo_assets import CALLS

    chosen, bundled = load_settings(), CALLS[call]
    model = model or _model(chosen, bundled, words)
    if headless or json:
        in_terminal(chosen, bundled, speed, json, keep, model)
    elif not has_screen():
        say("demo-without-screen")
        in_terminal(chosen, bundled, speed, json, keep, model)
    else:
        in_window(chosen, bundled, speed, keep, model)


def _model(chosen: Settings, bundled: Bundled, words: bool | None) -> str:
    """The speech model to play with; fetched first where there is none and the person agrees. Empty: what there is."""
    from voiceassist.cli.models import fetch
    from voiceassist.session.demo import missing_demo_model

    if words is False:
        return NO_TRANSCRIPTION
    missing = missing_demo_model(chosen, bundled)
    if not missing or not (words or _agrees(missing)):
        return ""
    try:
        fetch(missing)
    except KeyboardInterrupt:
        note("demo-download-stopped")
    except ModelError:
        note("demo-download-failed", name=missing)
    return ""


def _agrees(name: str) -> bool:
    """Asks whether to fetch that model. Where nobody can be asked, nothing is fetched."""
    from models.speech import entry

    if not _can_ask():
        return False
    print(words_of("demo-download-question", name=name, megabytes=entry(name).megabytes), end=" ", file=sys.stderr)
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return bool(answer) and not answer.strip().lower().startswith("n")


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def in_terminal(chosen: Settings, bundled: Bundled, speed: float, json: str, keep: bool, model: str) -> None:
    from voiceassist.session.demo import demo_call

    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    writer = _writer(chosen, keep, bundled)
    call = demo_call(chosen, events.put, speed=speed, model=model, writer=writer, bundled=bundled)
    event, lost = None, None
    with _output(json) as tell, _ctrl_c(call.stop) as interrupted:
        call.start()
        while call.running or not events.empty():
            try:
                event = events.get(timeout=PATIENCE)
            except queue.Empty:
                continue
            tell(event)
            if (
                isinstance(event, ComponentStatus)
                and event.component is Component.RECORDING
                and event.state is ComponentState.FAILED
            ):
                lost = event.reason
    if call.error is not None:
        raise call.error
    if not isinstance(event, CallEnded):
        raise RuntimeError("the call broke off before its end")  # a bug; its traceback came from the call's thread
    if lost is not None:
        raise StorageError(lost)
    if writer is not None:
        note("call-kept", id=writer.meta.id)
    if interrupted.is_set():
        raise KeyboardInterrupt


@contextmanager
def _ctrl_c(stop: Callable[[], None]) -> Iterator[threading.Event]:
    """The first Ctrl-C ends the call in good order, with what is still due; a second one ends the program at once."""
    interrupted = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()
        stop()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _output(json: str) -> Iterator[Callable[[Event], None]]:
    """Where the events go: the terminal, or JSON lines in a file or on standard output."""
    if not json:
        yield Terminal().show
    elif json == "-":
        yield lambda event: _line(event, sys.stdout.buffer)
    else:
        try:
            file = Path(json).open("wb")  # noqa: SIM115 - closed below; only opening it may fail this way
        except OSError as error:
            raise StorageError("target-not-written", path=json, reason=system_reason(error)) from error
        with file:
            yield lambda event: _line(event, file)


def _line(event: Event, file: IO[bytes]) -> None:
    if not isinstance(event, Meter):
        file.write(encode(event) + b"\n")
        file.flush()


def in_window(chosen: Settings, bundled: Bundled, speed: float, keep: bool, model: str) -> None:
    from ui.app import run_demo
    from voiceassist.service.client import InProcess
    from voiceassist.session.demo import demo_call
    from voiceassist.session.live import LiveCall
    from voiceassist.session.runner import Sink

    def make_call(listener: Sink, reference: str) -> LiveCall:
        writer = _writer(chosen, keep, bundled)
        return demo_call(chosen, listener, speed=speed, model=model, writer=writer, bundled=bundled)

    raise typer.Exit(run_demo(InProcess(make_call)))


def _writer(chosen: Settings, keep: bool, bundled: Bundled) -> CallWriter | None:
    """A new folder in the library for this call, when it is to be kept. Raises `StorageError`."""
    if not keep:
        return None
    from voiceassist.session import build
    from voiceassist.storage import CallMeta, CallWriter

    sources = dict.fromkeys(Channel, bundled.sound.name)
    return CallWriter.create(
        chosen.library, CallMeta(origin="demo", sources=sources, pack=build.cue_pack(chosen).label)
    )
