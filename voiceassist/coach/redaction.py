"""Leaves numbers and addresses out of a call that is shared: all digits and digits read out, what `sensitive` finds in
one utterance (spoken e-mail addresses, dates of birth), web addresses, the caller's reference, the names of files and
devices.

Names of people and places are not found: what is said in words stays, and whoever shares a call is told so.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate

import msgspec

from models.acts.quotes import NUMBERS
from voiceassist.core.events import (
    SCHEMA,
    Agitation,
    AnyEvent,
    CallerReference,
    CallStarted,
    Channel,
    ComponentStatus,
    CueShown,
    Note,
    Text,
)
from voiceassist.core.sensitive import Said, find

HIDDEN = "•"
READ_OUT = 3
"""Number words in a row from which they count as a number that is read out."""


def redact(text: str) -> str:
    parts = re.split(r"(\s+)", text)
    parts[::2] = redact_words(parts[::2])
    return "".join(parts)


def redact_words(words: list[str]) -> list[str]:
    """The same words, one for one."""
    hidden = [_hide(word) for word in words]
    text = " ".join(words)
    begins = [0, *accumulate(len(word) + 1 for word in words)]
    for found in find([Said(Channel.CALLER, 0.0, 0.0, text)]):
        for place in range(bisect_right(begins, found.begin) - 1, bisect_left(begins, found.end)):
            hidden[place] = HIDDEN
    run: list[int] = []
    for place, word in enumerate([*words, ""]):
        if place < len(words) and word.strip(" .,;:!?-").lower() in NUMBERS:
            run.append(place)
            continue
        if len(run) >= READ_OUT:
            for one in run:
                hidden[one] = HIDDEN
        run = []
    return hidden


def redact_event(event: AnyEvent) -> AnyEvent | None:
    """The event as it is shared; None for one that is not."""
    match event:
        case CallerReference():
            return None
        case CallStarted():
            return msgspec.structs.replace(event, schema=SCHEMA)  # also what was read from an older journal
        case Text():
            spoken = redact_words([word.text for word in event.words])
            words = tuple(
                msgspec.structs.replace(word, text=text) for word, text in zip(event.words, spoken, strict=True)
            )
            return msgspec.structs.replace(event, text=redact(event.text), words=words)
        case CueShown():
            acts = tuple(msgspec.structs.replace(act, words=redact(act.words)) for act in event.acts)
            said = {name: redact(getattr(event, name)) for name in ("headline", "why", "phrase")}
            return msgspec.structs.replace(event, acts=acts, **said)
        case Note():
            return msgspec.structs.replace(event, text=redact(event.text))
        case Agitation() if event.reasons:
            reasons = tuple(msgspec.structs.replace(one, phrase=redact(one.phrase)) for one in event.reasons)
            return msgspec.structs.replace(event, reasons=reasons)
        case ComponentStatus():
            return msgspec.structs.replace(event, reason=None)  # names devices
    return event


def _hide(word: str) -> str:
    if "@" in word or re.match(r"\W*(?:https?:|www\.)", word, re.I):
        return HIDDEN
    return re.sub(r"\d", HIDDEN, word)
