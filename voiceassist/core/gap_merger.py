"""A long gap comes in pieces, one a block; here it becomes one line of the journal. Pure.

The engine needs each piece before the zeros that stand for it. A journal of sixteen lines a second for as long as a
headset is unplugged helps nobody: it gets the whole stretch once it is over, and every few seconds of one that goes on.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from voiceassist.core.events import Channel, Gap

LONGEST = 10.0
"""Seconds of a gap that goes on after which what there is of it is told: as much of it as a killed process can leave
unsaid. An hour without a headset is then 360 lines, not 57 600."""

ADJOINING = 0.002
"""Seconds two pieces of one gap may lie apart: times are rounded to milliseconds."""


class GapMerger:
    """Pieces in, lines out. A line's `t` is when it was told, so that the journal stays in order."""

    def __init__(self, longest: float = LONGEST) -> None:
        """`longest`: seconds of a gap that goes on after which what there is of it is told."""
        self._longest = longest
        self._open: dict[Channel, Gap] = {}

    def add(self, piece: Gap) -> list[Gap]:
        """One more piece, told at `piece.t`; the lines that are complete with it."""
        told: list[Gap] = []
        gap = self._open.pop(piece.channel, None)
        if gap is not None:
            if gap.reason == piece.reason and abs(piece.start - gap.end) <= ADJOINING:
                piece = msgspec.structs.replace(piece, start=gap.start)
            else:
                told.append(msgspec.structs.replace(gap, t=piece.t))
        if piece.end - piece.start >= self._longest:
            told.append(piece)
        else:
            self._open[piece.channel] = piece
        return told

    @property
    def open(self) -> list[Gap]:
        """The gaps that are not told yet, as far as they have come."""
        return list(self._open.values())

    def over(self, now: float, told_at: float) -> list[Gap]:
        """The lines of gaps that ended before `now`, where the sound that comes next begins."""
        return self._close((c for c, gap in self._open.items() if gap.end < now - ADJOINING), told_at)

    def close(self, told_at: float) -> list[Gap]:
        """The call is over: the lines of all that is left."""
        return self._close(self._open, told_at)

    def _close(self, channels: Iterable[Channel], told_at: float) -> list[Gap]:
        return [msgspec.structs.replace(self._open.pop(c), t=told_at) for c in tuple(channels)]
