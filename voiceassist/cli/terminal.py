"""A call as it happens, in the terminal: who said what, how agitated the caller is, and the cue that is due.

Used by `voiceassist demo --headless` and wherever a call runs without a window. Takes events, knows nothing of threads.
"""

from __future__ import annotations

from rich.console import Console
from rich.text import Text as Styled

from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    CallerReference,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueCleared,
    CueKind,
    CueShown,
    Event,
    Gap,
    Note,
    StatusCause,
    Text,
)
from voiceassist.core.formatting import changes_message, clock
from voiceassist.core.messages import message

BAR = 20
"""Characters of the agitation bar."""
REPEAT = 10.0
"""Seconds of call after which agitation is shown again though its state has not changed."""

VOICES = {Channel.AGENT: ("agent ", "cyan"), Channel.CALLER: ("caller", "yellow")}
STATES = {
    AgitationState.CALM: "green",
    AgitationState.RISING: "dark_orange",
    AgitationState.HIGH: "red",
    AgitationState.FALLING: "blue",
}
KINDS = {CueKind.TIP: "bold white on blue", CueKind.SAFETY: "bold white on red", CueKind.GOOD: "bold white on green"}


class Terminal:
    """`show` every event of one call in turn; the last one brings a summary."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        self._state = AgitationState.LISTENING
        self._shown_at = 0.0
        self._cues = 0
        self._followed = 0
        self._peak = Agitation(t=0.0, score=0.0, confidence=0.0, state=AgitationState.LISTENING)

    def show(self, event: Event) -> None:
        match event:
            case Text(final=True, text=text) if text:
                who, colour = VOICES[event.channel]
                self._line(event.start, (f"{who} ", colour), text)
            case Agitation():
                self._agitation(event)
            case CueShown():
                self._cues += 1
                self._line(event.t, ("CUE    ", "bold"), (f" {event.headline} ", KINDS[event.kind]), f"  {event.why}")
                if event.phrase:
                    self._line(None, f"       “{event.phrase}”")
            case CueCleared(by=by):
                self._followed += by in (ClearedBy.FOLLOWED, ClearedBy.CALLER_CALMED)
                self._line(event.t, ("cue    ", "dim"), (f"gone: {by}", "dim"))
            case ComponentStatus(state=state) if state.impaired:
                self._line(event.t, (f"{event.component}: {event.detail or state.value}", "magenta"))
            case ComponentStatus(state=ComponentState.OK, component=Component.TRANSCRIPTION):
                self._line(event.t, (event.detail or "speech: ready", "dim"))
                if event.cause is StatusCause.DEMO_SPEECH_MODEL:
                    self._line(event.t, (str(message("speech-model-demo")), "dim"))
            case Gap() if event.end - event.start > 1:
                self._line(
                    event.start, (f"no sound from the {event.channel} for {event.end - event.start:.0f} s", "magenta")
                )
            case CallEnded():
                self._console.print(self._summary(event))
            case Note():
                self._line(event.t, ("note   ", "bold"), event.text)
            case CallerReference():
                self._line(event.t, ("note   ", "bold"), str(message("caller-reference", reference=event.reference)))
            case ConsentGiven():
                self._line(event.t, ("note   ", "bold"), str(message("consent-given")))

    def _agitation(self, event: Agitation) -> None:
        if event.score > self._peak.score:
            self._peak = event
        changed = event.state is not self._state
        due = event.t - self._shown_at >= REPEAT
        self._state = event.state
        if event.state is AgitationState.LISTENING or not (changed or due):
            return
        self._shown_at = event.t
        colour = STATES[event.state]
        full = round(event.score * BAR)
        bar = ("━" * full, colour), ("·" * (BAR - full), "dim")
        why = (f"  {changes_message(event.reasons) or ''}", "dim")
        self._line(event.t, ("caller ", "dim"), *bar, (f" {event.score:.2f} {event.state}", colour), why)

    def _summary(self, ended: CallEnded) -> str:
        """One line about the whole call."""
        peak = f"highest agitation {self._peak.score:.2f} at {clock(self._peak.t)}" if self._peak.score else "calm"
        cues = "1 cue" if self._cues == 1 else f"{self._cues} cues"
        return f"{clock(ended.t)} of call, {cues} ({self._followed} followed, or the caller calmed), {peak}."

    def _line(self, t: float | None, *parts: str | tuple[str, str]) -> None:
        stamp = "       " if t is None else f"{clock(t):>6} "
        line = Styled.assemble((stamp, "dim"), *parts)
        self._console.print(line, soft_wrap=not self._console.is_terminal)
