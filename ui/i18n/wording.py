"""Words for states, the same on the overlay, in the window, in the tray and for screen readers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from ui.i18n.sentences import translated
from ui.window.call_model import Phase
from voiceassist.core.events import AgitationState, Channel, PartState

translate = QCoreApplication.translate


def agitation(state: AgitationState) -> str:
    return {
        AgitationState.LISTENING: translate("Wording", "Listening"),
        AgitationState.CALM: translate("Wording", "Calm"),
        AgitationState.RISING: translate("Wording", "Rising"),
        AgitationState.HIGH: translate("Wording", "High"),
        AgitationState.FALLING: translate("Wording", "Falling"),
    }[state]


def phase(phase: Phase) -> str:
    return {
        Phase.IDLE: translate("Wording", "Ready"),
        Phase.STARTING: translate("Wording", "Starting…"),
        Phase.RUNNING: translate("Wording", "In a call"),
        Phase.PAUSED: translate("Wording", "Paused"),
        Phase.STOPPING: translate("Wording", "Ending…"),
        Phase.ENDED: translate("Wording", "Call ended"),
    }[phase]


def channel(channel: Channel) -> str:
    if channel is Channel.AGENT:
        return translate("Wording", "You")
    return translate("Wording", "Caller")


def part(name: str) -> str:
    return {
        "agent-sound": translate("Wording", "Your sound"),
        "caller-sound": translate("Wording", "Caller's sound"),
        "speech": translate("Wording", "Words"),
        "recording": translate("Wording", "Recording"),
        "agitation": translate("Wording", "Agitation"),
        "consent": translate("Wording", "Caller told"),
        "echo": translate("Wording", "Echo cancelling"),
        "cues": translate("Wording", "Cues"),
    }.get(name, name)


def part_state(state: PartState, part: str = "") -> str:
    """One word for the state; some parts have words of their own for some states."""
    own = {
        ("speech", PartState.DEGRADED): translate("Wording", "slow"),
        ("recording", PartState.LIVE): translate("Wording", "being kept"),
        ("recording", PartState.OFF): translate("Wording", "not kept"),
        ("consent", PartState.LIVE): translate("Wording", "yes"),
        ("consent", PartState.DEGRADED): translate("Wording", "not yet"),
    }
    return (
        own.get((part, state))
        or {
            PartState.OPENING: translate("Wording", "opening"),
            PartState.LIVE: translate("Wording", "working"),
            PartState.DEGRADED: translate("Wording", "in doubt"),
            PartState.LOST: translate("Wording", "lost"),
            PartState.OFF: translate("Wording", "off"),
        }[state]
    )


def cleared(by: str) -> str:
    """How a cue went, for the log."""
    return {
        "": translate("Wording", "on screen"),
        "heeded": translate("Wording", "heeded"),
        "eased": translate("Wording", "caller eased"),
        "expired": translate("Wording", "went by itself"),
        "dismissed": translate("Wording", "dismissed"),
        "wrong": translate("Wording", "marked wrong"),
        "muted": translate("Wording", "muted"),
        "overridden": translate("Wording", "gave way"),
        "ended": translate("Wording", "call ended"),
    }.get(by, by)


def together(reasons: Sequence[str]) -> str:
    """The engine's reasons as one phrase; what all of them are compared with is said once, at the end."""
    shared = " than at the start"
    compared = [reason.removesuffix(shared) for reason in reasons if reason.endswith(shared)]
    others = [translated(reason) for reason in reasons if not reason.endswith(shared)]
    if compared:
        *before, last = compared
        others = [*(translated(reason) for reason in before), translated(last + shared), *others]
    return ", ".join(others)


def clock(seconds: float) -> str:
    """A moment of the call: `0:07`, `12:40`, `1:02:03`."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def bound(text: str) -> str:
    """The text with every figure kept on one line with its unit: "5 dB", "20 s", "42 %"."""
    return re.sub(r"(?<=\d) (?=\S)", "\u00a0", text)
