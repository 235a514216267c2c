"""Agitation on whole calls: ramps from calm to agitated and back, and hours of calm, through the real engine.

    python -m tests.bench.agitation_ramps                     200 ramps, 2 hours of calm
    python -m tests.bench.agitation_ramps --ramps 28 --calm 0.5 --jobs 2

Every ramp is calm for 30 s, agitated for 20 s and calm for 30 s, put together from what one of four callers of the demo
calls says, over one of eight kinds of line; calm calls have either side of any of them. Told for each kind of line:

    detected    share of ramps in which the state is `high` during the agitated stretch (or within 2 s after it)
    delay       from the first agitated sound to `rising` and to `high`, median and 90th percentile, seconds
    released    share of the detected in which the state is neither `rising` nor `high` 10 s after calm talk began again
    false       times the state left `calm` before the agitated stretch, and cues on calm calls, an hour
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tests.calls.run import cues, of_kind, run
from tests.calls.sound import LINES
from tests.calls.spoken import CALLERS, EVERYBODY, SpokenCall, calm_call, ramp
from voiceassist.core.events import Agitation, AgitationState, Event

AGITATED = (AgitationState.RISING, AgitationState.HIGH)


@dataclass(frozen=True)
class Outcome:
    """What became of one call. Delays in seconds from the first agitated sound; None where it never came."""

    line: str
    voice: str
    calm_seconds: float
    alarms: int
    cues: int = 0
    rising: float | None = None
    high: float | None = None
    released: bool = False


def one_ramp(seed: int) -> Outcome:
    call = ramp(seed, line=list(LINES)[seed // len(CALLERS) % len(LINES)])
    assert call.agitated is not None
    start, end = call.agitated
    states = _states(call)
    reached = {
        wanted: next((t - start for t, state in states if start <= t <= end + 2 and state in wanted), None)
        for wanted in (AGITATED, (AgitationState.HIGH,))
    }
    later = [state for t, state in states if t >= end + 10]
    return Outcome(
        line=call.line,
        voice=call.voice,
        calm_seconds=start,
        alarms=_alarms((t, s) for t, s in states if t < start),
        rising=reached[AGITATED],
        high=reached[(AgitationState.HIGH,)],
        released=bool(later) and later[0] not in AGITATED,
    )


def one_calm_call(seed: int) -> Outcome:
    call = calm_call(seed, line=list(LINES)[seed // len(EVERYBODY) % len(LINES)])
    events = run(call.agent, call.caller)
    return Outcome(call.line, call.voice, call.seconds, _alarms(_told(events)), len(cues(events)))


def _states(call: SpokenCall) -> list[tuple[float, AgitationState]]:
    return _told(run(call.agent, call.caller))


def _told(events: list[Event]) -> list[tuple[float, AgitationState]]:
    return [(e.t, e.state) for e in of_kind(events, Agitation)]


def _alarms(states: Iterable[tuple[float, AgitationState]]) -> int:
    """How often the state rose."""
    return sum(after in AGITATED and before not in AGITATED for (_, before), (_, after) in pairwise(states))


def _percentiles(values: list[float]) -> str:
    if not values:
        return "    –      –"
    return "".join(f"{np.percentile(values, p):6.1f}s" for p in (50, 90))


def report(title: str, outcomes: list[Outcome]) -> None:
    rising = [o.rising for o in outcomes if o.rising is not None]
    high = [o.high for o in outcomes if o.high is not None]
    released = [o.released for o in outcomes if o.high is not None]
    alarms, hours = sum(o.alarms for o in outcomes), sum(o.calm_seconds for o in outcomes) / 3600
    print(
        f"{title:23}{len(outcomes):6d}{len(rising) / len(outcomes):9.0%}{len(high) / len(outcomes):9.0%}"
        f"{_percentiles(rising)}{_percentiles(high)}{np.mean(released) if released else 0:10.0%}{alarms / hours:9.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.agitation_ramps", description=__doc__.split("\n")[0])
    parser.add_argument("--ramps", type=int, default=200)
    parser.add_argument("--calm", type=float, default=2.0, help="hours of calm calls")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    asked = parser.parse_args()
    calm_calls = round(asked.calm * 12)
    with multiprocessing.get_context("spawn").Pool(asked.jobs) as pool:
        ramps = pool.map(one_ramp, range(asked.ramps), chunksize=1)
        calm = pool.map(one_calm_call, range(1000, 1000 + calm_calls), chunksize=1)

    if ramps:
        heads = f"{'rising':>9}{'high':>9}{'to rising':>14}{'to high':>14}{'released':>10}{'false/h':>9}"
        print(f"{'':23}{'ramps':>6}{heads}")
        for what in ("line", "voice"):
            for title, chosen in _by(ramps, what).items():
                report(title, chosen)
            print()
        report("all", ramps)
    if calm:
        hours = sum(o.calm_seconds for o in calm) / 3600
        alarms, shown = sum(o.alarms for o in calm), sum(o.cues for o in calm)
        print(f"\n{hours:.1f} hours of calm: {alarms / hours:.1f} alarms and {shown / hours:.1f} cues an hour")
        for o in calm:
            if o.alarms or o.cues:
                print(f"  {o.voice}, {o.line}: {o.alarms} alarms, {o.cues} cues")


def _by(outcomes: list[Outcome], name: str) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[getattr(outcome, name)].append(outcome)
    return groups


if __name__ == "__main__":
    main()
