"""Linear heads on n-grams; which piece of an utterance carries the act is learned along.

python -m models.acts.recipe.heads FOLDER --out FILE [--without HAND]
"""

from __future__ import annotations

import argparse
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
from .corpus import Example, as_misheard, read_turns, split, training_examples, with_turn_before
from .noise import misheard

ROUNDS = 2
"""Times the piece that carries an act is chosen anew by the heads of the round before."""
PENALTY = 0.05
"""Weight of the squared weights against the sum of losses."""
LEAST = 3
"""Pieces an n-gram must be in to count."""
SMALLEST = 4
"""Of the stored weights (-127 to 127): those below are nothing, and take no room."""
STEPS = 60
"""Steps of the descent (L-BFGS) a round."""
BALANCE = 0.2
"""An act's utterances weigh together this share of those that do not do it, up to ten times each."""

Floats = npt.NDArray[np.float64]


def train(examples: Sequence[Example], role: str, seed: int = 1, noisy: float = 0.5) -> Heads:
    """Heads for the acts of `role`; a share `noisy` of the examples is seen a second time as misheard."""
    chance = random.Random(seed)
    own = [example for example in examples if example.role == role]
    own = with_turn_before(own, chance, 0.6, among=examples)
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
    stored[np.abs(stored) < SMALLEST] = 0
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


def logits_of(heads: Heads, examples: Sequence[Example]) -> Floats:
    """The logit of each act in its surest piece, shape (examples, acts)."""
    return np.array([heads.logits(e.text, pieces(e.text), e.previous).max(axis=0) for e in examples])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="data/ with the sentences and dev.jsonl")
    parser.add_argument("--without", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--deadline", help="not used")
    options = parser.parse_args()
    examples, test = split(training_examples(options.folder / "data"), options.without)
    sets = {"test": test, "noisy": as_misheard(test), "dev": read_turns(options.folder / "data" / "dev.jsonl")}
    names = [*ACTS["agent"], *ACTS["caller"]]
    made = {name: np.zeros((len(rows), len(names))) for name, rows in sets.items()}
    for role in ACTS:
        heads = train(examples, role, options.seed)
        if not options.without:
            save(heads, options.out.with_name(f"{role}.npz"))
        columns_of = [names.index(name) for name in ACTS[role]]
        for name, rows in sets.items():
            own = [i for i, example in enumerate(rows) if example.role == role]
            if own:
                made[name][np.ix_(own, columns_of)] = logits_of(heads, [rows[i] for i in own])
    kept = {name: logits.astype(np.float16) for name, logits in made.items()}
    np.savez_compressed(options.out, **kept)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
