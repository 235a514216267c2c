"""What callers say when a call is getting worse, and how much each kind says: evidence beside the voice.

Kinds and strengths follow what call-centre studies find most telling: threats to leave and calls for a superior first,
then repeated trouble, blame and insults (Alam et al., COLING 2016; Erden & Arslan 2011, where words raised 83 % to
89 %). Strength is in log odds, the same scale as the evidence of the voice; see README.md, Fusion.

Where the model of acts understands the caller, its acts are the evidence, and only phrases of feeling count beside
them; elsewhere the phrases do. They are data, one file a language in `phrases/`, made for that language, not
translated: what people say when they are fed up differs. Phrases with a harmless everyday use stay out.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

STRENGTHS = {"insult": 2.0, "superior": 1.6, "leaving": 1.4, "threat": 1.8, "again": 1.0, "blame": 1.2, "feeling": 1.4}
ACTS = {
    "insults": "insult",
    "asks-for-superior": "superior",
    "threatens-to-leave": "leaving",
    "threatens-legal-or-public": "threat",
    "threatens-harm": "threat",
    "repeats-earlier-demand": "again",
    "complains-of-waiting-or-transfers": "again",
    "blames-company": "blame",
    "feels-ignored-or-unimportant": "blame",
}
"""Acts of the caller (`models.acts`) and the kind of evidence each is."""
FEELING = "feeling"
"""The kind no act stands for: phrases of it count beside the acts."""
INTENTS = frozenset(["superior", "leaving", "threat"])
"""Kinds that tell what the caller is going to do: who says not to want it has not said it."""


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str
    kind: str

    @property
    def strength(self) -> float:
        return STRENGTHS[self.kind]

    @property
    def is_intent(self) -> bool:
        """Whether it is something the caller may do or not, so that not wanting it denies it."""
        return self.kind in INTENTS


def _read(path: Path) -> tuple[Phrase, ...]:
    kinds = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(Phrase(text, kind) for kind, texts in kinds.items() for text in texts)


ESCALATION: dict[str, tuple[Phrase, ...]] = {
    path.stem: _read(path) for path in sorted(Path(__file__).with_name("phrases").glob("*.toml"))
}
"""By language. A language that is not here has no evidence from words; that of the voice needs none."""
