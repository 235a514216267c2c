"""Make the model of acts from its sentences: python -m models.acts.recipe.train

Needs the dependency group `acts`. Writes `weights/` and `points.toml` beside the model; prints recall at the working
points on `data/dev.jsonl`. Which score counts is set on people the heads were not trained on: each hand is left out in
turn, and thresholds are taken from what those heads make of its utterances and of the dev turns.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..measure import Floats, recall_at, threshold
from ..model import POINTS, WEIGHTS, Heads, Point
from ..names import ACTS
from ..pieces import pieces
from .corpus import DATA, Example, read_turns, training_examples
from .heads import save, train

FOLDS = 5
"""Parts a hand with no other of its language beside it is cut in, to be left out one after the other."""
FALSE = {Point.NAG: 0.02, Point.INTERRUPT: 0.01, Point.FOLLOWED: 0.05}
"""Share of utterances that do not do the act but count, at most, at each working point."""
INTERRUPTS = ("threatens-harm", "insults")
NAGS = ("refuses", "negative-language", "contradicts")
FLOOR = 0.25
"""No score below counts, however seldom it is: an act that nothing looks like is not found in everything."""


def product_point(name: str) -> Point:
    """The working point the product decides an act at."""
    if name in INTERRUPTS:
        return Point.INTERRUPT
    return Point.FOLLOWED if name in ACTS["agent"] and name not in NAGS else Point.NAG


def scores(heads: Heads, examples: Sequence[Example]) -> Floats:
    """Best score of each act over the pieces of each example, shape (examples, acts)."""
    return np.array([heads.scores(e.text, pieces(e.text), e.previous).max(axis=0) for e in examples])


def held_out(examples: Sequence[Example], role: str, seed: int) -> tuple[list[Example], Floats]:
    """The examples of `role`, and what heads trained without their hands make of them."""
    groups: dict[str, list[Example]] = defaultdict(list)
    hands = {example.hand for example in examples if example.role == role}
    for number, example in enumerate(e for e in examples if e.role == role):
        groups[example.hand if len(hands) > 2 else str(number % FOLDS)].append(example)
    found: list[Example] = []
    made = []
    for group in groups.values():
        left = {id(example) for example in group}
        heads = train([example for example in examples if id(example) not in left], role, seed)
        found += group
        made.append(scores(heads, group))
    return found, np.concatenate(made)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    examples = training_examples(options.data)
    dev = read_turns(options.data / "dev.jsonl")
    lines = [
        "# Written by models/acts/recipe/train.py. Scores from which an act counts; what justifies them: README.md"
    ]
    for role, names in ACTS.items():
        heads = train(examples, role, options.seed)
        save(heads, WEIGHTS / f"{role}.npz")
        own, made = held_out(examples, role, options.seed)
        turns = [turn for turn in dev if turn.role == role]
        pool, pool_scores = [*own, *turns], np.concatenate([made, scores(heads, turns)])
        for column, name in enumerate(names):
            lines += ["", f'["{name}"]', f'product = "{product_point(name)}"']
            does = np.array([name in e.labels for e in pool])
            out = np.array([name not in e.labels and name not in e.unsure for e in pool])
            positives, negatives = pool_scores[does, column], pool_scores[out, column]
            for point, rate in FALSE.items():
                lines.append(f"{point} = {max(threshold(negatives, rate), FLOOR):.4f}")
            at = [recall_at(positives, negatives, rate) for rate in FALSE.values()]
            lines.append(f"recall = [{', '.join(f'{x:.2f}' for x in at)}] # held-out hands, at each of the three")
            print(f"{name:36} {len(positives):5} " + " ".join(f"{100 * x:5.0f}" for x in at), flush=True)
    POINTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
