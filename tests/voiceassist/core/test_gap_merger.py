"""A gap is one line of the journal however many pieces it came in, and nothing of it is left unsaid."""

from __future__ import annotations

from itertools import pairwise

import pytest

from voiceassist.core.events import Channel, Gap, GapReason
from voiceassist.core.gap_merger import LONGEST, GapMerger

PIECE = 0.064


def pieces(
    start: float, end: float, channel: Channel = Channel.CALLER, reason: GapReason = GapReason.NOT_OPEN
) -> list[Gap]:
    """As capture tells them: one for each block the gap lies in, the times rounded."""
    cuts = [start]
    while cuts[-1] + PIECE < end:
        cuts.append(round(cuts[-1] + PIECE, 3))
    cuts.append(end)
    return [Gap(t=b, channel=channel, start=a, end=b, reason=reason) for a, b in pairwise(cuts)]


def lines(given: list[Gap], until: float) -> list[Gap]:
    """What is told when these pieces come in the order of time and the call goes on until then."""
    gaps = GapMerger()
    told: list[Gap] = []
    waiting = sorted(given, key=lambda gap: gap.end)
    now = 0.0
    while now < until:
        now += PIECE
        while waiting and waiting[0].start < now:
            told += gaps.add(waiting.pop(0))
        told += gaps.over(now, now)
    return told + gaps.close(now)


def spans(told: list[Gap], channel: Channel = Channel.CALLER) -> list[tuple[float, float]]:
    return [(gap.start, gap.end) for gap in told if gap.channel is channel]


def test_a_gap_in_many_pieces_is_one_line_from_its_begin_to_its_end() -> None:
    assert spans(lines(pieces(2.0, 9.5), until=20.0)) == [(2.0, 9.5)]


def test_it_is_reported_as_soon_as_it_is_over() -> None:
    (told,) = lines(pieces(2.0, 9.5), until=20.0)
    assert told.t == pytest.approx(9.5, abs=2.5 * PIECE)


def test_of_a_gap_that_goes_on_nothing_older_than_some_seconds_is_unsaid() -> None:
    gaps = GapMerger()
    said = 0.0
    for piece in pieces(0.0, 600.0):
        for line in gaps.add(piece):
            assert line.start == said
            said = line.end
        assert piece.end - said <= LONGEST
    assert spans(gaps.close(600.0)) == [(said, 600.0)]


def test_gaps_of_both_sides_and_of_different_reasons_stay_apart() -> None:
    caller = pieces(1.0, 2.0) + pieces(2.0, 4.0, reason=GapReason.OVERRUN)
    agent = pieces(1.5, 3.0, Channel.AGENT)
    told = lines(caller + agent, until=6.0)
    assert spans(told) == [(1.0, 2.0), (2.0, 4.0)]
    assert spans(told, Channel.AGENT) == [(1.5, 3.0)]


def test_two_gaps_with_sound_between_them_are_two() -> None:
    assert spans(lines(pieces(1.0, 2.0) + pieces(2.5, 3.0), until=6.0)) == [(1.0, 2.0), (2.5, 3.0)]


def test_lines_are_reported_in_the_order_of_time() -> None:
    told = lines(
        pieces(1.0, 2.0) + pieces(2.0, 4.0, reason=GapReason.OVERRUN) + pieces(0.5, 3.0, Channel.AGENT), until=5.0
    )
    assert [line.t for line in told] == sorted(line.t for line in told)
    assert all(line.t >= line.end for line in told)
