"""The sentences the demo model learns from cover the demo call and the cues, and are the same every time."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

from models.demo import grammar

PACK = Path(__file__).resolve().parents[3] / "voiceassist" / "cues" / "packs" / "en.toml"


def known_words() -> set[str]:
    return {part for word in grammar.all_words() for part in grammar.normalise(word)}


def test_grammar_knows_at_least_800_words() -> None:
    assert len(known_words()) >= 800


def test_every_word_of_the_demo_call_is_known() -> None:
    said = {word for line in grammar.demo_lines() for word in grammar.normalise(line)}
    assert said
    assert said <= known_words()


def test_every_word_the_cues_look_for_is_known() -> None:
    phrases = tomllib.loads(PACK.read_text(encoding="utf-8"))["phrases"]
    wanted = {word for group in phrases.values() for phrase in group for word in grammar.normalise(phrase)}
    assert wanted
    assert wanted <= known_words()


def test_same_seed_gives_the_same_texts() -> None:
    first, again = ([grammar.utterance(rng) for _ in range(50)] for rng in (random.Random(3), random.Random(3)))
    assert first == again
    assert len(set(first)) > 40


def test_every_slot_can_be_filled() -> None:
    rng = random.Random(0)
    for template in (*grammar.AGENT, *grammar.CALLER, *grammar.CUES):
        text = grammar.sentence_case(grammar.fill(template, rng))
        assert "{" not in text
        assert text[0].isupper()


def test_everything_said_is_in_the_list_of_words() -> None:
    rng, known = random.Random(1), known_words()
    said = {word for _ in range(2000) for word in grammar.normalise(grammar.utterance(rng, cue_share=0.3))}
    assert said <= known
