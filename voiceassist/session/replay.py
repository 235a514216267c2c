"""Runs a kept call through an engine again: its sound, and at their times the inputs that are no sound."""

from __future__ import annotations

from collections.abc import Iterator

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import AnyEvent, Gap
from voiceassist.session.engine import BLOCK, CallEngine
from voiceassist.session.inputs import JournalInputs
from voiceassist.session.runner import CallRunner
from voiceassist.storage.folder import CallFolder


def replay(folder: CallFolder, engine: CallEngine) -> Iterator[AnyEvent]:
    """The events as they come, from `CallStarted` to `CallEnded`.

    Each input takes effect at the time it did then. A gap is in the journal once it was over, and takes effect where it
    began, as it did in the call. The kept sound is coded, not exact: figures differ a little from the journal's, cues
    come within half a second.
    """
    journal = list(folder.events())
    gaps = sorted((event for event in journal if isinstance(event, Gap)), key=lambda gap: gap.start)
    begun = 0
    told: list[AnyEvent] = []
    run = CallRunner(engine, JournalInputs(journal), [told.append])
    run.start()
    for agent, caller in folder.sound(BLOCK):
        yield from _taken(told)
        while begun < len(gaps) and gaps[begun].start < engine.now + BLOCK / SAMPLE_RATE:
            gap = gaps[begun]
            engine.mark_gap(gap.channel, gap.start, gap.end, gap.reason)
            begun += 1
        run.push(agent, caller)
    run.finish()
    yield from _taken(told)


def _taken(events: list[AnyEvent]) -> list[AnyEvent]:
    taken = events[:]
    events.clear()
    return taken
