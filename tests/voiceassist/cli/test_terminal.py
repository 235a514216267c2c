"""What a person without a window reads of a call."""

from __future__ import annotations

import io

import pytest

from voiceassist.cli.console import Console
from voiceassist.cli.terminal import LABELS, Terminal
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    Change,
    ChangeKind,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    CueCleared,
    CueShown,
    Event,
    Gap,
    GapReason,
    Meter,
    Text,
)
from voiceassist.core.formatting import clock
from voiceassist.core.messages import message, table

ENUMERATED = {
    "label": LABELS,
    "agitation": [state for state in AgitationState if state is not AgitationState.LISTENING],
    "component": list(Component),
    "state": [state for state in ComponentState if state.impaired],
    "cleared": list(ClearedBy),
    "gap": [reason for reason in GapReason if reason is not GapReason.UNKNOWN],
}
"""What is looked up by the value of an event, and the values that come."""

CUE = CueShown(
    t=62.0, number=1, id="pause", headline="Pause two beats", why="2 quick answers", phrase="Take your time."
)


def shown(*events: Event) -> list[str]:
    output = io.StringIO()
    terminal = Terminal(Console(file=output, width=200, highlight=False))
    for event in events:
        terminal.show(event)
    return output.getvalue().splitlines()


def agitation(t: float, score: float, state: str, *reasons: Change) -> Agitation:
    return Agitation(t=t, score=score, confidence=1.0, state=AgitationState(state), reasons=reasons)


def text(words: str, *, final: bool = True) -> Text:
    return Text(t=9.0, utterance=1, channel=Channel.CALLER, start=7.5, end=8.0, text=words, final=final)


def test_words_are_shown_with_who_said_them_and_when_they_were_said() -> None:
    (line,) = shown(text("I waited all day."))
    assert line.split(maxsplit=2) == ["0:07", "caller", "I waited all day."]


def test_words_that_may_still_change_and_meters_are_not_shown() -> None:
    meter = Meter(t=1.0, agent_db=-30.0, caller_db=-30.0, agent_speaking=True, caller_speaking=False)
    assert shown(text("I wai", final=False), text(""), meter) == []


def test_a_cue_is_shown_with_its_reason_its_phrase_and_its_end() -> None:
    came, phrase, gone = shown(CUE, CueCleared(t=66.0, number=1, id="pause", by=ClearedBy.FOLLOWED))
    assert "1:02" in came
    assert "Pause two beats" in came
    assert "2 quick answers" in came
    assert "“Take your time.”" in phrase
    assert "gone: followed" in gone


def test_agitation_is_shown_when_its_state_changes_and_now_and_then() -> None:
    lines = shown(*(agitation(t / 4, 0.1, "calm") for t in range(80)), agitation(20.0, 0.5, "rising"))
    assert [line.split()[0] for line in lines] == ["0:00", "0:10", "0:20"]
    assert "0.50 rising" in lines[-1]


def test_while_listening_no_figure_is_shown() -> None:
    assert shown(agitation(1.0, 0.0, "listening")) == []


def test_reasons_name_once_what_they_are_compared_with() -> None:
    (line,) = shown(agitation(1.0, 0.6, "high", Change(ChangeKind.LOUDER, 5), Change(ChangeKind.HIGHER, 3)))
    assert line.endswith("5 dB louder and 3 semitones higher than at the start")


@pytest.mark.parametrize(("score", "filled"), [(0.0, 0), (0.5, 10), (1.0, 20)])
def test_the_bar_is_as_long_as_the_score_and_readable_without_colours(score: float, filled: int) -> None:
    (line,) = shown(agitation(1.0, score, "high"))
    assert "━" * filled + "·" * (20 - filled) in line


def test_a_component_in_trouble_is_named_with_its_reason() -> None:
    (line,) = shown(
        ComponentStatus(t=3.0, component=Component.CALLER_AUDIO, state=ComponentState.OK),
        ComponentStatus(
            t=4.0,
            component=Component.CALLER_AUDIO,
            state=ComponentState.FAILED,
            reason=message("microphone-disconnected"),
        ),
    )
    assert f"Caller audio: {message('microphone-disconnected')}" in line


def test_only_gaps_worth_a_word_are_shown() -> None:
    short = Gap(t=5.0, channel=Channel.CALLER, start=4.5, end=5.0)
    long = Gap(t=9.0, channel=Channel.CALLER, start=4.0, end=9.0)
    (line,) = shown(short, long)
    assert "no sound from the caller for 5 s" in line


def test_the_call_ends_with_one_line_about_it() -> None:
    heeded = CueCleared(t=66.0, number=1, id="pause", by=ClearedBy.FOLLOWED)
    *_, last = shown(agitation(61.0, 0.8, "high"), CUE, heeded, CallEnded(t=197.0))
    assert last == "3:17 of call, 1 cue (1 followed, or the caller calmed), highest agitation 0.80 at 1:01."


def test_a_call_is_shown_in_the_language_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    rising = agitation(61.0, 0.8, "rising", Change(ChangeKind.LOUDER, 5))
    failed = ComponentStatus(t=4.0, component=Component.RECORDING, state=ComponentState.FAILED)
    lines = shown(failed, text("Ich warte."), rising, CUE, CallEnded(t=197.0))
    assert lines[0].split(maxsplit=1)[1] == "Aufnahme: ausgefallen"
    assert lines[1].split(maxsplit=2) == ["0:07", "Anrufer", "Ich warte."]
    assert lines[2].endswith("0,80 steigend  5 dB lauter als am Anfang")
    assert lines[3].startswith("  1:02 HINWEIS  Pause two beats")
    assert lines[-1].startswith("3:17 Gespräch, 1 Hinweis")


@pytest.mark.parametrize(
    "key",
    [f"{group}-{value}" for group, values in ENUMERATED.items() for value in values],
)
def test_every_value_that_is_shown_has_its_words(key: str) -> None:
    assert key in table()


def test_text_that_looks_like_markup_is_shown_as_it_is() -> None:
    (line,) = shown(text("press [red]1[/red]"))
    assert "press [red]1[/red]" in line


def test_a_clock_counts_minutes() -> None:
    assert [clock(t) for t in (0, 59.9, 60, 3725)] == ["0:00", "0:59", "1:00", "1:02:05"]
