"""Runs a kept call through an engine again: its sound, and at their times the inputs that are no sound."""

from __future__ import annotations

from collections.abc import Iterator

from voiceassist.engine import BLOCK, CallEngine
from voiceassist.record.folder import CallFolder
from voiceassist.timeline import CallEnded, Event, Feedback, Gap, Note, Part, Text

Input = Text | Feedback | Part | Note | Gap


def replay(folder: CallFolder, engine: CallEngine) -> Iterator[list[Event]]:
    """The events as they come, from `CallStarted` to `CallEnded`.

    Each input takes effect at the time it did then. The kept sound is coded, not exact: figures differ a little from
    the journal's, cues come within half a second.
    """
    inputs = [event for event in folder.events() if isinstance(event, Text | Feedback | Part | Note | Gap)]
    due = 0
    yield engine.start()
    for agent, caller in folder.sound(BLOCK):
        while due < len(inputs) and inputs[due].t <= engine.analysed:
            yield _give(engine, inputs[due])
            due += 1
        yield engine.push(agent, caller)  # type: ignore[arg-type]
    *closing, ended = engine.finish()
    yield closing
    for late in inputs[due:]:
        yield _give(engine, late)
    assert isinstance(ended, CallEnded)
    yield [ended]


def _give(engine: CallEngine, event: Input) -> list[Event]:
    if isinstance(event, Gap):
        return engine.mark_gap(event.channel, event.start, event.end, event.reason)
    return engine.feed(event)
