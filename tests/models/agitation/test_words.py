"""What is known of telling words: the same kinds in every language, each phrase once."""

from __future__ import annotations

from collections import Counter

import pytest

from models.agitation.words import ESCALATION, STRENGTHS


def test_there_are_phrases_in_the_languages_of_the_cue_packs() -> None:
    assert sorted(ESCALATION) == ["de", "en", "es", "fr"]


@pytest.mark.parametrize("language", ESCALATION)
def test_every_language_has_every_kind(language: str) -> None:
    count = Counter(phrase.kind for phrase in ESCALATION[language])
    assert count.keys() == STRENGTHS.keys()
    assert min(count.values()) >= 7


@pytest.mark.parametrize("language", ESCALATION)
def test_no_phrase_is_listed_twice(language: str) -> None:
    count = Counter(phrase.text.casefold() for phrase in ESCALATION[language])
    assert [text for text, n in count.items() if n > 1] == []
