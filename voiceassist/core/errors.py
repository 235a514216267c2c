"""The one family of errors that are meant for people.

Every one carries a message of the table (`voiceassist.core.messages`): what happened, to which file or device, and what
to do next. They are caught once at each edge (command line, window, worker) and shown as one sentence in the person's
language, never as a traceback.
"""

from __future__ import annotations

from voiceassist.core.messages import Argument, Message, message, render


class VoiceAssistError(Exception):
    """Something went wrong that the person can understand and often fix: `InputError("file-not-found", path=path)`."""

    exit_status = 3

    def __init__(self, what: str | Message, /, **args: Argument) -> None:
        """`what` is a key of the table, filled with `args`, or a message."""
        if isinstance(what, str):
            what = message(what, **args)
        self.message = what
        super().__init__(what)

    def __str__(self) -> str:
        """The sentence in English, for logs."""
        return render(self.message)


def system_reason(error: Exception) -> str:
    """Why the system refused, in its own words, for the middle of a sentence: "no space left on device"."""
    return (getattr(error, "strerror", None) or str(error)).lower()


class UsageError(VoiceAssistError):
    """The command was called in a way that makes no sense (exit status 2)."""

    exit_status = 2


class InputError(VoiceAssistError):
    """A file or device the person named cannot be used (exit status 3)."""


class StorageError(VoiceAssistError):
    """Something could not be written: disk full, no permission (exit status 3)."""


class ModelError(VoiceAssistError):
    """A speech model is missing, damaged or does not load (exit status 3)."""
