"""Error rates of a transcript: words, and the times of words. Plain counting; knows nothing of models or sound."""

from __future__ import annotations

from collections.abc import Sequence

from .grammar import normalise

Word = tuple[float, float, str]
"""(start, end, word) in seconds."""


def alignment(said: Sequence[str], heard: Sequence[str]) -> tuple[int, list[tuple[int, int]]]:
    """Fewest edits (Levenshtein) from `said` to `heard`, and the pairs of places where both have the same word."""
    rows = [list(range(len(heard) + 1))]
    for i, word in enumerate(said, 1):
        row = [i]
        for j, other in enumerate(heard, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (word != other)))
        rows.append(row)
    i, j, same = len(said), len(heard), []
    while i and j:
        if said[i - 1] == heard[j - 1] and rows[i][j] == rows[i - 1][j - 1]:
            i, j = i - 1, j - 1
            same.append((i, j))
        elif rows[i][j] == rows[i - 1][j - 1] + 1:
            i, j = i - 1, j - 1
        elif rows[i][j] == rows[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return rows[-1][-1], same[::-1]


def word_error_rate(said: Sequence[str], heard: Sequence[str]) -> float:
    """Words put in, left out or changed over words said, all texts together, without case and punctuation."""
    edits = words = 0
    for truth, got in zip(said, heard, strict=True):
        edits += alignment(normalise(truth), normalise(got))[0]
        words += len(normalise(truth))
    return edits / max(words, 1)


def time_errors(said: Sequence[Word], heard: Sequence[Word]) -> list[float]:
    """Seconds by which the start and the end of every rightly heard word are off."""
    plain = [[" ".join(normalise(word)) for _, _, word in words] for words in (said, heard)]
    errors = []
    for i, j in alignment(*plain)[1]:
        errors += [abs(said[i][0] - heard[j][0]), abs(said[i][1] - heard[j][1])]
    return errors
