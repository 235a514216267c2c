"""The text of an utterance that is still being spoken.

Every word is looked at as seldom as can be. In a pause all words so far are complete: they stand from then on, and what
is looked at next is the sound after it. In between, words stand once two looks in a row agree on them.
"""

from __future__ import annotations

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.speech import tuning
from voiceassist.speech.agreement import Agreement


class PartialText:
    def __init__(self) -> None:
        self.begin = 0
        """Samples of the utterance's sound whose words are complete: the rest begins here."""
        self.complete_until = 0.0
        """Second of the call at which speech ended when they were completed."""
        self.looked_at = 0
        """Samples of the sound at the last look."""
        self._complete = ""
        self._rest = Agreement()

    @property
    def shown(self) -> bool:
        """Whether there is any text."""
        return bool(self._complete or self._rest.text)

    @property
    def pieces(self) -> bool:
        """Whether there was a pause already, so that a look at the rest is none at the whole."""
        return self.begin > 0

    def add(self, hypothesis: str) -> tuple[str, int]:
        """A look at the rest: the text to show and how many of its characters are certain."""
        rest, stable = self._rest.add(hypothesis)
        if not self._complete:
            return rest, stable
        text = f"{self._complete} {rest}".strip()
        return text, len(self._complete) + (stable + 1 if stable else 0)

    def complete(self, hypothesis: str, samples: int, until: float) -> tuple[str, int]:
        """The same in a pause, after `samples` of sound, speech having ended at `until`: all of it is certain."""
        self._rest.add(hypothesis)
        text, _ = self.add(hypothesis)
        self._complete, self._rest = text, Agreement()
        self.begin = max(0, samples - round(tuning.PIECE_OVERLAP * SAMPLE_RATE))
        self.complete_until = until
        return text, len(text)
