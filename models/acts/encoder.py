"""The encoder: a small transformer that reads an utterance after the turn before, and says how sure it is of each act.

Six layers of 384 numbers a token, its matrices kept in 4 bits and computed in 8, run by onnxruntime on one thread.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceassist.core.privacy import make_private

from .pieces import Piece
from .tokens import BETWEEN, SIDES, Tokens, heard

BEFORE = 24
"""Tokens of the turn before that are read: its last."""
LONGEST = 96
"""Tokens of the utterance that are read at once; a longer one is read in parts."""
BLOCK = 64
"""Numbers of a stored row that share a scale."""

LARGEST = 63
"""Of the bytes computed with: 7 bits, so that processors without VNNI do not overflow."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """`logits` of shape (acts,). Row i of `share`, shape (words, acts), is what word i adds to being sure; the words
    stand at characters `starts` to `ends`."""

    logits: Floats
    share: Floats
    starts: list[int]
    ends: list[int]

    def peak(self, part: Piece, act: int) -> int:
        """Where the word of `part` ends that adds most to being sure of an act (its column)."""
        words = range(bisect_left(self.starts, part.start), bisect_right(self.ends, part.end))
        return self.ends[max(words, key=lambda i: float(self.share[i, act]))] if words else part.end

    def carried_by(self, parts: Sequence[Piece]) -> Floats:
        """What each of `parts` of the utterance adds to being sure, shape (parts, acts)."""
        return np.array(
            [
                self.share[bisect_left(self.starts, part.start) : bisect_right(self.ends, part.end)].sum(axis=0)
                for part in parts
            ]
        )


class Encoder:
    """Reads utterances. Holds no state between them."""

    def __init__(self, file: Path) -> None:
        make_private()
        import onnxruntime

        with np.load(file) as stored:
            parts = bytes(stored["parts"]).decode().split("\n")
            self._tokens = Tokens(parts, stored["likely"].astype(float).tolist())
            self._words = unpacked(stored["words.nibbles"], stored["words.scales"])
            self._places = stored["places"].astype(np.float32)
            self._turn = stored["turn"].astype(np.float32)
            graph = bytes(stored["graph"])
            names = [name.removesuffix(".nibbles") for name in stored.files if name.endswith(".nibbles")]
            put_in: list[tuple[str, npt.NDArray[np.generic]]] = []
            for name in names:
                if name != "words":
                    weight, scale = in_bytes(unpacked(stored[f"{name}.nibbles"], stored[f"{name}.scales"]))
                    put_in += [(f"{name}.weight", weight), (f"{name}.scale", scale)]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_external_initializers(
            [name for name, _ in put_in], [onnxruntime.OrtValue.ortvalue_from_numpy(value) for _, value in put_in]
        )
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def read(self, role: str, previous: str, text: str) -> Reading | None:
        """What the utterance does; acts of both sides, in the order of `names.ACTS`. None for a text without words."""
        before = [token for word, _, _ in heard(previous) for token in self._tokens.cut(word)][-BEFORE:]
        words = heard(text)
        cuts = [self._tokens.cut(word) for word, _, _ in words]
        best: Reading | None = None
        first = 0
        while first < len(words):
            last, length = first, 0
            while last < len(words) and (length + len(cuts[last]) <= LONGEST or last == first):
                length += len(cuts[last])
                last += 1
            made = self._part(SIDES[role], before, cuts[first:last])
            reading = Reading(made[0], made[1], [w[1] for w in words[first:last]], [w[2] for w in words[first:last]])
            best = reading if best is None else _surer(best, reading)
            first = last
        return best

    def _part(self, side: int, before: list[int], cuts: list[tuple[int, ...]]) -> tuple[Floats, Floats]:
        text = [token for cut in cuts for token in cut][:LONGEST]
        tokens = [side, *before, BETWEEN, *text]
        skipped = len(tokens) - len(text)
        x = self._words[tokens] + self._places[: len(tokens)]
        x[:skipped] += self._turn[0]
        x[skipped:] += self._turn[1]
        logits, share = self._session.run(None, {"x": x[None], "skipped": np.array([skipped], dtype=np.int64)})
        owner = [i for i, cut in enumerate(cuts) for _ in cut][:LONGEST]
        words = np.zeros((len(cuts), logits.shape[1]), dtype=np.float32)
        np.add.at(words, owner, share[0])
        return logits[0], words


def _surer(one: Reading, other: Reading) -> Reading:
    """Of two parts of an utterance: for each act what the surer one says."""
    first = one.logits >= other.logits
    return Reading(
        np.where(first, one.logits, other.logits),
        np.concatenate([one.share * first, other.share * ~first]),
        one.starts + other.starts,
        one.ends + other.ends,
    )


def unpacked(nibbles: npt.NDArray[np.uint8], scales: npt.NDArray[np.float16]) -> Floats:
    """Rows stored in 4 bits: `nibbles` (rows, columns / 2), the lower ones first, `scales` (rows, columns / BLOCK)."""
    wide = np.stack([nibbles & 15, nibbles >> 4], axis=2).astype(np.float32) - 8
    rows = len(nibbles)
    return np.asarray((wide.reshape(rows, -1, BLOCK) * scales[:, :, None].astype(np.float32)).reshape(rows, -1))


def in_bytes(weight: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """A matrix (rows, columns) turned, as bytes with a scale for each row."""
    scale = np.maximum(np.abs(weight).max(axis=1), 1e-8) / LARGEST
    return np.ascontiguousarray(np.round(weight / scale[:, None]).astype(np.int8).T), scale.astype(np.float32)
