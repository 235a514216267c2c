"""Words for states, the same on the overlay, in the window, in the tray and for screen readers."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from ui.window.call_model import Phase
from voiceassist.core.events import AgitationState, Channel, ClearedBy, Component, ComponentState

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


def component(component: Component) -> str:
    return {
        Component.AGENT_AUDIO: translate("Wording", "Your audio"),
        Component.CALLER_AUDIO: translate("Wording", "Caller audio"),
        Component.TRANSCRIPTION: translate("Wording", "Transcription"),
        Component.RECORDING: translate("Wording", "Recording"),
        Component.AGITATION: translate("Wording", "Agitation"),
        Component.CONSENT: translate("Wording", "Caller told"),
        Component.ECHO: translate("Wording", "Echo cancelling"),
        Component.CUES: translate("Wording", "Cues"),
        Component.PAUSE: translate("Wording", "Pause"),
    }[component]


def component_state(state: ComponentState, component: Component | None = None) -> str:
    """One word for the state; some components have words of their own for some states."""
    own = {
        (Component.TRANSCRIPTION, ComponentState.DEGRADED): translate("Wording", "slow"),
        (Component.RECORDING, ComponentState.OK): translate("Wording", "being kept"),
        (Component.RECORDING, ComponentState.DISABLED): translate("Wording", "not kept"),
        (Component.CONSENT, ComponentState.OK): translate("Wording", "yes"),
        (Component.CONSENT, ComponentState.DEGRADED): translate("Wording", "not yet"),
    }
    usual = {
        ComponentState.STARTING: translate("Wording", "opening"),
        ComponentState.OK: translate("Wording", "working"),
        ComponentState.DEGRADED: translate("Wording", "in doubt"),
        ComponentState.FAILED: translate("Wording", "lost"),
        ComponentState.DISABLED: translate("Wording", "off"),
    }
    return (component and own.get((component, state))) or usual[state]


def cleared(by: ClearedBy | None) -> str:
    """How a cue went, for the log."""
    if by is None:
        return translate("Wording", "on screen")
    return {
        ClearedBy.FOLLOWED: translate("Wording", "followed"),
        ClearedBy.CALLER_CALMED: translate("Wording", "caller calmed down"),
        ClearedBy.EXPIRED: translate("Wording", "went by itself"),
        ClearedBy.DISMISSED: translate("Wording", "dismissed"),
        ClearedBy.WRONG: translate("Wording", "marked wrong"),
        ClearedBy.MUTED: translate("Wording", "muted"),
        ClearedBy.OVERRIDDEN: translate("Wording", "gave way"),
        ClearedBy.ENDED: translate("Wording", "call ended"),
    }[by]


def bound(text: str) -> str:
    """The text with every figure kept on one line with its unit: "5 dB", "20 s", "42 %"."""
    return re.sub(r"(?<=\d) (?=\S)", "\u00a0", text)
