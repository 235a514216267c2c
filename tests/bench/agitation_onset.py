"""How soon a raised voice is told: ramps in natural voices with known truth, through the real engine.

    python -m tests.bench.agitation_onset CACHE [--calls N] [--voices NAME…]

CACHE is the folder of `tools.agitation.ramps`. Delays are seconds of the caller's speech from the first raised sound to
`rising` and to `high`; what never came counts as infinite. Told by size of the raise and by line.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.calls.run import of_kind, run
from tests.calls.sound import levelled
from tools.agitation.ramps import VOICES, Ramp, ramp
from tools.demo_calls.kokoro import Kokoro
from voiceassist.core.events import Agitation, AgitationState

TOLD = (AgitationState.RISING, AgitationState.HIGH)
LINES = ("telephone", "clean", "telephone, levelled", "telephone")
NEVER = float("inf")


@dataclass(frozen=True)
class Onset:
    rising: float
    high: float
    released: float
    alarms: int
    calm_seconds: float


def call(kokoro: Kokoro, seed: int) -> tuple[Ramp, str]:
    """Call number `seed`; every fourth is levelled by a gain control, every fourth comes over a clean line."""
    line = LINES[seed // 7 % 4]
    if line == "telephone, levelled":
        made = ramp(kokoro, seed)
        return Ramp(levelled(made.samples), made.voice, made.how, made.gradual, line, made.sentences), line
    return ramp(kokoro, seed, line=line), line


def measured(made: Ramp) -> Onset:
    states = [(e.t, e.state) for e in of_kind(run(np.zeros_like(made.samples), made.samples), Agitation)]
    begin, end = made.onset, made.calm_again
    first = {
        wanted: next((t for t, state in states if begin <= t <= end + 1 and state in wanted), None)
        for wanted in (TOLD, (AgitationState.HIGH,))
    }
    rising, high = (NEVER if t is None else made.spoken(begin, t) for t in first.values())
    free = next((t for t, state in states if t >= end and state not in TOLD), None)
    before = [state in TOLD for t, state in states if t < begin]
    alarms = sum(now and not was for was, now in zip([False, *before], before, strict=False))
    return Onset(rising, high, NEVER if free is None else made.spoken(end, free), alarms, made.spoken(0, begin))


def row(title: str, onsets: Sequence[Onset]) -> str:
    cells = []
    for name in ("rising", "high", "released"):
        values = [getattr(o, name) for o in onsets]
        found = np.mean(np.isfinite(values))
        median, late = np.percentile(values, (50, 95), method="higher")
        cells.append(f"{found:.0%}, {median:.1f} / {late:.1f}")
    hours = sum(o.calm_seconds for o in onsets) / 3600
    return (
        f"| {title} | {len(onsets)} | " + " | ".join(cells) + f" | {sum(o.alarms for o in onsets)} in {hours:.2f} h |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.agitation_onset", description=__doc__.split("\n")[0])
    parser.add_argument("cache", type=Path)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--first", type=int, default=0, help="number of the first call")
    parser.add_argument("--voices", nargs="*", default=VOICES, choices=VOICES)
    asked = parser.parse_args()
    kokoro = Kokoro(asked.cache / "kokoro", asked.cache / "ramps")
    groups: dict[str, list[Onset]] = defaultdict(list)
    for seed in range(asked.first, asked.first + asked.calls):
        if VOICES[seed % len(VOICES)] not in asked.voices:
            continue
        made, line = call(kokoro, seed)
        onset = measured(made)
        for group in ("all", f"{made.how}ly raised" if made.how == "mild" else f"{made.how} raise", line):
            groups[group].append(onset)
        if made.how != "mild":
            groups["clear and loud"].append(onset)
    print("| calls | number | `rising`: found, median / 95 % | `high` | let go | alarms before |\n|" + 6 * "---|")
    for title, onsets in sorted(groups.items()):
        print(row(title, onsets))


if __name__ == "__main__":
    main()
