"""Words of the call on a card: exactly as said, short, and none that should not stand on a screen.

A card in quotation marks is believed, and read over the agent's shoulder. So only words that were really said stand in
them, and where a number, an address or digits read out are among them nothing is quoted at all.
"""

from __future__ import annotations

import re

from .model import Act, ActModel

MOST_WORDS = 9
"""Words of a quotation at most: more is not read at a glance."""
FEWEST_WORDS = 3
"""Words left at least when a piece is cut down."""
CLAUSE = 0.4
"""How much surer a run of words must be to be quoted in place of a clause: half a sentence reads badly."""
_JOINS = frozenset(["and", "but", "because", "so", "und", "aber", "weil", "y", "pero", "porque", "et", "mais", "parce"])
"""Words that begin a clause."""
NUMBERS = frozenset(
    [
        *("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "double", "triple"),
        *("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
        *("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
        *("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    ]
)
"""Words by which numbers are read out."""
_DIGITS_IN_A_ROW = 3


def quote(role: str, previous: str, act: Act) -> str:
    """At most `MOST_WORDS` words in a row of the act's piece, those that carry it best; "" where none may be shown.

    `role` and `previous` are those the act was found with.
    """
    words = [word.span() for word in re.finditer(r"\S+", act.piece)]
    if len(words) <= MOST_WORDS:
        return safe(act.piece)
    model = ActModel.load()
    best, most = "", -1.0
    for (start, end), whole in _cuts(act.piece, words):
        part = act.piece[start:end]
        score = next((a.score for a in model.acts(role, previous, part) if a.name == act.name), 0.0)
        score += whole * CLAUSE
        if score > most and safe(part):
            best, most = safe(part), score
    return best


def safe(words: str) -> str:
    """The words without punctuation around them, or "" where they hold a number or an address."""
    words = words.strip(' \t\n,.;:!?…–-"“”')
    spoken = [word.strip(",.;:!?").lower() for word in words.split()]
    row = longest = 0
    for word in spoken:
        row = row + 1 if word in NUMBERS else 0
        longest = max(longest, row)
    if re.search(r"\d{3}|@|www", words) or longest >= _DIGITS_IN_A_ROW:
        return ""
    return words


def _cuts(piece: str, words: list[tuple[int, int]]) -> list[tuple[tuple[int, int], bool]]:
    """Parts of a long piece and whether each is a clause: its clauses where they are short enough, and every run of
    `MOST_WORDS` words."""
    cuts = []
    first = 0
    for i, (_, end) in enumerate(words):
        following = piece[slice(*words[i + 1])].lower() if i + 1 < len(words) else ""
        if piece[end - 1] in ",;:.!?–" or following in _JOINS or not following:
            if FEWEST_WORDS <= i + 1 - first <= MOST_WORDS:
                cuts.append(((words[first][0], end), True))
            first = i + 1
    runs = [(words[i][0], words[i + MOST_WORDS - 1][1]) for i in range(len(words) - MOST_WORDS + 1)]
    return cuts + [(run, False) for run in runs]
