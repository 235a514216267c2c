"""What is known of the call, for the eye: built from events alone, observed by the views.

It computes nothing about the call that the engine did not say; it only puts events in the order a person reads them
in. It knows of no widget, no thread and no device, and it must be used from the Qt thread (the bridge sees to that).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal

from ui.i18n.language import say
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    CallerReference,
    CallStarted,
    Channel,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueCleared,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Meter,
    Note,
    SpeechEnded,
    SpeechStarted,
    Text,
)
from voiceassist.core.messages import message
from voiceassist.core.notices import DEMO_MODEL_IN_USE

TRACE_SECONDS = 300.0
"""How much of the agitation curve is held: what the window shows. Memory stays the same however long the call is."""

TREND_SECONDS = 5.0
TREND_LEAST = 0.06
"""The trend arrow: how far the score must have moved, and over how long. Small wobbles of a steady call stay below."""

PARTS = ("agent-audio", "caller-audio", "transcription", "agitation", "recording", "consent")
"""The parts that are always shown, in the order they are shown in."""


class Phase(StrEnum):
    """Where the call is, as the person sees it."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPING = "stopping"
    ENDED = "ended"

    @property
    def live(self) -> bool:
        """Whether there is a call that takes commands."""
        return self in (Phase.RUNNING, Phase.PAUSED)


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the transcript: an utterance's words (`channel` set) or a note (`channel` None)."""

    start: float
    text: str
    channel: Channel | None = None
    utterance: int = -1
    final: bool = True
    stable: int = 0


@dataclass(frozen=True, slots=True)
class CueEntry:
    """One cue of the call. `cleared` is None while it is up; `by` says how it went."""

    shown: CueShown
    cleared: float | None = None
    by: str = ""
    wrong: bool = False


class CallModel(QObject):
    """The state of one call. Every change is told by one narrow signal."""

    restarted = Signal()
    phase_changed = Signal()
    metered = Signal()
    agitation_changed = Signal()
    row_inserted = Signal(int)
    row_changed = Signal(int)
    row_removed = Signal(int)
    cue_changed = Signal()
    cue_logged = Signal(int)
    muted_changed = Signal()
    part_changed = Signal(str)
    talk_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._takers: dict[type[Event], Callable[[Any], None]] = {
            CallStarted: self._call_started,
            CallEnded: self._call_ended,
            Meter: self._meter,
            Agitation: self._agitation,
            SpeechStarted: self._speech_started,
            SpeechEnded: self._speech_ended,
            Text: self._text,
            Note: self._note,
            CallerReference: self._reference,
            ConsentGiven: self._consent,
            CueShown: self._cue_shown,
            CueCleared: self._cue_cleared,
            Feedback: self._feedback,
            ComponentStatus: self._part,
        }
        self._clear()

    def _clear(self) -> None:
        self.phase = Phase.IDLE
        self.now = 0.0
        self.pack = ""
        self.meter: Meter | None = None
        self.agitation: Agitation | None = None
        self.trace: deque[Agitation] = deque()
        self.rows: list[Row] = []
        self.cues: list[CueEntry] = []
        self.current: CueEntry | None = None
        self.muted = False
        self.parts: dict[str, ComponentStatus] = {}
        self._talked: dict[Channel, float] = {Channel.AGENT: 0.0, Channel.CALLER: 0.0}
        self._talking_since: dict[Channel, float] = {}
        self._row_of: dict[int, Row] = {}

    def restart(self) -> None:
        """Forget the last call: a new one begins."""
        self._clear()
        self.restarted.emit()
        self.phase_changed.emit()

    @contextmanager
    def catching_up(self) -> Iterator[None]:
        """While a call that has long begun is taken in at once: the views are told only how it stands at the end, so
        that nothing of the past moves on screen or is read out."""
        blocked = self.blockSignals(True)
        try:
            yield
        finally:
            self.blockSignals(blocked)
        self.restarted.emit()
        self.phase_changed.emit()
        for name in self.parts:
            self.part_changed.emit(name)
        for changed in (self.agitation_changed, self.muted_changed, self.cue_changed):
            changed.emit()

    def enter(self, phase: Phase) -> None:
        if phase is not self.phase:
            self.phase = phase
            self.phase_changed.emit()

    @property
    def state(self) -> AgitationState:
        return self.agitation.state if self.agitation else AgitationState.LISTENING

    @property
    def trend(self) -> int:
        """1 when the score has gone up over the last seconds, -1 when it has gone down, 0 when it has done neither."""
        if self.state is AgitationState.LISTENING:
            return 0
        latest = self.trace[-1]
        before = next((p for p in reversed(self.trace) if p.t <= latest.t - TREND_SECONDS), None)
        if before is None or before.state is AgitationState.LISTENING:
            return 0
        change = latest.score - before.score
        return 0 if abs(change) < TREND_LEAST else (1 if change > 0 else -1)

    def talked(self, channel: Channel) -> float:
        """Seconds this side has spoken so far, with what it is saying now."""
        since = self._talking_since.get(channel, self.now)
        return self._talked[channel] + max(0.0, self.now - since)

    def troubles(self) -> list[ComponentStatus]:
        """The parts that do not do what they should, worst first."""
        bad = [p for p in self.parts.values() if p.state in (ComponentState.FAILED, ComponentState.DEGRADED)]
        return sorted(bad, key=lambda p: p.state is not ComponentState.FAILED)

    @property
    def by_demo_model(self) -> bool:
        """Whether the words come from the model that knows only the demo's voices."""
        speech = self.parts.get("transcription")
        return speech is not None and DEMO_MODEL_IN_USE in speech.detail

    def take(self, event: Event) -> None:
        """Let one event in. Events that have nothing to show are passed over."""
        self.now = max(self.now, event.t)
        take = self._takers.get(type(event))
        if take is not None:
            take(event)

    # --- one method for each kind of event --------------------------------------------------------------------------

    def _call_started(self, event: CallStarted) -> None:
        self.pack = event.pack
        self.enter(Phase.RUNNING)

    def _call_ended(self, event: CallEnded) -> None:
        self.meter = None
        self._talking_since.clear()
        self.metered.emit()
        self.enter(Phase.ENDED)

    def _meter(self, event: Meter) -> None:
        self.meter = event
        self.metered.emit()

    def _agitation(self, event: Agitation) -> None:
        self.agitation = event
        self.trace.append(event)
        while self.trace[0].t < event.t - TRACE_SECONDS:
            self.trace.popleft()
        if "agitation" not in self.parts:  # an estimate that comes says as well that the estimator works
            self._part(ComponentStatus(t=event.t, component=Component.AGITATION, state=ComponentState.OK))
        self.agitation_changed.emit()

    def _speech_started(self, event: SpeechStarted) -> None:
        self._talking_since[event.channel] = event.start

    def _speech_ended(self, event: SpeechEnded) -> None:
        self._talking_since.pop(event.channel, None)
        self._talked[event.channel] += event.end - event.start
        self.talk_changed.emit()

    def _text(self, event: Text) -> None:
        """Words replace those of the same utterance in their place; a final without words takes them away."""
        old = self._row_of.get(event.utterance)
        text = event.text.strip()
        if text:
            lead = len(event.text) - len(event.text.lstrip())
            stable = min(len(text), max(0, event.stable - lead))
            self._put(old, Row(event.start, text, event.channel, event.utterance, event.final, stable))
        elif old is not None and event.final:
            where = self._where(old)
            del self.rows[where], self._row_of[event.utterance]
            self.row_removed.emit(where)

    def _put(self, old: Row | None, row: Row) -> None:
        """Replace `old` by `row`, or insert it where its time puts it (words may come late)."""
        if old is not None:
            where = self._where(old)
            row = replace(row, start=old.start)
            self.rows[where] = row
            self._row_of[row.utterance] = row
            self.row_changed.emit(where)
            return
        where = self._position(row.start)
        self.rows.insert(where, row)
        if row.channel is not None:
            self._row_of[row.utterance] = row
        self.row_inserted.emit(where)

    def _where(self, row: Row) -> int:
        return self.rows.index(row, bisect_left(self.rows, row.start, key=lambda r: r.start))

    def _position(self, start: float) -> int:
        return bisect_right(self.rows, start, key=lambda r: r.start)

    def _note(self, event: Note) -> None:
        self._put(None, Row(event.t, event.text))

    def _reference(self, event: CallerReference) -> None:
        self._put(None, Row(event.t, say(message("caller-reference", reference=event.reference))))

    def _consent(self, event: ConsentGiven) -> None:
        given = message("consent-given")
        self._put(None, Row(event.t, say(given)))
        self._part(ComponentStatus(t=event.t, component=Component.CONSENT, state=ComponentState.OK, reason=given))

    def _cue_shown(self, event: CueShown) -> None:
        entry = CueEntry(event)
        self.cues.append(entry)
        self.current = entry
        self.cue_logged.emit(len(self.cues) - 1)
        self.cue_changed.emit()

    def _cue_cleared(self, event: CueCleared) -> None:
        self._revise(event.number, cleared=event.t, by=event.by)
        if self.current and self.current.shown.number == event.number:
            self.current = None
            self.cue_changed.emit()

    def _feedback(self, event: Feedback) -> None:
        if event.kind is FeedbackKind.WRONG:
            self._revise(event.number or self._latest_number(), wrong=True)
        elif event.kind in (FeedbackKind.MUTE, FeedbackKind.UNMUTE):
            self.muted = event.kind is FeedbackKind.MUTE
            self.muted_changed.emit()

    def _latest_number(self) -> int:
        return self.cues[-1].shown.number if self.cues else 0

    def _revise(self, number: int, **changes: object) -> None:
        for where in range(len(self.cues) - 1, -1, -1):
            if self.cues[where].shown.number == number:
                self.cues[where] = replace(self.cues[where], **changes)  # type: ignore[arg-type]
                self.cue_logged.emit(where)
                return

    def _part(self, event: ComponentStatus) -> None:
        self.parts[event.component] = event
        self.part_changed.emit(event.component)
