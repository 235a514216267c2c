"""What a recognizer makes of a telephone call: words lost or replaced, no punctuation, no capitals."""

from __future__ import annotations

import random
import re

WRONG = 0.08
"""Share of words lost or replaced."""
_NEAR = ["the", "a", "and", "to", "it", "in", "is", "that", "of", "you", "i", "on", "for", "was", "so"]


def plain(text: str) -> str:
    """Without punctuation and capitals; apostrophes stay."""
    return " ".join(re.findall(r"\w+(?:['\u2019]\w+)*", text.lower()))


def misheard(text: str, chance: random.Random, wrong: float = WRONG) -> str:
    """`text` as a recognizer might have heard it: `plain`, and a share `wrong` of its words lost or replaced."""
    words: list[str] = []
    before = plain(text).split()
    for word in before:
        if chance.random() >= wrong:
            words.append(word)
            continue
        kind = chance.random()
        if kind < 0.4:
            continue
        if kind < 0.7 and len(word) > 3:
            cut = chance.randrange(1, len(word))
            words.append(chance.choice([word[:cut], word[cut:], word[:-1], word + "s"]))
        else:
            words.append(chance.choice(before if chance.random() < 0.3 else _NEAR))
    return " ".join(words) or plain(text)
