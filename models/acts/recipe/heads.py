"""Linear heads on n-grams, an act at a time; which piece of an utterance carries the act is learned along."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from ..model import Heads
from ..names import ACTS
from ..ngrams import OVERLAPS, SIZE, columns
from ..pieces import pieces
from .corpus import Example
from .noise import misheard

ROUNDS = 2
"""Times the piece that carries an act is chosen anew by the heads of the round before."""
PENALTY = 0.05
"""Weight of the squared weights against the sum of losses."""
LEAST = 2
"""Pieces an n-gram must be in to count."""
STEPS = 60
"""Steps of the descent (L-BFGS) a round."""
BALANCE = 0.2
"""An act's utterances weigh together this share of those that do not do it, up to ten times each."""

Floats = npt.NDArray[np.float64]


def train(examples: Sequence[Example], role: str, seed: int = 1, noisy: float = 0.5) -> Heads:
    """Heads for the acts of `role`; a share `noisy` of the examples is seen a second time as misheard."""
    chance = random.Random(seed)
    own = [example for example in examples if example.role == role]
    texts = [(example, example.text, example.previous) for example in own]
    texts += [
        (example, misheard(example.text, chance), misheard(example.previous, chance) if example.previous else "")
        for example in own
        if chance.random() < noisy
    ]
    rows, owners = [], []
    for number, (_, text, previous) in enumerate(texts):
        for part in pieces(text):
            rows.append(columns(text[part.start : part.end], previous))
            owners.append(number)
    matrix, owner = matrix_of(rows), np.array(owners)
    does = np.array([[name in example.labels for name in ACTS[role]] for example, _, _ in texts])
    unsure = np.array([[name in example.unsure for name in ACTS[role]] for example, _, _ in texts]) & ~does
    positive = does[owner].astype(float)
    share = np.bincount(owner)[owner][:, None]
    balance = np.clip(BALANCE * (~does).sum(axis=0) / np.maximum(does.sum(axis=0), 1), 1.0, 10.0)
    others = (1 - positive) * ~unsure[owner] / np.sqrt(share)
    weight = others + positive * balance / share
    seen = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]) >= LEAST)
    matrix = matrix[:, seen]
    weights, bias = np.zeros((len(seen), len(balance))), np.full(len(balance), -3.0)
    for _ in range(ROUNDS):
        weights, bias = _descend(matrix, positive, weight, weights, bias)
        made = matrix @ weights + bias
        best = np.full(does.shape, -np.inf)
        np.maximum.at(best, owner, made)
        weight = others + positive * balance * (made >= best[owner])
    scale = np.abs(weights).max(axis=0) / 127
    scale[scale == 0] = 1.0
    stored = np.zeros((SIZE + OVERLAPS, len(balance)), dtype=np.int8)
    stored[seen] = np.round(weights / scale)
    return Heads(stored, scale.astype(np.float32), bias.astype(np.float32))


def matrix_of(rows: Sequence[Sequence[int]]) -> csr_matrix:
    """Pieces as rows of unit length, shape (pieces, SIZE + OVERLAPS)."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(len(row))) for row in rows])
    return csr_matrix((values, np.concatenate(rows), starts), shape=(len(rows), SIZE + OVERLAPS))


def _descend(matrix: csr_matrix, does: Floats, weight: Floats, weights: Floats, bias: Floats) -> tuple[Floats, Floats]:
    """Logistic heads, all acts at once; `does` and `weight` of shape (pieces, acts)."""
    turned = matrix.T.tocsr()
    acts = does.shape[1]

    def loss(flat: Floats) -> tuple[float, Floats]:
        packed = flat.reshape(-1, acts)
        logits = matrix @ packed[:-1] + packed[-1]
        losses = weight * (np.logaddexp(0, logits) - does * logits)
        slope = weight * (1 / (1 + np.exp(-logits)) - does)
        down = np.concatenate([turned @ slope + PENALTY * packed[:-1], slope.sum(axis=0, keepdims=True)])
        return float(losses.sum() + PENALTY / 2 * (packed[:-1] ** 2).sum()), down.ravel()

    start = np.concatenate([weights, bias[None]]).ravel()
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.reshape(-1, acts)
    return found[:-1], found[-1]


def save(heads: Heads, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, weights=heads.weights, scale=heads.scale, bias=heads.bias)
