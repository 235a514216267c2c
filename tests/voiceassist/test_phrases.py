"""Phrases in what was said."""

import pytest

from voiceassist.phrases import find, same


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
def test_near_enough_counts(text, phrase):
    assert find(text, [phrase]) == phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I am not angry", "angry"),
        ("I don't want to cancel", "want to cancel"),
        ("Now that is good", "no"),
        ("butter", "but"),
        ("sorry but I must hear it", "sorry to hear"),
        ("", "sorry"),
    ],
)
def test_denied_or_merely_similar_words_do_not(text, phrase):
    assert find(text, [phrase]) is None


def test_a_phrase_with_its_own_negation_is_found():
    assert find("No, we can't do that", ["can't do"]) == "can't do"


def test_nearly_the_same_sentence_is_the_same():
    assert same("I want my money back for the machine.", "I want my money back for this machine")
    assert not same("I want my money back.", "Where is the driver now?")


def test_who_denies_to_say_something_has_not_said_it():
    assert find("I am not saying that you are stupid.", ["stupid"]) is None
    assert find("Ich sage nicht, dass Sie unfähig sind.", ["unfähig"]) is None
    assert find("Je ne dis pas que vous êtes incapable.", ["incapable"]) is None
    assert find("I said it, you have to wait.", ["you have to"]) == "you have to"
