"""`voiceassist run`: live calls, in the window or, with `--headless`, in the terminal."""

from __future__ import annotations

import contextlib
import queue
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from voiceassist.cli import end_in_good_order, load_settings, note, unless_forced, warn
from voiceassist.cli.terminal import Terminal
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.events import Event, Meter, encode
from voiceassist.service.messages import Command, Over, ServiceMessage

if TYPE_CHECKING:
    from voiceassist.service.host import CallService
    from voiceassist.session.live import LiveCall
    from voiceassist.session.runner import Sink

Inbox = queue.SimpleQueue[ServiceMessage]


def run(
    headless: Annotated[bool, typer.Option("--headless", help="In the terminal, without a window.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for calls (ctl start, or by themselves) instead of starting one now.")
    ] = False,
    ref: Annotated[str, typer.Option(help="The caller's reference: a case or customer number.")] = "",
    keep: Annotated[
        bool | None, typer.Option("--keep/--no-keep", callback=unless_forced, help="Keep the call in the library.")
    ] = None,
    microphone: Annotated[
        str, typer.Option(callback=unless_forced, help="The agent's microphone; see: voiceassist devices")
    ] = "",
    far_end: Annotated[
        str, typer.Option(callback=unless_forced, help="Where the caller is heard; see: voiceassist devices")
    ] = "",
    model: Annotated[str, typer.Option(callback=unless_forced, metavar="NAME|DIR", help="A speech model.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print the events, one JSON object a line.")] = False,
) -> None:
    """Follow live calls: both sides are heard, and one short cue at a time comes up."""
    if not headless and not json:
        from voiceassist.cli.main import open_window

        raise typer.Exit(open_window())
    from voiceassist.service.call_manager import real_call
    from voiceassist.service.host import CallService

    chosen = load_settings()
    microphone, far_end = microphone or chosen.microphone, far_end or chosen.far_end
    if microphone or far_end:
        from voiceassist.capture.devices.listing import check

        check(microphone, far_end)
    automatic = chosen.call_start == "automatic"
    if automatic and not sys.platform.startswith("linux"):
        raise VoiceAssistError("automatic-calls-need-linux")

    def make_call(listener: Sink, reference: str) -> LiveCall:
        return real_call(chosen, listener, keep=keep, microphone=microphone, far_end=far_end, model=model)

    inbox: Inbox = queue.SimpleQueue()
    show = _printer(json)
    service = CallService(make_call, also=inbox.put, settings=lambda: chosen)
    service.open()
    try:
        end_in_good_order()
        if wait or automatic:
            note("waiting-for-call")
        else:
            service.command(Command("start", ref))
        follow(service, inbox, show, stay=wait or automatic)
    finally:
        service.close()
        _show_rest(inbox, show)


def follow(service: CallService, inbox: Inbox, show: Callable[[Event], None], *, stay: bool) -> None:
    """Show what happens until the call has ended, then raise what broke it off; with `stay` go on until Ctrl-C."""
    from voiceassist.service.host import LOOK_EVERY_S

    while stay or service.calls.under_way:
        service.look()
        with contextlib.suppress(queue.Empty):
            told = inbox.get(timeout=LOOK_EVERY_S)
            _show(told, show)
            if stay and isinstance(told, Over) and told.error:
                warn(told.error)
    _show_rest(inbox, show)
    if service.calls.error is not None:
        raise service.calls.error


def _show_rest(inbox: Inbox, show: Callable[[Event], None]) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            _show(inbox.get_nowait(), show)


def _show(told: ServiceMessage, show: Callable[[Event], None]) -> None:
    if isinstance(told, Event):
        show(told)


def _printer(json: bool) -> Callable[[Event], None]:
    if not json:
        return Terminal().show

    def line(event: Event) -> None:
        if not isinstance(event, Meter):
            print(encode(event).decode(), flush=True)

    return line
