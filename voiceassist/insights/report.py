"""What came of a call as one result: `Analysis`, and `Collector`, which makes it out of the events of any call.

`Analysis` is what `voiceassist analyze --json` writes (described in `docs/files.md`).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np

from voiceassist.core.events import (
    Agitation,
    AgitationState,
    Channel,
    ComponentState,
    ComponentStatus,
    CueCleared,
    CueShown,
    Event,
    Gap,
    Overlap,
    Response,
    Silence,
    SpeechEnded,
    Text,
    Utterance,
    Word,
)
from voiceassist.core.gap_merger import GapMerger

ANALYSIS_SCHEMA = 1
"""Version of the JSON form of `Analysis`. Raised when a reader of the old form would misread the new one."""


TROUBLE = (ComponentState.DEGRADED, ComponentState.FAILED, ComponentState.DISABLED)


class AgitationCurve(msgspec.Struct, frozen=True):
    """The caller's agitation, four entries a second, none while the engine abstains. Four columns of equal length."""

    t: list[float]
    score: list[float]
    confidence: list[float]
    state: list[AgitationState]


class Segment(msgspec.Struct, frozen=True):
    channel: Channel
    start: float
    end: float
    text: str
    words: tuple[Word, ...]


class Cue(msgspec.Struct, frozen=True):
    """A cue, from when it came up until it went. `cleared_by` is empty only for a call that was cut off."""

    id: str
    start: float
    end: float
    headline: str
    why: str
    cleared_by: str = ""


class OverlapSpan(msgspec.Struct, frozen=True):
    start: float
    end: float
    by: Channel


class ResponseGap(msgspec.Struct, frozen=True):
    """`channel` took the turn `gap` seconds after the other's last word (negative: before it). `t`: when known."""

    t: float
    channel: Channel
    gap: float


class Span(msgspec.Struct, frozen=True):
    start: float
    end: float


class Absence(msgspec.Struct, frozen=True):
    channel: Channel
    start: float
    end: float
    reason: str


class ConversationFigures(msgspec.Struct, frozen=True):
    talk_share: dict[Channel, float]
    """Of all speech, 0 to 1; empty when nobody spoke."""
    speech_seconds: dict[Channel, float]
    overlaps: list[OverlapSpan]
    gaps: list[ResponseGap]
    silences: list[Span]
    """Dead air."""
    absences: list[Absence]
    """Stretches without sound from a source."""


class ChannelFigures(msgspec.Struct, frozen=True):
    """Plain behaviour, for both sides alike. None where there was no speech, or no voiced speech."""

    speech: list[tuple[float, float]]
    level_db: float | None
    """Mean level while speaking, dBFS."""
    pitch_hz: float | None
    """Median over the utterances, weighted by their voiced speech."""


class Analysis(msgspec.Struct, frozen=True):
    schema: int
    duration: float
    agitation: AgitationCurve
    segments: list[Segment]
    cues: list[Cue]
    conversation: ConversationFigures
    channels: dict[Channel, ChannelFigures]
    warnings: list[str]


class Collector:
    """Takes the events of one call in order and keeps what its `Analysis` needs."""

    def __init__(self) -> None:
        self._curve = AgitationCurve([], [], [], [])
        self._texts: dict[int, Text] = {}
        self._shown: dict[int, CueShown] = {}
        self._cleared: dict[int, CueCleared] = {}
        self._overlaps: list[OverlapSpan] = []
        self._gaps: list[ResponseGap] = []
        self._silences: list[Span] = []
        self._gap_merger = GapMerger(longest=float("inf"))
        self._gap_lines: list[Gap] = []
        self._speech: dict[Channel, list[tuple[float, float]]] = {c: [] for c in Channel}
        self._voices: dict[Channel, list[tuple[float, float, float, float]]] = {c: [] for c in Channel}
        self._troubles: list[str] = []

    def add(self, event: Event) -> None:
        match event:
            case Agitation() if event.state is not AgitationState.LISTENING:
                self._curve.t.append(event.t)
                self._curve.score.append(event.score)
                self._curve.confidence.append(event.confidence)
                self._curve.state.append(event.state)
            case SpeechEnded():
                self._speech[event.channel].append((event.start, event.end))
            case Utterance():
                self._voices[event.channel].append(
                    (event.end - event.start, event.level_db, event.voiced, event.pitch_hz)
                )
            case Text() if event.final:
                self._texts[event.utterance] = event
            case CueShown():
                self._shown[event.number] = event
            case CueCleared():
                self._cleared[event.number] = event
            case Overlap():
                self._overlaps.append(OverlapSpan(event.start, event.end, event.by))
            case Response():
                self._gaps.append(ResponseGap(event.t, event.channel, event.gap))
            case Silence():
                self._silences.append(Span(event.start, event.end))
            case Gap():
                self._gap_lines += self._gap_merger.add(event)
            case ComponentStatus() if event.state in TROUBLE and event.detail and event.detail not in self._troubles:
                self._troubles.append(event.detail)

    def result(self, duration: float, channels: Iterable[Channel], warnings: Iterable[str] = ()) -> Analysis:
        """The analysis of what was added. `channels` are the sides that had a source at all."""
        channels = tuple(channels)
        seconds = {c: round(sum(end - start for start, end in self._speech[c]), 3) for c in channels}
        spoken = sum(seconds.values())
        told = [*warnings, *self._troubles]
        if seconds.get(Channel.CALLER) and not self._curve.t:
            told.append("There was too little of the caller's voice to follow the caller's agitation.")
        return Analysis(
            schema=ANALYSIS_SCHEMA,
            duration=duration,
            agitation=self._curve,
            segments=[
                Segment(text.channel, text.start, text.end, text.text, text.words)
                for text in sorted(self._texts.values(), key=lambda text: (text.start, text.utterance))
                if text.text
            ],
            cues=[self._cue(shown, duration) for shown in self._shown.values()],
            conversation=ConversationFigures(
                talk_share={c: round(s / spoken, 3) for c, s in seconds.items()} if spoken else {},
                speech_seconds=seconds,
                overlaps=self._overlaps,
                gaps=self._gaps,
                silences=self._silences,
                absences=self._absences(),
            ),
            channels={c: self._figures(c) for c in channels},
            warnings=list(dict.fromkeys(told)),
        )

    def _absences(self) -> list[Absence]:
        gaps = sorted([*self._gap_lines, *self._gap_merger.open], key=lambda gap: (gap.start, gap.channel))
        return [Absence(gap.channel, gap.start, gap.end, gap.reason) for gap in gaps]

    def _cue(self, shown: CueShown, duration: float) -> Cue:
        cleared = self._cleared.get(shown.number)
        end, by = (cleared.t, cleared.by) if cleared else (duration, "")
        return Cue(shown.id, shown.t, end, shown.headline, shown.why, by)

    def _figures(self, channel: Channel) -> ChannelFigures:
        level_db = pitch_hz = None
        if self._voices[channel]:
            length, level, voiced, hz = np.array(self._voices[channel]).T
            level_db = round(float(10 * np.log10(np.average(10 ** (level / 10), weights=length))), 2)
            known = (hz > 0) & (voiced > 0)
            if known.any():
                order = np.argsort(hz[known])
                sums = np.cumsum(voiced[known][order])
                pitch_hz = round(float(hz[known][order][np.searchsorted(sums, sums[-1] / 2)]), 1)
        return ChannelFigures(self._speech[channel], level_db, pitch_hz)
