"""Words of an utterance as the encoder's tokens: pieces of words, the most likely ones (a unigram model)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

UNKNOWN = 0
BETWEEN = 1
"""Ends the turn before."""
SIDES = {"agent": 2, "caller": 3}
"""The first token: whose utterance it is."""
SPECIALS = 4

_TOKEN = re.compile(r"\w+(?:'\w+)*|[.,?!]")
_START = "\u2581"


def heard(text: str) -> list[tuple[str, int, int]]:
    """Words and marks of `text`, each with its first and last character's offsets; lower case, digits as 0."""
    flat = text.replace("\u2019", "'")
    found = []
    for match in _TOKEN.finditer(flat):
        word = unicodedata.normalize("NFKC", match.group().lower())
        found.append((re.sub(r"\d", "0", word), match.start(), match.end()))
    return found


class Tokens:
    """Cuts words with a vocabulary: `parts` with log probabilities `likely`, numbered from SPECIALS on."""

    def __init__(self, parts: Sequence[str], likely: Sequence[float]) -> None:
        self._number = {part: SPECIALS + i for i, part in enumerate(parts)}
        self._likely = dict(zip(parts, likely, strict=True))
        self._longest = max(map(len, parts))
        self._worst = min(likely) - 10
        self.cut = lru_cache(maxsize=16384)(self._cut)

    def _cut(self, word: str) -> tuple[int, ...]:
        """The tokens of one word or mark."""
        text = word if word in ".,?!" else _START + word
        best = [0.0] + [float("-inf")] * len(text)
        back = [0] * (len(text) + 1)
        for end in range(1, len(text) + 1):
            for start in range(max(0, end - self._longest), end):
                likely = self._likely.get(text[start:end])
                if likely is None:
                    if end - start > 1:
                        continue
                    likely = self._worst
                if best[start] + likely > best[end]:
                    best[end], back[end] = best[start] + likely, start
        cuts, end = [], len(text)
        while end:
            cuts.append(self._number.get(text[back[end] : end], UNKNOWN))
            end = back[end]
        return tuple(reversed(cuts))
