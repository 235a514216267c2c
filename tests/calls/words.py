"""How many words of a demo call were heard wrong: without case, punctuation and "uh", numbers spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import jiwer

from tests.calls.demo import DemoCall
from tests.calls.run import of_kind
from voiceassist.core.events import Channel, Event, Text

DIGITS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    "de": ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"],
}
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
ORDINALS = {"3rd": "third", "4th": "fourth", "6th": "sixth", "21st": "twenty first"}
SAME = {"mr": "mister", "mrs": "missus", "ok": "okay"}
FILLERS = {"uh", "um", "er", "ah", "hm", "mm", "äh", "ähm"}


@dataclass(frozen=True)
class WordErrors:
    """Wrong words and said words of each side."""

    wrong: dict[Channel, int]
    said: dict[Channel, int]

    @property
    def rate(self) -> float:
        return sum(self.wrong.values()) / sum(self.said.values())


def word_errors(call: DemoCall, events: Iterable[Event]) -> WordErrors:
    """Words put in, left out or changed. `events` are those of the whole call, of each utterance the last text."""
    texts = {text.utterance: text for text in of_kind(events, Text) if text.final}
    heard = sorted(texts.values(), key=lambda text: text.start)
    wrong, said = {}, {}
    for side in Channel:
        reference = plain(" ".join(line.text for line in call.lines if line.who is side), call.language)
        found = jiwer.process_words(
            reference, plain(" ".join(text.text for text in heard if text.channel is side), call.language)
        )
        wrong[side] = found.substitutions + found.deletions + found.insertions
        said[side] = len(reference.split())
    return WordErrors(wrong, said)


def plain(text: str, language: str) -> str:
    """`text` as it is compared."""
    text = text.lower().replace("’", "'")
    for short, long in ORDINALS.items():
        text = text.replace(short, long)
    text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    text = re.sub(r"\d+", lambda found: f" {_spelled(found[0], language)} ", text)
    text = re.sub(r"\b(?:oh|o)(?= (?:zero|two|seven)\b)", "zero", text)
    words = re.sub(r"[^\w ]", " ", text.replace("'", "")).split()
    return " ".join(SAME.get(word, word) for word in words if word not in FILLERS)


def _spelled(digits: str, language: str) -> str:
    number = int(digits)
    if language == "en" and not digits.startswith("0") and 10 <= number < 100:
        if number < 20:
            return TEENS[number - 10]
        return TENS[number // 10] + (f" {DIGITS['en'][number % 10]}" if number % 10 else "")
    return " ".join(DIGITS[language][int(digit)] for digit in digits)
