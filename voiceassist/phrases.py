"""Phrases in what was said: near enough counts, and "not angry" is not "angry".

The recogniser gets small words and endings wrong, and people never say a phrase twice the same way. So a phrase is
looked for word by word: each of its words must be close to a word of the text, in order, with at most one word between
two of them. A phrase right after a negation does not count, unless it has a negation itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz

CLOSE_ENOUGH = 85.0
"""Similarity of two words in percent at which they are taken for the same: an ending, or one letter in six."""
SHORT_WORD = 3
"""Words up to this length must be the same: "no" and "now" are not near."""
STRAY_WORDS = 1
NEGATION_REACH = 2
NEGATIONS = frozenset(
    [
        *("not", "never", "no", "without", "hardly", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent"),
        *("wont", "wouldnt", "cannot", "cant", "couldnt", "havent"),
        *("nicht", "nichts", "kein", "keine", "keinen", "keiner", "nie", "niemals", "ohne", "kaum"),
        *("nunca", "sin", "jamás", "ni", "tampoco"),
        *("ne", "pas", "jamais", "sans", "aucun", "aucune", "rien"),
    ]
)
SAYING = frozenset(
    [
        *("say", "saying", "said", "mean", "claim", "claiming"),
        *("sage", "sagen", "gesagt", "meine", "behaupte"),
        *("digo", "dije", "dicho", "diciendo"),
        *("dis", "dit", "prétends"),
    ]
)
AFTER_VERBS = (["nicht"], ["pas"])
"""Negations that follow what they deny."""
SAYING_REACH = 6
"""Words after "I am not saying" in which nothing counts as said."""
SAME_SENTENCE = 80.0
"""Similarity in percent, whatever the order of words, at which two sentences say the same."""


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Lower case, no punctuation, single spaces; apostrophes dropped."""
    text = text.lower().replace("\u2019", "'").replace("'", "")
    return " ".join(re.findall(r"\w+", text))


def find(text: str, phrases: Iterable[str]) -> str | None:
    """The first of `phrases` that `text` contains and does not deny, or None."""
    words = normal(text).split()
    for phrase in phrases:
        wanted = normal(phrase).split()
        if wanted and any(_stands_at(words, i, wanted) for i in range(len(words))):
            return phrase
    return None


def same(one: str, other: str, least: float = SAME_SENTENCE) -> bool:
    """Whether two sentences say nearly the same; very short ones never do."""
    return fuzz.token_sort_ratio(normal(one), normal(other)) >= least


def sentences(text: str) -> list[str]:
    """A text in its sentences, by its own punctuation."""
    return [s for s in re.split(r"(?<=[.!?])\s+", text.strip()) if s]


def _stands_at(words: list[str], start: int, wanted: list[str]) -> bool:
    if not _near(words[start], wanted[0]):
        return False
    at = start
    for word in wanted[1:]:
        nearby = range(at + 1, min(at + 2 + STRAY_WORDS, len(words)))
        at = next((i for i in nearby if _near(words[i], word)), -1)
        if at < 0:
            return False
    if NEGATIONS.intersection(wanted):
        return True
    before = words[max(start - NEGATION_REACH, 0) : start]
    return not NEGATIONS.intersection(before) and not _said_not(words[max(start - SAYING_REACH, 0) : start])


def _said_not(before: list[str]) -> bool:
    """Whether somebody just denied to say what follows: "I am not saying that you are …"."""
    for i, word in enumerate(before):
        denied = NEGATIONS.intersection(before[max(i - NEGATION_REACH, 0) : i]) or before[i + 1 : i + 2] in AFTER_VERBS
        if word in SAYING and denied:
            return True
    return False


@lru_cache(maxsize=65536)
def _near(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    if min(len(word), len(wanted)) <= SHORT_WORD:
        return False
    return fuzz.ratio(word, wanted) >= CLOSE_ENOUGH
