"""The weights of the agitation estimator, fitted on labelled clips and real calm talk.

    python -m tools.agitation.fit DIR… [--calm FILE…] [--ship NAME…]

Every clip goes through the estimator in a call of its own, after calm clips of the same speaker, clean and as a
levelled telephone delivers it. A logistic regression tells the windows of agitated clips from those of calm and low
ones, each clip and each set counting the same. `--calm` names recordings of real calm talk of one caller each: four
fifths of what counts as calm come from there, since acted calm is calmer than people on the telephone. Told are

- how well each set is told when fitted on all the others (leave one set out), and with each figure left out,
- the weights when fitted on the sets named with --ship alone (default: all), for `models/agitation/tuning.py`.

How files are named: `tools.agitation.clips`. A team's own labelled calls can be fitted the same way.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.agitation import CallerFrames, Estimator
from models.agitation.windows import FIGURES
from tools.agitation.clips import find
from tools.agitation.evaluate import auc, calls, with_pause
from tools.agitation.sound import LINES, Listener, join, read

Floats = npt.NDArray[np.float64]

USED = ("clean", "telephone, levelled")
REAL_SHARE = 0.8
"""Of what counts as calm, how much is real talk."""
RIDGE = 0.05
SETTLED = 10.0
"""Seconds of a calm recording before its windows count: the caller's own start must be known."""


@dataclass(frozen=True)
class Tried:
    """One clip over one line: steps of its windows, shape (n, figures)."""

    name: str
    agitated: bool
    steps: Floats


class StepRecorder(Estimator):
    """Keeps the steps of every window that was judged."""

    def reset(self) -> None:
        super().reset()
        self.seen: list[Floats] = []

    def _voice_evidence(self) -> float:
        self.seen.append(self._steps())
        return super()._voice_evidence()


def steps_of(start: list[CallerFrames], tried: CallerFrames) -> Floats:
    recorder = StepRecorder()
    if start:
        recorder.add(join(start))
    recorder.seen.clear()
    recorder.add(tried)
    return np.array(recorder.seen).reshape(-1, len(FIGURES))


def clips_of(folder: Path, listener: Listener, before: float) -> list[Tried]:
    clips = [clip for clip in find(folder) if clip.label != "other"]
    sounds = {clip.path: read(clip.path) for clip in clips}
    made = calls(clips, {path: len(sound) / 16_000 for path, sound in sounds.items()}, before)
    result = []
    for line in USED:
        frames = {path: listener.frames(with_pause(LINES[line](sound))) for path, sound in sounds.items()}
        for call in made:
            steps = steps_of([frames[c.path] for c in call.start], join([frames[c.path] for c in call.tried]))
            if len(steps):
                result.append(Tried(f"{folder.name}, {line}", call.label == "agitated", steps))
    return result


def part(frames: CallerFrames, at: slice) -> CallerFrames:
    return CallerFrames(frames.hz[at], frames.level_db[at], frames.spectrum[at], frames.speech[at], frames.seconds)


def calm_of(path: Path, listener: Listener) -> Floats:
    """Windows of a calm recording, over both lines."""
    sound = read(path)
    pieces = []
    for line in USED:
        frames = listener.frames(LINES[line](sound))
        begin = round(SETTLED / frames.seconds)
        pieces.append(steps_of([part(frames, slice(0, begin))], part(frames, slice(begin, None))))
    return np.concatenate(pieces)


def fit(tried: Sequence[Tried], calm: Sequence[Floats], figures: Sequence[int]) -> Floats:
    """Weights of `figures`, the intercept last: penalised maximum likelihood, by Newton's method."""
    rows, told, weights = [], [], []
    names = sorted({t.name for t in tried})
    for name in names:
        for agitated in (True, False):
            group = [t for t in tried if t.name == name and t.agitated is agitated]
            share = 1.0 if agitated or not calm else 1 - REAL_SHARE
            for t in group:
                rows.append(t.steps)
                told.append(np.full(len(t.steps), agitated))
                weights.append(np.full(len(t.steps), share / len(group) / len(t.steps)))
    for steps in calm:
        rows.append(steps)
        told.append(np.full(len(steps), False))
        weights.append(np.full(len(steps), REAL_SHARE * len(names) / len(calm) / len(steps)))
    x = np.column_stack([np.concatenate(rows)[:, figures], np.ones(sum(map(len, rows)))])
    y, w = np.concatenate(told).astype(float), np.concatenate(weights)
    w *= 100 / w.sum()
    penalty = np.diag([1 / RIDGE] * len(figures) + [0.0]) / 20
    beta = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ beta))
        gradient = x.T @ (w * (y - p)) - penalty @ beta
        beta = beta + np.linalg.solve((x * (w * p * (1 - p))[:, None]).T @ x + penalty, gradient)
    return beta


def told(tried: Sequence[Tried], weights: Floats, figures: Sequence[int]) -> tuple[float, float]:
    """AUC of the mean evidence of clips, and recall where 1 % of the calm ones are above."""
    score = [(float((t.steps[:, figures] @ weights[:-1]).mean()), t.agitated) for t in tried]
    above, below = ([s for s, agitated in score if agitated is kind] for kind in (True, False))
    return auc(above, below), float(np.mean(np.array(above) > np.quantile(below, 0.99)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.agitation.fit", description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--calm", nargs="*", default=[], type=Path, metavar="FILE")
    parser.add_argument("--ship", nargs="*", metavar="NAME", help="folders that the weights may be taken from")
    parser.add_argument("--before", type=float, default=8.0, help="seconds of calm clips before the one that is tried")
    asked = parser.parse_args(arguments)
    listener = Listener()
    sets = {folder.name: clips_of(folder, listener, asked.before) for folder in asked.folders}
    calm = [steps for path in asked.calm if len(steps := calm_of(path, listener))]
    every = list(range(len(FIGURES)))
    variants = {"all figures": every, **{f"without {FIGURES[i]}": [j for j in every if j != i] for i in every}}
    print("AUC and recall at 1 % false of each set, fitted on the others\n")
    names = [name for name in sets if len(sets) > 1]
    print("| figures | " + " | ".join(f"{name}, {line}" for name in names for line in USED) + " |")
    print("|---|" + "---|" * (len(names) * len(USED)))
    for variant, figures in variants.items():
        cells = []
        for name in names:
            weights = fit([t for other in names if other != name for t in sets[other]], calm, figures)
            for line in USED:
                cells.append("{:.3f} / {:.2f}".format(*told_on(sets[name], name, line, weights, figures)))
        print(f"| {variant} | " + " | ".join(cells) + " |", flush=True)
    shipped = asked.ship or list(sets)
    weights = fit([t for name in shipped for t in sets[name]], calm, every)
    print(f"\nFitted on {', '.join(shipped)} and {len(calm)} recordings of calm talk:")
    for name, weight in zip((*FIGURES, "intercept"), weights, strict=True):
        print(f"  {name:10} {weight:6.2f}")
    return 0


def told_on(
    tried: Sequence[Tried], name: str, line: str, weights: Floats, figures: Sequence[int]
) -> tuple[float, float]:
    return told([t for t in tried if t.name == f"{name}, {line}"], weights, figures)


if __name__ == "__main__":
    sys.exit(main())
