"""A call as it happens, in the terminal: who said what, how agitated the caller is, and the cue that is due.

Used by `voiceassist demo --headless` and wherever a call runs without a window. Takes events, knows nothing of threads.
"""

from __future__ import annotations

from rich.text import Text as Styled

from voiceassist.cli import words
from voiceassist.cli.console import Console
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
    Text,
)
from voiceassist.core.formatting import changes_message, clock
from voiceassist.core.messages import message

BAR = 20
"""Characters of the agitation bar."""
REPEAT = 10.0
"""Seconds of call after which agitation is shown again though its state has not changed."""

LABELS = ("agent", "caller", "cue", "note")
COLOURS = {Channel.AGENT: "cyan", Channel.CALLER: "yellow"}
STATES = {
    AgitationState.CALM: "green",
    AgitationState.RISING: "dark_orange",
    AgitationState.HIGH: "red",
    AgitationState.FALLING: "blue",
}
KINDS = {CueKind.TIP: "bold white on blue", CueKind.SAFETY: "bold white on red", CueKind.GOOD: "bold white on green"}


def width() -> int:
    """Characters of the first column: the longest label and a space."""
    return max(len(words(f"label-{name}")) for name in LABELS) + 1


def label(name: str) -> str:
    return f"{words(f'label-{name}'):{width()}}"


def speaker(channel: Channel) -> tuple[str, str]:
    """Who is heard, with the colour."""
    return label(channel), COLOURS[channel]


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
                self._line(event.start, speaker(event.channel), text)
            case Agitation():
                self._agitation(event)
            case CueShown():
                self._cues += 1
                self._line(
                    event.t,
                    (label("cue").upper(), "bold"),
                    (f" {event.headline} ", KINDS[event.kind]),
                    f"  {event.why}",
                )
                if event.phrase:
                    self._line(None, f"{'':{width()}}“{event.phrase}”")
            case CueCleared(by=by):
                self._followed += by in (ClearedBy.FOLLOWED, ClearedBy.CALLER_CALMED)
                gone = words("cue-gone", how=message(f"cleared-{by}"))
                self._line(event.t, (label("cue"), "dim"), (gone, "dim"))
            case ComponentStatus(state=state) if state.impaired:
                component, reason = message(f"component-{event.component}"), event.reason or message(f"state-{state}")
                self._line(event.t, (words("component-trouble", component=component, reason=reason), "magenta"))
            case ComponentStatus(state=ComponentState.OK, component=Component.TRANSCRIPTION):
                self._line(event.t, (words(event.reason or "transcription-ready"), "dim"))
            case Gap() if event.end - event.start > 1:
                self._line(event.start, (words(f"{event.channel}-absent", seconds=event.end - event.start), "magenta"))
            case CallEnded():
                self._console.print(self._summary(event))
            case Note():
                self._line(event.t, (label("note"), "bold"), event.text)
            case CallerReference():
                self._line(event.t, (label("note"), "bold"), words("caller-reference", reference=event.reference))
            case ConsentGiven():
                self._line(event.t, (label("note"), "bold"), words("consent-given"))

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
        reasons = changes_message(event.reasons)
        why = (f"  {words(reasons) if reasons else ''}", "dim")
        score = words("agitation-score", score=event.score, state=message(f"agitation-{event.state}"))
        self._line(event.t, (label("caller"), "dim"), *bar, (f" {score}", colour), why)

    def _summary(self, ended: CallEnded) -> str:
        """One line about the whole call."""
        calm = message("agitation-calm")
        peak = message("peak-agitation-at", score=self._peak.score, time=clock(self._peak.t))
        return words(
            "call-summary",
            length=clock(ended.t),
            cues=message("cue-count", count=self._cues),
            followed=self._followed,
            peak=peak if self._peak.score else calm,
        )

    def _line(self, t: float | None, *parts: str | tuple[str, str]) -> None:
        stamp = "       " if t is None else f"{clock(t):>6} "
        line = Styled.assemble((stamp, "dim"), *parts)
        self._console.print(line, soft_wrap=not self._console.is_terminal)
