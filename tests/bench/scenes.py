"""Twelve difficult calls of other trades as text: which cues come, which a coach would want.

    python -m tests.bench.scenes [--each]

The scenes (tests/calls/scenes) were written by somebody who saw neither the sentences the model of acts was trained on
nor the packs. A turn takes its words at an ordinary pace; the caller's agitation is what the scene marks. A wanted cue
is *right* when it comes within `SOON` seconds after the turn it is wanted at, *late* within `LATE`, *held back* where
another cue was on screen or had just gone, else *missing*. A cue that nobody wanted there is *wrong*; those from sound
alone are not counted.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.support.scene import Scene

SCENES = Path(__file__).parents[1] / "calls" / "scenes"
PACE = 2.6
"""Words a second."""
GAP = 0.9
SOON = 6.0
LATE = 20.0
SCORES = {"calm": 0.1, "rising": 0.45, "high": 0.7}
FROM_SOUND = frozenset(
    [
        *("let-them-finish", "lower-voice", "same-words-steady", "pause", "speak-up", "say-what-you-are-doing"),
        *("well-done", "ask-short", "slow-down", "fresh-words", "call-for-help", "close-well"),
    ]
)
SAFETY = ("safety", "set-limit", "bring-in")
"""Nothing holds these back."""


@dataclass(frozen=True)
class Turn:
    who: str
    text: str
    state: str
    wanted: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    wanted: tuple[tuple[float, str, str], ...]
    """(time, cue, right | late | held back | missing)"""
    wrong: tuple[tuple[float, str, str], ...]
    """(time, cue, reason)"""


def turns(file: Path) -> list[Turn]:
    """The turns of a scene. Raises `ValueError` for a line that is none."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        parts = re.fullmatch(r"(agent|caller): (?:\{(\w+)\} )?(.*?)((?: ?\[[a-z-]+\])*)", line.strip())
        if parts is None:
            raise ValueError(f"{file.name}: {line}")
        found.append(Turn(parts[1], parts[3].strip(), parts[2] or "", tuple(re.findall(r"\[([a-z-]+)\]", parts[4]))))
    return found


def play(script: list[Turn]) -> Outcome:
    scene = Scene()
    scene.small_talk()
    wanted: list[tuple[float, str]] = []
    for turn in script:
        seconds = max(1.0, len(turn.text.split()) / PACE)
        if turn.who == "agent":
            scene.agent(seconds, says=turn.text)
        else:
            scene.caller(seconds, score=SCORES.get(turn.state), says=turn.text)
        wanted += [(scene.now, cue) for cue in turn.wanted]
        scene.silence(GAP)
    scene.silence(LATE)
    came = [(shown.t, shown.id, shown.why) for shown in scene.shown if shown.id not in FROM_SOUND]
    everything = [shown.t for shown in scene.shown]
    taken: set[float] = set()
    judged = []
    for t, cue in wanted:
        at = next((c for c, id, _ in came if id == cue and c not in taken and t - SOON <= c <= t + LATE), None)
        if at is not None:
            taken.add(at)
            judged.append((t, cue, "right" if at <= t + SOON else "late"))
        elif cue not in SAFETY and any(t - LATE - SOON <= c <= t + SOON for c in everything):
            judged.append((t, cue, "held back"))
        else:
            judged.append((t, cue, "missing"))
    return Outcome(tuple(judged), tuple(shown for shown in came if shown[0] not in taken))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--each", action="store_true", help="every cue with its time")
    each = parser.parse_args().each
    columns = ("right", "late", "held back", "missing", "wrong")
    print(f"{'scene':20}" + "".join(f"{name:>11}" for name in columns))
    total: Counter[str] = Counter()
    for file in sorted(SCENES.glob("*.txt")):
        outcome = play(turns(file))
        count = Counter(how for _, _, how in outcome.wanted)
        count["wrong"] = len(outcome.wrong)
        total += count
        print(f"{file.stem:20}" + "".join(f"{count[name]:11}" for name in columns))
        for t, cue, note in sorted([*outcome.wanted, *((t, c, f"wrong: {why}") for t, c, why in outcome.wrong)] * each):
            print(f"    {t:6.1f}  {cue:18} {note}")
    print(f"{'all':20}" + "".join(f"{total[name]:11}" for name in columns))


if __name__ == "__main__":
    main()
