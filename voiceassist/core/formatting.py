"""How times and changes are written for people, the same in the terminal and in the window."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voiceassist.core.events import Change, ChangeKind
from voiceassist.core.messages import Message, message

VOICE = (ChangeKind.LOUDER, ChangeKind.HIGHER, ChangeKind.SHARPER, ChangeKind.FASTER)
"""Changes of the voice are against the caller's own start, which is said once for all of them."""


def clock(seconds: float) -> str:
    """A moment of the call: `0:07`, `12:40`, `1:02:03`. Less than a twentieth before a second is that second."""
    whole = max(0, int(round(seconds, 1)))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def parse_clock(text: str) -> float:
    """Seconds of a moment as people write it: `2:31`, `1:02:03`, `151`, `151.5`. Raises `ValueError`."""
    parts = text.strip().replace(",", ".").split(":")
    if not 1 <= len(parts) <= 3 or any(not re.fullmatch(r"\d{1,6}", part) for part in parts[:-1]):
        raise ValueError(text)
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", parts[-1]):
        raise ValueError(text)
    total = 0.0
    for part in parts:
        total = 60 * total + float(part)
    return total


def changes_message(changes: Sequence[Change]) -> Message | None:
    """Why the caller counts as agitated, as one phrase; None when there is no reason to give."""
    voice = [_change(change) for change in changes if change.kind in VOICE]
    parts: list[str | Message] = [_change(change) for change in changes if change.kind not in VOICE]
    if voice:
        *before, last = voice
        together = message("changes-and", first=list(before), last=last) if before else last
        parts.insert(0, message("changes-since-start", changes=together))
    return message("changes", changes=parts) if parts else None


def _change(change: Change) -> Message:
    match change.kind:
        case ChangeKind.HIGHER | ChangeKind.CUT_IN:
            return message(f"change-{change.kind}", count=change.amount)
        case ChangeKind.SAID | ChangeKind.OTHER:
            return message(f"change-{change.kind}", phrase=change.phrase)
        case _:
            return message(f"change-{change.kind}", amount=change.amount)
