"""The commands of `voiceassist`, one module each: they read options, call the package they belong to, print.

A module holds either a function of the command's name or a `typer.Typer` called `app`. Whatever is slow to import
(sound, speech, Qt) is imported inside the function that needs it, so that `voiceassist --help` answers at once.
"""

from __future__ import annotations

import sys

from voiceassist.config import settings
from voiceassist.config.options import Settings
from voiceassist.core.messages import Argument, Message, render, system_language


def words(what: str | Message, /, **args: Argument) -> str:
    """A message, or the key of one filled with `args`, in the language of the person at this terminal."""
    return render(Message(what, args) if isinstance(what, str) else what, system_language())


def say(what: str | Message, /, **args: Argument) -> None:
    """Print a message on standard output."""
    print(words(what, **args))


def note(what: str | Message, /, **args: Argument) -> None:
    """Print a message on standard error, beside what the command was asked for."""
    print(words(what, **args), file=sys.stderr)


def warn(what: str | Message, /, **args: Argument) -> None:
    """Print on standard error what is wrong, after the program's name."""
    print(f"voiceassist: {words(what, **args)}", file=sys.stderr)


def load_settings() -> Settings:
    """The settings in force. What is wrong with them is said once, on standard error, and does not stop anything."""
    return load_all_settings().settings


def load_all_settings() -> settings.Loaded:
    """The same, with who decided them."""
    loaded = settings.load()
    for complaint in loaded.complaints:
        warn(complaint)
    return loaded
