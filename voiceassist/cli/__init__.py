"""The commands of `voiceassist`, one module each: they read options, call the package they belong to, print.

A module holds either a function of the command's name or a `typer.Typer` called `app`. Whatever is slow to import
(sound, speech, Qt) is imported inside the function that needs it, so that `voiceassist --help` answers at once.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import typer

from voiceassist.config import settings
from voiceassist.config.options import Settings, options
from voiceassist.core.errors import UsageError
from voiceassist.core.messages import Argument, Message, message, printable, render, system_language

REPLACES: Mapping[str, str] = {
    "--keep": "keep_calls",
    "--library": "library",
    "--microphone": "microphone",
    "--far-end": "far_end",
    "--model": "speech_model",
    "--language": "language",
    "--pack": "cue_pack",
    "--source": "model_sources",
}
"""The flags that stand in for a setting, and for which one. Every option of a command with such a flag has the callback
`unless_forced`."""


def words(what: str | Message, /, **args: Argument) -> str:
    """A message, or the key of one filled with `args`, in the language of the person at this terminal."""
    return printable(render(Message(what, args) if isinstance(what, str) else what, system_language()))


def line(text: str) -> None:
    """Print one line, whatever is in it."""
    print(printable(text).replace("\n", "\\n").rstrip())


def as_json(value: object) -> str:
    """JSON for programs, in which nothing acts on a terminal either."""
    import msgspec

    text = msgspec.json.encode(value).decode()
    return "".join(c if printable(c) == c else f"\\u{ord(c):04x}" for c in text)


def say(what: str | Message, /, **args: Argument) -> None:
    """Print a message on standard output."""
    print(words(what, **args))


def note(what: str | Message, /, **args: Argument) -> None:
    """Print a message on standard error, beside what the command was asked for."""
    print(words(what, **args), file=sys.stderr)


def warn(what: str | Message, /, **args: Argument) -> None:
    """Print on standard error what is wrong, after the program's name."""
    print(f"voiceassist: {words(what, **args)}", file=sys.stderr)


def end_in_good_order() -> None:
    """A system that shuts down, or a terminal that closes, ends the command as Ctrl-C does: nothing half-made is left.
    The exit status says which signal it was. Not for commands with a window: Qt would not look."""

    def end(number: int, frame: FrameType | None) -> None:
        for other in signals:
            signal.signal(other, signal.SIG_IGN)  # it is being ended
        raise SystemExit(128 + number)

    signals = [signal.SIGTERM] if sys.platform == "win32" else [signal.SIGTERM, signal.SIGHUP]
    signals = [number for number in signals if signal.getsignal(number) is not signal.SIG_IGN]  # as nohup wants it
    for number in signals:
        signal.signal(number, end)


def load_settings() -> Settings:
    """The settings in force. What is wrong with them is said once, on standard error, and does not stop anything."""
    loaded = settings.load()
    for complaint in loaded.complaints:
        warn(complaint)
    return loaded.settings


def unless_forced(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> Any:
    """The callback of an option in `REPLACES`. Raises `UsageError` when the setting is forced to another value."""
    given = context.get_parameter_source(parameter.name or "")
    if given is None or given.name != "COMMANDLINE":
        return value
    flag = parameter.opts[0]
    if value is False and parameter.secondary_opts:
        flag = parameter.secondary_opts[0]
    name = REPLACES[parameter.opts[0]]
    loaded = settings.load()
    origin, option = loaded.origins[name], options()[name]
    if not loaded.may_change(name) and not _same(option.parse, value, getattr(loaded.settings, name)):
        who = message(f"forced-by-{origin.layer}", place=origin.place)
        raise UsageError("flag-not-allowed", flag=flag, setting=option.about.label, who=who)
    return value


def _same(parse: Callable[[object], object], value: object, forced: object) -> bool:
    try:
        return parse(value) == forced
    except ValueError:
        return False
