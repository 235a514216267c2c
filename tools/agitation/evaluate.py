"""How well agitation is told from calm, on any folder of labelled clips.

    python -m tools.agitation.evaluate DIR… [--line NAME]… [--before SECONDS] [--picture FILE.svg]

Every clip is tried in a call of its own: first other calm clips of the same speaker, at least SECONDS of them, then the
clip. Nothing is trained here, so every figure is speaker-independent. How files are named: `tools.agitation.clips`.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.agitation import CallerFrames, Estimator, State
from tools.agitation.clips import Clip, Label, find
from tools.agitation.picture import precision_recall
from tools.agitation.sound import LINES, Listener, Samples, join, read

SHORT = 1.8
"""Sets whose clips are shorter than this (seconds, median) are single words: three of a kind are tried together."""
PAUSE = 0.6
"""Seconds of silence after each clip: sets cut theirs where the sound ends, people breathe between sentences."""
STEP = 8
"""Frames between two looks at the score: four a second, as in the engine."""


@dataclass(frozen=True, slots=True)
class Call:
    """Calm clips of one speaker, and then what is tried, all of one label."""

    start: list[Clip]
    tried: list[Clip]

    @property
    def label(self) -> Label:
        return self.tried[0].label


@dataclass(frozen=True, slots=True)
class Outcome:
    """The highest score in what was tried, the mean of its last second, whether the state became rising or high."""

    label: Label
    highest: float
    last: float
    told: bool


def auc(above: Sequence[float], below: Sequence[float]) -> float:
    """Probability that one of `above` is larger than one of `below`, ties counting half; nan when one is empty."""
    if not above or not below:
        return float("nan")
    a, b = np.asarray(above)[:, None], np.asarray(below)[None, :]
    return float((a > b).mean() + (a == b).mean() / 2)


def calls(clips: Iterable[Clip], lengths: dict[Path, float], before: float, seed: int = 0) -> list[Call]:
    """Every clip in a call of its own. Speakers with less than `before` seconds of other calm clips are left out."""
    dice = random.Random(seed)
    speakers: dict[str, dict[Label, list[Clip]]] = defaultdict(lambda: defaultdict(list))
    for clip in clips:
        speakers[clip.speaker][clip.label].append(clip)
    together = 3 if np.median(list(lengths.values())) < SHORT else 1
    made = []
    for _, labels in sorted(speakers.items()):
        calm = list(labels["calm"])
        for _, group in sorted(labels.items()):
            group = dice.sample(group, len(group))
            for at in range(0, len(group) - together + 1, together):
                tried = group[at : at + together]
                start: list[Clip] = []
                for clip in dice.sample(calm, len(calm)):
                    if clip not in tried and sum(lengths[c.path] for c in start) < before:
                        start.append(clip)
                if sum(lengths[c.path] for c in start) >= before:
                    made.append(Call(start, tried))
    return made


def with_pause(sound: Samples) -> Samples:
    return np.append(sound, np.zeros(round(PAUSE * 16_000))).astype(np.float32)


def try_out(call: Call, frames: dict[Path, CallerFrames]) -> Outcome:
    estimator = Estimator()
    estimator.add(join([frames[clip.path] for clip in call.start]))
    tried = join([frames[clip.path] for clip in call.tried])
    scores, told = [], False
    for at in range(0, len(tried.hz), STEP):
        now = slice(at, at + STEP)
        estimator.add(
            CallerFrames(tried.hz[now], tried.level_db[now], tried.spectrum[now], tried.speech[now], tried.seconds)
        )
        scores.append(estimator.estimate.score)
        told |= estimator.estimate.state in (State.RISING, State.HIGH)
    return Outcome(call.label, max(scores), float(np.mean(scores[-4:])), told)


def row(name: str, outcomes: Sequence[Outcome]) -> str:
    """One line of the table."""
    kinds: tuple[tuple[Label, ...], ...] = (("agitated",), ("calm", "low"), ("other",))
    agitated, calm, other = ([o for o in outcomes if o.label in labels] for labels in kinds)
    highest, last = ([[getattr(o, key) for o in group] for group in (agitated, calm)] for key in ("highest", "last"))
    told = [100 * np.mean([o.told for o in group]) if group else float("nan") for group in (agitated, calm)]
    rest = auc(highest[0], [o.highest for o in (*calm, *other)]) if other else float("nan")
    return (
        f"| {name} | {len(agitated)} / {len(calm)} | {auc(*highest):.3f} | {auc(*last):.3f} | {rest:.3f} "
        f"| {np.median(highest[0]):.2f} / {np.median(highest[1]):.2f} | {told[0]:.0f} % / {told[1]:.0f} % |"
    )


HEAD = (
    "| set and line | agitated / calm | AUC, highest score | AUC, last second | AUC, against all others "
    "| median highest | told as rising |\n|---|---|---|---|---|---|---|"
)


def main(arguments: Sequence[str] | None = None) -> int:
    import soundfile

    parser = argparse.ArgumentParser(prog="python -m tools.agitation.evaluate", description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--line", action="append", choices=LINES, help="how the clips arrive; default: all in turn")
    parser.add_argument("--before", type=float, default=10.0, help="seconds of calm clips before the one that is tried")
    parser.add_argument("--picture", type=Path, help="draw precision and recall against the threshold, as SVG")
    asked = parser.parse_args(arguments)
    listener, drawn = Listener(), {}
    print(HEAD, flush=True)
    for folder in asked.folders:
        try:
            clips = find(folder)
            sounds: dict[Path, Samples] = {clip.path: read(clip.path) for clip in clips}
        except (OSError, ValueError, KeyError, soundfile.LibsndfileError) as error:
            print(f"{folder}: {error}", file=sys.stderr)
            return 3
        made = calls(clips, {path: len(sound) / 16_000 for path, sound in sounds.items()}, asked.before)
        for line in asked.line or LINES:
            frames = {path: listener.frames(with_pause(LINES[line](sound))) for path, sound in sounds.items()}
            outcomes = [try_out(call, frames) for call in made]
            print(row(f"{folder.name}, {line}", outcomes), flush=True)
            drawn[f"{folder.name}, {line}"] = [
                (o.highest, o.label == "agitated") for o in outcomes if o.label != "other"
            ]
    if asked.picture:
        asked.picture.write_text(precision_recall(drawn), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
