"""Asks the system whether sound is there while a source delivers silence."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, runtime_checkable

from voiceassist.core.messages import Message


class ProbeResult(StrEnum):
    UNKNOWN = "unknown"
    """The system cannot say."""
    SILENT = "silent"
    """Nothing is playing, or what plays is silent: the caller is simply quiet."""
    MUTED = "muted"
    """Something plays, and is switched off on its way to us: only a person can fix that."""
    SOUNDING = "sounding"
    """Sound is there. If the source gives zeros, the source is at fault."""


@runtime_checkable
class HasSilenceProbe(Protocol):
    """A source that can ask its system about itself, independently of the sound it captures."""

    def probe_silence(self) -> tuple[ProbeResult, Message | None]:
        """What the system says now, and why nothing is heard when it contradicts silence. Called once a second while
        the source gives zeros, in a thread beside the reading: it may take its time."""
        ...
