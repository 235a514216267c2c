"""A call in three lines."""

from __future__ import annotations

from datetime import datetime

from tests.voiceassist.insights.spoken import agitation, caller, text
from voiceassist.core.events import AgitationState, CallEnded, CueKind, CueShown, Event
from voiceassist.core.messages import render
from voiceassist.insights import call_so_far, summarise

SUNDAY = datetime(2026, 11, 22, 10, 0).astimezone()


def test_a_call_is_summarised_in_three_lines() -> None:
    events: list[Event] = [
        caller("I ordered a washing machine three weeks ago.", 5.0),
        *agitation(
            (10.0, 20.0, AgitationState.CALM), (20.0, 90.0, AgitationState.HIGH), (90.0, 100.0, AgitationState.CALM)
        ),
        CueShown(t=30.0, number=1, id="pause", headline="Pause", why="", kind=CueKind.TIP),
        text("I will call you back on Friday.", t=95.0),
        CallEnded(t=125.0),
    ]
    summary = summarise(call_so_far(events), SUNDAY)
    assert tuple(map(str, summary.lines)) == (
        "About: “I ordered a washing machine three weeks ago”",
        "2:05 min; agitated for 70 s, most at 0:20, and calm again at the end; 1 cue.",
        "Promised: call you back on Friday (Fri 27 Nov).",
    )
    assert summary.breather
    assert [render(line, "de") for line in summary.lines[1:]] == [
        "2:05 min; 70 s lang erregt, am meisten bei 0:20, und am Ende wieder ruhig; 1 Hinweis.",
        "Versprochen: call you back on Friday (Fr, 27. November).",
    ]


def test_the_summary_of_an_empty_call_says_so() -> None:
    summary = summarise(call_so_far([CallEnded(t=12.0)]), SUNDAY)
    assert tuple(map(str, summary.lines)) == (
        "No words of the caller were kept.",
        "0:12 min; too little of the caller's voice for more; 0 cues.",
        "No promise heard.",
    )
    assert not summary.breather
