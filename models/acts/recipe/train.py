"""Join the trained parts: python -m models.acts.recipe.train RESULTS

The last step of the recipe (README.md has all of them). RESULTS holds, for every hand that was left out in turn, what
n-grams (`heads-HAND.npz`) and the encoder (`encoder-HAND.npz`) without that hand make of its utterances; what the
bundled ones make of the kept sentences of `calm` and of the dev turns is computed. From those the share of the two in
each act's score is fitted, and the scores from which acts count are set, denials taken back: on utterances the parts
were not trained on, clean and misheard, and on the dev turns. Writes `points.toml`, prints the figures of README.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from voiceassist.core.phrase_match import NEGATIONS

from ..measure import Floats, recall_at, threshold
from ..model import DENIAL, POINTS, ActModel, Point
from ..names import ACTS, NAMES
from ..ngrams import normal
from .corpus import CALM, Example, as_misheard, read_turns, split, training_examples

FALSE = {Point.NAG: 0.02, Point.INTERRUPT: 0.015, Point.FOLLOWED: 0.05}
"""Share of utterances that do not do the act but count, at most, at each working point: of those written to mislead,
of which more count than of what is said in calls. 1.5 % of them are under 1 % of the test set."""
INTERRUPTS = ("threatens-harm", "insults")
NAGS = ("refuses", "negative-language", "contradicts", "promises-follow-up")
FLOOR = 0.25
"""No score below counts, however seldom it is: an act that nothing looks like is not found in everything."""
DEV = 2.5
"""Times the share allowed of dev turns: there are too few to measure 2 %, but what many of them do is no sign."""


def product_point(name: str) -> Point:
    """The working point the product decides an act at."""
    if name in INTERRUPTS:
        return Point.INTERRUPT
    return Point.FOLLOWED if name in ACTS["agent"] and name not in NAGS else Point.NAG


def join(encoder: Floats, ngrams: Floats, does: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """How much each counts, and a bias: a logistic fit, held near (0.7, 0.5, 0)."""
    at = np.array([0.7, 0.5, 0.0])

    def loss(x: Floats) -> tuple[float, Floats]:
        logits = x[0] * encoder + x[1] * ngrams + x[2]
        slope = 1 / (1 + np.exp(-logits)) - does
        away = np.array([4.0, 4.0, 0.0]) * (x - at)
        down = np.array([slope @ encoder, slope @ ngrams, slope.sum()])
        return float((np.logaddexp(0, logits) - does * logits).sum() + (away * (x - at)).sum() / 2), down + away

    found = minimize(loss, at, jac=True, method="L-BFGS-B", bounds=[(0.1, 3), (0.0, 3), (-10, 10)]).x
    return float(found[0]), float(found[1]), float(found[2])


def bundled(examples: Sequence[Example]) -> tuple[Floats, Floats, Floats]:
    """What the bundled encoder and n-grams say, and logits that denials take away, shape (examples, acts) each."""
    model = ActModel.load()
    both = np.zeros((3, len(examples), len(NAMES)))
    for i, e in enumerate(examples):
        for name, weighed in zip(ACTS[e.role], model.weigh(e.role, e.previous, e.text), strict=False):
            both[:, i, NAMES.index(name)] = weighed.encoder, weighed.ngrams, DENIAL * weighed.denied
    return both[0], both[1], both[2]


def taken_back(examples: Sequence[Example]) -> Floats:
    """The last of `bundled`; only what has a negation is read."""
    chosen = [i for i, e in enumerate(examples) if e.role == "caller" and NEGATIONS & {*normal(e.text).split()}]
    away = np.zeros((len(examples), len(NAMES)))
    away[chosen] = bundled([examples[i] for i in chosen])[2]
    return away


def parts(examples: Sequence[Example], name: str) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which of the examples do the act, and which surely do not."""
    does = np.array([name in e.labels for e in examples], dtype=bool)
    out = [name in ACTS[e.role] and name not in e.labels and name not in e.unsure for e in examples]
    return does, np.array(out, dtype=bool)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path)
    parser.add_argument("--figures", type=Path, help="also write the figures there, as JSON")
    options = parser.parse_args()
    examples, dev = training_examples(), read_turns(Path(__file__).parents[1] / "data" / "dev.jsonl")
    clean: list[Example] = []
    noisy: list[Example] = []
    made: dict[str, list[list[Floats]]] = {"clean": [], "noisy": []}
    for file in sorted(options.results.glob("encoder-*.npz")):
        hand = file.stem.removeprefix("encoder-")
        if hand == "all" or file.name.endswith(".enc.npz"):
            continue
        test = split(examples, hand)[1]
        heard = as_misheard(test)
        clean += test
        noisy += heard
        with np.load(file) as encoder, np.load(options.results / f"heads-{hand}.npz") as heads:
            if len(encoder["test"]) != len(test):
                raise SystemExit(f"{file} was made from other sentences than are there now")
            made["clean"].append([encoder["test"].astype(float), heads["test"].astype(float), taken_back(test)])
            made["noisy"].append([encoder["noisy"].astype(float), heads["noisy"].astype(float), taken_back(heard)])
    test = split(examples, CALM)[1]
    heard = as_misheard(test)
    clean += test
    noisy += heard
    made["clean"].append([*bundled(test)])
    made["noisy"].append([*bundled(heard)])
    on_dev = bundled(dev)
    on_clean, on_noisy = (tuple(map(np.concatenate, zip(*rows, strict=True))) for rows in made.values())
    lines = ["# Written by models/acts/recipe/train.py: what counts for an act, and scores from which it counts."]
    lines += ["# `recall` is of held-out hands, clean, at 2, 1.5 and 5 % false; what justifies all of it: README.md"]
    figures: dict[str, dict[str, object]] = {}
    languages = sorted({e.lang for e in clean})
    for column, name in enumerate(NAMES):
        own = [np.array([name in ACTS[e.role] for e in rows]) for rows in (clean, noisy)]
        does = np.concatenate([parts(clean, name)[0][own[0]], parts(noisy, name)[0][own[1]]])
        sure = np.concatenate(
            [
                (parts(rows, name)[0] | parts(rows, name)[1])[kept]
                for rows, kept in zip((clean, noisy), own, strict=True)
            ]
        )
        seen = [np.concatenate([on_clean[i][own[0], column], on_noisy[i][own[1], column]]) for i in range(2)]
        a, b, c = join(seen[0][sure], seen[1][sure], does[sure])

        def score(pair: Sequence[Floats], a: float = a, b: float = b, c: float = c, column: int = column) -> Floats:
            return np.asarray(
                1 / (1 + np.exp(-(a * pair[0][:, column] + b * pair[1][:, column] + c - pair[2][:, column])))
            )

        scores = {"clean": score(on_clean), "noisy": score(on_noisy), "dev": score(on_dev)}
        rows = {"clean": clean, "noisy": noisy, "dev": dev}
        written = np.concatenate([scores[k][parts(rows[k], name)[1]] for k in ("clean", "noisy")])
        turns = scores["dev"][parts(dev, name)[1]]
        points = {
            point: max(round(threshold(written, rate), 4), round(threshold(turns, DEV * rate), 4), FLOOR)
            for point, rate in FALSE.items()
        }
        figure: dict[str, object] = {"points": {str(p): v for p, v in points.items()}}
        for key in rows:
            for lang in ["", *languages] if key != "dev" else [""]:
                chosen = [replace(e) for e in rows[key]]
                kept = np.array([not lang or e.lang == lang for e in chosen], dtype=bool)
                yes, no = (x & kept for x in parts(rows[key], name))
                if not yes.any():
                    continue
                at = points[product_point(name)]
                figure[f"{key}{'-' + lang if lang else ''}"] = [
                    int(yes.sum()),
                    *(round(recall_at(scores[key][yes], scores[key][no], r), 3) for r in FALSE.values()),
                    round(float((scores[key][yes] >= at).mean()), 3),
                    round(float((scores[key][no] >= at).mean()), 4),
                ]
        figures[name] = figure
        recall = [
            recall_at(scores["clean"][x], scores["clean"][y], r)
            for x, y in [parts(clean, name)]
            for r in FALSE.values()
        ]
        lines += ["", f'["{name}"]', f'product = "{product_point(name)}"', f"join = [{a:.3f}, {b:.3f}, {c:.3f}]"]
        lines += [f"{point} = {value:.4f}" for point, value in points.items()]
        lines.append(f"recall = [{', '.join(f'{x:.2f}' for x in recall)}]")
        print(f"{name:34}", *(f"{k} {v}" for k, v in figure.items() if k in ("clean", "dev")), flush=True)
    POINTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if options.figures:
        options.figures.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    for key in ("clean", "noisy", "dev", *(f"clean-{x}" for x in languages), *(f"noisy-{x}" for x in languages)):
        rows_of = [f[key] for f in figures.values() if key in f]
        table = np.array([row[1:] for row in rows_of if isinstance(row, list) and row[0] >= 3])
        print(
            f"mean {key:10}",
            np.round(100 * table.mean(axis=0), 1),
            "recall at 2, 1.5, 5 % and the product's points; false there",
        )


if __name__ == "__main__":
    main()
