"""What the model is known to hear, on utterances of a hand that wrote nothing it was made from: it does not get worse.

The sentences in `variety/` are for measuring only. Short ones that two hands hit upon are left out.
"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from models.acts import ACTS, ActModel
from models.acts.measure import Tally, tally
from models.acts.ngrams import normal
from models.acts.recipe.corpus import Example, read_sentences, training_examples
from models.acts.recipe.noise import misheard

VARIETY = Path(__file__).with_name("variety")
CALM = Path(__file__).with_name("calm") / "caller-en.txt"
AT_ONCE = {"threatens-harm", "insults", "asks-for-superior", "threatens-to-leave", "threatens-legal-or-public"}
RECALL = 0.80
"""Mean over the acts at the product's points; the card says .82."""
NOISY = 0.76
"""The same as a recognizer would write it; the card says .78."""
FALSE = 0.025
FALSE_OF_NOTHING = 0.022
"""An act, of utterances that do nothing but are written to look like it."""
WILD = 10
"""Times an act that interrupts, in 70 calm utterances; the card says 9."""
MISSED = 8
"""Of 25 threats of harm; the card says 7."""
LEAST = {
    "acknowledges-feelings-or-trouble": 0.75,
    "asks-for-superior": 0.8,
    "threatens-to-leave": 0.7,
    "threatens-legal-or-public": 0.8,
    "threatens-harm": 0.65,
    "sets-limit": 0.9,
    "puts-on-hold": 0.75,
    "asks-open-question": 0.8,
}


def utterances() -> list[Example]:
    trained = {(e.role, normal(e.text)) for e in training_examples()}
    read = [e for role in ACTS for e in read_sentences(VARIETY / f"{role}-en.txt", role, "en", "variety")]
    return [e for e in read if (e.role, normal(e.text)) not in trained]


def measured(examples: list[Example]) -> list[Tally]:
    model = ActModel.load()
    found = []
    for role, names in ACTS.items():
        rows = [
            ({act.name for act in model.decided(model.acts(role, e.previous, e.text))}, {*e.labels}, {*e.unsure})
            for e in examples
            if e.role == role
        ]
        found += tally(names, rows)
    return found


@pytest.fixture(scope="module")
def clean() -> list[Tally]:
    return measured(utterances())


def test_acts_are_found_as_often_as_the_card_says(clean: list[Tally]) -> None:
    assert sum(act.recall for act in clean) / len(clean) >= RECALL
    assert {act.name: act.recall for act in clean if act.recall < LEAST.get(act.name, 0)} == {}


def test_false_alarms_stay_as_rare_as_the_card_says(clean: list[Tally]) -> None:
    assert sum(act.false_rate for act in clean) / len(clean) <= FALSE
    nothing = measured([e for e in utterances() if not e.labels])
    assert sum(act.false_rate for act in nothing) / len(nothing) <= FALSE_OF_NOTHING


def test_recognizer_noise_costs_little() -> None:
    chance = random.Random(5)
    noisy = measured([replace(e, text=misheard(e.text, chance)) for e in utterances()])
    assert sum(act.recall for act in noisy) / len(noisy) >= NOISY


def test_calm_talk_of_death_dates_and_people_brings_no_threat_and_threats_are_heard_beside_it() -> None:
    model = ActModel.load()
    wild, missed = [], []
    for example in read_sentences(CALM, "caller", "en", "calm-test"):
        decided = {act.name for act in model.decided(model.acts("caller", example.previous, example.text))}
        wild += [(example.text, name) for name in decided & AT_ONCE - example.labels]
        missed += [example.text for name in example.labels if name not in decided]
    assert len(wild) <= WILD, wild
    assert len(missed) <= MISSED, missed


@pytest.mark.parametrize(
    ("act", "says", "denies"),
    [
        ("asks-for-superior", "I want to speak to your manager now", "your manager already promised me a refund"),
        ("asks-for-superior", "I want to speak to your manager now", "I don't want to speak to your manager"),
        ("asks-for-superior", "not with you, I want your manager", "I'm not asking for a supervisor"),
        ("threatens-legal-or-public", "I'm going to take you to court over this", "I'm not going to sue anybody"),
        (
            "threatens-to-leave",
            "right that's it, cancel everything, I'm leaving you",
            "I want to cancel my booking please, my plans changed",
        ),
        (
            "threatens-harm",
            "I'm coming down there and I'll break your neck",
            "my wife will kill me if I forget the cake",
        ),
        ("feels-ignored-or-unimportant", "nobody listens to me there", "she listened to me very kindly"),
    ],
)
def test_what_is_denied_is_not_taken_for_said(act: str, says: str, denies: str) -> None:
    model = ActModel.load()
    decided = [{one.name for one in model.decided(model.acts("caller", "", text))} for text in (says, denies)]
    assert act in decided[0]
    assert act not in decided[1]


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("agent", "I can't hear anything on the line"),
        ("agent", "do you have access to wifi"),
        ("agent", "you had to press the left button"),
        ("caller", "Device Manager is open"),
        ("caller", "mano estas bone"),
        ("agent", "おはようございます"),
        ("caller", "0 1 7 2 9 9 4"),
    ],
)
def test_calm_talk_and_unknown_languages_bring_no_threat_refusal_or_request(role: str, text: str) -> None:
    model = ActModel.load()
    wild = {"refuses", "sets-limit", "threatens-harm", "threatens-legal-or-public", "asks-for-superior", "insults"}
    assert wild.isdisjoint(act.name for act in model.decided(model.acts(role, "", text)))
