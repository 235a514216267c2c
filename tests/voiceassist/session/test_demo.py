"""The long demo call: nearly every cue in one natural conversation, each while it is due, and never too many."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest

from tests.calls.run import demo_cues, demo_sound, demo_truth, long_words, of_kind, run
from tools.demo_call.make import read_script
from voiceassist.core.events import CueCleared, CueKind, CueShown, Event
from voiceassist.core.tuning import RestraintTuning
from voiceassist.session.demo_assets import LONG


@cache
def events() -> list[Event]:
    """What the engine makes of its sound, with the words that were truly said."""
    return run(*demo_sound(LONG), words=long_words)


def test_the_call_is_a_small_two_sided_file_and_its_truth_is_its_script() -> None:
    agent, caller = demo_sound(LONG)
    truth = demo_truth(LONG)
    assert LONG.sound.stat().st_size < 2_000_000
    assert LONG.truth.stat().st_size < 100_000
    assert len(agent) / 16_000 == pytest.approx(truth["duration"], abs=0.001)
    assert len(agent) == len(caller)
    title, lines = read_script(LONG.script)
    assert truth["title"] == title
    told = [(line["who"], line["text"], line["style"]) for line in truth["lines"]]
    assert told == [(line.who, line.text, line.style) for line in lines]


def test_at_least_twelve_different_cues_are_scripted() -> None:
    assert len({scripted.cue for scripted in demo_cues(LONG)}) >= 12


@pytest.mark.slow
def test_every_scripted_cue_comes_while_it_is_due_and_no_other_does() -> None:
    shown = of_kind(events(), CueShown)
    assert [cue.id for cue in shown] == [scripted.cue for scripted in demo_cues(LONG)]
    for scripted, cue in zip(demo_cues(LONG), shown, strict=True):
        earliest, latest = scripted.due
        assert earliest <= cue.t <= latest, f"{cue.id} at {cue.t}, due {earliest} to {latest}"


@pytest.mark.slow
def test_restraint_holds_over_the_whole_conversation() -> None:
    restraint = RestraintTuning()
    cleared = {gone.number: gone.t for gone in of_kind(events(), CueCleared)}
    counted = [cue for cue in of_kind(events(), CueShown) if cue.kind is not CueKind.GOOD]
    for before, after in pairwise(counted):
        if after.kind is CueKind.TIP:
            assert after.t - cleared[before.number] >= restraint.spacing
    assert sum(cue.kind is CueKind.TIP for cue in counted) <= restraint.budget  # the call is shorter than ten minutes


@pytest.mark.slow
def test_from_sound_alone_only_cues_that_need_no_words_come() -> None:
    shown = {cue.id for cue in of_kind(run(*demo_sound(LONG)), CueShown)}
    sound_only = {"say-what-you-are-doing", "ask-journey", "acknowledge", "let-them-finish", "call-for-help"}
    assert shown
    assert shown <= sound_only | {"well-done", "pause", "lower-voice", "same-words-steady"}
