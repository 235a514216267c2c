"""What counts as a word heard wrong."""

from __future__ import annotations

import msgspec
import pytest

from tests.calls.demo import DELIVERY, DemoCall
from tests.calls.words import plain, word_errors
from voiceassist.core.events import Channel, Text

TEXTS = [
    Text(t=0.0, utterance=n, channel=line.who, start=line.start, end=line.end, text=line.text)
    for n, line in enumerate(DELIVERY.lines)
]


def rate(texts: list[Text], call: DemoCall = DELIVERY) -> float:
    return word_errors(call, texts).rate


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Good morning, I'm here.", "good morning im here"),
        ("It's, uh, 471.", "its four seven one"),
        ("at 36 pounds on the 21st", "at thirty six pounds on the twenty first"),
        ("Mr. Pennick, OK?", "mister pennick okay"),
    ],
)
def test_case_marks_fillers_and_digits_are_no_errors(written: str, same: str) -> None:
    assert plain(written, "en") == same


def test_what_was_said_has_no_error_in_whatever_order_it_comes() -> None:
    assert rate(TEXTS) == rate(TEXTS[::-1]) == 0


def test_every_word_put_in_left_out_or_changed_counts_once() -> None:
    errors = word_errors(DELIVERY, TEXTS[:-1])  # the caller's "Bye."
    assert errors.wrong == {Channel.AGENT: 0, Channel.CALLER: 1}
    assert errors.rate == pytest.approx(1 / sum(errors.said.values()))


def test_of_an_utterance_the_last_final_text_counts() -> None:
    first = msgspec.structs.replace(TEXTS[0], text="Nonsense.")
    partial = msgspec.structs.replace(TEXTS[0], text="Good", final=False)
    assert rate([first, *TEXTS, partial]) == 0
