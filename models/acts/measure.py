"""How well acts are heard on labelled utterances: recall and false rate, an act at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one act: utterances that do it and those found, utterances that do not and those taken for it."""

    name: str
    cases: int
    found: int
    others: int
    false: int

    @property
    def recall(self) -> float:
        return self.found / self.cases if self.cases else float("nan")

    @property
    def false_rate(self) -> float:
        return self.false / self.others if self.others else float("nan")


def tally(names: Sequence[str], rows: Iterable[tuple[set[str], set[str], set[str]]]) -> list[Tally]:
    """`rows` are (decided, labels, unsure) of each utterance; what is unsure counts neither way."""
    kept = list(rows)
    result = []
    for name in names:
        sure = [(name in decided, name in labels) for decided, labels, unsure in kept if name not in unsure - labels]
        doing = [decided for decided, does in sure if does]
        not_doing = [decided for decided, does in sure if not does]
        result.append(Tally(name, len(doing), sum(doing), len(not_doing), sum(not_doing)))
    return result


def threshold(negatives: Floats, rate: float) -> float:
    """The least score at which at most a share `rate` of `negatives` (scores, any order) count; 0 with none."""
    if not len(negatives):
        return 0.0
    ordered = np.sort(negatives)[::-1]
    allowed = int(rate * len(ordered))
    return float(np.nextafter(ordered[allowed], 2.0)) if allowed < len(ordered) else 0.0


def recall_at(positives: Floats, negatives: Floats, rate: float) -> float:
    """Share of `positives` found where at most a share `rate` of `negatives` is taken for them."""
    return float((positives >= threshold(negatives, rate)).mean()) if len(positives) else float("nan")
