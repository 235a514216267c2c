"""Promises in the agent's words: who will do what by when, as a list and as a calendar file.

Only what the agent said in so many words counts: "I'll call you back on Friday" does, "somebody should look at that"
does not. Dates are resolved against the day of the call by parsedatetime (Apache-2.0); a promise without one stays on
the list without one. German, Spanish and French promises are told apart by their words alone (`insights.languages`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from models.acts import ActModel, Point
from voiceassist.core.events import Channel, Text
from voiceassist.core.phrase_match import same, sentences
from voiceassist.insights.languages import LANGUAGES, OFFICE_END, OFFICE_START

_WILL = re.compile(r"\b(i|we)(?:'ll| will|'m going to| am going to|'re going to| are going to)\s+(?:now\s+)?(.+)", re.I)
_DEEDS = re.compile(
    r"\b(?:call|ring|phone|send|e-?mail|write|text|message|refund|credit|pay|book|arrange|order|deliver|bring|replace"
    r"|repair|fix|check|find out|ask|pass|forward|confirm|cancel|update|post|ship|transfer|get back)\b",
    re.I,
)
_NOW = re.compile(r"\b(?:right now|now|straight away|at once|while you wait|in a moment|for a moment)\b", re.I)
_PART_OF_DAY = re.compile(r"\b(?:in the )?(morning|afternoon|evening)\b", re.I)
_NUMBERS = dict(
    zip(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        (str(n) for n in range(1, 13)),
        strict=True,
    )
)
SAME_PROMISE = 70.0
"""Similarity in percent: "call you back" and "call you back on Friday" are one promise."""
_COMING = re.compile(r"\b(?:will|shall|going to|be in touch|get back|hear from)\b|'(?:ll)\b", re.I)
_NOT_OURS = re.compile(r"\?\s*$|^\W*(?:you|it|never)\b|\bnot\b|\byou(?:'ll| will)\b", re.I)
"""A question, or what somebody else is going to do."""
SENTENCES_BEFORE = 2
"""Sentences before a promise in which its time may have been named."""
REMINDER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """`who` promised `what` (in the agent's words); `when` is None if no time was named. `t`: when in the call."""

    t: float
    who: str
    what: str
    when: datetime | None
    whole_day: bool
    """Only a day was named, no time of day."""


def follow_ups(texts: Iterable[Text], started: datetime) -> list[FollowUp]:
    """What the agent promised, in the order it was said; the same promise made twice counts once, with its time.

    Where a promise names no time, one that was named up to two sentences before counts: "On Friday? Yes, I'll call you
    back then."
    """
    found: list[FollowUp] = []
    before: list[str] = []
    asked = ""
    """What the other side said last."""
    for text in texts:
        if text.channel is Channel.CALLER:
            asked = text.text
        for sentence in sentences(text.text):
            promises = list(_promises(text.start, sentence, started)) if text.channel is Channel.AGENT else []
            for promise in promises:
                _keep(promise if promise.when else _dated(promise, before, started), found)
            # The day of one promise is not that of the next.
            before = [*before[-(SENTENCES_BEFORE - 1) :], "" if promises else sentence]
        if text.channel is Channel.AGENT and not any(f.t == text.start for f in found):
            acted = _acted(text, asked)
            if acted is not None:
                when, whole_day = _when(acted, started)
                promise = FollowUp(text.start, "we", acted, when, whole_day)
                _keep(promise if when else _dated(promise, before, started), found)
    return found


def _keep(promise: FollowUp, found: list[FollowUp]) -> None:
    twin = next((i for i, f in enumerate(found) if same(f.what, promise.what, SAME_PROMISE)), None)
    if twin is None:
        found.append(promise)
    elif found[twin].when is None:
        found[twin] = promise


def _dated(promise: FollowUp, before: list[str], started: datetime) -> FollowUp:
    """The promise with the time named last before it."""
    for sentence in reversed(before):
        when, whole_day = _when(sentence, started)
        if when is not None:
            return replace(promise, when=when, whole_day=whole_day)
    return promise


def _acted(text: Text, previous: str) -> str | None:
    """The sentence with which the agent promises something, where its words show no promise but what it does is one:
    "Somebody will be in touch by noon"."""
    if text.language not in ("", "en"):  # the promises of other languages are found by their own words
        return None
    model = ActModel.load()
    acts = model.acts(text.channel, previous, text.text)
    act = next(act for act in acts if act.name == "promises-follow-up")
    if act.score < model.threshold(act.name, Point.INTERRUPT):
        return None
    said = next((s for s in sentences(text.text) if act.piece in s or s in act.piece), act.piece)
    return said.strip(" .,!") if _COMING.search(said) and not _NOT_OURS.search(said) else None


def to_calendar(promises: Iterable[FollowUp], call: str) -> bytes:
    """An iCalendar file (RFC 5545) with one entry for every promise that has a time. `call` names the call."""
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//VoiceAssist//follow-ups//EN")
    calendar.add("version", "2.0")
    for number, promise in enumerate(promises, start=1):
        if promise.when is None:
            continue
        entry = icalendar.Event()
        entry.add("uid", f"{call}-{number}@voiceassist")
        entry.add("dtstamp", datetime.now(UTC))
        entry.add("summary", promise.what[:1].upper() + promise.what[1:])
        entry.add("dtstart", promise.when.date() if promise.whole_day else promise.when)
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", promise.what)
        alarm.add("trigger", -REMINDER)
        entry.add_component(alarm)
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _promises(t: float, sentence: str, started: datetime) -> Iterator[FollowUp]:
    for clause in re.split(r",? and (?=(?:i|we)\b)|;", sentence, flags=re.I):
        will = _WILL.search(clause.replace("\u2019", "'"))
        if will is not None and _DEEDS.search(will[2]) and not re.match(r"(?:not|never)\b", will[2], re.I):
            what = will[2].strip(" .,!?")
            when, whole_day = _when(what, started)
            if when is not None or not _NOW.search(what):
                yield FollowUp(t, will[1].lower(), what, when, whole_day)
    for language in LANGUAGES:
        for clause in re.split(language.split, sentence.replace("\u2019", "'"), flags=re.I):
            promised = language.promised(clause)
            if promised is not None:
                when, whole_day = _when(language.english(clause), started)
                if when is not None or not language.at_once(clause):
                    yield FollowUp(t, *promised, when, whole_day)


def _when(text: str, started: datetime) -> tuple[datetime | None, bool]:
    """The time a promise names and whether it is a day rather than a time of day."""
    import parsedatetime

    plain = " ".join(_NUMBERS.get(word.strip(".,").lower(), word) for word in text.split())
    part = _PART_OF_DAY.search(plain)
    if part:  # "tomorrow morning" is a day, not six o'clock; "this afternoon" is today
        plain = _PART_OF_DAY.sub("", re.sub(r"\bthis (?=morning|afternoon|evening)", "today ", plain, flags=re.I))
    clock = re.search(r"\b(\d{1,2})\s*o'?clock\b|\bat (\d{1,2})\b(?!\s*(?::|[ap]\.?m))", plain, re.I)
    plain = re.sub(r"\bo'?clock\b", "", plain, flags=re.I)
    if clock:
        named = clock[1] or clock[2]
        hour = int(named)
        hour += 12 if hour < OFFICE_START and hour + 12 <= OFFICE_END else 0
        plain = plain.replace(named, f"{hour}:00", 1)
    calendar = parsedatetime.Calendar(version=parsedatetime.VERSION_CONTEXT_STYLE)
    for when, context, _, _, words in calendar.nlp(plain, started.replace(tzinfo=None)) or ():
        # "may" and "second" are words long before they are times.
        if not (context.hasDate or context.hasTime) or words.strip().lower() in ("may", "march", "sun", "a second"):
            continue
        return when.replace(tzinfo=started.tzinfo), not context.hasTime
    return None, False
