"""What nobody should keep is found however it is said, and ordinary talk is left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.bench.redaction import figures
from tests.calls.demo import CALLS
from voiceassist.core.events import Channel
from voiceassist.core.sensitive import Kind, Said, digits_of, find, luhn, masked

SCENES = Path(__file__).parents[2] / "calls" / "scenes"


def said(*texts: str, gap: float = 5.0) -> list[Said]:
    """Caller and agent in turn; the caller begins."""
    sides = (Channel.CALLER, Channel.AGENT)
    return [Said(sides[i % 2], gap * i, gap * i + 4.0, text) for i, text in enumerate(texts)]


def hidden(*texts: str, names: tuple[str, ...] = ()) -> list[str]:
    all_of = said(*texts)
    findings = find(all_of, names)
    return [masked(one.text, (f for f in findings if f.said == i)) for i, one in enumerate(all_of)]


@pytest.mark.parametrize(
    "number",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "four one one one, one one one one, one one one one, one one one one",
        "forty-one eleven, eleven eleven, eleven eleven, eleven eleven",
        "four triple one, double one double one, one one one one um triple one one",
        "4 one 1 1 1 1 eleven 1 1 1 1 1 1 1 1",
        "four one one two no sorry one one, one one one one, okay, one one one one, one one one one",
        "vier eins eins eins eins eins eins eins eins eins eins eins eins eins eins eins",
        "einundvierzig elf elf elf elf elf elf elf",
        "quatre un un un, un un un un, un un un un, un un un un",
        "cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno",
    ],
)
def test_a_card_number_is_masked_however_it_is_said(number: str) -> None:
    (text,) = hidden(f"My card number is {number}")
    assert text == "My card number is [card]"
    (text,) = hidden(f"Yes, {number}")
    assert not digits_of(text)


def test_a_card_over_several_utterances_and_the_read_back_is_masked() -> None:
    texts = hidden("my visa is four one one one", "four one one one, yes", "one one one one", "go on", "1111 1111")
    assert not digits_of("".join(texts))


def test_a_code_an_expiry_and_a_birth_date_are_masked_after_their_question() -> None:
    texts = hidden(
        "Hello.",
        "And the security code on the back?",
        "it's three oh seven",
        "and when does it expire?",
        "September 27",
    )
    assert [texts[2], texts[4]] == ["it's [code]", "[expiry]"]
    assert hidden("I was born on the third of May 1971")[0] == "I was born on the [birth]"


def test_what_has_a_form_of_its_own_needs_no_question() -> None:
    assert hidden("write to jane.roe@example.com") == ["write to [email]"]
    assert hidden("it is jane dot roe at example dot com") == ["it is [email]"]
    assert hidden("pay to DE89 3704 0044 0532 0130 00 please") == ["pay to [bank] please"]
    assert hidden("this is Jane Roe speaking", names=("jane roe",)) == ["this is [name] speaking"]


@pytest.mark.parametrize(
    "text",
    [
        "My order number is 4417 8824, since the 3rd of March.",
        "I have paid 2,450 dollars in 2023 and 180 euros in 2024.",
        "The card ending 4242 was charged twice.",
        "It took 45 minutes, from 10:30 to 11:15, and I called three times in two weeks.",
        "One of the two of us was here first, and one more came second.",
        "Your reference is 7 4 4 1 9 0, and the parcel was sent at 9 pm.",
    ],
)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert hidden(text) == [text]


SENSITIVE = {"bill": Kind.BANK, "calm": Kind.PHONE, "dentist": Kind.BIRTH, "energy-bill": Kind.BANK}
"""What is really said in these calls."""


def test_calls_have_at_most_one_false_mask_in_ten() -> None:
    calls = {call.name: [Said(line.who, line.start, line.end, line.text) for line in call.lines] for call in CALLS}
    for path in sorted(SCENES.glob("*.txt")):
        lines = re.findall(r"^(agent|caller): (.+)$", path.read_text(), re.MULTILINE)
        calls[path.stem] = [Said(Channel(who), 5.0 * i, 5.0 * i + 4, text) for i, (who, text) in enumerate(lines)]
    masks = {
        name: [(one.kind, call[one.said].text[one.begin : one.end]) for one in find(call)]
        for name, call in calls.items()
    }
    false = [mask for name, found in masks.items() for mask in found if mask[0] is not SENSITIVE.get(name)]
    assert len(false) <= len(calls) / 10, false
    assert all({kind for kind, _ in masks[name]} >= {kind} for name, kind in SENSITIVE.items())


def test_two_thousand_utterances_of_a_grammar() -> None:
    found = figures(2_000)
    share = {kind: right / all_of for kind, (right, all_of) in found.items()}
    assert share[Kind.CARD] >= 0.995
    assert share[Kind.CODE] >= 0.99
    assert min(share.values()) >= 0.97


def test_the_check_digit_is_that_of_cards() -> None:
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")


def test_a_raised_figure_is_no_digit_and_breaks_nothing() -> None:
    assert hidden("ten m² and ¹ more") == ["ten m² and ¹ more"]
