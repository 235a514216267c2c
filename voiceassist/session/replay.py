"""Runs a kept call through an engine again: its sound, and at their times the inputs that are no sound."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import CallEnded, Event, Gap, Input
from voiceassist.session.engine import BLOCK, CallEngine
from voiceassist.storage.folder import CallFolder


def replay(folder: CallFolder, engine: CallEngine) -> Iterator[list[Event]]:
    """The events as they come, from `CallStarted` to `CallEnded`.

    Each input takes effect at the time it did then. A gap is in the journal once it was over, and takes effect where it
    began, as it did in the call. The kept sound is coded, not exact: figures differ a little from the journal's, cues
    come within half a second.
    """
    inputs = [event for event in folder.events() if isinstance(event, Input | Gap)]
    gaps = sorted((event for event in inputs if isinstance(event, Gap)), key=lambda gap: gap.start)
    due = begun = 0
    yield engine.start()
    for agent, caller in folder.sound(BLOCK):
        while due < len(inputs) and inputs[due].t <= engine.analysed:
            yield _give(engine, inputs[due])
            due += 1
        while begun < len(gaps) and gaps[begun].start < engine.now + BLOCK / SAMPLE_RATE:
            gap = gaps[begun]
            engine.mark_gap(gap.channel, gap.start, gap.end, gap.reason)
            begun += 1
        yield engine.push(agent, caller)  # type: ignore[arg-type]
    *closing, ended = engine.finish()
    yield closing
    for late in inputs[due:]:
        yield _give(engine, late)
    assert isinstance(ended, CallEnded)
    yield [ended]


def _give(engine: CallEngine, event: Input | Gap) -> list[Event]:
    if isinstance(event, Gap):
        return [msgspec.structs.replace(event, t=engine.analysed)]
    return engine.feed(event)
