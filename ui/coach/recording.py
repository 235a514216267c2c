"""A kept call as the replay shows it: read once, beside the Qt thread. Whatever is missing or damaged is a sentence in
`warnings`, and the rest is there."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from voiceassist.coach import peaks
from voiceassist.coach.peaks import Peaks
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError
from voiceassist.core.events import Agitation, AgitationState, Text, Word
from voiceassist.core.messages import Message, message
from voiceassist.insights.call_so_far import CallSoFar
from voiceassist.storage.folder import CallFolder
from voiceassist.storage.meta import CallMeta
from voiceassist.storage.segment_reader import SegmentReader

PEAK_LEAST = 0.5
"""A peak of agitation scores at least so much."""
PEAK_APART = 10.0
"""Seconds between two peaks that are jumped to."""


def sample(t: float) -> int:
    """The sample at `t` seconds."""
    return round(t * SAMPLE_RATE)


@dataclass
class Recording:
    """Times are in samples of the call, so that wave, words, curve and sound are counted alike."""

    path: Path
    meta: CallMeta
    reader: SegmentReader
    call: CallSoFar
    peaks: Peaks
    samples: int
    """Length: of the sound, or of the journal where that is longer."""
    warnings: list[Message] = field(default_factory=list)
    model: str = ""
    """Which speech model wrote the words down."""
    curve: list[Agitation] = field(default_factory=list)
    curve_at: list[int] = field(default_factory=list)
    """Samples of `curve`."""

    def agitation_at(self, at: float) -> Agitation | None:
        """What the estimator said last at this sample."""
        n = bisect_right(self.curve_at, at) - 1
        return self.curve[n] if n >= 0 else None

    def highest(self) -> list[int]:
        """Where the curve is highest, at least `PEAK_APART` seconds apart, in order."""
        curve = [p for p in self.curve if p.state is not AgitationState.LISTENING and p.score >= PEAK_LEAST]
        found: list[float] = []
        for point in sorted(curve, key=lambda p: (-p.score, p.t)):
            if all(abs(point.t - other) >= PEAK_APART for other in found):
                found.append(point.t)
        return sorted(sample(t) for t in found)


def load(path: Path) -> Recording:
    """Raises `InputError` when the folder holds no call that can be read."""
    folder = CallFolder.open(path)
    warnings: list[Message] = []
    call = CallSoFar()
    model = ""
    try:
        for event in folder.events():
            call.take(event)
            if isinstance(event, Text) and event.model:
                model = event.model
    except InputError as error:
        if error.message.key == "call-newer":
            raise
        warnings.append(message("call-without-journal"))
    reader = SegmentReader(path)
    if not reader.samples:
        warnings.append(message("call-without-sound"))
    kept = peaks.load(path, reader)
    curve = list(call.curve)
    return Recording(
        path=path,
        meta=folder.meta,
        reader=reader,
        call=call,
        peaks=kept if kept is not None else Peaks(reader.samples),
        samples=max(reader.samples, sample(call.now), 1),
        warnings=[*folder.warnings, *warnings],
        model=model or folder.meta.model,
        curve=curve,
        curve_at=[sample(point.t) for point in curve],
    )


def words_of(text: Text) -> tuple[Word, ...]:
    """The words with their times; the whole text as one where they have none."""
    return text.words or (Word(start=text.start, end=text.end, text=text.text, probability=1.0),)
