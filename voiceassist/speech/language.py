"""Which languages a call may be in, and whether one side of it is in another.

Whisper says of every utterance which language it sounds like, at the price of one step of its decoder. Of short
utterances it is often wrong, so short ones do not count, and it takes more than one utterance to decide. Only
multilingual models can tell languages apart.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from voiceassist.core.messages import Message, message, table
from voiceassist.speech import tuning


def language_name(code: str) -> Message:
    """The name of a language in the language of whoever reads it; the code itself where the table has no name."""
    return message(f"language-{code}") if f"language-{code}" in table() else message("language-other", code=code)


def language_probabilities(model: Any, encoded: Any) -> dict[str, float]:
    """How likely each language is for what was encoded, by code; sums to 1.

    `model`: a multilingual CTranslate2 `Whisper` (of faster-whisper's model: `.model`); `encoded`: its encoder's
    output for one window.
    """
    return {token[2:-2]: float(probability) for token, probability in model.detect_language(encoded)[0]}


def most_likely(probabilities: Mapping[str, float], expected: tuple[str, ...]) -> str:
    """The most likely of the expected languages, or of all when none is named."""
    among = [code for code in expected if code in probabilities] or list(probabilities)
    return max(among, key=lambda code: probabilities[code])


class LanguageCheck:
    """Follows one side of a call: is it in one of the expected languages?

    Adds up how much more likely another language is than the expected ones, utterance by utterance, with a limit to
    what one utterance and what all of them may say, so that neither one odd utterance nor a long past decides.
    """

    def __init__(self, expected: tuple[str, ...]) -> None:
        """Where `expected` is empty, any language is expected, and nothing is ever found."""
        self._expected = expected
        self._evidence = 0.0
        """For another language, in natural logarithms."""
        self._last = 0.0
        """What the last utterance that counts said for another language, in the same measure."""
        self._others: Counter[str] = Counter()
        self.other = ""
        """Code of the language this side is in, when it is none of the expected."""

    def add(self, probabilities: Mapping[str, float], seconds: float) -> bool:
        """One more utterance of so many seconds; whether `other` changed."""
        if not counts(probabilities, seconds) or not self._expected:
            return False
        expected = max(probabilities.get(code, 0.0) for code in self._expected)
        others = {code: p for code, p in probabilities.items() if code not in self._expected}
        other = max(others, key=lambda code: others[code], default="")
        ratio = math.log(max(others.get(other, 0.0), 1e-6) / max(expected, 1e-6))
        step = max(-tuning.LANGUAGE_STEP, min(ratio, tuning.LANGUAGE_STEP))
        self._evidence = max(-tuning.LANGUAGE_STEP, min(self._evidence + step, 2 * tuning.LANGUAGE_DECIDED))
        self._last = step
        if step > 0:
            self._others[other] += 1
        before = self.other
        if self._evidence >= tuning.LANGUAGE_DECIDED:
            self.other = self._others.most_common(1)[0][0]
        elif self._evidence <= 0:
            self.other = ""
            self._others.clear()
        return self.other != before

    @property
    def doubtful(self) -> bool:
        """Whether what was said last sounds like another language, and it is not decided."""
        return not self.other and self._last > 0

    def is_foreign(self, probabilities: Mapping[str, float], seconds: float) -> bool:
        """Whether an utterance of this side is in the other language: by itself, or when too short, by the others."""
        if not self.other:
            return False
        return not counts(probabilities, seconds) or most_likely(probabilities, ()) not in self._expected


def counts(probabilities: Mapping[str, float], seconds: float) -> bool:
    """Whether an utterance of so many seconds says enough about its language."""
    return bool(probabilities) and seconds >= tuning.LANGUAGE_SPEECH
