"""Words for states, the same on the overlay, in the window, in the tray and for screen readers."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from ui.window.call_model import Phase
from voiceassist.core.events import AgitationState, Channel, ComponentState

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
        "agent-audio": translate("Wording", "Your sound"),
        "caller-audio": translate("Wording", "Caller's sound"),
        "transcription": translate("Wording", "Words"),
        "recording": translate("Wording", "Recording"),
        "agitation": translate("Wording", "Agitation"),
        "consent": translate("Wording", "Caller told"),
        "echo": translate("Wording", "Echo cancelling"),
        "cues": translate("Wording", "Cues"),
    }.get(name, name)


def part_state(state: ComponentState, part: str = "") -> str:
    """One word for the state; some parts have words of their own for some states."""
    own = {
        ("transcription", ComponentState.DEGRADED): translate("Wording", "slow"),
        ("recording", ComponentState.OK): translate("Wording", "being kept"),
        ("recording", ComponentState.DISABLED): translate("Wording", "not kept"),
        ("consent", ComponentState.OK): translate("Wording", "yes"),
        ("consent", ComponentState.DEGRADED): translate("Wording", "not yet"),
    }
    return (
        own.get((part, state))
        or {
            ComponentState.STARTING: translate("Wording", "opening"),
            ComponentState.OK: translate("Wording", "working"),
            ComponentState.DEGRADED: translate("Wording", "in doubt"),
            ComponentState.FAILED: translate("Wording", "lost"),
            ComponentState.DISABLED: translate("Wording", "off"),
        }[state]
    )


def cleared(by: str) -> str:
    """How a cue went, for the log."""
    return {
        "": translate("Wording", "on screen"),
        "followed": translate("Wording", "followed"),
        "caller-calmed": translate("Wording", "caller calmed down"),
        "expired": translate("Wording", "went by itself"),
        "dismissed": translate("Wording", "dismissed"),
        "wrong": translate("Wording", "marked wrong"),
        "muted": translate("Wording", "muted"),
        "overridden": translate("Wording", "gave way"),
        "ended": translate("Wording", "call ended"),
    }.get(by, by)


def bound(text: str) -> str:
    """The text with every figure kept on one line with its unit: "5 dB", "20 s", "42 %"."""
    return re.sub(r"(?<=\d) (?=\S)", "\u00a0", text)
