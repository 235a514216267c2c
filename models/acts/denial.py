"""Denials the model does not hear by itself: "I don't want your manager" asks for nobody.

Training sentences hold negated twins of every act; for a few acts whose words stand out that is not enough, and a rule
helps. It is not for acts that are often told by a denial ("I don't want to live any more").
"""

from __future__ import annotations

import re

DENIABLE = frozenset(["asks-for-superior", "insults", "threatens-legal-or-public"])
_DENIED = re.compile(
    r"\b(?:not|never|\w+n['\u2019]?t)\s+(?:\w+\s+)?(?:want|wanna|wish|need|going|gonna|plan|planning|trying|asking|say|saying|"
    r"said|mean|claim|claiming|calling)\b",
    re.I,
)
_CLAUSE = re.compile(r"[,.;!?]|\bbut\b|\band\b|\bjust\b", re.I)


def undenied(piece: str) -> str:
    """The clauses of a piece in which nothing is denied; "" where that is none."""
    start, kept = 0, []
    for end in [*(m.start() for m in _CLAUSE.finditer(piece)), len(piece)]:
        clause = piece[start:end]
        if not _DENIED.search(clause):
            kept.append(clause)
        start = end
    return "".join(kept).strip(" ,.;!?")
