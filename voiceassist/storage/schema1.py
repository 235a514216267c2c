"""Reads journals of schema 1, in which sentences stood where events have types today.

The one place where such a sentence is looked at: it is how those files are written. What schema 2 has no kind for is
kept word for word.
"""

from __future__ import annotations

from typing import Any

import msgspec

from voiceassist.core.events import (
    AnyEvent,
    CallerReference,
    ChangeKind,
    ClearedBy,
    Component,
    ComponentState,
    ConsentGiven,
    GapReason,
    SidesSeparated,
)
from voiceassist.core.messages import verbatim

REFERENCE = "Reference: "
"""How the note began that said which caller it was."""
MARK = msgspec.json.encode(REFERENCE)[:-1]
"""What stands in a line of such a journal that gives a reference."""
CONSENT = "The caller was told."
"""The note by which the agent confirmed it."""

COMPONENTS = {
    "agent-sound": Component.AGENT_AUDIO,
    "caller-sound": Component.CALLER_AUDIO,
    "speech": Component.TRANSCRIPTION,
}
STATES = {
    "opening": ComponentState.STARTING,
    "live": ComponentState.OK,
    "lost": ComponentState.FAILED,
    "off": ComponentState.DISABLED,
}
CLEARED = {"heeded": ClearedBy.FOLLOWED, "eased": ClearedBy.CALLER_CALMED}


def decode(line: bytes | str) -> list[AnyEvent]:
    """What one line of such a journal says: mostly one event; the state of agitation also said whether the sides were
    apart. Raises `msgspec.ValidationError` or `msgspec.DecodeError` when it says nothing that is known."""
    data = msgspec.json.decode(line, type=dict[str, Any])
    kind, t = data.get("type"), data.get("t", 0.0)
    if kind == "note" and data.get("text", "").startswith(REFERENCE):
        return [CallerReference(t=t, reference=data["text"].removeprefix(REFERENCE))]
    if kind == "note" and data.get("text") == CONSENT:
        return [ConsentGiven(t=t)]
    if kind == "part":
        return _statuses(data)
    if kind == "agitation":
        data["reasons"] = [{"kind": ChangeKind.OTHER, "phrase": reason} for reason in data.get("reasons", ())]
    elif kind == "cue-cleared":
        data["by"] = CLEARED.get(data.get("by", ""), data.get("by"))
    elif kind == "gap":
        data["reason"] = GapReason.PAUSED if data.get("reason") == "paused" else GapReason.UNKNOWN
    return [msgspec.convert(data, AnyEvent)]


def _statuses(data: dict[str, Any]) -> list[AnyEvent]:
    component, state = data.get("part", ""), data.get("state", "")
    status = {
        "type": "component-status",
        "t": data.get("t", 0.0),
        "component": COMPONENTS.get(component, component),
        "state": STATES.get(state, state),
        "reason": verbatim(data["detail"]) if data.get("detail") else None,
    }
    found: list[AnyEvent] = [msgspec.convert(status, AnyEvent, from_attributes=True)]
    if component == "agitation" and state in ("live", "off"):
        found.append(SidesSeparated(t=status["t"], separated=state == "live"))
    return found
