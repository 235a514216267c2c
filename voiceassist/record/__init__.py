"""What is kept of a call: a folder with its sound, the journal of its events, and what it is. See `docs/files.md`."""

from voiceassist.record.folder import CallFolder
from voiceassist.record.library import Library
from voiceassist.record.meta import CallMeta, CallState
from voiceassist.record.replay import replay
from voiceassist.record.writer import CallWriter

__all__ = ["CallFolder", "CallMeta", "CallState", "CallWriter", "Library", "replay"]
