"""Acts of an utterance, from the bundled weights. numpy only; the same answer for the same words, always."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .names import ACTS
from .ngrams import columns
from .pieces import Piece, pieces

WEIGHTS = Path(__file__).with_name("weights")
POINTS = Path(__file__).with_name("points.toml")


class Point(StrEnum):
    """How sure the model must be, by what hangs on it."""

    NAG = "nag"
    """A cue that reminds: 2 % false."""
    INTERRUPT = "interrupt"
    """A cue that comes at once: at most 1 % false."""
    FOLLOWED = "followed"
    """Whether somebody has done it already: 5 % false."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an utterance does.

    `score` is from 0 to 1. `piece` is the part of the utterance that carries the act, its characters `start` to `end`.
    """

    name: str
    score: float
    piece: str
    start: int
    end: int


class ActModel:
    """Scores the acts of utterances. Holds no state between calls."""

    def __init__(
        self, heads: Mapping[str, Heads], points: Mapping[str, Mapping[Point, float]], product: Mapping[str, Point]
    ) -> None:
        self._heads = heads
        self._points = points
        self._product = product

    @classmethod
    def load(cls) -> ActModel:
        """The bundled model, read once for the whole process."""
        return _bundled()

    def acts(self, role: str, previous: str, text: str) -> tuple[Act, ...]:
        """Every act of `role` ("agent" or "caller") in the order of `names.ACTS`, none for a text without words.

        `previous` is the other side's turn before, or "" when there is none. Raises `KeyError` for another role.
        """
        names = ACTS[role]
        parts = pieces(text)
        if not parts:
            return ()
        scores = self._heads[role].scores(text, parts, previous)
        best = scores.argmax(axis=0)
        return tuple(
            Act(name, round(float(scores[i, n]), 4), text[parts[i].start : parts[i].end], parts[i].start, parts[i].end)
            for n, (name, i) in enumerate(zip(names, best, strict=True))
        )

    def threshold(self, name: str, point: Point) -> float:
        """The score from which an act counts at a working point."""
        return self._points[name][point]

    def decided(self, acts: Iterable[Act]) -> tuple[Act, ...]:
        """Those of `acts` that the product takes for said: each at its act's own working point."""
        return tuple(act for act in acts if act.score >= self.threshold(act.name, self._product[act.name]))


@dataclass(frozen=True, slots=True)
class Heads:
    """Linear heads on n-grams: `weights` int8 of shape (features, acts), `scale` and `bias` of shape (acts,)."""

    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def scores(self, text: str, parts: list[Piece], previous: str) -> npt.NDArray[np.float64]:
        """Scores in 0–1, shape (parts, acts)."""
        logits = np.empty((len(parts), len(self.bias)))
        for i, part in enumerate(parts):
            found = columns(text[part.start : part.end], previous)
            logits[i] = self.weights[found].sum(axis=0, dtype=np.int64) * self.scale / np.sqrt(len(found)) + self.bias
        return np.asarray(1 / (1 + np.exp(-logits)))


@cache
def _bundled() -> ActModel:
    heads = {}
    for role in ACTS:
        with np.load(WEIGHTS / f"{role}.npz") as stored:
            heads[role] = Heads(stored["weights"], stored["scale"], stored["bias"])
    table = tomllib.loads(POINTS.read_text(encoding="utf-8"))
    points = {name: {point: float(row[point.value]) for point in Point} for name, row in table.items()}
    return ActModel(heads, points, {name: Point(row["product"]) for name, row in table.items()})
