"""A kept call with its notes, as everything that is made of it needs it: exports, the report, what the cues did."""

from __future__ import annotations

from dataclasses import dataclass

from voiceassist.coach.notes import NoteEntry, Notes
from voiceassist.core.messages import Message, verbatim
from voiceassist.insights.call_so_far import CallSoFar, call_so_far
from voiceassist.storage import CallFolder, CallMeta


@dataclass(frozen=True, slots=True)
class KeptCall:
    """`warnings`: what of it is damaged or was doubtful."""

    meta: CallMeta
    call: CallSoFar
    notes: list[NoteEntry]
    duration_ms: int
    warnings: list[Message]


def read_call(folder: CallFolder) -> KeptCall:
    """Raises `InputError` when the call or its notes cannot be read."""
    notes = Notes(folder.path, folder.meta.id)
    call = call_so_far(folder.events())
    entries = notes.all()
    duration_ms = max(round(folder.duration * 1000), round(call.now * 1000))
    warnings = [*folder.warnings, *map(verbatim, folder.meta.warnings), *notes.warnings]
    return KeptCall(folder.meta, call, entries, duration_ms, warnings)
