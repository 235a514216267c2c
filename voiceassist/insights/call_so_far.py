"""The call so far: the one place where events become what is known of a call.

The window shows it while it grows; the report, the summary and the figures of a kept call are made from it. It computes
nothing that the engine did not say. Pure, and each event costs the same however long the call is (a line or cue that
comes late costs the lines after it).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

import msgspec

from voiceassist.core.call_figures import CallFigures
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    CallerReference,
    CallStarted,
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
    Feedback,
    FeedbackKind,
    Gap,
    Meter,
    Note,
    Overlap,
    Response,
    Silence,
    SpeechEnded,
    SpeechStarted,
    Text,
    Utterance,
)
from voiceassist.core.gap_merger import GapMerger
from voiceassist.core.messages import Message, message

TREND_SECONDS = 5.0
TREND_LEAST = 0.06
"""The trend: how far the score must have moved, and over how long. Small wobbles of a steady call stay below."""


class Changed(Enum):
    """What of the call an event changed."""

    STARTED = auto()
    ENDED = auto()
    METER = auto()
    AGITATION = auto()
    TALK = auto()
    LINE_ADDED = auto()
    LINE_CHANGED = auto()
    LINE_REMOVED = auto()
    CUE = auto()
    """Another cue is on screen, or none."""
    CUE_LOG = auto()
    """A cue was added to the log, or how it went is known."""
    MUTED = auto()
    COMPONENT = auto()


class Change(NamedTuple):
    """`at` is the place in `lines` or `cues`."""

    what: Changed
    at: int = -1
    component: Component | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the transcript: an utterance's words (`heard` set), a note, or a message."""

    start: float
    """Where it stands: for an utterance the start of its first text, so that it stays where it is."""
    text: str | Message
    heard: Text | None = None
    stable: int = 0
    """Partial text only: how many characters of `text` will not change any more."""

    @property
    def channel(self) -> Channel | None:
        return self.heard.channel if self.heard is not None else None

    @property
    def utterance(self) -> int | None:
        return self.heard.utterance if self.heard is not None else None

    @property
    def final(self) -> bool:
        return self.heard is None or self.heard.final


@dataclass(frozen=True, slots=True)
class CueEntry:
    """One cue of the call. `cleared` is None while it is up; `by` says how it went."""

    shown: CueShown
    cleared: float | None = None
    by: ClearedBy | None = None
    wrong: bool = False


class Voice(NamedTuple):
    """What was measured in one utterance: seconds, active level in dBFS, seconds of voiced speech, median pitch in Hz
    (0: unknown)."""

    seconds: float
    level_db: float
    voiced: float
    pitch_hz: float


class CallSoFar:
    """What is known of one call."""

    def __init__(self, *, curve_seconds: float | None = None, keep_words: bool = True) -> None:
        """`curve_seconds`: how much of the agitation curve is held, None for all of it. `keep_words`: with each text
        the times of its words. A window keeps neither for ever, so that it may stay up all day."""
        self._curve_seconds = curve_seconds
        self._keep_words = keep_words
        self.now = 0.0
        """Seconds: the time of the latest event; when the call has ended, its duration."""
        self.ended = False
        self.pack = ""
        self.meter: Meter | None = None
        self.agitation: Agitation | None = None
        self.curve: deque[Agitation] = deque()
        """Also where the estimator abstained."""
        self.figures = CallFigures()
        self.lines: list[Line] = []
        """In the order of time."""
        self.reference = ""
        """Which caller this is; empty while nobody has said."""
        self.consent_given = False
        self.cues: list[CueEntry] = []
        self.current: CueEntry | None = None
        """The cue that is up."""
        self.muted = False
        self.components: dict[Component, ComponentStatus] = {}
        self.troubles_met: list[Message] = []
        """What was the matter with components at any time, and what to know of the text, each thing once."""
        self.speech: dict[Channel, list[tuple[float, float]]] = {channel: [] for channel in Channel}
        """Stretches of speech, start and end."""
        self.voices: dict[Channel, list[Voice]] = {channel: [] for channel in Channel}
        self.overlaps: list[Overlap] = []
        self.responses: list[Response] = []
        self.silences: list[Silence] = []
        self._gaps = GapMerger(longest=float("inf"))
        self._gaps_over: list[Gap] = []
        self._talked = dict.fromkeys(Channel, 0.0)
        self._talking_since: dict[Channel, float] = {}
        self.without_words: dict[int, Text] = {}
        """By utterance: finals of which the words were not believed."""
        self._line_of: dict[int, Line] = {}
        """By utterance."""

    # --- what is known --------------------------------------------------------------------------------------------

    @property
    def state(self) -> AgitationState:
        return self.agitation.state if self.agitation else AgitationState.LISTENING

    @property
    def trend(self) -> int:
        """1 when the score has gone up over the last seconds, -1 when it has gone down, 0 when it has done neither."""
        if self.state is AgitationState.LISTENING:
            return 0
        latest = self.curve[-1]
        before = next((p for p in reversed(self.curve) if p.t <= latest.t - TREND_SECONDS), None)
        if before is None or before.state is AgitationState.LISTENING:
            return 0
        change = latest.score - before.score
        return 0 if abs(change) < TREND_LEAST else (1 if change > 0 else -1)

    @property
    def texts(self) -> list[Text]:
        """The final texts with words in them, in the order they were spoken."""
        final = (line.heard for line in self.lines if line.heard is not None and line.heard.final)
        return sorted(final, key=lambda text: (text.start, text.utterance))

    @property
    def tips(self) -> int:
        """How many cues came that asked for something."""
        return sum(entry.shown.kind is not CueKind.GOOD for entry in self.cues)

    @property
    def absences(self) -> list[Gap]:
        """Stretches without sound from a source, each one whole."""
        return sorted([*self._gaps_over, *self._gaps.open], key=lambda gap: (gap.start, gap.channel))

    def talked(self, channel: Channel) -> float:
        """Seconds this side has spoken so far, with what it is saying now."""
        since = self._talking_since.get(channel, self.now)
        return self._talked[channel] + max(0.0, self.now - since)

    def troubles(self) -> list[ComponentStatus]:
        """The components that do not do what they should now, worst first."""
        bad = [c for c in self.components.values() if c.state in (ComponentState.FAILED, ComponentState.DEGRADED)]
        return sorted(bad, key=lambda c: c.state is not ComponentState.FAILED)

    # --- events -------------------------------------------------------------------------------------------------------

    def take(self, event: Event) -> tuple[Change, ...]:
        """Let the next event in; what it changed."""
        self.now = max(self.now, event.t)
        self.figures.add(event)
        match event:
            case CallStarted():
                self.pack = event.pack
                return (Change(Changed.STARTED),)
            case CallEnded():
                self.ended = True
                self.meter = None
                self._talking_since.clear()
                return Change(Changed.METER), Change(Changed.ENDED)
            case Meter():
                self.meter = event
                return (Change(Changed.METER),)
            case Agitation():
                return self._take_agitation(event)
            case SpeechStarted():
                self._talking_since[event.channel] = event.start
            case SpeechEnded():
                self._talking_since.pop(event.channel, None)
                self._talked[event.channel] += event.end - event.start
                self.speech[event.channel].append((event.start, event.end))
                return (Change(Changed.TALK),)
            case Utterance():
                voice = Voice(event.end - event.start, event.level_db, event.voiced, event.pitch_hz)
                self.voices[event.channel].append(voice)
            case Overlap():
                self.overlaps.append(event)
            case Response():
                self.responses.append(event)
            case Silence():
                self.silences.append(event)
            case Gap():
                self._gaps_over += self._gaps.add(event)
            case Text():
                return self._take_text(event)
            case Note():
                return (self._add_line(Line(event.t, event.text)),)
            case CallerReference():
                self.reference = event.reference
                return (self._add_line(Line(event.t, message("caller-reference", reference=event.reference))),)
            case ConsentGiven():
                return self._take_consent(event)
            case CueShown():
                self.current = CueEntry(event)
                self.cues.append(self.current)
                return Change(Changed.CUE_LOG, len(self.cues) - 1), Change(Changed.CUE)
            case CueCleared():
                return self._take_cleared(event)
            case Feedback():
                return self._take_feedback(event)
            case ComponentStatus():
                if event.state.impaired and event.reason is not None:
                    self._remember(event.reason)
                return (self._take_status(event),)
        return ()

    def _take_agitation(self, event: Agitation) -> tuple[Change, ...]:
        self.agitation = event
        self.curve.append(event)
        while self._curve_seconds is not None and self.curve[0].t < event.t - self._curve_seconds:
            self.curve.popleft()
        if Component.AGITATION in self.components:
            return (Change(Changed.AGITATION),)
        # An estimate that comes says as well that the estimator works.
        works = ComponentStatus(t=event.t, component=Component.AGITATION, state=ComponentState.OK)
        return self._take_status(works), Change(Changed.AGITATION)

    def _remember(self, trouble: Message) -> None:
        if trouble not in self.troubles_met:
            self.troubles_met.append(trouble)

    def _take_status(self, status: ComponentStatus) -> Change:
        self.components[status.component] = status
        return Change(Changed.COMPONENT, component=status.component)

    def _take_consent(self, event: ConsentGiven) -> tuple[Change, ...]:
        self.consent_given = True
        given = message("consent-given")
        status = ComponentStatus(t=event.t, component=Component.CONSENT, state=ComponentState.OK, reason=given)
        return self._add_line(Line(event.t, given)), self._take_status(status)

    def _take_text(self, event: Text) -> tuple[Change, ...]:
        """Words replace those of the same utterance in their place; a final without words takes them away."""
        self.without_words.pop(event.utterance, None)
        if event.rejected and not event.text.strip():
            self.without_words[event.utterance] = event
        old = self._line_of.get(event.utterance)
        said = event.text.strip()
        if said:
            lead = len(event.text) - len(event.text.lstrip())
            stable = min(len(said), max(0, event.stable - lead))
            heard = event if self._keep_words or not event.words else msgspec.structs.replace(event, words=())
            line = Line(event.start if old is None else old.start, said, heard, stable)
            self._line_of[event.utterance] = line
            if old is None:
                return (self._add_line(line),)
            where = self._where(old)
            self.lines[where] = line
            return (Change(Changed.LINE_CHANGED, where),)
        if old is not None and event.final:
            where = self._where(old)
            del self.lines[where], self._line_of[event.utterance]
            return (Change(Changed.LINE_REMOVED, where),)
        return ()

    def _add_line(self, line: Line) -> Change:
        """Where its time puts it: words may come late."""
        where = bisect_right(self.lines, line.start, key=lambda other: other.start)
        self.lines.insert(where, line)
        return Change(Changed.LINE_ADDED, where)

    def _where(self, line: Line) -> int:
        return self.lines.index(line, bisect_left(self.lines, line.start, key=lambda other: other.start))

    def _take_cleared(self, event: CueCleared) -> tuple[Change, ...]:
        changes = self._revise_cue(event.number, cleared=event.t, by=event.by)
        if self.current is not None and self.current.shown.number == event.number:
            self.current = None
            return *changes, Change(Changed.CUE)
        return changes

    def _take_feedback(self, event: Feedback) -> tuple[Change, ...]:
        match event.kind:
            case FeedbackKind.WRONG:
                return self._revise_cue(event.number or (self.cues[-1].shown.number if self.cues else 0), wrong=True)
            case FeedbackKind.MUTE | FeedbackKind.UNMUTE:
                self.muted = event.kind is FeedbackKind.MUTE
                return (Change(Changed.MUTED),)
        return ()

    def _revise_cue(self, number: int, **changes: object) -> tuple[Change, ...]:
        for where in range(len(self.cues) - 1, -1, -1):
            if self.cues[where].shown.number == number:
                self.cues[where] = replace(self.cues[where], **changes)  # type: ignore[arg-type]
                return (Change(Changed.CUE_LOG, where),)
        return ()


def call_so_far(events: Iterable[Event]) -> CallSoFar:
    """What these events, in order, say of the call."""
    call = CallSoFar()
    for event in events:
        call.take(event)
    return call
