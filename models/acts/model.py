"""Acts of an utterance, from the bundled weights: an encoder and n-grams together. The same words, the same answer."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceassist.core.phrase_match import ends_denied

from .encoder import Encoder
from .names import ACTS, NAMES
from .ngrams import columns
from .pieces import Piece, pieces

WEIGHTS = Path(__file__).with_name("weights")
POINTS = Path(__file__).with_name("points.toml")
CARRIES = 6.0
"""Logits of an n-gram head that all of the encoder's attention in a piece is worth, when the piece is chosen."""


DENIED_BY_NOT_WANTING = frozenset(["asks-for-superior", "threatens-legal-or-public"])
"""Acts that "I don't want …" takes back. Not harm or leaving: "I don't want to be here any more" does both."""
DENIAL = 6.0
"""Logits that a denial of the word that carries the act takes away."""


class Point(StrEnum):
    """How sure the model must be, by what hangs on it."""

    NAG = "nag"
    """A cue that reminds: 2 % false."""
    INTERRUPT = "interrupt"
    """A cue that comes at once: 1.5 % false of sentences written to mislead, under 1 % of the test set."""
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
        self,
        encoder: Encoder,
        heads: Mapping[str, Heads],
        joins: Mapping[str, Join],
        points: Mapping[str, Mapping[Point, float]],
        product: Mapping[str, Point],
    ) -> None:
        self._encoder = encoder
        self._heads = heads
        self._joins = {role: [joins[name] for name in names] for role, names in ACTS.items()}
        self._points = points
        self._product = product

    @classmethod
    def load(cls) -> ActModel:
        """The bundled model, read once for the whole process."""
        return _bundled()

    @classmethod
    def preload(cls) -> None:
        """Read the weights and one utterance a side, so that the first of a call costs no more than the others."""
        model = cls.load()
        for role in ACTS:
            model.acts(role, "", "hello")

    def acts(self, role: str, previous: str, text: str) -> tuple[Act, ...]:
        """Every act of `role` ("agent" or "caller") in the order of `names.ACTS`, none for a text without words.

        `previous` is the other side's turn before, or "" when there is none. Raises `KeyError` for another role.
        """
        acts = []
        for name, join, weighed in zip(ACTS[role], self._joins[role], self.weigh(role, previous, text), strict=False):
            logit = join.encoder * weighed.encoder + join.ngrams * weighed.ngrams + join.bias - DENIAL * weighed.denied
            score = round(1 / (1 + math.exp(-max(logit, -50.0))), 4)
            start, end = weighed.part.start, weighed.part.end
            acts.append(Act(name, score, text[start:end], start, end))
        return tuple(acts)

    def weigh(self, role: str, previous: str, text: str) -> tuple[Weighed, ...]:
        """What each of the acts of `role` is decided by, as in `acts`."""
        parts = pieces(text)
        reading = self._encoder.read(role, previous, text)
        if not parts or reading is None:
            return ()
        worded = self._heads[role].logits(text, parts, previous)
        carries = reading.carried_by(parts)
        weighed = []
        for n, name in enumerate(ACTS[role]):
            column = NAMES.index(name)
            part = parts[int((worded[:, n] + CARRIES * carries[:, column]).argmax())]
            denied = name in DENIED_BY_NOT_WANTING and ends_denied(text[: reading.peak(part, column)])
            weighed.append(Weighed(float(reading.logits[column]), float(worded[:, n].max()), denied, part))
        return tuple(weighed)

    def threshold(self, name: str, point: Point) -> float:
        """The score from which an act counts at a working point."""
        return self._points[name][point]

    def decided(self, acts: Iterable[Act]) -> tuple[Act, ...]:
        """Those of `acts` that the product takes for said: each at its act's own working point."""
        return tuple(act for act in acts if act.score >= self.threshold(act.name, self._product[act.name]))


@dataclass(frozen=True, slots=True)
class Weighed:
    """Logits of an act from the encoder and the n-grams; `denied`: its speaker says not to want it; the piece."""

    encoder: float
    ngrams: float
    denied: bool
    part: Piece


@dataclass(frozen=True, slots=True)
class Join:
    """How much the encoder and the n-grams count for an act, and how seldom it is."""

    encoder: float
    ngrams: float
    bias: float


@dataclass(frozen=True, slots=True)
class Heads:
    """Linear heads on n-grams: `weights` int8 of shape (features, acts), `scale` and `bias` of shape (acts,)."""

    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def logits(self, text: str, parts: list[Piece], previous: str) -> npt.NDArray[np.float64]:
        """How sure of each act in each part, shape (parts, acts)."""
        logits = np.empty((len(parts), len(self.bias)))
        for i, part in enumerate(parts):
            found = columns(text[part.start : part.end], previous)
            logits[i] = self.weights[found].sum(axis=0, dtype=np.int64) * self.scale / np.sqrt(len(found)) + self.bias
        return logits


@cache
def _bundled() -> ActModel:
    heads = {}
    for role in ACTS:
        with np.load(WEIGHTS / f"{role}.npz") as stored:
            heads[role] = Heads(stored["weights"], stored["scale"], stored["bias"])
    table: dict[str, dict[str, Any]] = tomllib.loads(POINTS.read_text(encoding="utf-8"))
    points = {name: {point: float(row[point.value]) for point in Point} for name, row in table.items()}
    joins = {name: Join(*map(float, row["join"])) for name, row in table.items()}
    return ActModel(
        Encoder(WEIGHTS / "encoder.npz"),
        heads,
        joins,
        points,
        {name: Point(row["product"]) for name, row in table.items()},
    )
