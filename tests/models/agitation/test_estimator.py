"""What the agitation estimator promises, on made-up voices."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.agitation import CallerFrames, Estimate, Estimator, State
from models.agitation.tuning import TUNING
from models.agitation.windows import Windows
from models.agitation.words import ESCALATION, STRENGTHS, Phrase
from tests.models.agitation.voices import SECONDS, calm_caller, made, pieces, quiet, speech, states, upset

TOLD = (State.RISING, State.HIGH)


def after(estimator: Estimator, *frames: Any) -> Estimate:
    for part in frames:
        estimator.add(part)
    return estimator.estimate


def test_it_abstains_until_three_seconds_of_speech_were_heard() -> None:
    estimator, frames = Estimator(), speech(12.0)
    spoken = 0.0
    for piece in pieces(frames):
        estimator.add(piece)
        spoken += float(piece.speech.sum()) * SECONDS
        if spoken < 3.0:
            assert estimator.estimate == Estimate(State.LISTENING)
    assert estimator.estimate.state is State.CALM
    assert estimator.estimate.confidence < 0.7


@pytest.mark.parametrize("seed", range(5))
def test_a_caller_who_goes_on_as_they_began_stays_calm(seed: int) -> None:
    seen = states(Estimator(), speech(180.0, seed=seed))
    assert set(seen) == {State.LISTENING, State.CALM}


def test_lively_remarks_far_apart_do_not_add_up() -> None:
    estimator = calm_caller(60.0)
    for seed in range(6):
        remark = speech(1.6, semitones=4, db=3, slope=0.5, seed=seed)
        assert set(states(estimator, remark)) == {State.CALM}, f"remark {seed}"
        estimator.add(quiet(15.0))


@pytest.mark.parametrize("seed", range(6))
def test_one_exclamation_is_never_high(seed: int) -> None:
    assert State.HIGH not in states(calm_caller(60.0), upset(1.6, seed=seed))


def test_a_lively_remark_counts_less_for_a_lively_speaker() -> None:
    """What is usual for the caller is no news; told beside an estimator that does not know what is."""
    scores = []
    for most in (TUNING.drift_most, TUNING.drift):
        lively = Estimator(replace(TUNING, drift_most=most))
        for seed in range(15):
            lively.add(speech(4.6, seed=seed))
            lively.add(speech(2.3, semitones=5, db=5, slope=2, seed=seed))
        lively.add(speech(9.0, seed=20))
        assert lively.estimate.state is State.CALM
        scores.append(after(lively, speech(2.3, semitones=5, db=5, slope=2, seed=21)).score)
    assert scores[0] < scores[1] - 0.05


@pytest.mark.parametrize("hz", [90.0, 120.0, 210.0, 260.0])
def test_a_raised_voice_is_reported_within_five_seconds_for_every_voice(hz: float) -> None:
    estimator = calm_caller(hz=hz)
    seen = states(estimator, speech(8.0, semitones=5, db=6, slope=2, hz=hz, seed=2))
    assert seen.index(State.RISING) * 8 * SECONDS <= 5.0
    assert seen[-1] is State.HIGH


def test_agitation_ends_within_ten_seconds_of_calm_speech() -> None:
    estimator = calm_caller()
    assert after(estimator, upset(20.0)).state is State.HIGH
    seen = states(estimator, speech(10.0, seed=3))
    assert seen[-1] is State.CALM
    assert State.FALLING in seen


def test_states_do_not_flicker() -> None:
    estimator = calm_caller()
    seen = [*states(estimator, upset(20.0)), *states(estimator, speech(20.0, seed=3))]
    changes = [a for a, b in pairwise(seen) if a is not b]
    assert changes == [State.CALM, State.RISING, State.HIGH, State.FALLING]


def test_the_baseline_is_frozen_while_the_caller_is_agitated() -> None:
    estimator = calm_caller()
    assert set(states(estimator, upset(150.0))[60:]) == {State.HIGH}


def test_the_baseline_follows_a_voice_that_changes_slowly() -> None:
    estimator = calm_caller()
    for step in range(1, 31):
        estimator.add(speech(10.0, semitones=step / 10, db=step / 10, seed=step))
        assert estimator.estimate.state is State.CALM, f"after {10 * step} s"


@pytest.mark.parametrize("db", [-12.0, 12.0])
def test_a_changed_volume_is_not_agitation(db: float) -> None:
    assert set(states(calm_caller(), speech(60.0, db=db, seed=4))) == {State.CALM}


@pytest.mark.parametrize("db", [-12.0, 12.0])
def test_the_score_does_not_depend_on_how_loud_the_line_is(db: float) -> None:
    usual = after(Estimator(), speech(30.0), upset(6.0))
    shifted = after(Estimator(), speech(30.0, db=db), speech(6.0, semitones=5, db=6 + db, slope=2, seed=2))
    assert shifted.score == pytest.approx(usual.score, abs=1e-6)


def test_level_counts_for_nothing_behind_a_gain_control() -> None:
    """Levelled speech of the same pitch and slope: what little level changes is the gain control's doing."""
    usual = after(calm_caller(level_spread=2.0), speech(6.0, semitones=3, db=6, level_spread=2.0, seed=2))
    levelled = after(calm_caller(level_spread=0.2), speech(6.0, semitones=3, db=6, level_spread=0.2, seed=2))
    without = after(calm_caller(level_spread=0.2), speech(6.0, semitones=3, db=0, level_spread=0.2, seed=2))
    assert levelled.score == pytest.approx(without.score, abs=0.02)
    assert usual.score > levelled.score + 0.1
    assert levelled.confidence < usual.confidence


def test_pitch_weighs_more_behind_a_gain_control() -> None:
    usual = after(calm_caller(level_spread=2.0), speech(6.0, semitones=4, slope=1.0, level_spread=2.0, seed=2))
    raised = speech(6.0, semitones=4, slope=1.0, level_spread=0.2, seed=2)
    levelled = after(calm_caller(level_spread=0.2), raised)
    assert levelled.pitch == pytest.approx(usual.pitch, abs=0.2)
    assert levelled.score > usual.score + 0.03


def test_agc_boost_waits_for_level_spread() -> None:
    scores = []
    for tuning in (TUNING, replace(TUNING, in_place_of_level=0.0)):
        estimator = Estimator(tuning)
        estimator.add(speech(7.0, level_spread=0.2))
        scores.append(after(estimator, speech(3.0, semitones=5, level_spread=0.2, seed=2)).score)
    assert scores[0] == scores[1] > 0.1


def test_pitch_of_a_voice_under_loud_background_hardly_counts() -> None:
    """Between the caller's syllables somebody 9 semitones higher is heard, 2 dB over a loud room."""

    def in_a_loud_room(frames: CallerFrames, other_hz: float) -> CallerFrames:
        between = frames.speech & (frames.hz == 0)
        frames.hz[between] = other_hz
        frames.level_db[:] = np.where(between, -38.0, np.maximum(frames.level_db, -40.0))
        return frames

    alone, with_another = calm_caller(), calm_caller()
    for estimator, other_hz in ((alone, 0.0), (with_another, 200.0)):
        estimator.add(in_a_loud_room(speech(30.0), 0.0))
        estimator.add(in_a_loud_room(speech(6.0, seed=2), other_hz))
    assert with_another.estimate.pitch == pytest.approx(alone.estimate.pitch, abs=1.0)
    assert with_another.estimate.state is State.CALM


def test_frames_that_are_not_the_callers_alone_do_not_count() -> None:
    estimator, raised = calm_caller(), upset(10.0)
    before = estimator.estimate.score
    raised.speech[:] = False
    assert after(estimator, raised).score <= before


@pytest.mark.parametrize("hz", [440.0, 425.0, 350.0])
def test_tones_and_ringing_do_not_count(hz: float) -> None:
    n = round(10 / SECONDS)
    tone = made(np.column_stack([np.full(n, hz), np.full(n, -12.0), np.zeros((n, 2)), np.ones(n)]))
    estimator = calm_caller()
    assert set(states(estimator, tone)) == {State.CALM}
    assert after(Estimator(), tone) == Estimate(State.LISTENING)


@pytest.mark.parametrize(("every", "lasts"), [(6, 3), (40, 4)], ids=["laughing", "coughing"])
def test_laughter_and_coughing_do_not_count(every: int, lasts: int) -> None:
    """Bursts of a tenth of a second, high and loud: five a second, or now and then."""
    n = round(8 / SECONDS)
    burst = np.arange(n) % every < lasts
    pitch = np.where(burst, 240 * 2 ** (np.random.default_rng(5).normal(0, 1, n) / 12), 0.0)
    laugh = made(np.column_stack([pitch, np.where(burst, -20.0, -50.0), np.tile([-5.0, 4.0], (n, 1)), np.ones(n)]))
    assert set(states(calm_caller(), laugh)) == {State.CALM}


def test_two_people_talking_at_once_do_not_count() -> None:
    """The pitch tracker jumps from one to the other; what it makes of them is nobody's voice."""
    both = speech(10.0, hz=120.0, db=6, slope=2, seed=6)
    other = np.arange(len(both.hz)) % 8 < 4
    both.hz[other & (both.hz > 0)] *= 2.2
    estimator = calm_caller()
    estimator.add(quiet(1.0))
    before = estimator.estimate.score
    assert set(states(estimator, both)) == {State.CALM}
    assert estimator.estimate.score == pytest.approx(before, abs=0.1)


def test_a_child_in_the_background_does_not_count() -> None:
    child = speech(10.0, semitones=14, db=-30, slope=3, seed=6)
    assert set(states(calm_caller(), child)) == {State.CALM}


@pytest.mark.parametrize(("first", "then"), [(210.0, 110.0), (110.0, 210.0)], ids=["deeper", "higher"])
def test_another_voice_after_a_silence_gets_a_new_baseline(first: float, then: float) -> None:
    estimator = calm_caller(hz=first)
    estimator.add(quiet(4.0))
    seen = states(estimator, speech(60.0, hz=then, db=-2, seed=7))
    assert seen[0] is State.CALM
    assert State.LISTENING in seen
    assert seen[-1] is State.CALM
    assert not set(TOLD) & set(seen)
    assert states(estimator, speech(10.0, hz=then, semitones=5, db=4, slope=2, seed=9))[-1] is State.HIGH


@pytest.mark.parametrize("semitones", [5.0, 9.0])
def test_a_raised_voice_after_a_silence_is_the_same_person(semitones: float) -> None:
    estimator = calm_caller()
    estimator.add(quiet(10.0))
    seen = states(estimator, speech(12.0, semitones=semitones, db=5, slope=2, seed=2))
    assert State.LISTENING not in seen
    assert seen[-1] is State.HIGH


def test_no_new_caller_is_assumed_in_mid_sentence() -> None:
    """A caller who mutters for a while does not lose their start."""
    seen = states(calm_caller(hz=150.0), speech(15.0, hz=150.0, semitones=-7, db=-4, seed=7))
    assert set(seen) == {State.CALM}


def test_a_reset_starts_a_new_baseline() -> None:
    estimator = calm_caller(hz=110.0)
    estimator.reset()
    assert estimator.estimate == Estimate(State.LISTENING)
    assert set(states(estimator, speech(40.0, hz=220.0, seed=8))) == {State.LISTENING, State.CALM}


def test_a_caller_who_starts_by_shouting_is_not_calm() -> None:
    usual = after(Estimator(), speech(20.0, hz=200.0))
    shouting = after(Estimator(), speech(20.0, hz=420.0))
    assert shouting.score > usual.score + 0.1


def test_a_caller_who_starts_upset_and_calms_down_is_followed_when_agitation_rises_again() -> None:
    estimator = Estimator()
    estimator.add(upset(6.0))
    estimator.add(speech(90.0, seed=3))
    assert estimator.estimate.state is State.CALM
    assert states(estimator, upset(10.0, seed=9))[-1] is State.HIGH


def test_silence_neither_raises_the_score_nor_makes_it_jump() -> None:
    estimator = calm_caller()
    estimator.add(upset(20.0))
    scores = []
    for piece in pieces(quiet(120.0)):
        estimator.add(piece)
        scores.append(estimator.estimate.score)
    steps = np.diff(scores)
    assert (steps <= 1e-9).all()
    assert steps.min() > -0.03
    held = scores[round(15 / (8 * SECONDS))]
    assert held > 0.7
    assert scores[-1] < held - 0.1


def test_confidence_grows_with_what_was_heard_and_fades_in_silence() -> None:
    early, late = after(Estimator(), speech(9.0)), after(Estimator(), speech(60.0))
    assert 0 < early.confidence < late.confidence <= 1
    assert after(calm_caller(60.0), quiet(120.0)).confidence < late.confidence / 2


def test_the_changes_are_given_in_plain_units() -> None:
    estimate = after(calm_caller(60.0), upset(10.0))
    assert estimate.pitch == pytest.approx(5, abs=1.5)
    assert estimate.level == pytest.approx(6, abs=3)
    assert estimate.tilt == pytest.approx(2, abs=1.5)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_the_answer_does_not_depend_on_how_the_frames_were_cut(sizes: list[int]) -> None:
    whole, cut = Estimator(), Estimator()
    frames = speech(12.0)
    rows = np.column_stack([frames.hz, frames.level_db, frames.spectrum, frames.speech])
    whole.add(frames)
    at = 0
    for size in [*sizes, len(rows)]:
        cut.add(next(pieces(made(rows[at:]), size), made(rows[:0])))
        at += size
    assert cut.estimate.score == pytest.approx(whole.estimate.score, abs=1e-12)


# --- words and turns ------------------------------------------------------------------------------------------------


def phrase(kind: str) -> Phrase:
    return next(p for p in ESCALATION["en"] if p.kind == kind)


def test_a_call_judged_again_from_its_windows_gets_the_same_scores() -> None:
    parts = [speech(20.0), quiet(4.0), upset(6.0, seed=3), quiet(20.0), speech(6.0, seed=4)]
    estimator, again, windows = Estimator(), Estimator(), Windows(TUNING)
    for part in parts:
        estimator.add(part)
        for heard in windows.step(part):
            again.judge(heard)
        assert again.estimate == estimator.estimate


@pytest.mark.parametrize("kind", STRENGTHS)
def test_an_escalation_phrase_raises_the_score_at_once_and_is_named(kind: str) -> None:
    estimator = calm_caller()
    before = estimator.estimate.score
    estimator.said([phrase(kind)])
    assert estimator.estimate.score > before
    assert estimator.estimate.said == (phrase(kind).text,)


def test_words_alone_never_make_it_high() -> None:
    estimator = calm_caller()
    estimator.said(list(ESCALATION["en"]))
    assert estimator.estimate.score > 0.35
    seen = states(estimator, speech(20.0, seed=10))
    assert State.HIGH not in seen


def test_words_fade_after_half_a_minute() -> None:
    estimator = calm_caller()
    before = estimator.estimate.score
    estimator.said([phrase("insult")])
    assert after(estimator, quiet(31.0)).score <= before
    assert estimator.estimate.said == ()


def test_words_and_voice_together_are_faster_than_the_voice_alone() -> None:
    tense = speech(8.0, semitones=2.5, db=3, slope=0.5, seed=2)
    alone = states(calm_caller(), tense)
    both = calm_caller()
    both.said([phrase("superior"), phrase("again")])
    assert both.estimate.state is State.CALM
    assert set(alone) == {State.CALM}
    assert set(TOLD) & set(states(both, tense))


def test_cutting_in_adds_a_little_and_only_for_a_while() -> None:
    estimator = calm_caller()
    before = estimator.estimate.score
    for _ in range(10):
        estimator.cut_in()
    raised = estimator.estimate
    assert before < raised.score < TUNING.rising
    assert raised.cut_ins == 10
    assert after(estimator, quiet(31.0)).cut_ins == 0
