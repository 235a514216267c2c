"""The last kept call with the same caller: its three lines and what was promised in it.

A caller is known by a reference somebody gave (an order, a ticket, a customer number), never by voice. The reference is
a note in the call's journal; calls without one are nobody's history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from voiceassist.after.followups import FollowUp
from voiceassist.after.summary import Summary, summarise
from voiceassist.record import CallFolder, Library
from voiceassist.record.meta import JOURNAL
from voiceassist.timeline import REFERENCE, Note

MOST_CALLS = 1000
"""Calls that are looked through, the latest first. How long that takes has not been measured."""


@dataclass(frozen=True, slots=True)
class History:
    """An earlier call with this caller."""

    call: str
    """Its id in the library."""
    began: datetime
    summary: Summary
    earlier: int
    """Further kept calls with this caller, before this one."""

    @property
    def promises(self) -> tuple[FollowUp, ...]:
        return self.summary.promises


def history(library: Library, reference: str) -> History | None:
    """What was before with this caller, or None. A call that still goes on is left out. Raises `InputError` when the
    library cannot be read."""
    wanted = _plain(reference)
    if not wanted:
        return None
    calls = [call for call in reversed(library.list()[-MOST_CALLS:]) if not call.cut_off and _is_with(call, wanted)]
    if not calls:
        return None
    last = calls[0]
    began = last.meta.created.astimezone()
    return History(last.meta.id, began, summarise(last.events(), began), len(calls) - 1)


def _is_with(call: CallFolder, wanted: str) -> bool:
    """Whether the call has a note with this reference. Journals are long, so the bytes are searched first."""
    try:
        lines = (call.path / JOURNAL).read_bytes().splitlines()
    except OSError:
        return False
    mark = msgspec.json.encode(REFERENCE)[:-1]
    notes = (line for line in lines if mark in line)
    return any(_plain(note.text.removeprefix(REFERENCE)) == wanted for note in map(_note, notes) if note)


def _note(line: bytes) -> Note | None:
    try:
        return msgspec.json.decode(line, type=Note)
    except msgspec.MsgspecError:
        return None


def _plain(reference: str) -> str:
    """The same caller whether written "AB 12-34" or "ab1234"."""
    return "".join(c for c in reference.casefold() if c.isalnum())
