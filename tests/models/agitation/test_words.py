"""What is known of telling words: the same kinds in every language, each phrase once."""

from __future__ import annotations

from collections import Counter

import pytest

from models.acts import CALLER_ACTS, LANGUAGES
from models.agitation.words import ACTS, ESCALATION, STRENGTHS


def test_every_language_of_a_cue_pack_has_acts_or_phrases() -> None:
    assert {*ESCALATION, *LANGUAGES} == {"de", "en", "es", "fr"}


def test_every_kind_is_told_by_an_act_of_the_caller() -> None:
    assert set(ACTS.values()) == set(STRENGTHS)
    assert set(ACTS) <= set(CALLER_ACTS)


@pytest.mark.parametrize("language", ESCALATION)
def test_every_language_has_every_kind(language: str) -> None:
    count = Counter(phrase.kind for phrase in ESCALATION[language])
    assert count.keys() == STRENGTHS.keys()
    assert min(count.values()) >= 7


@pytest.mark.parametrize("language", ESCALATION)
def test_no_phrase_is_listed_twice(language: str) -> None:
    count = Counter(phrase.text.casefold() for phrase in ESCALATION[language])
    assert [text for text, n in count.items() if n > 1] == []
