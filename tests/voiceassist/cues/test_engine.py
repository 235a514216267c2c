"""One cue at a time, sparing, and silent when in doubt."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from tests.support.scene import Scene
from voiceassist.core.events import CueCleared, CueShown, Feedback, FeedbackKind
from voiceassist.core.tuning import EngineConfig, RestraintTuning


def upset_scene(**restraint: float) -> Scene:
    scene = Scene(config=EngineConfig(restraint=replace(RestraintTuning(), **restraint)))  # type: ignore[arg-type]
    scene.small_talk()
    return scene


def trouble(scene: Scene) -> None:
    """An agitated caller, talked over by an agent who also gets loud: several cues' worth, 16 s."""
    scene.caller(4.0, score=0.7)
    scene.both(2.0)
    scene.agent(4.0, level=-18.0)
    scene.silence(2.0)
    scene.caller(2.0)
    scene.agent(1.0)
    scene.silence(1.0)


def test_there_is_never_more_than_one_cue_on_screen() -> None:
    scene = upset_scene()
    for _ in range(12):
        trouble(scene)
    on_screen = 0
    for event in scene.events:
        if isinstance(event, CueShown):
            on_screen += 1
        elif isinstance(event, CueCleared):
            on_screen -= 1
        assert on_screen in (0, 1)
    assert len(scene.cues) > 3


def test_twenty_seconds_pass_between_one_cue_and_the_next() -> None:
    scene = upset_scene()
    for _ in range(12):
        trouble(scene)
    cleared = {e.number: e.t for e in scene.events if isinstance(e, CueCleared)}
    tips = [e for e in scene.shown if e.kind == "tip"]
    assert len(tips) > 3
    for before, after in pairwise(tips):
        assert after.t - cleared[before.number] >= 20.0


def test_a_cue_that_was_not_followed_comes_at_most_twice_a_call() -> None:
    scene = upset_scene(again=0.0, spacing=0.0)
    for _ in range(20):
        scene.caller(4.0, score=0.7)
        scene.silence(0.6)
        scene.agent(14.0)
        scene.silence(1.0)
    assert scene.cues.count("acknowledge") == 2


def test_the_budget_holds_over_ten_minutes() -> None:
    scene = upset_scene(budget=2, repeats=99, again=0.0)
    for _ in range(20):
        trouble(scene)
    assert scene.now < 600
    assert len([e for e in scene.shown if e.kind == "tip"]) == 2


def test_nothing_comes_while_there_is_no_baseline() -> None:
    scene = upset_scene()
    scene.listening()
    for _ in range(4):
        scene.caller(4.0)
        scene.both(2.0)
        scene.agent(4.0, level=-18.0)
        scene.silence(2.0)
    assert scene.cues == []


def test_nothing_comes_in_the_agents_first_five_seconds() -> None:
    scene = Scene()
    scene.caller(6.0, score=0.8)
    scene.both(3.0)
    scene.caller(2.0)
    assert scene.cues == []


def test_a_cue_nobody_follows_expires() -> None:
    scene = upset_scene()
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    scene.agent(12.0)
    assert scene.cleared == [("acknowledge", "expired")]


def test_dismiss_clears_the_cue_at_once() -> None:
    scene = upset_scene()
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    scene.feed(Feedback(t=0.0, kind=FeedbackKind.DISMISS))
    assert scene.cleared == [("acknowledge", "dismissed")]


def test_say_about_a_cue_that_has_gone_touches_no_other() -> None:
    scene = upset_scene()
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    scene.feed(Feedback(t=0.0, kind=FeedbackKind.WRONG, number=7))
    assert scene.on_screen == "acknowledge"


def test_muted_cues_stay_away_for_the_rest_of_the_call() -> None:
    scene = upset_scene()
    scene.feed(Feedback(t=0.0, kind=FeedbackKind.MUTE))
    for _ in range(3):
        trouble(scene)
    assert scene.cues == []
    scene.feed(Feedback(t=0.0, kind=FeedbackKind.UNMUTE))
    trouble(scene)
    assert scene.cues != []


def test_the_cue_on_screen_is_cleared_when_the_call_ends() -> None:
    scene = upset_scene()
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    scene.events += scene.engine.finish()
    assert scene.cleared == [("acknowledge", "ended")]


def test_a_safety_cue_does_not_use_up_the_budget() -> None:
    scene = upset_scene(budget=1)
    scene.caller(2.0, score=0.5, says="You are an idiot.")
    scene.agent(2.0, says="I want to help you, so please speak respectfully.")
    for _ in range(3):
        scene.silence(1.0)
        scene.agent(6.5)
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    assert scene.cues == ["set-limit", "acknowledge"]


def test_agitation_that_fades_in_silence_earns_no_praise_until_it_is_heard() -> None:
    scene = upset_scene()
    scene.caller(4.0, score=0.8)
    scene.silence(0.6)
    scene.agent(3.0, says="You waited all day, I am sorry.")
    scene.agitation(0.1)
    scene.silence(4.0)
    assert scene.cues == ["acknowledge"]
    scene.caller(3.0)
    assert scene.cues == ["acknowledge", "well-done"]


def test_upset_in_the_first_minute_asks_for_the_way_here_before_anything_else() -> None:
    scene = Scene()
    scene.agent(6.0)
    scene.silence(1.0)
    scene.caller(6.0, score=0.5)
    scene.silence(0.6)
    assert scene.cues == ["ask-journey"]


def test_the_first_card_after_high_is_to_acknowledge_even_where_other_advice_is_due() -> None:
    scene = upset_scene()
    scene.caller(3.0, score=0.7)
    scene.agent(3.0, level=-18.0)
    assert scene.cues == []
    scene.caller(3.0)
    scene.silence(0.6)
    assert scene.cues == ["acknowledge"]


def test_the_first_card_after_high_is_to_let_them_finish_where_the_agent_talks_over_them() -> None:
    scene = upset_scene()
    scene.caller(2.0, score=0.7)
    scene.both(1.6)
    assert scene.cues == ["let-them-finish"]


def test_other_advice_comes_once_the_agent_has_acknowledged_unasked() -> None:
    scene = upset_scene()
    scene.caller(3.0, score=0.7)
    scene.agent(2.0, says="That must have been so frustrating for you.")
    scene.agent(3.0, level=-18.0)
    assert scene.cues == ["lower-voice"]


def test_a_sorry_from_before_the_caller_was_agitated_spares_no_acknowledging() -> None:
    scene = upset_scene()
    scene.caller(3.0, score=0.1, says="My washing machine has not arrived and I need it.")
    scene.agent(2.0, says="I am so sorry to hear that.")
    scene.caller(18.0, score=0.1)
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    assert scene.cues == ["acknowledge"]


def test_a_sorry_about_a_name_is_no_apology_for_the_fault() -> None:
    scene = upset_scene()
    scene.agent(2.0, says="Sorry, I misspelt your name.")
    scene.silence(1.0)
    scene.caller(3.0, score=0.5, says="You charged me twice and nobody called me back, that is your mistake.")
    scene.silence(1.0)
    assert scene.cues == ["apologise"]


def test_once_acknowledged_the_next_step_comes_before_acknowledging_again() -> None:
    scene = upset_scene()
    scene.caller(4.0, score=0.7)
    scene.agent(2.0, says="You waited all day, I am sorry.")
    scene.silence(1.0)
    for _ in range(8):
        scene.agent(4.0, says="It is like that.")
        scene.silence(1.0)
        scene.caller(2.0, score=0.1)
        scene.silence(1.0)
    scene.caller(4.0, score=0.9)
    scene.silence(0.6)
    assert scene.cues[-1] == "next-step"


def test_the_same_insult_sets_the_limit_once() -> None:
    scene = upset_scene()
    scene.caller(2.0, score=0.5, says="You are an idiot.")
    scene.agent(1.0, says="I want to help you, so please speak respectfully.")
    scene.silence(4.0)
    assert scene.cleared == [("set-limit", "followed")]
    for _ in range(6):
        scene.silence(21.0)
        scene.caller(2.0, says="You are an idiot.")
        scene.agent(1.0, says="I want to help you, so please speak respectfully.")
    assert scene.cues.count("set-limit") == 3
