"""Agitation over whole calls: is a caller who gets upset told from one who does not, how soon, and does it let go?

    python -m tests.bench.agitation_ramps [--count 200] [--calm-minutes 60] [FILE.wav …]

Ramps are two-sided calls of `tests.calls.spoken`: 30 s calm, 20 s agitated, 30 s calm, in nine voices, from mildly to
loudly upset, over each way a caller can arrive in turn. Calm calls are the same people with nothing to quarrel about,
and the FILEs: recordings of callers who are calm (one channel, or right of two). Everything goes through the real
engine, without words. A caller counts as told when the state is `rising` or `high`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.calls.run import of_kind, run
from tests.calls.sound import LINES
from tests.calls.spoken import calm_call, ramp
from voiceassist.capture.base import Samples
from voiceassist.engine import CallEngine
from voiceassist.timeline import SAMPLE_RATE, Agitation, AgitationState

TOLD = (AgitationState.RISING, AgitationState.HIGH)
CALM_CALL = 300.0


@dataclass(frozen=True)
class Ramp:
    """Seconds from the first agitated word until it was told, and from the last one until it was let go; None: never.
    `early`: told although the caller was still calm."""

    delay: float | None
    release: float | None
    early: bool


def try_ramp(seed: int, line: str) -> Ramp:
    call = ramp(seed, line=line)
    assert call.agitated is not None
    start, end = call.agitated
    states = of_kind(run(call.agent, call.caller), Agitation)
    told = next((e.t for e in states if start <= e.t <= end + 1.0 and e.state in TOLD), None)
    gone = next((e.t for e in states if e.t >= end and e.state not in TOLD), None)
    return Ramp(
        None if told is None else told - start,
        None if gone is None else gone - end,
        any(e.state in TOLD for e in states if e.t < start),
    )


def alarms(agent: Samples | None, caller: Samples) -> tuple[int, float]:
    """How often a calm caller was told as agitated, and the highest score."""
    engine, events = CallEngine(), []
    for at in range(0, len(caller), SAMPLE_RATE):
        piece = slice(at, at + SAMPLE_RATE)
        events += engine.push(None if agent is None else agent[piece], caller[piece])
    told = of_kind([*events, *engine.finish()], Agitation)
    before = [AgitationState.LISTENING, *(e.state for e in told)]
    count = sum(e.state in TOLD and b not in TOLD for e, b in zip(told, before, strict=False))
    return count, max((e.score for e in told), default=0.0)


def row(name: str, ramps: Sequence[Ramp]) -> str:
    delays = [r.delay for r in ramps if r.delay is not None]
    let_go = [r.release is not None and r.release <= 10.0 for r in ramps if r.delay is not None]
    median, late = np.percentile(delays, (50, 90)) if delays else (np.nan, np.nan)
    return (
        f"| {name} | {len(ramps)} | {100 * len(delays) / len(ramps):.0f} % | {median:.1f} s | {late:.1f} s "
        f"| {100 * np.mean(let_go) if let_go else np.nan:.0f} % | {sum(r.early for r in ramps)} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--calm-minutes", type=float, default=60.0)
    parser.add_argument("calm", nargs="*", type=Path)
    asked = parser.parse_args()
    by_line: dict[str, list[Ramp]] = defaultdict(list)
    names = list(LINES)
    for seed in range(asked.count):
        by_line[names[seed % len(names)]].append(try_ramp(seed, names[seed % len(names)]))
    print("| line | ramps | told | delay, median | delay, 90 % | let go within 10 s | told too early |")
    print("|---|---|---|---|---|---|---|")
    for name, ramps in by_line.items():
        print(row(name, ramps))
    if by_line:
        print(row("all", [r for ramps in by_line.values() for r in ramps]), flush=True)
    total, hours = 0, 0.0
    for i in range(round(asked.calm_minutes * 60 / CALM_CALL)):
        call = calm_call(10_000 + i, seconds=CALM_CALL, line=names[i % len(names)])
        count, highest = alarms(call.agent, call.caller)
        total, hours = total + count, hours + call.seconds / 3600
        print(
            f"calm call {i}, {call.voice}, {call.line}: {count} false alarms, highest score {highest:.2f}", flush=True
        )
    for path in asked.calm:
        sound = _read(path)
        count, highest = alarms(None, sound)
        total, hours = total + count, hours + len(sound) / SAMPLE_RATE / 3600
        print(f"{path.name}: {count} false alarms, highest score {highest:.2f}", flush=True)
    print(f"calm: {total} false alarms in {hours:.2f} hours")


def _read(path: Path) -> Samples:
    import soundfile
    import soxr

    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(sound[:, -1], rate, SAMPLE_RATE), dtype=np.float32)


if __name__ == "__main__":
    main()
