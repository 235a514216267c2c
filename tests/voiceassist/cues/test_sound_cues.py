"""The five first cues: each comes for its reason, says why, and goes when it was heeded."""

from __future__ import annotations

import pytest

from tests.support.scene import Scene


def upset_caller() -> Scene:
    scene = Scene()
    scene.small_talk()
    return scene


def test_pause_comes_after_two_quick_answers_to_a_rising_caller_and_goes_once_the_agent_waits() -> None:
    scene = upset_caller()
    scene.caller(3.0, score=0.4)
    scene.agent(1.0)
    scene.silence(0.8)
    scene.caller(3.0)
    assert scene.cues == []
    scene.agent(1.0)
    assert scene.cues == ["pause"]
    assert scene.shown[0].why == "You answered at once, 2 times"
    scene.silence(0.5)
    scene.caller(2.0)
    scene.silence(1.2)
    assert scene.cleared == [("pause", "followed")]


def test_quick_answers_to_a_calm_caller_earn_no_cue() -> None:
    scene = upset_caller()
    for _ in range(4):
        scene.caller(3.0, score=0.1)
        scene.agent(1.0)
        scene.silence(1.0)
    assert scene.cues == []


def test_let_them_finish_comes_soon_after_talking_over_and_goes_when_the_agent_stops() -> None:
    scene = upset_caller()
    scene.caller(2.0, score=0.5)
    start = scene.now
    scene.both(1.5)
    assert scene.cues == ["let-them-finish"]
    assert scene.shown[0].t - start <= 1.3
    scene.caller(2.0)
    assert scene.cleared == [("let-them-finish", "followed")]


def test_the_caller_cutting_in_on_the_agent_is_no_fault_of_the_agent() -> None:
    scene = upset_caller()
    scene.caller(1.0, score=0.5)
    scene.silence(1.0)
    scene.agent(3.0)
    scene.both(1.5)
    scene.caller(1.0)
    assert "let-them-finish" not in scene.cues


def test_a_short_mm_hm_while_the_caller_talks_is_not_talking_over() -> None:
    scene = upset_caller()
    scene.caller(3.0, score=0.5)
    scene.both(0.4)
    scene.caller(3.0)
    assert scene.cues == []


def test_lower_voice_comes_when_the_agent_gets_loud_with_an_agitated_caller_and_goes_when_the_voice_is_back() -> None:
    scene = upset_caller()
    scene.caller(2.0, score=0.4)
    scene.silence(1.2)
    scene.agent(2.6, level=-19.0)
    assert scene.cues == ["lower-voice"]
    assert scene.shown[0].why == "You are 5 dB louder than usual"
    scene.agent(4.5)
    assert scene.cleared == [("lower-voice", "followed")]


@pytest.mark.parametrize(("louder", "cues"), [(3.0, ["lower-voice"]), (0.0, [])])
def test_lower_voice_comes_for_a_higher_voice_only_when_it_is_louder_too(louder: float, cues: list[str]) -> None:
    """Melody alone is 2 semitones up now and then in calm talk."""
    scene = upset_caller()
    scene.caller(2.0, score=0.4)
    scene.silence(1.2)
    scene.agent(3.0, hz=220.0, level=-26.0 + louder)
    assert scene.cues == cues
    assert all("semitones higher" in cue.why for cue in scene.shown)


def test_one_loud_word_is_not_a_raised_voice() -> None:
    scene = upset_caller()
    scene.caller(2.0, score=0.4)
    scene.silence(1.2)
    scene.agent(0.6, level=-19.0)
    scene.agent(3.0)
    assert scene.cues == []


def test_a_loud_agent_with_a_calm_caller_gets_no_cue() -> None:
    scene = upset_caller()
    scene.agent(6.0, level=-16.0)
    assert scene.cues == []


def test_acknowledge_comes_as_the_agents_turn_comes_and_goes_with_the_agents_words() -> None:
    scene = upset_caller()
    scene.caller(4.0, score=0.7)
    assert scene.cues == []
    scene.silence(0.6)
    assert scene.cues == ["acknowledge"]
    assert scene.shown[0].why == "Caller 6 semitones higher and 6 dB louder than at the start"
    scene.agent(2.0, says="I understand how upsetting this must be.")
    assert scene.cleared == [("acknowledge", "followed")]


def test_acknowledge_goes_without_words_when_the_caller_calms_down() -> None:
    scene = upset_caller()
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    scene.agent(2.0)
    scene.caller(3.0, score=0.1)
    assert scene.cleared[0] == ("acknowledge", "caller-calmed")


def test_acknowledge_does_not_come_when_the_agent_just_acknowledged() -> None:
    scene = upset_caller()
    scene.caller(3.0, score=0.2, says="I have been waiting for three weeks and it is still broken.")
    scene.agent(2.0, says="I am so sorry to hear that you had to wait.")
    scene.silence(1.0)
    scene.caller(4.0, score=0.7)
    scene.silence(1.0)
    assert scene.cues == []


def test_well_done_comes_when_agitation_falls_after_a_cue_and_stays_two_seconds() -> None:
    scene = upset_caller()
    scene.caller(4.0, score=0.8)
    scene.silence(0.6)
    scene.agent(3.0)
    scene.silence(1.0)
    scene.caller(3.0, score=0.2)
    assert scene.cues == ["acknowledge", "well-done"]
    assert scene.shown[1].why == "Agitation fell by 75 % since the cue"
    assert scene.shown[1].kind == "good"
    scene.silence(2.0)
    assert scene.on_screen is None


def test_agitation_that_falls_with_no_cue_before_it_earns_no_praise() -> None:
    scene = upset_caller()
    scene.caller(1.0, score=0.5)
    scene.caller(3.0, score=0.1)
    assert scene.cues == []
