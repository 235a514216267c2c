"""Calls that are kept: one folder a call, with its journal, its sound and what it is."""

from voiceassist.storage.folder import CallFolder
from voiceassist.storage.library import Library
from voiceassist.storage.meta import CallMeta, RecordingState
from voiceassist.storage.writer import CallWriter

__all__ = ["CallFolder", "CallMeta", "CallWriter", "Library", "RecordingState"]
