"""Three lines to remember a call by, and whether a breather is due. Nothing in it judges the agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voiceassist.core.events import AgitationState, Channel
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message, message, verbatim
from voiceassist.insights.call_so_far import CallSoFar
from voiceassist.insights.call_types import Evidence, kinds
from voiceassist.insights.follow_ups import FollowUp, follow_ups

BREATHER = 60.0
"""Seconds of high agitation in a call after which a minute's break is offered (never urged)."""

SENTENCE_WORDS = 6
"""Words a sentence has at least before it counts as saying what the call is about."""


@dataclass(frozen=True, slots=True)
class Summary:
    about: Message
    course: Message
    promised: Message
    peak: float
    """The caller's highest agitation, 0 to 1; 0 where none was estimated."""
    high_seconds: float
    promises: tuple[FollowUp, ...]
    evidence: tuple[Evidence, ...]

    @property
    def lines(self) -> tuple[Message, Message, Message]:
        """What it was about; how it went; what is open."""
        return self.about, self.course, self.promised

    @property
    def breather(self) -> bool:
        """Whether the call was hard enough to offer a break."""
        return self.high_seconds >= BREATHER


def summarise(call: CallSoFar, started: datetime) -> Summary:
    """The summary of a call; `started` is when it began, for resolving "tomorrow"."""
    promises = tuple(follow_ups(call.texts, started))
    peak = call.figures.peak
    return Summary(
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
    """The caller's first sentence of some length: people say what they call about."""
    for text in call.texts:
        if text.channel is Channel.CALLER and len(text.text.split()) >= SENTENCE_WORDS:
            return verbatim(text.text)
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
