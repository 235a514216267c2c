"""Which cue is on screen: one at a time, sparing, and gone as soon as it was followed.

The pack says what could come; this says what does. The rules, from the strongest: nothing while the agent has muted
cues; one cue at a time, but a safety cue takes the place of another; nothing before there is a baseline or while the
caller is calm, except cues that say so themselves; nothing in the agent's first seconds; some seconds between cues; not
the same one again and again; a budget for ten minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from models.acts import Point
from models.agitation import Estimate, State
from voiceassist.core.events import (
    Change,
    Channel,
    ClearedBy,
    CueCleared,
    CueKind,
    CueShown,
    Event,
    Feedback,
    FeedbackKind,
    Stage,
    Text,
    seconds,
)
from voiceassist.core.phrase_match import find
from voiceassist.core.tuning import RestraintTuning
from voiceassist.cues.call_state import AGITATED, CallState, Shown
from voiceassist.cues.conditions import ConditionContext, Hit
from voiceassist.cues.pack import Cue, Pack
from voiceassist.cues.stages import Stage as CallStage
from voiceassist.cues.stages import StageMachine
from voiceassist.cues.words import because, changes, signs, spoken

BUDGET_PERIOD = 600.0
ACKNOWLEDGES = "acknowledges-feelings-or-trouble"
QUOTED = ("states-problem", "blames-company")
"""Acts of the caller whose words a card may quote."""
QUOTED_WITHIN = 60.0
"""Seconds back in which the caller's trouble is looked for."""
OPENING = 30.0
"""Seconds after the caller became very agitated in which no other tip comes before the agent was asked to acknowledge
or to let them finish: that helps most, and other advice drowns it."""

ONSET = 15.0
"""Seconds before agitation is noticed in which a reply may have been to it: what was said to a calm caller before that
counts no more."""


class CueEngine:
    def __init__(
        self,
        pack: Pack,
        restraint: RestraintTuning,
        state: CallState,
        sensitivities: Mapping[str, float] | None = None,
    ) -> None:
        self._pack = pack
        self._sensitivities = sensitivities or {}
        self._restraint = restraint
        self._call_state = state
        self._current: tuple[Cue, Shown] | None = None
        self._muted = False
        self._sequence = StageMachine()
        self._looked_at = 0
        self._high_at: float | None = None
        """When the caller became very agitated, until the first cue about that came or is not needed."""
        self._was_high = self._was_agitated = False

    @property
    def current(self) -> str | None:
        """Id of the cue on screen."""
        return self._current[0].id if self._current else None

    def step(self) -> list[Event]:
        """Look at the call: clear the cue on screen if it is time, bring up the next if one is due."""
        events: list[Event] = self._sequence_events()
        if self._current is not None:
            by = self._cleared_by(*self._current)
            if by:
                events.append(self._clear(by))
        for cue in self._pack.cues:
            if self._current is not None and not (
                cue.kind is CueKind.SAFETY and self._current[0].kind is not CueKind.SAFETY
            ):
                break
            if not self._allowed(cue):
                continue
            point = Point.INTERRUPT if cue.kind is CueKind.SAFETY else Point.NAG
            hit = cue.when(self._context(0.0, point, self._sensitivities.get(cue.id, 1.0)))
            if hit is not None:
                if self._current is not None:
                    events.append(self._clear(ClearedBy.OVERRIDDEN))
                events.append(self._show(cue, hit))
        return events

    def feedback(self, feedback: Feedback) -> list[Event]:
        """The agent's say. It is about the cue on screen; one about a cue that has gone changes nothing here."""
        if feedback.kind in (FeedbackKind.MUTE, FeedbackKind.UNMUTE):
            self._muted = feedback.kind is FeedbackKind.MUTE
        if self._current is None or (feedback.number and feedback.number != self._current[1].number):
            return []
        by = {
            FeedbackKind.DISMISS: ClearedBy.DISMISSED,
            FeedbackKind.WRONG: ClearedBy.WRONG,
            FeedbackKind.MUTE: ClearedBy.MUTED,
        }
        return [self._clear(by[feedback.kind])] if feedback.kind in by else []

    def _sequence_events(self) -> list[Event]:
        """The stage the call has come to, if it just came to another."""
        call = self._call_state
        last = call.texts[-1] if call.texts and call.texts[-1].utterance != self._looked_at else None
        if last is not None:
            self._looked_at = last.utterance
        acknowledged = last is not None and last.channel is Channel.AGENT and self._acknowledges(last)
        self._open(acknowledged)
        if not self._sequence.step(call, acknowledged):
            return []
        return [Stage(t=seconds(call.now), stage=self._sequence.stage.value)]

    def _open(self, acknowledged: bool) -> None:
        """Whether the first cue about a very agitated caller is still to come."""
        call = self._call_state
        high = call.estimate.state is State.HIGH
        if high and not self._was_high and self._sequence.stage in (CallStage.LISTEN, CallStage.ACKNOWLEDGE):
            self._high_at = call.now
        self._was_high = high
        if call.agitated and not self._was_agitated and self._sequence.stage is CallStage.LISTEN:
            call.forget_replies(call.now - ONSET)
        self._was_agitated = call.agitated
        waited = self._high_at is not None and call.now - self._high_at > OPENING
        if acknowledged or waited or not call.agitated:
            self._high_at = None

    def _acknowledges(self, text: Text) -> bool:
        phrases = self._pack.phrases.get("acknowledges", ())
        done = self._call_state.does(text, (ACKNOWLEDGES,), Point.FOLLOWED)
        return done is not None or find(text.text, phrases) is not None

    def finish(self) -> list[Event]:
        return [self._clear(ClearedBy.ENDED)] if self._current else []

    def _context(self, since: float, point: Point, sensitivity: float = 1.0) -> ConditionContext:
        return ConditionContext(self._call_state, since, self._pack.phrases, sensitivity, point)

    def _cleared_by(self, cue: Cue, shown: Shown) -> ClearedBy | None:
        call = self._call_state
        if cue.heeded is not None and cue.heeded(self._context(shown.t, Point.FOLLOWED)):
            return ClearedBy.FOLLOWED
        if call.now - shown.t >= cue.expires:
            return ClearedBy.EXPIRED
        if cue.caller != "any" and call.estimate.state not in AGITATED:
            return ClearedBy.CALLER_CALMED
        return None

    def _allowed(self, cue: Cue) -> bool:
        call, restraint = self._call_state, self._restraint
        if self._muted or not _agitated_enough(cue.caller, call.estimate):
            return False
        if not self._sure_enough(cue):
            return False
        if cue.kind is CueKind.GOOD:
            return True
        same = [s for s in call.shown if s.id == cue.id]
        if len(same) >= cue.limit or (same and call.now - same[-1].cleared < min(cue.again, restraint.again)):
            return False
        if cue.kind is CueKind.SAFETY:
            return True
        if self._high_at is not None and not cue.opens:
            return False
        tips = [s for s in call.shown if not s.good]
        if call.agent_voice.spoken < restraint.agent_start:
            return False
        if tips and call.now - max(tips[-1].cleared, tips[-1].t) < restraint.spacing:
            return False
        if sum(s.by is not ClearedBy.FOLLOWED for s in same) >= restraint.repeats:
            return False
        return sum(s.tip and s.t > call.now - BUDGET_PERIOD for s in tips) < restraint.budget

    def _sure_enough(self, cue: Cue) -> bool:
        """A cue whose conditions know no amounts, turned down by the agent, asks for a caller more agitated."""
        sensitivity = self._sensitivities.get(cue.id, 1.0)
        if sensitivity >= 1.0 or cue.caller == "any" or cue.when.has_thresholds:
            return True
        return self._call_state.estimate.score >= 1.0 - sensitivity / 2

    def _show(self, cue: Cue, hit: Hit) -> CueShown:
        call = self._call_state
        shown = Shown(
            len(call.shown) + 1,
            cue.id,
            call.now,
            call.estimate.score,
            cue.kind,
        )
        call.shown.append(shown)
        call.spoken_since = 0.0
        self._current = (cue, shown)
        if cue.opens:
            self._high_at = None
        words = self._pack.words
        facts = {"reasons": because(call.estimate, words), **spoken(hit.facts, words)}
        return CueShown(
            t=seconds(call.now),
            number=shown.number,
            id=cue.id,
            headline=cue.headline,
            why=cue.why.format_map(_Facts(facts)),
            phrase=self._phrase(cue),
            kind=cue.kind,
            icon=cue.icon,
            earned=seconds(hit.earned),
            acts=hit.acts,
        )

    def _phrase(self, cue: Cue) -> str:
        """What to say: with the caller's own words where the cue has a place for them and there are some."""
        if cue.by_procedure and self._pack.procedure:
            return self._pack.procedure
        trouble = self._trouble() if cue.with_trouble else ""
        return cue.with_trouble.format(trouble=trouble) if trouble else cue.phrase

    def _trouble(self) -> str:
        """The caller's trouble in the caller's words: what told it most surely in the last minute, or ""."""
        call = self._call_state
        told = [
            (done, text)
            for text in call.texts
            if text.channel is Channel.CALLER and text.end >= call.now - QUOTED_WITHIN
            if (done := call.does(text, QUOTED, Point.NAG)) is not None
        ]
        for done, text in sorted(told, key=lambda row: -row[0].score):
            words = call.quote(text, done)
            if words:
                return words
        return ""

    def _clear(self, by: ClearedBy) -> CueCleared:
        assert self._current is not None
        cue, shown = self._current
        self._current = None
        self._call_state.shown[shown.number - 1] = replace(shown, by=by, cleared=self._call_state.now)
        return CueCleared(t=seconds(self._call_state.now), number=shown.number, id=cue.id, by=by)


class _Facts(dict[str, object]):
    """What fills a reason; where one of several conditions gave no such figure, dots stand for it."""

    def __missing__(self, key: str) -> str:
        return "…"


def _agitated_enough(least: str, estimate: Estimate) -> bool:
    if least == "any":
        return True
    return estimate.state is State.HIGH or (least == "rising" and estimate.state in AGITATED)


def reasons(estimate: Estimate) -> tuple[Change, ...]:
    """Why the caller counts as agitated, one by one, what tells most first."""
    return (*changes(estimate), *signs(estimate))
