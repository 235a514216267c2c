"""Takes what is sensitive out of a kept call: masked in the journal, silent on both sides of the sound.

Files are replaced one by one, each in one step, and the journal, which says where to look, last: whoever is killed on
the way has a call that can be read, and finishes by redacting it again. Nothing of the originals is kept; a disk may
hold their old blocks until it needs the room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from voiceassist.core.errors import InputError, StorageError, system_reason
from voiceassist.core.events import AnyEvent, Channel, CueShown, Note, Text, encode
from voiceassist.core.files import replace_file
from voiceassist.core.sensitive import Finding, Kind, Said, find, masked
from voiceassist.storage.folder import CallFolder
from voiceassist.storage.meta import JOURNAL, SOUND, segment_name
from voiceassist.storage.mute import mute

BEFORE_S, AFTER_S = 0.15, 0.25
"""Muted beside a word that is taken out: the recognizer's times are off by so much."""
SURE = 0.5
"""Below this probability of a word its time is not trusted, and the whole utterance is muted."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was taken out, or would be."""

    counts: dict[Kind, int]
    """Places in the text, by kind."""
    muted: tuple[tuple[float, float], ...]
    """Seconds of the call that are silent now, in order, apart from each other."""


def redact(folder: CallFolder, names: Iterable[str] = (), *, only_look: bool = False) -> Redaction:
    """Take what is sensitive out of this call; `names` are looked for as well. `only_look` changes nothing.

    Raises `InputError` for a call that is not over, or that is damaged, `StorageError` when the disk refuses; the call
    is whole then, and redacting it again finishes it.
    """
    events = list(folder.events())
    if folder.cut_off:
        raise InputError("call-not-over", call=folder.meta.id)
    texts = sorted((e for e in events if isinstance(e, Text) and e.text), key=lambda text: text.start)
    findings = find([Said(text.channel, text.start, text.end, text.text) for text in texts], names)
    muted = _spans(texts, findings)
    result = Redaction(dict(Counter(one.kind for one in findings)), muted)
    if not only_look and findings:
        changed = _masked_texts(texts, findings)
        secrets = [texts[one.said].text[one.begin : one.end] for one in findings]
        try:
            for index in folder.segments():
                mute(folder.path / SOUND / segment_name(index), index, muted)
            lines = (encode(_without(changed.get(id(event), event), secrets, names)) + b"\n" for event in events)
            replace_file(folder.path / JOURNAL, b"".join(lines))
        except OSError as error:
            raise StorageError("call-not-redacted", call=folder.meta.id, reason=system_reason(error)) from error
    return result


def _masked_texts(texts: Sequence[Text], findings: Sequence[Finding]) -> dict[int, Text]:
    """The texts that change, by the identity of the old one."""
    changed = {}
    for i, text in enumerate(texts):
        here = [one for one in findings if one.said == i]
        if here:
            words = tuple(
                word
                for word, (begin, end) in zip(text.words, _places(text), strict=True)
                if not any(begin < one.end and one.begin < end for one in here)
            )
            changed[id(text)] = msgspec.structs.replace(text, text=masked(text.text, here), words=words)
    return changed


def _without(event: AnyEvent, secrets: Sequence[str], names: Iterable[str]) -> AnyEvent:
    """An event that quotes somebody, without what was taken out."""
    match event:
        case CueShown():
            quoted = {name: _clean(getattr(event, name), secrets, names) for name in ("headline", "why", "phrase")}
            acts = tuple(msgspec.structs.replace(a, words=_clean(a.words, secrets, names)) for a in event.acts)
            return msgspec.structs.replace(event, **quoted, acts=acts)
        case Note():
            return msgspec.structs.replace(event, text=_clean(event.text, secrets, names))
    return event


def _clean(text: str, secrets: Sequence[str], names: Iterable[str]) -> str:
    for secret in secrets:
        if len(secret) > 2:
            text = text.replace(secret, "[…]")
    return masked(text, find([Said(Channel.AGENT, 0.0, 1.0, text)], names))


def _places(text: Text) -> list[tuple[int, int]]:
    """Where each word stands in the text: first character, and the one after the last. (0, 0) if it is not there."""
    places, at = [], 0
    for word in text.words:
        spelt = word.text.strip()
        begin = text.text.find(spelt, at)
        if begin < 0 or not spelt:
            places.append((0, 0))
        else:
            at = begin + len(spelt)
            places.append((begin, at))
    return places


def _spans(texts: Sequence[Text], findings: Sequence[Finding]) -> tuple[tuple[float, float], ...]:
    spans = []
    for one in findings:
        text = texts[one.said]
        places = _places(text)
        inside = [
            word for word, (begin, end) in zip(text.words, places, strict=True) if begin < one.end and one.begin < end
        ]
        unsure = not inside or (0, 0) in places or any(word.probability < SURE for word in inside)
        start, end = (text.start, text.end) if unsure else (inside[0].start, inside[-1].end)
        spans.append((max(start - BEFORE_S, 0.0), end + AFTER_S))
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return tuple(joined)
