"""A few lines to remember a call by, and whether a breather is due. Nothing in it judges the agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.acts import LANGUAGES, ActModel, Point
from models.acts.quotes import safe
from voiceassist.core.events import AgitationState, Channel
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message, message
from voiceassist.insights.call_so_far import CallSoFar
from voiceassist.insights.call_types import Evidence, kinds
from voiceassist.insights.follow_ups import FollowUp, follow_ups

BREATHER = 60.0
"""Seconds of high agitation in a call after which a minute's break is offered (never urged)."""

PROBLEM = "states-problem"
SENTENCE_WORDS = 6
"""Words a sentence has at least before it counts as saying what the call is about."""


@dataclass(frozen=True, slots=True)
class Summary:
    notes: tuple[Message, ...]
    """What the agent noted, first of all: nobody knows better what the call was about."""
    about: Message
    course: Message
    promised: Message
    peak: float
    """The caller's highest agitation, 0 to 1; 0 where none was estimated."""
    high_seconds: float
    promises: tuple[FollowUp, ...]
    evidence: tuple[Evidence, ...]

    @property
    def lines(self) -> tuple[Message, ...]:
        """The agent's notes; what it was about; how it went; what is open."""
        return *self.notes, self.about, self.course, self.promised

    @property
    def breather(self) -> bool:
        """Whether the call was hard enough to offer a break."""
        return self.high_seconds >= BREATHER


def summarise(call: CallSoFar, started: datetime) -> Summary:
    """The summary of a call; `started` is when it began, for resolving "tomorrow"."""
    promises = tuple(follow_ups(call.texts, started))
    peak = call.figures.peak
    return Summary(
        tuple(
            message("noted", text=line.text) for line in call.lines if line.heard is None and isinstance(line.text, str)
        ),
        _about(call),
        _course(call),
        _promised(promises),
        peak.score if peak else 0.0,
        call.figures.high_seconds,
        promises,
        tuple(kinds(call)),
    )


def date(when: datetime) -> Message:
    """A day as people write it: Fri 27 Nov."""
    return message(
        "date", weekday=message(f"weekday-{when.isoweekday()}"), day=when.day, month=message(f"month-{when.month}")
    )


def _about(call: CallSoFar) -> Message:
    """The caller's problem in the caller's words: the first time it is told surely, else the surest; where nothing is,
    the caller's first sentence of some length."""
    model = ActModel.load()
    told: list[tuple[float, str]] = []
    previous = ""
    for text in call.texts:
        if text.channel is Channel.AGENT:
            previous = text.text
        elif text.language in ("", *LANGUAGES) and len(text.text.split()) >= SENTENCE_WORDS:
            for act in model.acts(text.channel, previous, text.text):
                if act.name == PROBLEM and act.score >= model.threshold(PROBLEM, Point.NAG):
                    told.append((act.score, safe(act.piece)))
    sure = [words for score, words in told if score >= model.threshold(PROBLEM, Point.INTERRUPT)]
    words = next(iter(sure), max(told, default=(0.0, ""))[1])
    if words:
        return message("about-words", words=words)
    for text in call.texts:
        if text.channel is Channel.CALLER and len(text.text.split()) >= SENTENCE_WORDS:
            return message("about-words", words=text.text.strip(" .!"))
    return message("no-caller-words")


def _course(call: CallSoFar) -> Message:
    length, cues = clock(call.now), message("cue-count", count=call.tips)
    figures = call.figures
    if figures.peak is None or figures.latest is None:
        return message("course-unknown", length=length, cues=cues)
    if not figures.high_seconds:
        return message("course-calm", length=length, cues=cues)
    calm = figures.latest.state is AgitationState.CALM
    return message(
        "course-agitated",
        length=length,
        seconds=figures.high_seconds,
        peak=clock(figures.peak.t),
        end=message("calm-at-the-end" if calm else "not-calm-at-the-end"),
        cues=cues,
    )


def _promised(promises: tuple[FollowUp, ...]) -> Message:
    if not promises:
        return message("nothing-promised")
    return message(
        "promised",
        promises=[
            promise.what
            if promise.when is None
            else message("promise-with-date", what=promise.what, date=date(promise.when))
            for promise in promises
        ],
    )
