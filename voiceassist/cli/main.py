"""The command line: puts the commands together, catches errors once, and opens the window when no command is given.

Exit status: 0 done, 2 bad usage, 3 a file, device or model that cannot be used, 130 ended by Ctrl-C.
Anything else is a bug, and shows its traceback.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import Annotated

import typer

from voiceassist import __version__
from voiceassist.cli import warn
from voiceassist.core.errors import VoiceAssistError

COMMANDS = {
    "demo": "demo",
    "analyze": "analyze",
    "run": "run",
    "ctl": "ctl",
    "calls": "calls",
    "devices": "devices",
    "models": "models",
    "cues": "cues",
    "doctor": "doctor",
    "policy": "policy",
}
"""Name of a command, and the module of `voiceassist.cli` that holds it, in the order of the help page."""

SHOWN_WITHIN = 2.0
"""Seconds another VoiceAssist is given to show that it is alive before a window is opened. A window that is one too
many goes again by itself; a person who sees nothing happen does not wait."""

app = typer.Typer(
    name="voiceassist",
    help="Hears both sides of a call and shows one short cue at a time. Nothing leaves this computer.",
    epilog="Without a command, the window opens.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"voiceassist {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        raise typer.Exit(open_window())


def open_window() -> int:
    """The desktop app. Raises `VoiceAssistError` where there is no screen to open it on."""
    if not has_screen():
        raise VoiceAssistError("window-without-screen")
    from voiceassist.service.ipc import NotRunning, send
    from voiceassist.service.messages import Command

    try:
        if send(Command("show"), greet_within=SHOWN_WITHIN).done:
            return 0  # the window that is there comes up
    except NotRunning:
        pass
    from ui.app import run_app
    from voiceassist.service.client import CallServiceClient

    return run_app(CallServiceClient())


def has_screen() -> bool:
    """Whether a window can be opened from here. Windows and macOS always have a screen, as far as Qt is concerned."""
    if not sys.platform.startswith("linux"):
        return True
    asked_for = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(asked_for or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def assemble() -> None:
    for name, module_name in COMMANDS.items():
        module = importlib.import_module(f"voiceassist.cli.{module_name}")
        found = getattr(module, "app", None)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(getattr(module, module_name))


def main() -> None:
    """Runs the command this process was started with, and ends the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        # A code page that lacks a character (a bar, a person's name) costs that character, not the result.
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="voiceassist")
    except VoiceAssistError as error:
        warn(error.message)
        sys.exit(error.exit_status)


assemble()
