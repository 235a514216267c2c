"""Phrases in what was said: near enough counts, whatever the recogniser made of small words and endings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

CLOSE_ENOUGH = 88.0
"""Similarity in percent at which a stretch of text is taken for the phrase: one wrong letter in eight."""


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Lower case, no punctuation, single spaces; typographic apostrophes as plain ones and then dropped."""
    text = text.lower().replace("\u2019", "'").replace("'", "")
    return " ".join(re.findall(r"\w+", text))


def find(text: str, phrases: Iterable[str]) -> str | None:
    """The first of `phrases` that `text` contains, or None. Whole words only."""
    words = normal(text).split()
    for phrase in phrases:
        wanted = normal(phrase)
        size = len(wanted.split())
        if size == 0:
            continue
        for i in range(len(words) - size + 1):
            if fuzz.ratio(" ".join(words[i : i + size]), wanted) >= CLOSE_ENOUGH:
                return phrase
    return None
