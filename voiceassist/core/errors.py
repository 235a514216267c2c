"""The one family of errors that are meant for people.

Every message says what happened, to which file or device, and what to do next. They are caught once at each edge
(command line, window, worker) and shown as one plain sentence, never as a traceback.
"""

from __future__ import annotations


class VoiceAssistError(Exception):
    """Something went wrong that the person can understand and often mend."""

    exit_status = 3


class UsageError(VoiceAssistError):
    """The command was called in a way that makes no sense (exit status 2)."""

    exit_status = 2


class InputError(VoiceAssistError):
    """A file or device the person named cannot be used (exit status 3)."""


class StorageError(VoiceAssistError):
    """Something could not be written: disk full, no permission (exit status 3)."""


class ModelError(VoiceAssistError):
    """A speech model is missing, damaged or does not load (exit status 3)."""
