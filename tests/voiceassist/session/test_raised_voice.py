"""A caller's voice rises at a known moment: told soon, for reasons that are true, and let go when it is calm again.

The calls are the kept share of `tools.agitation.ramps`: what was done to the voice is known for every sentence.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.calls.run import of_kind, run
from tools.agitation.ramps import HOW
from voiceassist.core.events import Agitation, AgitationState, ChangeKind

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[2] / "calls" / "ramps"
TRUTH: dict[str, Any] = json.loads((FOLDER / "ramps.json").read_text(encoding="utf-8"))
TOLD = (AgitationState.RISING, AgitationState.HIGH)
every_call = pytest.mark.parametrize("number", TRUTH)


@cache
def told(number: str) -> list[Agitation]:
    caller, _ = soundfile.read(FOLDER / f"{number}.ogg", dtype="float32")
    return of_kind(run(np.zeros_like(caller), caller), Agitation)


def sentences(number: str, *, raised: bool) -> list[dict[str, Any]]:
    return [s for s in TRUTH[number]["sentences"] if s["raised"] is raised]


def spoken(number: str, begin: float, end: float) -> float:
    """Seconds of the caller's speech between two moments."""
    parts = ((float(s["start"]), float(s["end"])) for s in TRUTH[number]["sentences"])
    return sum(max(0.0, min(last, end) - max(first, begin)) for first, last in parts)


@every_call
def test_calm_start_raises_no_alarm(number: str) -> None:
    onset = sentences(number, raised=True)[0]["start"]
    assert not [e for e in told(number) if e.t < onset and e.state in TOLD]


@every_call
def test_raised_voice_is_told_within_seconds_of_speech(number: str) -> None:
    onset = sentences(number, raised=True)[0]["start"]
    rising = next(e.t for e in told(number) if e.t >= onset and e.state in TOLD)
    high = next(e.t for e in told(number) if e.t >= onset and e.state is AgitationState.HIGH)
    assert spoken(number, onset, rising) <= 5.0
    assert spoken(number, onset, high) <= 7.0


@every_call
def test_calm_voice_is_let_go_within_five_seconds_of_speech(number: str) -> None:
    end = sentences(number, raised=True)[-1]["end"]
    free = next(e.t for e in told(number) if e.t >= end and e.state not in TOLD)
    assert spoken(number, end, free) <= 5.0


@every_call
def test_shown_reasons_are_what_was_done_to_the_voice(number: str) -> None:
    """While the voice is raised: higher, louder or sharper only where it was made so, by about as much."""
    raised = sentences(number, raised=True)[1:]
    semitones, decibels = (float(np.mean([s[key][0] for s in raised])) for key in ("semitones", "level_db"))
    true: dict[ChangeKind, Callable[[int], bool]] = {
        ChangeKind.HIGHER: lambda amount: abs(amount - semitones) <= 6,
        ChangeKind.LOUDER: lambda amount: abs(amount - decibels) <= 5,
        ChangeKind.SHARPER: lambda _: min(s["tilt_db"] for s in raised) > 1,
        ChangeKind.FASTER: lambda _: HOW[TRUTH[number]["how"]].tempo > 1,
    }
    shown = [r for e in told(number) if raised[0]["start"] < e.t < raised[-1]["end"] for r in e.reasons]
    assert np.mean([true[reason.kind](reason.amount) for reason in shown]) >= 0.95
