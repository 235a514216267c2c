"""An utterance in pieces: one act is seldom more than a clause, and a long turn does several.

A recognizer's text often has no punctuation, so that a long stretch of words is cut into overlapping windows too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 14
"""Words of a piece at most: what was found best for windows (recall at 2 % false alarms)."""
STRIDE = 7
SHORTEST = 3
"""Words under which a sentence joins its neighbour: "No." says little alone."""

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_END = re.compile(r"[.!?;:\u2026\u2013]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of an utterance."""

    start: int
    end: int


def pieces(text: str) -> list[Piece]:
    """The pieces of `text` in order, from its first word to its last: sentences, the long ones in windows.

    Every word is in a piece; a text without words has none.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        return []
    sentences: list[list[tuple[int, int]]] = [[words[0]]]
    for before, word in pairwise(words):
        if _END.search(text, before[1], word[0]) and len(sentences[-1]) >= SHORTEST:
            sentences.append([word])
        else:
            sentences[-1].append(word)
    if len(sentences) > 1 and len(sentences[-1]) < SHORTEST:
        last = sentences.pop()
        sentences[-1] += last
    return [Piece(window[0][0], window[-1][1]) for sentence in sentences for window in _windows(sentence)]


def _windows(sentence: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    if len(sentence) <= LONGEST:
        return [sentence]
    starts = [*range(0, len(sentence) - LONGEST, STRIDE), len(sentence) - LONGEST]
    return [sentence[start : start + LONGEST] for start in starts]
