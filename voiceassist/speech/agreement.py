"""What of a partial text may be shown as certain: LocalAgreement-2.

Words count as certain once two hypotheses in a row agree on them from the beginning on. What was certain stays so
until the final comes; only the tail may change. Policy: Macháček et al. 2023, "Turning Whisper into Real-Time
Transcription System"; here bounded to one utterance, which removes most of its cost.
"""

from __future__ import annotations

import re


class Agreement:
    """The partial text of one utterance, hypothesis after hypothesis."""

    def __init__(self) -> None:
        self._previous: list[str] = []
        self._certain: list[str] = []

    def add(self, hypothesis: str) -> tuple[str, int]:
        """The text to show and how many of its characters are certain.

        The certain words stand as they were first agreed on, followed by what the newest hypothesis has after them.
        """
        words = hypothesis.split()
        agreed = _common(self._previous, words)
        if agreed > len(self._certain):
            self._certain += words[len(self._certain) : agreed]
        self._previous = words
        stable = " ".join(self._certain)
        tail = " ".join(words[len(self._certain) :])
        return f"{stable} {tail}".strip(), len(stable)


def _common(a: list[str], b: list[str]) -> int:
    """How many words at the beginning are the same, whatever their case and punctuation."""
    count = 0
    for x, y in zip(a, b, strict=False):
        if _bare(x) != _bare(y):
            break
        count += 1
    return count


def _bare(word: str) -> str:
    return re.sub(r"[^\w]", "", word.lower()) or word
