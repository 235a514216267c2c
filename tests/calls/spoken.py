"""Synthetic two-sided calls of any temper: calm from end to end, or a ramp from calm to agitated and back.

Spoken with the synthesisers and the styles of the demo call, in other voices and other words. The same seed gives the
same call.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.demo.synthesis import Voice
from tests.calls.sound import LINES, RATE
from tools.demo_call.make import Style, line_noise, speak_in_style
from voiceassist.core.audio_types import Samples

CALLERS = [
    Voice("espeak", "en-gb+m1", 145),
    Voice("espeak", "en-us+m3", 145),
    Voice("espeak", "en-gb+f2", 145),
    Voice("espeak", "en-us+f4", 145),
    Voice("espeak", "en-gb-scotland", 145),
    Voice("espeak", "en-gb-x-rp", 145),
    Voice("espeak", "en-gb+m7", 145),
    Voice("flite", "awb", 155),
    Voice("flite", "slt", 152),
]
AGENT = Voice("flite", "slt", 155)
OTHER_AGENT = Voice("flite", "rms", 150)

CALLER_SAYS = [
    "I am calling about the invoice that came on Monday.",
    "There are two charges on it that I do not recognize.",
    "My account number is eight three zero, five five two.",
    "I moved house in the spring, so the address may be old.",
    "Yes, I can wait while you look.",
    "The first one is for a service visit in April.",
    "Nobody has been here since the boiler was put in.",
    "I have the paper in front of me, if that is of any use.",
    "It says nineteen pounds forty at the bottom of the page.",
    "My wife spoke to one of your people about this last week.",
    "She was told that it would be taken off the bill.",
    "Could you send me a copy of that by e-mail?",
    "The name is spelled with two letters n.",
    "I usually pay on the first day of the month.",
    "And what about the second one, from the ninth?",
    "That would be fine with me.",
    "We were away on holiday for most of that month.",
    "I would rather have it as a credit, if you can do that.",
    "Do I need to sign anything for this?",
    "The meter is in the cellar, behind the stairs.",
    "It has worked well ever since the new part came.",
    "I could read you the number from the label.",
    "Is there a number I can call if it happens again?",
    "Let me find my glasses, it will only take a moment.",
]
AGENT_SAYS = [
    "I have found your account.",
    "Let me have a look at that for you.",
    "The visit is listed on the fourth of April.",
    "I am sending this on to our billing team.",
    "You will see it on the next statement.",
    "Could you read me the last three numbers, please?",
    "I have made a note of that.",
    "It takes about two working days.",
    "The copy is on its way to your inbox.",
    "I can put that on as a credit today.",
    "Is the address still the same?",
    "Thank you for waiting.",
]


@dataclass(frozen=True)
class SpokenCall:
    """The sound of both sides and what is true of it. `agitated` is (start, end) of the agitated stretch, or None."""

    agent: Samples
    caller: Samples
    agitated: tuple[float, float] | None
    voice: str
    line: str
    raised: float = 0.0
    """Semitones the voice is raised by while agitated: 2.5 to 5; level (4 to 8 dB) and tilt are drawn apart."""

    @property
    def seconds(self) -> float:
        return len(self.caller) / RATE


def calm_call(seed: int, *, seconds: float = 300.0, line: str = "telephone band") -> SpokenCall:
    """People who have nothing to quarrel about. Level, pace and pitch vary from sentence to sentence as in real talk:
    standard deviations of 1.5 dB, 5 % and 0.6 semitones."""
    return _call(seed, [("calm", seconds)], line)


def ramp(seed: int, *, line: str, calm: float = 30.0, agitated: float = 20.0) -> SpokenCall:
    """`calm` seconds, then `agitated` seconds, then calm again for as long as at first."""
    return _call(seed, [("calm", calm), ("agitated", agitated), ("calm", calm)], line)


def _call(seed: int, phases: list[tuple[str, float]], line: str) -> SpokenCall:
    dice = random.Random(seed)
    voice = CALLERS[seed % len(CALLERS)]
    agent_voice = AGENT if voice.name != AGENT.name else OTHER_AGENT
    # How strongly this caller shows it: from plainly annoyed to shouting (the demo call's angry is in the middle).
    anger = Style(
        level_db=dice.uniform(4, 8),
        semitones=dice.uniform(2.5, 5.0),
        rate=dice.uniform(1.05, 1.2),
        liveliness=dice.uniform(1.2, 1.6),
        tilt_db=dice.uniform(2, 5),
        pause=0.25,
    )
    total = sum(seconds for _, seconds in phases)
    agent, caller = (np.zeros(round((total + 30) * RATE), dtype=np.float32) for _ in range(2))
    caller_says, agent_says = _deck(CALLER_SAYS, dice), _deck(AGENT_SAYS, dice)
    clock, until = 0.5, 0.0
    agitated: tuple[float, float] | None = None
    for temper, seconds in phases:
        until += seconds
        begin = clock
        while clock < until:
            if temper == "calm" or dice.random() < 0.3:
                said = speak_in_style(next(agent_says), agent_voice, _ordinary(dice), level_db=-26)
                clock = _put(agent, said.samples, clock)
                clock += dice.uniform(0.4, 1.2)
            if temper == "agitated" and agitated is None:
                begin = clock
            for _ in range(dice.randint(1, 3)):
                style = _ordinary(dice, anger if temper == "agitated" else Style())
                said = speak_in_style(next(caller_says), voice, style, level_db=-29)
                clock = _put(caller, said.samples, clock)
                end = clock
                clock += dice.uniform(0.2, 0.5)
            clock += dice.uniform(0.4, 1.2)
            if temper == "agitated":
                agitated = (begin, end)
    length = round((clock + 1.0) * RATE)
    agent, caller = agent[:length], caller[:length]
    caller = LINES[line](caller) + line_noise(length, seed=2 * seed + 1)
    agent = agent + line_noise(length, seed=2 * seed)
    return SpokenCall(agent, caller, agitated, f"{voice.engine} {voice.name}", line, anger.semitones)


def _ordinary(dice: random.Random, style: Style | None = None) -> Style:
    """`style` as one sentence has it: nobody speaks two sentences alike."""
    style = style or Style()
    return Style(
        level_db=style.level_db + dice.gauss(0, 1.5),
        semitones=style.semitones + dice.gauss(0, 0.6),
        rate=style.rate * dice.gauss(1, 0.05),
        liveliness=style.liveliness,
        tilt_db=style.tilt_db,
        pause=style.pause,
    )


def _deck(sentences: list[str], dice: random.Random) -> Iterator[str]:
    """All sentences in some order, then in another, and so on for ever."""
    while True:
        yield from dice.sample(sentences, len(sentences))


def _put(side: Samples, samples: Samples, at: float) -> float:
    first = round(at * RATE)
    side[first : first + len(samples)] += samples[: max(len(side) - first, 0)]
    return at + len(samples) / RATE
