"""What callers say when a call is getting worse, and how much each kind says: evidence beside the voice.

Kinds and strengths follow what call-centre studies find most telling: threats to leave and calls for a superior first,
then repeated trouble, blame and insults (Alam et al., COLING 2016; Erden & Arslan 2011, where words raised 83 % to
89 %). Strength is in log odds, the same scale as the evidence of the voice; see README.md, Fusion.
"""

from __future__ import annotations

from dataclasses import dataclass

STRENGTHS = {"insult": 2.0, "superior": 1.6, "leaving": 1.4, "threat": 1.8, "again": 1.0, "blame": 1.2, "feeling": 1.4}


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str
    kind: str

    @property
    def strength(self) -> float:
        return STRENGTHS[self.kind]


_ENGLISH = {
    "insult": (
        "you people",
        "you idiot",
        "are you stupid",
        "you are useless",
        "bloody useless",
        "incompetent",
        "shut up",
        "what is wrong with you",
        "bunch of liars",
        "you are lying",
        "full of rubbish",
    ),
    "superior": (
        "your supervisor",
        "a supervisor",
        "your manager",
        "the manager",
        "somebody above you",
        "someone in charge",
        "somebody in charge",
        "file a complaint",
        "make a complaint",
    ),
    "leaving": (
        "cancel my",
        "cancel the whole",
        "cancel everything",
        "want to cancel",
        "want my money back",
        "take my business elsewhere",
        "switch to another",
        "never again",
        "done with you",
    ),
    "threat": (
        "my lawyer",
        "take you to court",
        "sue you",
        "the ombudsman",
        "trading standards",
        "tell everyone",
        "post this online",
    ),
    "again": (
        "third time",
        "fourth time",
        "fifth time",
        "how many times",
        "again and again",
        "over and over",
        "i already told you",
        "i have told you",
        "for weeks",
        "still waiting",
        "still no answer",
    ),
    "blame": (
        "nobody cares",
        "you do not care",
        "you don't care",
        "you promised",
        "not good enough",
        "a waste of time",
        "wasting my time",
        "your fault",
        "are you even listening",
        "you are not listening",
    ),
    "feeling": (
        "this is ridiculous",
        "this is unacceptable",
        "this is outrageous",
        "this is a joke",
        "sick and tired",
        "fed up",
        "had enough",
        "i am furious",
        "i am so angry",
        "disgusting",
    ),
}

ESCALATION: dict[str, tuple[Phrase, ...]] = {
    "en": tuple(Phrase(text, kind) for kind, texts in _ENGLISH.items() for text in texts),
}
"""By language. A language that is not here has no evidence from words; that of the voice needs none."""
