"""Phrases in what was said."""

from __future__ import annotations

import pytest

from voiceassist.core.phrase_match import find, same


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I'm so sorry to hear that.", "sorry to hear"),
        ("That is against our policy, sir", "our policy"),
        ("I am apologising for the delays", "the delay"),
        ("I want my money right back", "my money back"),
        ("I'M SORRY", "i\u2019m sorry"),
    ],
)
def test_words_heard_slightly_wrong_match(text: str, phrase: str) -> None:
    assert find(text, [phrase]) == phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I am not angry", "angry"),
        ("I don't want to cancel", "want to cancel"),
        ("Now that is good", "no"),
        ("butter", "but"),
        ("sorry but I must hear it", "sorry to hear"),
        ("You are not useless", "you are useless"),
        ("That is acceptable", "unacceptable"),
        ("Das ist möglich", "unmöglich"),
        ("", "sorry"),
    ],
)
def test_negated_or_merely_similar_words_do_not_match(text: str, phrase: str) -> None:
    assert find(text, [phrase]) is None


def test_a_phrase_with_its_own_negation_is_found() -> None:
    assert find("No, we can't do that", ["can't do"]) == "can't do"


def test_nearly_equal_sentences_count_as_the_same() -> None:
    assert same("I want my money back for the machine.", "I want my money back for this machine")
    assert not same("I want my money back.", "Where is the driver now?")


def test_a_denied_statement_does_not_match() -> None:
    assert find("I am not saying that you are stupid.", ["stupid"]) is None
    assert find("Ich sage nicht, dass Sie unfähig sind.", ["unfähig"]) is None
    assert find("Je ne dis pas que vous êtes incapable.", ["incapable"]) is None
    assert find("I said it, you have to wait.", ["you have to"]) == "you have to"


def test_a_no_that_answers_a_question_negates_nothing() -> None:
    assert find("No, you are useless.", ["useless"]) == "useless"
    assert find("No. You are useless.", ["useless"]) == "useless"
    assert find("No es una vergüenza", ["es una vergüenza"]) is None
    assert find("No, es una vergüenza", ["es una vergüenza"]) == "es una vergüenza"


def test_not_only_is_no_negation() -> None:
    assert find("Sie sind nicht nur unfähig", ["unfähig"]) == "unfähig"
    assert find("Vous êtes pas seulement lent", ["lent"]) == "lent"


def test_an_unwanted_thing_was_not_asked_for() -> None:
    said, phrase = "I do not want to speak to your manager", ["your manager"]
    assert find(said, phrase, negated_by_not_wanting=True) is None
    assert find("I don't want to talk to you idiots", ["you idiot"]) == "you idiot"
    assert find("Ich verklage Sie nicht", ["verklage sie"], negated_by_not_wanting=True) is None
    assert find("Ich verklage Sie, nicht wahr", ["verklage sie"], negated_by_not_wanting=True) == "verklage sie"
    assert (
        find("I do not want to wait I want a supervisor", ["a supervisor"], negated_by_not_wanting=True)
        == "a supervisor"
    )
