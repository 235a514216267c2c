"""`voiceassist ctl`: tell the running VoiceAssist what to do. For softphones, CRMs and hot keys."""

from __future__ import annotations

from typing import Annotated

import typer

from voiceassist.cli import say
from voiceassist.core.errors import UsageError, VoiceAssistError
from voiceassist.service.ipc import send
from voiceassist.service.messages import Action, Command

app = typer.Typer(
    help="Tell the running VoiceAssist what to do: for softphones, CRMs and hot keys.", no_args_is_help=True
)

Reference = Annotated[str, typer.Option("--ref", help="The caller's reference: a case or customer number.")]


class Refused(VoiceAssistError):
    """The running program understood, and would not."""


def _tell(action: Action, text: str = "") -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError("text-not-readable", text=text) from None
    reply = send(Command(action, text))
    if not reply.done:
        raise Refused(reply.said or "command-unknown")
    if reply.said is not None:
        say(reply.said)


@app.command()
def start(ref: Reference = "") -> None:
    """Begin a call."""
    _tell("start", ref)


@app.command()
def stop() -> None:
    """End the call."""
    _tell("stop")


@app.command()
def pause() -> None:
    """Hear and write nothing until `resume`: for card numbers."""
    _tell("pause")


@app.command()
def resume() -> None:
    """Go on after a pause."""
    _tell("resume")


@app.command()
def mute() -> None:
    """No more cues in this call."""
    _tell("mute")


@app.command()
def unmute() -> None:
    """Cues again."""
    _tell("unmute")


@app.command()
def new_caller() -> None:
    """Somebody else is on the line now: agitation is measured against their own start."""
    _tell("new-caller")


@app.command()
def ref(reference: Annotated[str, typer.Argument(help="A case or customer number.")]) -> None:
    """Say which caller this call is with."""
    _tell("ref", reference)


@app.command()
def status() -> None:
    """Whether a call is under way."""
    _tell("status")


@app.command()
def show() -> None:
    """Bring the window to the front."""
    _tell("show")
