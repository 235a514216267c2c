"""The last kept call with the same caller: its three lines and what was promised in it.

A caller is known by a reference somebody gave (an order, a ticket, a customer number), never by voice. The reference is
in the call's journal; calls without one are nobody's history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voiceassist.core.errors import InputError
from voiceassist.insights.call_so_far import call_so_far
from voiceassist.insights.follow_ups import FollowUp
from voiceassist.insights.summary import Summary, summarise
from voiceassist.storage import CallFolder, Library
from voiceassist.storage.reference_index import calls_with


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
    ids = calls_with(library.root, reference)
    for earlier, name in zip(range(len(ids) - 1, -1, -1), ids, strict=True):
        try:
            last = CallFolder.open(library.root / name)
            began = last.meta.created.astimezone()
            return History(last.meta.id, began, summarise(call_so_far(last.events()), began), earlier)
        except InputError:
            continue
    return None
