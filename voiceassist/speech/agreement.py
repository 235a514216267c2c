"""What of a partial text may be shown as certain: LocalAgreement-2.

Words count as certain once two hypotheses in a row agree on them. What was certain stays so until the final comes; only
the tail may change. Policy: Macháček et al. 2023, "Turning Whisper into Real-Time Transcription System"; here bounded
to one utterance, which removes most of its cost.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher


class Agreement:
    """The partial text of one utterance, hypothesis after hypothesis."""

    def __init__(self) -> None:
        self._tail: list[str] = []
        """What the hypothesis before had after the certain words."""
        self._certain: list[str] = []

    @property
    def text(self) -> str:
        """The newest text to show."""
        return " ".join([*self._certain, *self._tail])

    def add(self, hypothesis: str) -> tuple[str, int]:
        """The text to show and how many of its characters are certain.

        The certain words stand as they were first agreed on, followed by what the newest hypothesis has after them.
        """
        words = hypothesis.split()
        tail = words[_after(self._certain, words) :]
        agreed = _common(self._tail, tail)
        self._certain += tail[:agreed]
        self._tail = tail[agreed:]
        return self.text, len(" ".join(self._certain))


def _after(certain: list[str], words: list[str]) -> int:
    """Where in `words` that begins which comes after the certain words.

    Not simply as many words on: "I am" may have become "I'm", and every word after it would be told twice or left out.
    """
    matcher = SequenceMatcher(None, [_bare(w) for w in certain], [_bare(w) for w in words], autojunk=False)
    last = [block for block in matcher.get_matching_blocks() if block.size]
    if not last:
        return len(certain)
    # Certain words after the last ones that are found again have become other words: as many, for all that is known.
    return last[-1].b + len(certain) - last[-1].a


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
