"""The model's own small vocabulary in Whisper's layout, and what the decoder is taught to write.

Text pieces come first, then `<|endoftext|>` and Whisper's other marks, then `<|0.00|>` to `<|30.00|>`. With fewer than
51 865 entries faster-whisper and CTranslate2 take the model for an English-only one: a prompt is
`<|startoftranscript|>` alone, or with `<|notimestamps|>`.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

_MARKS = (
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>",
    "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
)  # fmt: skip
_TIMES = tuple(f"<|{step * 0.02:.2f}|>" for step in range(1501))

# faster-whisper by default suppresses the first piece of " -", " '" and " ♪". In a small vocabulary that piece would be
# the bare blank, without which no word begins (error rate 0.20 instead of 0.06): give them pieces of their own.
_OWN_PIECES = ("-", "'", "\u00e2")
_BLANK = "\u0120"

IGNORED = -100
TIME_STEP = 0.1
"""Segment times are taught in steps of 0.1 s: five times fewer marks to learn; word times do not depend on them."""


def train_tokenizer(texts: Iterable[str], pieces: int) -> Tokenizer:
    """Byte-level BPE of `pieces` text pieces (all 256 bytes among them) plus the marks."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=pieces - len(_OWN_PIECES),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    # Text starts with a space, as Whisper's does.
    tokenizer.train_from_iterator((" " + text for text in texts), trainer)
    state = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(merge) for merge in state["merges"]]
    vocabulary = dict(state["vocab"])
    for piece in _OWN_PIECES:
        if _BLANK + piece not in vocabulary:
            vocabulary[_BLANK + piece] = len(vocabulary)
            merges.append((_BLANK, piece))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(mark, special=True) for mark in (*_MARKS, *_TIMES)])
    return tokenizer


def open_tokenizer(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))


@dataclass(frozen=True)
class Lesson:
    """What the decoder reads and should write for one utterance.

    inputs   token ids it is given, from <|startoftranscript|> (or a previous text) on
    labels   of the same length: what it should say after each; IGNORED where it does not matter
    spans    of the same length: (start, end) in seconds of the sound that tells the label, or None
    """

    inputs: list[int]
    labels: list[int]
    spans: list[tuple[float, float] | None]


class Lessons:
    """Turns texts with word times into lessons."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        names = tokenizer.get_vocab()
        mark = names.__getitem__
        self.end, self.start = mark("<|endoftext|>"), mark("<|startoftranscript|>")
        self.previous, self.nothing = mark("<|startofprev|>"), mark("<|nospeech|>")
        self.english = mark("<|en|>")
        self.untimed, self.zero = mark("<|notimestamps|>"), mark("<|0.00|>")
        self._words: dict[str, tuple[list[int], list[int]]] = {}

    def time(self, seconds: float, *, up: bool = False) -> int:
        steps = (math.ceil if up else math.floor)(round(seconds / TIME_STEP, 3))
        return self.zero + min(round(steps * TIME_STEP / 0.02), 1500)

    def pieces(self, words: list[tuple[float, float, str]]) -> tuple[list[int], list[tuple[float, float]]]:
        """Text pieces of the words, and the stretch of sound of each: the word's, shared out by letters."""
        ids: list[int] = []
        spans: list[tuple[float, float]] = []
        for start, end, word in words:
            pieces, letters = self._spelled(word)
            done, total = 0, sum(letters)
            for piece, count in zip(pieces, letters, strict=True):
                spans.append((start + (end - start) * done / total, start + (end - start) * (done + count) / total))
                ids.append(piece)
                done += count
        return ids, spans

    def _spelled(self, word: str) -> tuple[list[int], list[int]]:
        """The pieces of a word and how many letters each has; the same words come again and again."""
        if word not in self._words:
            encoded = self.tokenizer.encode(" " + word)
            self._words[word] = encoded.ids, [max(len(token.lstrip(_BLANK)), 1) for token in encoded.tokens]
        return self._words[word]

    def lesson(
        self,
        words: list[tuple[float, float, str]],
        rng: random.Random,
        *,
        timed: bool | None = None,
        before: str | None = None,
    ) -> Lesson:
        """One utterance's lesson, with segment times or without (drawn if None), after a previous text if given."""
        timed = rng.random() < 0.55 if timed is None else timed
        ids, spans = self.pieces(words)
        if not ids:
            # The first label is what faster-whisper's no_speech_prob is read from. With times the decoder is then
            # made to write a time, and must end. Without, it can neither end at once nor write <|nospeech|>, which
            # faster-whisper suppresses; it writes <|en|>, a mark that is no text either.
            if timed:
                first = self.zero + 5 * rng.randrange(0, 11)
                inputs, labels = [self.start, first], [self.nothing, self.end]
            else:
                inputs = [self.start, self.untimed, self.english]
                labels = [self.nothing, self.english, self.end]
            return Lesson(inputs, labels, [None] * len(inputs))
        begin, finish = words[0][0], words[-1][1]
        opening, closing = self.time(begin), self.time(finish, up=True)
        places: list[tuple[float, float] | None]
        at_start, at_end = (max(0.0, begin - 0.1), begin + 0.1), (finish - 0.1, finish + 0.1)
        if timed:
            inputs = [self.start, opening, *ids, closing]
            labels = [opening, *ids, closing, self.end]
            places = [at_start, *spans, at_end, at_end]
        else:
            inputs = [self.start, self.untimed, *ids]
            labels = [opening, *ids, self.end]
            places = [at_start, *spans, at_end]
        if before:
            earlier: list[int] = [self.previous, *self.tokenizer.encode(" " + before).ids[-60:]]
            inputs = earlier + inputs
            labels = [IGNORED] * len(earlier) + labels
            places = [*(None for _ in earlier), *places]
        return Lesson(inputs, labels, places)
