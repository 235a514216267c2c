"""Two-sided calls of any temper, from lines of the demo calls: calm ones, and ramps from calm to agitated and back.

Whoever is agitated is the caller of a demo call; whoever stays calm may be anybody who is heard in one. Lines come in
another order with other pauses for each seed, and each a little louder or softer. The same seed gives the same call.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tests.calls.demo import BILL, CALLS, DELIVERY, FLIGHT, HEATING, DemoCall
from tests.calls.sound import LINES, RATE
from voiceassist.core.audio_types import Samples
from voiceassist.core.events import Channel

CALM = {"calm", "quiet", "lively", "soft"}
ANGRY = {"angry", "furious"}
"""Styles of `tools/demo_calls/script.py`."""

LEVEL_DB = 1.5
"""Standard deviation of the level from line to line."""
NOISE_DB = -62.0
"""Of the line, as in the demo calls."""
SHORTEST = 1.5
"""Seconds of the shortest line that is taken."""


@dataclass(frozen=True)
class Voice:
    call: DemoCall
    side: Channel

    @property
    def name(self) -> str:
        return f"{self.call.name} {self.side}"

    def lines(self, styles: set[str]) -> list[Samples]:
        """What this voice says in one of these styles, each line alone."""
        side = self.call.sound()[0 if self.side is Channel.AGENT else 1]
        chosen = [line for line in self.call.lines if line.who is self.side and line.style in styles]
        return [
            side[round(line.start * RATE) : round(line.end * RATE)]
            for line in chosen
            if line.end - line.start >= SHORTEST
        ]


CALLERS = [Voice(call, Channel.CALLER) for call in (DELIVERY, BILL, HEATING, FLIGHT)]
EVERYBODY = [Voice(call, side) for call in CALLS for side in Channel]
AGENT, OTHER_AGENT = Voice(DELIVERY, Channel.AGENT), Voice(BILL, Channel.AGENT)


@dataclass(frozen=True)
class SpokenCall:
    """The sound of both sides and what is true of it. `agitated` is (start, end) of the agitated stretch, or None."""

    agent: Samples
    caller: Samples
    agitated: tuple[float, float] | None
    voice: str
    line: str

    @property
    def seconds(self) -> float:
        return len(self.caller) / RATE


def calm_call(seed: int, *, seconds: float = 300.0, line: str = "telephone band") -> SpokenCall:
    """People who have nothing to quarrel about."""
    return _call(seed, EVERYBODY[seed % len(EVERYBODY)], [("calm", seconds)], line)


def ramp(seed: int, *, line: str, calm: float = 30.0, agitated: float = 20.0) -> SpokenCall:
    """`calm` seconds, then `agitated` seconds, then calm again for as long as at first."""
    phases = [("calm", calm), ("agitated", agitated), ("calm", calm)]
    return _call(seed, CALLERS[seed % len(CALLERS)], phases, line)


def _call(seed: int, voice: Voice, phases: list[tuple[str, float]], line: str) -> SpokenCall:
    dice = random.Random(seed)
    agent_voice = AGENT if voice.call is not AGENT.call else OTHER_AGENT
    total = sum(seconds for _, seconds in phases)
    agent, caller = (np.zeros(round((total + 30 * len(phases)) * RATE), dtype=np.float32) for _ in range(2))
    agent_says = _deck(agent_voice.lines(CALM), dice)
    says = {"calm": _deck(voice.lines(CALM), dice), "agitated": _deck(voice.lines(ANGRY), dice)}
    clock = 0.5
    agitated: tuple[float, float] | None = None
    for temper, seconds in phases:
        begin, until = clock, clock + seconds
        while clock < until:
            if temper == "calm" or dice.random() < 0.3:
                clock = _put(agent, next(agent_says), clock, dice)
                clock += dice.uniform(0.4, 1.2)
            if temper == "agitated" and agitated is None:
                begin = clock
            for _ in range(dice.randint(1, 2)):
                clock = end = _put(caller, next(says[temper]), clock, dice)
                clock += dice.uniform(0.2, 0.5)
            clock += dice.uniform(0.4, 1.2)
            if temper == "agitated":
                agitated = (begin, end)
    length = round((clock + 1.0) * RATE)
    agent, caller = (_with_noise(side[:length], 2 * seed + n) for n, side in enumerate((agent, caller)))
    return SpokenCall(agent, LINES[line](caller), agitated, voice.name, line)


def _with_noise(side: Samples, seed: int) -> Samples:
    noise = np.random.default_rng(seed).standard_normal(len(side)) * 10 ** (NOISE_DB / 20)
    return np.asarray(side + noise, np.float32)


def _deck(lines: Sequence[Samples], dice: random.Random) -> Iterator[Samples]:
    """All lines in some order, then in another, and so on for ever."""
    while True:
        yield from dice.sample(lines, len(lines))


def _put(side: Samples, line: Samples, at: float, dice: random.Random) -> float:
    """Say a line at `at` seconds, nobody says two alike; when it is over."""
    first = round(at * RATE)
    side[first : first + len(line)] += line * np.float32(10 ** (dice.gauss(0, LEVEL_DB) / 20))
    return at + len(line) / RATE
