"""A whole call on one page of the terminal: what was said, the cues and why, the caller's agitation, the figures."""

from __future__ import annotations

import re

from rich.text import Text as Styled

from voiceassist.cli import words
from voiceassist.cli.console import Console
from voiceassist.cli.terminal import speaker
from voiceassist.core.events import AgitationState, GapReason
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message, message
from voiceassist.insights.report import AgitationCurve, Analysis

BARS = "▁▂▃▄▅▆▇█"
COLUMNS = 60
"""Characters of the agitation line."""
COLOURS = ((0.35, "green"), (0.65, "dark_orange"), (1.01, "red"))
"""Colour of the agitation line up to a score. For the eye only: what counts is the state the engine gives."""


class Report:
    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)

    def show(self, analysis: Analysis) -> None:
        self._transcript(analysis)
        self._cues(analysis)
        self._agitation(analysis)
        self._figures(analysis)
        for warning, count in folded(analysis.warnings):
            again = f" {words('and-again', count=count - 1)}" if count > 1 else ""
            self._line((f"{words('label-note')}: ", "magenta"), words(warning) + again)

    def _transcript(self, analysis: Analysis) -> None:
        said = [(segment.start, segment.channel, segment.text, "") for segment in analysis.segments]
        for speech in analysis.without_words:
            mark = words("speech-without-words", reason=message(f"speech-without-{speech.reason}"))
            said.append((speech.start, speech.channel, mark, "dim"))
        for start, channel, text, style in sorted(said, key=lambda line: line[0]):
            self._line((f"{clock(start):>7} ", "dim"), speaker(channel), (text, style))
        if said:
            self._console.print()

    def _cues(self, analysis: Analysis) -> None:
        self._line((words("cues-heading"), "bold"), "" if analysis.cues else f"  {words('none')}")
        for cue in analysis.cues:
            how = words("cue-to-the-end")
            if cue.cleared_by:
                how = words("cue-gone-after", how=message(f"cleared-{cue.cleared_by}"), seconds=cue.end - cue.start)
            self._line(
                (f"{clock(cue.start):>7} ", "dim"), (cue.headline, "bold"), f"  {cue.why}  ", (f"({how})", "dim")
            )

    def _agitation(self, analysis: Analysis) -> None:
        curve = analysis.agitation
        if not curve.t:
            self._line((words("agitation-heading"), "bold"), f"  {words('agitation-not-followed')}")
            return
        peak = max(range(len(curve.t)), key=curve.score.__getitem__)
        high = sum(state is AgitationState.HIGH for state in curve.state) / len(curve.t)
        course = words("agitation-course", score=curve.score[peak], time=clock(curve.t[peak]), percent=100 * high)
        self._line((words("agitation-heading"), "bold"), f"  {course}")
        self._line("        ", *sparkline(curve, analysis.duration))

    def _figures(self, analysis: Analysis) -> None:
        self._line((words("call-heading"), "bold"), f"  {clock(analysis.duration)}")
        conversation = analysis.conversation
        for channel, figures in analysis.channels.items():
            parts = [words("speech-seconds", seconds=conversation.speech_seconds[channel])]
            if channel in conversation.talk_share:
                parts.append(words("speech-share", percent=100 * conversation.talk_share[channel]))
            if figures.level_db is not None:
                parts.append(f"{figures.level_db:.0f} dBFS")
            if figures.pitch_hz is not None:
                parts.append(f"{figures.pitch_hz:.0f} Hz")
            gaps = sorted(gap.gap for gap in conversation.gaps if gap.channel is channel)
            if gaps:
                parts.append(words("answers-after", seconds=gaps[len(gaps) // 2]))
            by = sum(overlap.by is channel for overlap in conversation.overlaps)
            if by:
                parts.append(words("overlaps-by", count=by))
            self._line(f"{'':8}", speaker(channel), ", ".join(parts))
        silent = sum(span.end - span.start for span in conversation.silences)
        if silent:
            told = words("dead-air", seconds=silent, count=len(conversation.silences))
            self._line(f"{'':8}{told}")
        for absence in conversation.absences:
            told = words(f"{absence.channel}-absent", seconds=absence.end - absence.start)
            why = "" if absence.reason == GapReason.UNKNOWN else f" ({words(f'gap-{absence.reason}')})"
            self._line(f"{clock(absence.start):>7} {told}{why}")

    def _line(self, *parts: str | tuple[str, str]) -> None:
        self._console.print(Styled.assemble(*parts), soft_wrap=not self._console.is_terminal)


def folded(warnings: list[Message]) -> list[tuple[Message, int]]:
    """Each kind of warning once, as it was first told, and how often it came: a slow machine says twenty times that
    words are late, each time with other seconds."""
    first: dict[str, tuple[Message, int]] = {}
    for warning in warnings:
        # Of a closed call they are kept as sentences.
        kind = re.sub(r"\d+([.,]\d+)?", "#", str(warning)) if warning.key == "verbatim" else warning.key
        told, count = first.get(kind, (warning, 0))
        first[kind] = told, count + 1
    return list(first.values())


def sparkline(curve: AgitationCurve, duration: float, columns: int = COLUMNS) -> list[tuple[str, str]]:
    """The highest score in each `columns`-th of the call, as (bar, colour); a dot where the engine abstained."""
    highest: list[float | None] = [None] * columns
    for t, score in zip(curve.t, curve.score, strict=True):
        column = min(int(t / duration * columns), columns - 1)
        highest[column] = max(highest[column] or 0.0, score)
    return [
        ("·", "dim")
        if score is None
        else (
            BARS[min(int(score * len(BARS)), len(BARS) - 1)],
            next(colour for limit, colour in COLOURS if score < limit),
        )
        for score in highest
    ]
