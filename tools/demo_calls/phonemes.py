"""From text to the phonemes Kokoro was trained on, word by word, by eSpeak NG."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from itertools import pairwise

MARKS = ",.!?;:—…"
"""Punctuation that the model reads: it decides on melody and pauses."""

# eSpeak's signs in Misaki's alphabet, the model's own; ^ ties two signs to one sound. After misaki/espeak.py
# (hexgrad, Apache-2.0).
_EVERYWHERE = (
    ("ʔn", "tn"), ("ʔ", "t"), ("a^ɪ", "I"), ("a^ʊ", "W"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"),
    ("ə^l", "ᵊl"), ("ʲ", ""), ("ɚ", "əɹ"), ("r", "ɹ"), ("x", "k"), ("ç", "k"), ("ɐ", "ə"), ("ɬ", "l"),
)  # fmt: skip
_I = "ˌI"
"""The model was trained with a stress here; without it swallows the word."""
_AMERICAN = (("o^ʊ", "O"), ("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɪə", "iə"), ("ː", ""))
_BRITISH = (("e^ə", "ɛː"), ("iə", "ɪə"), ("ə^ʊ", "Q"))
_GERMAN = (
    ("a^ɪ", "aɪ"), ("a^ʊ", "aʊ"), ("ɔ^ø", "ɔʏ"), ("ɔ^ɪ", "ɔɪ"), ("t^ʃ", "ʧ"), ("t^s", "ʦ"), ("p^f", "pf"),
    ("ʏ", "y"), ("r", "ɾ"), ("ʁ", "ɾ"), ("ə", "ɛ"),
)  # fmt: skip
"""No German voice was in the training: an Italian r and e are understood better than the true ones."""


def word_phonemes(text: str, language: str) -> list[tuple[str, str]]:
    """(word as written, its phonemes) for each word of `text`; marks stand behind the word they follow.

    `language` is eSpeak's name: en-us, en-gb, de. eSpeak runs short words together ("of the"); they get their share.
    """
    result: list[tuple[str, str]] = []
    for piece in re.findall(rf"[^{MARKS}]+[{MARKS}]*", text):
        spoken, marks = re.fullmatch(rf"(.*?)([{MARKS}]*)", piece.strip(), re.DOTALL).groups()  # type: ignore[union-attr]
        words = spoken.split()
        if not words:
            continue
        found = [
            _I if word == "I" and language != "de" else sounds
            for word, sounds in zip(words, _by_word(words, language), strict=True)
        ]
        found[-1] += marks
        written = [*words[:-1], words[-1] + marks]
        result.extend(zip(written, found, strict=True))
    return result


_CHANGES = {"de": _GERMAN, "en-us": (*_EVERYWHERE, *_AMERICAN), "en-gb": (*_EVERYWHERE, *_BRITISH)}


def _by_word(words: list[str], language: str) -> list[str]:
    """The phonemes of one clause, one entry a word."""
    clause = _espeak(" ".join(words), language).split()
    if len(clause) == len(words):
        return clause
    alone = [_espeak(word, language) for word in words]
    lengths = [len(a) for a in alone]
    best: dict[tuple[int, int], tuple[float, list[int]]] = {(0, 0): (0.0, [])}
    for done in range(len(clause)):
        for begin in range(len(words)):
            if (done, begin) not in best:
                continue
            cost, counts = best[done, begin]
            for end in range(begin + 1, len(words) + 1):
                new = cost + abs(sum(lengths[begin:end]) - len(clause[done]))
                if new < best.get((done + 1, end), (float("inf"), []))[0]:
                    best[done + 1, end] = (new, [*counts, end - begin])
    if (len(clause), len(words)) not in best:
        return [sounds.replace(" ", "") for sounds in alone]
    result: list[str] = []
    at = 0
    for together, count in zip(clause, best[len(clause), len(words)][1], strict=True):
        share = lengths[at : at + count]
        edges = [round(len(together) * sum(share[:n]) / max(1, sum(share))) for n in range(count + 1)]
        result.extend(together[a:b] for a, b in pairwise(edges))
        at += count
    return result


@cache
def _espeak(text: str, language: str) -> str:
    command = ["espeak-ng", "-q", "--ipa", "--tie=^", "-v", language, text]
    ipa = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ipa = " ".join(ipa.split())
    ipa = re.sub(r"\([a-z-]+\)", "", ipa)  # eSpeak's mark for words of another language
    for sign, other in _CHANGES[language]:
        ipa = ipa.replace(sign, other)
    ipa = re.sub("(\\S)\u0329", "ᵊ\\1", ipa)
    return ipa.replace("^", "").replace("\u0329", "").replace("\u0303", "")
