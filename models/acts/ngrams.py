"""What the wording of a piece shows: hashed word and letter n-grams, and how it repeats the turns before."""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

BITS = 16
SIZE = 1 << BITS
"""Buckets that n-grams are hashed to."""
OVERLAPS = 6
"""Buckets after those, for the share of a piece's words that the turn before had."""

_WORD = re.compile(r"\w+")
CONTENT = 4
"""Letters from which a word counts as one of content, in every language."""


def normal(text: str) -> str:
    """Lower case, words only, apostrophes dropped, digits as 0: what a recognizer spells one way or another."""
    text = text.lower().replace("\u2019", "'").replace("'", "")
    return re.sub(r"\d", "0", " ".join(_WORD.findall(text)))


def ngrams(piece: str) -> list[str]:
    """Words one to three in a row, and letters two to five in a row within a word and its bounds."""
    words = ["<", *normal(piece).split(), ">"]
    found = [" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]
    for word in words[1:-1]:
        found += _letters(word)
    return found


@lru_cache(maxsize=16384)
def _letters(word: str) -> tuple[str, ...]:
    bound = f"_{word}_"
    return tuple("." + bound[i : i + n] for n in (2, 3, 4, 5) for i in range(max(len(bound) - n + 1, 0)))


@lru_cache(maxsize=65536)
def bucket(ngram: str) -> int:
    return crc32(ngram.encode()) & (SIZE - 1)


def overlap(piece: str, previous: str) -> float:
    """Share of the content words of `piece` that `previous` has, by their first five letters; 0 with none."""
    words = {word[:5] for word in normal(piece).split() if len(word) >= CONTENT}
    before = {word[:5] for word in normal(previous).split() if len(word) >= CONTENT}
    return len(words & before) / len(words) if words else 0.0


def columns(piece: str, previous: str) -> list[int]:
    """The features of a piece after the turn `previous` (empty if unknown), as columns below SIZE + OVERLAPS."""
    found = {bucket(ngram) for ngram in ngrams(piece)}
    if previous:
        words = normal(previous).split()
        found |= {bucket(f"|{word}") for word in words[-25:]}
        found.add(SIZE + round(overlap(piece, previous) * (OVERLAPS - 2)))
    else:
        found.add(SIZE + OVERLAPS - 1)
    return sorted(found)
