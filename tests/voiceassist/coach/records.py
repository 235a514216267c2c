"""Kept calls that are made quickly: their record without their sound."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from voiceassist.core.events import (
    SCHEMA,
    Agitation,
    AgitationState,
    CallEnded,
    CallerReference,
    CallStarted,
    Channel,
    ClearedBy,
    CueCleared,
    CueShown,
    Event,
    Text,
    Word,
)
from voiceassist.storage import CallFolder, CallMeta, CallWriter
from voiceassist.storage.meta import write_meta

BEGAN = datetime(2026, 11, 24, 14, 12, tzinfo=UTC)
SAID = (
    (Channel.AGENT, "Good morning, how can I help?"),
    (Channel.CALLER, "My washing machine was not delivered on Tuesday."),
    (Channel.AGENT, "I will call you back on Friday."),
)


def spoken(lines: Iterable[tuple[Channel, str]] = SAID) -> list[Event]:
    """Texts of four seconds each, one after the other, a word every quarter of a second."""
    events: list[Event] = []
    for number, (channel, text) in enumerate(lines, start=1):
        start = 4.0 * (number - 1)
        words = tuple(Word(start + 0.25 * n, start + 0.25 * n + 0.2, word, 0.9) for n, word in enumerate(text.split()))
        events.append(
            Text(t=start + 4.5, utterance=number, channel=channel, start=start, end=start + 4, text=text, words=words)
        )
    return events


def keep(
    library: Path,
    events: Iterable[Event] | None = None,
    *,
    reference: str = "",
    cue: str = "",
    peak: float = 0.0,
    duration: float = 12.0,
    began: datetime = BEGAN,
    agent: str = "",
    closed: bool = True,
) -> CallFolder:
    """A call in the library, with what is asked for."""
    writer = CallWriter.create(library, CallMeta(origin="live", created=began, agent=agent, model="tiny.en"))
    happened: list[Event] = [CallStarted(t=0.0, schema=SCHEMA, pack="English 1")]
    if reference:
        happened.append(CallerReference(t=1.0, reference=reference))
    happened += spoken() if events is None else events
    if peak:
        happened.append(Agitation(t=5.0, score=peak, confidence=0.9, state=AgitationState.HIGH))
    if cue:
        happened.append(CueShown(t=5.1, number=1, id=cue, headline="Pause two beats", why="caller 5 dB louder"))
        happened.append(CueCleared(t=9.0, number=1, id=cue, by=ClearedBy.FOLLOWED))
    writer.write([*happened, CallEnded(t=duration)])
    if closed:
        writer.close()
        write_meta(writer.path, msgspec.structs.replace(writer.meta, duration=duration))
    return CallFolder.open(writer.path)
