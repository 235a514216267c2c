"""The words cues are filled with: figures and reasons, in the language of the pack.

A condition tells what it found as plain values and `Figure` figures; which words stand for them is the pack's matter.
What a pack does not set in its `[words]` is English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.agitation import Estimate
from voiceassist.core.events import Change, ChangeKind

ENGLISH: Mapping[str, str] = {
    "louder": "{n} dB louder",
    "softer": "{n} dB softer",
    "higher": "{n} semitones higher",
    "higher-one": "{n} semitone higher",
    "sharper": "sharper",
    "faster": "faster",
    "faster-by": "{n} % faster",
    "than-start": "{changes} than at the start",
    "agitated": "more agitated than at the start",
    "and": "and",
    "said": "said “{phrase}”",
    "cut-in": "cut in {n} times",
}
"""Every word a pack may set. `{n}`, `{changes}` and `{phrase}` are filled in."""

MOST_CHANGES = 2
"""How many changes of the caller's voice a cue names: the line must be read at a glance."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with what it is of, such as 5 dB louder; a pack's words make a text of it."""

    kind: str
    amount: int

    def text(self, words: Mapping[str, str]) -> str:
        one = f"{self.kind}-one"
        return words[one if self.amount == 1 and one in words else self.kind].format(n=self.amount)


def changes(estimate: Estimate) -> list[Change]:
    """How the caller's voice has changed against the caller's own start, what tells most first."""
    from models.agitation.estimator import LEVEL, PACE, PITCH, TILT
    from models.agitation.tuning import TUNING

    scales = TUNING.scales
    found = []
    if estimate.pitch >= TUNING.say_pitch:
        found.append((estimate.pitch / scales[PITCH], Change(ChangeKind.HIGHER, round(estimate.pitch))))
    if estimate.level >= TUNING.say_level:
        found.append((estimate.level / scales[LEVEL], Change(ChangeKind.LOUDER, round(estimate.level))))
    if estimate.tilt >= TUNING.say_tilt:
        found.append((estimate.tilt / scales[TILT], Change(ChangeKind.SHARPER)))
    if estimate.pace >= TUNING.say_pace:
        found.append((estimate.pace / scales[PACE], Change(ChangeKind.FASTER)))
    return [change for _, change in sorted(found, key=lambda row: -row[0])]


def signs(estimate: Estimate) -> list[Change]:
    """What speaks for agitation beside the voice: the last telling phrase, and cutting in."""
    found = []
    if estimate.said:
        found.append(Change(ChangeKind.SAID, phrase=estimate.said[-1]))
    if estimate.cut_ins >= 2:
        found.append(Change(ChangeKind.CUT_IN, estimate.cut_ins))
    return found


def because(estimate: Estimate, words: Mapping[str, str]) -> str:
    """Why the caller counts as agitated, as one phrase: "4 dB louder and 3 semitones higher than at the start"."""
    voice = [_text(change, words) for change in changes(estimate)[:MOST_CHANGES]]
    parts = [words["than-start"].format(changes=joined(voice, words))] if voice else []
    return ", ".join([*parts, *(_text(sign, words) for sign in signs(estimate))]) or words["agitated"]


def _text(change: Change, words: Mapping[str, str]) -> str:
    if change.kind is ChangeKind.SAID:
        return words["said"].format(phrase=change.phrase)
    return Figure(change.kind, change.amount).text(words)


def joined(parts: Iterable[str], words: Mapping[str, str]) -> str:
    """Several of a kind: "one, another and a third"."""
    *before, last = parts
    return f"{', '.join(before)} {words['and']} {last}" if before else last


def spoken(facts: Mapping[str, object], words: Mapping[str, str]) -> dict[str, object]:
    """Facts of a condition with every `Figure` put into words."""
    return {key: value.text(words) if isinstance(value, Figure) else value for key, value in facts.items()}
