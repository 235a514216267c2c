"""What came of a call as one result: `Analysis`, made of the call so far.

It is what `voiceassist analyze --json` writes (described in `docs/files.md`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from voiceassist.core.events import AgitationState, Channel, Word
from voiceassist.core.messages import Message, message
from voiceassist.insights.call_so_far import CallSoFar, CueEntry, Voice

ANALYSIS_SCHEMA = 1
"""Version of the JSON form of `Analysis`. Raised when a reader of the old form would misread the new one."""


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


class SpeechWithoutWords(msgspec.Struct, frozen=True):
    """What was probably said, but the recognizer's words for it are not believed."""

    channel: Channel
    start: float
    end: float
    reason: str


class Analysis(msgspec.Struct, frozen=True):
    schema: int
    duration: float
    agitation: AgitationCurve
    segments: list[Segment]
    cues: list[Cue]
    conversation: ConversationFigures
    channels: dict[Channel, ChannelFigures]
    warnings: list[Message]
    without_words: list[SpeechWithoutWords] = []


def analysis(
    call: CallSoFar, duration: float, channels: Iterable[Channel], warnings: Iterable[Message] = ()
) -> Analysis:
    """`duration` in seconds; `channels` are the sides that had a source at all. Every warning is kept once."""
    channels = tuple(channels)
    seconds = {c: round(sum(end - start for start, end in call.speech[c]), 3) for c in channels}
    spoken = sum(seconds.values())
    estimates = [estimate for estimate in call.curve if estimate.state is not AgitationState.LISTENING]
    told: list[Message] = [*warnings, *call.troubles_met]
    if seconds.get(Channel.CALLER) and not estimates:
        told.append(message("agitation-too-little-voice"))
    return Analysis(
        schema=ANALYSIS_SCHEMA,
        duration=duration,
        agitation=AgitationCurve(
            [estimate.t for estimate in estimates],
            [estimate.score for estimate in estimates],
            [estimate.confidence for estimate in estimates],
            [estimate.state for estimate in estimates],
        ),
        segments=[Segment(text.channel, text.start, text.end, text.text, text.words) for text in call.texts],
        cues=[_cue(entry, duration) for entry in call.cues],
        conversation=ConversationFigures(
            talk_share={c: round(s / spoken, 3) for c, s in seconds.items()} if spoken else {},
            speech_seconds=seconds,
            overlaps=[OverlapSpan(overlap.start, overlap.end, overlap.by) for overlap in call.overlaps],
            gaps=[ResponseGap(response.t, response.channel, response.gap) for response in call.responses],
            silences=[Span(silence.start, silence.end) for silence in call.silences],
            absences=[Absence(gap.channel, gap.start, gap.end, gap.reason) for gap in call.absences],
        ),
        channels={
            c: ChannelFigures(call.speech[c], _mean_level(call.voices[c]), _median_pitch(call.voices[c]))
            for c in channels
        },
        warnings=[warning for n, warning in enumerate(told) if warning not in told[:n]],
        without_words=[
            SpeechWithoutWords(text.channel, text.start, text.end, text.rejected)
            for text in sorted(call.without_words.values(), key=lambda text: text.start)
        ],
    )


def for_json(result: Analysis) -> dict[str, object]:
    """The analysis as it is written for programs: warnings are sentences in English."""
    return {**msgspec.structs.asdict(result), "warnings": [str(warning) for warning in result.warnings]}


def _cue(entry: CueEntry, duration: float) -> Cue:
    shown = entry.shown
    end = duration if entry.cleared is None else entry.cleared
    return Cue(shown.id, shown.t, end, shown.headline, shown.why, entry.by or "")


def _mean_level(voices: list[Voice]) -> float | None:
    """The mean power over the seconds spoken, in dBFS."""
    if not voices:
        return None
    power = math.fsum(voice.seconds * 10 ** (voice.level_db / 10) for voice in voices)
    return round(10 * math.log10(power / math.fsum(voice.seconds for voice in voices)), 2)


def _median_pitch(voices: list[Voice]) -> float | None:
    """The pitch below which half of the voiced speech is."""
    known = sorted((voice.pitch_hz, voice.voiced) for voice in voices if voice.pitch_hz > 0 and voice.voiced > 0)
    half = math.fsum(voiced for _, voiced in known) / 2
    below = 0.0
    for pitch_hz, voiced in known:
        below += voiced
        if below >= half:
            return round(pitch_hz, 1)
    return None
