"""The caller's words that come through the agent's microphone are never the agent's."""

from __future__ import annotations

import pytest

from voiceassist.core.events import Channel, Text, Utterance, Word
from voiceassist.speech.echo_text_filter import CALLER_TEXT_TIMEOUT, EchoTextFilter

AGENT, CALLER = Channel.AGENT, Channel.CALLER
COMPLAINT = "I have been waiting three weeks and nobody called me back"


def text(
    who: Channel, start: float, end: float, said: str, *, timed: bool = True, final: bool = True, number: int = 0
) -> Text:
    """A text whose words are spread evenly over its time."""
    each = (end - start) / max(len(said.split()), 1)
    words = tuple(
        Word(start=start + i * each, end=start + (i + 1) * each, text=f" {w}", probability=0.9)
        for i, w in enumerate(said.split())
    )
    number = number or (1 if who is CALLER else 2)
    return Text(
        t=0.0, utterance=number, channel=who, start=start, end=end, text=said, words=words if timed else (), final=final
    )


def utterance(who: Channel, start: float, end: float, number: int = 1) -> Utterance:
    return Utterance(
        t=end, id=number, channel=who, start=start, end=end, level_db=-30, pitch_hz=0, tilt_db=0, voiced=1.0
    )


def said(texts: list[Text]) -> list[tuple[Channel, str]]:
    return [(t.channel, t.text) for t in texts]


@pytest.mark.parametrize("timed", [True, False], ids=["with times of words", "without"])
def test_the_callers_words_in_the_microphone_are_left_out(timed: bool) -> None:
    echo = EchoTextFilter()
    echo.filter(text(CALLER, 10.0, 14.0, COMPLAINT, timed=timed), 14.5)
    (out,) = echo.filter(text(AGENT, 10.1, 14.1, COMPLAINT, timed=timed), 14.6)
    assert (out.channel, out.utterance, out.text, out.words) == (AGENT, 2, "", ())


def test_the_order_in_which_texts_come_makes_no_difference() -> None:
    echo = EchoTextFilter()
    echo.expect(utterance(CALLER, 10.0, 14.0))
    assert echo.filter(text(AGENT, 10.1, 14.1, COMPLAINT), 14.5) == []
    assert echo.release_due(14.6) == []
    assert said(echo.filter(text(CALLER, 10.0, 14.0, COMPLAINT), 14.8)) == [(CALLER, COMPLAINT), (AGENT, "")]


def test_an_echo_that_is_heard_a_little_wrong_is_still_one() -> None:
    echo = EchoTextFilter()
    echo.filter(text(CALLER, 10.0, 14.0, COMPLAINT), 14.5)
    heard = "I have been waiting three week and nobody called the back"
    assert said(echo.filter(text(AGENT, 10.1, 14.1, heard), 14.6)) == [(AGENT, "")]


def test_words_of_the_agents_own_over_the_callers_are_kept() -> None:
    echo = EchoTextFilter()
    echo.filter(text(CALLER, 10.0, 14.0, COMPLAINT), 14.5)
    own = text(AGENT, 11.0, 13.0, "let me look that up for you")
    assert echo.filter(own, 14.6) == [own]


def test_a_yes_of_the_agent_is_kept_when_the_caller_says_yes_at_another_time() -> None:
    echo = EchoTextFilter()
    echo.filter(text(CALLER, 10.0, 16.0, "yes I have told you my number twice already"), 16.5)
    own = text(AGENT, 14.0, 14.4, "yes")
    assert echo.filter(own, 16.6) == [own]


def test_an_agent_who_repeats_what_the_caller_said_is_no_echo() -> None:
    """Repeating back is what a cue asks for."""
    echo = EchoTextFilter()
    echo.filter(text(CALLER, 10.0, 14.0, COMPLAINT), 14.5)
    own = text(AGENT, 14.2, 18.0, COMPLAINT)
    assert echo.filter(own, 18.5) == [own]


def test_on_a_headset_no_text_waits() -> None:
    echo = EchoTextFilter()
    echo.expect(utterance(CALLER, 10.0, 14.0))
    own = text(AGENT, 5.0, 9.5, "good morning how can I help")
    assert echo.filter(own, 14.1) == [own]


def test_the_agents_text_waits_for_the_callers_for_a_limited_time() -> None:
    echo = EchoTextFilter()
    echo.expect(utterance(CALLER, 10.0, 14.0))
    own = text(AGENT, 11.0, 13.0, "let me look that up for you")
    assert echo.filter(own, 14.5) == []
    assert echo.release_due(14.5 + CALLER_TEXT_TIMEOUT - 0.1) == []
    assert echo.release_due(14.5 + CALLER_TEXT_TIMEOUT) == [own]
    assert echo.flush() == []


def test_own_words_that_waited_are_passed_on_with_the_callers() -> None:
    echo = EchoTextFilter()
    echo.expect(utterance(CALLER, 10.0, 14.0))
    own = text(AGENT, 11.0, 13.0, "let me look that up for you")
    echo.filter(own, 14.5)
    assert echo.filter(text(CALLER, 10.0, 14.0, COMPLAINT), 14.8)[1:] == [own]


def test_a_callers_text_that_comes_very_late_takes_the_echo_back() -> None:
    echo = EchoTextFilter()
    echo.expect(utterance(CALLER, 10.0, 14.0))
    echo.filter(text(AGENT, 10.1, 14.1, COMPLAINT), 14.5)
    assert said(echo.release_due(14.5 + CALLER_TEXT_TIMEOUT)) == [(AGENT, COMPLAINT)]
    assert said(echo.filter(text(CALLER, 10.0, 14.0, COMPLAINT), 25.0)) == [(CALLER, COMPLAINT), (AGENT, "")]


def test_partial_words_under_a_caller_who_is_still_speaking_are_not_shown() -> None:
    echo = EchoTextFilter()
    half = text(AGENT, 10.1, 12.0, "I have been waiting", final=False)
    assert echo.filter(half, 12.1, caller_since=10.0) == []
    assert echo.filter(half, 12.1, caller_since=None) == [half]


def test_while_the_sides_share_sound_nothing_under_the_callers_speech_is_the_agents() -> None:
    """Of a faint echo the recognizer makes words that nobody said."""
    echo = EchoTextFilter()
    echo.sides_separated = False
    echo.expect(utterance(CALLER, 10.0, 14.0))
    (out,) = echo.filter(text(AGENT, 10.5, 13.5, "my bill is oh one four"), 14.5)
    assert out.text == ""


def test_while_the_sides_share_sound_words_outside_the_callers_speech_are_kept() -> None:
    echo = EchoTextFilter()
    echo.sides_separated = False
    echo.expect(utterance(CALLER, 10.0, 14.0))
    (out,) = echo.filter(text(AGENT, 12.0, 18.0, "uh of course I can help"), 18.5)  # a word a second
    assert out.text == "course I can help"
    assert [w.text.strip() for w in out.words] == out.text.split()
    own = text(AGENT, 20.0, 24.0, "what is your order number")
    assert echo.filter(own, 24.5) == [own]
    (partial,) = echo.filter(text(AGENT, 20.0, 24.0, "is this mine", timed=False, final=False), 24.5, caller_since=21.0)
    assert partial.text == ""


def test_waiting_text_is_released_at_the_end_of_the_call() -> None:
    echo = EchoTextFilter()
    echo.expect(utterance(CALLER, 10.0, 14.0))
    own = text(AGENT, 11.0, 13.0, "let me look that up for you")
    echo.filter(own, 14.5)
    assert echo.flush() == [own]


def test_memory_stays_small_in_a_long_call() -> None:
    echo = EchoTextFilter()
    for k in range(500):
        at = 10.0 * k
        echo.expect(utterance(CALLER, at, at + 4, 2 * k + 1))
        echo.filter(text(CALLER, at, at + 4, COMPLAINT, number=2 * k + 1), at + 4.5)
        echo.filter(text(AGENT, at + 5, at + 9, "let me see", number=2 * k + 2), at + 9.5)
    assert len(echo._caller) + len(echo._due) + len(echo._spans) + len(echo._passed) + len(echo._waiting) < 30
