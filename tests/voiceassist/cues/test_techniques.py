"""Every technique, each in a short scripted exchange: the cue comes, says why, and goes.

One test a row of the two tables of techniques; docs/cues.md lists which test proves which row.
"""

from __future__ import annotations

import pytest

from tests.support.scene import Scene
from voiceassist.core.events import Stage


@pytest.fixture
def scene() -> Scene:
    """A call that began calmly a while ago: both have a baseline, and the first minute is over."""
    scene = Scene()
    scene.small_talk()
    assert scene.cues == []
    return scene


def upset(scene: Scene, says: str = "", score: float = 0.5) -> None:
    """The caller is upset, but not so high that it must be acknowledged first."""
    scene.caller(3.0, score=score, says=says)
    scene.silence(1.2)


def meanwhile(scene: Scene) -> None:
    """Half a minute of ordinary turns, in which a cue may go and the next may come again."""
    for _ in range(4):
        scene.agent(4.0, says="I will replace it.")
        scene.silence(1.2)
        scene.caller(1.5)
        scene.silence(1.2)


def at_the_usual_pace(scene: Scene) -> None:
    for usual in ("I am looking at your order now", "It went out last week", "The driver came in the morning"):
        scene.agent(3.0, says=usual)
        scene.silence(1.0)
        scene.agent(2.0, says="One thing more please")
        scene.silence(1.0)


def in_a_hurry(scene: Scene) -> None:
    scene.agent(3.0, says="so what you want is that we send the driver again on another day of the week then")
    scene.silence(0.4)
    scene.agent(3.0, says="and then we look at the bill again and you tell me which of the days is good")


def why(scene: Scene) -> str:
    return scene.shown[-1].why


def test_stay_calm_lower_voice(scene: Scene) -> None:
    upset(scene)
    scene.agent(3.0, level=-18.0)
    assert scene.on_screen == "lower-voice"
    scene.agent(4.5)
    assert scene.cleared == [("lower-voice", "followed")]


def test_stay_calm_slow_down(scene: Scene) -> None:
    at_the_usual_pace(scene)
    upset(scene)
    in_a_hurry(scene)
    assert scene.on_screen == "slow-down"
    assert "% faster than usual" in why(scene)
    scene.silence(1.0)
    scene.agent(4.0, says="I will write that down for you now")
    assert scene.cleared == [("slow-down", "followed")]


def test_a_hurry_that_is_over_is_no_reason_to_slow_down(scene: Scene) -> None:
    """Words come late where the machine is busy, and agitation after the agent has stopped to hurry."""
    at_the_usual_pace(scene)
    in_a_hurry(scene)
    scene.caller(5.0, score=0.0)
    upset(scene)
    assert "slow-down" not in scene.cues


def test_take_a_pause(scene: Scene) -> None:
    upset(scene)
    for _ in range(2):
        scene.caller(3.0)
        scene.agent(1.0)
        scene.silence(1.0)
    assert scene.cues == ["pause"]


def test_let_them_finish(scene: Scene) -> None:
    scene.caller(2.0, score=0.5)
    scene.both(1.6)
    assert scene.on_screen == "let-them-finish"
    scene.caller(2.0)
    assert scene.cleared == [("let-them-finish", "followed")]


def test_show_that_you_listen_repeat_back(scene: Scene) -> None:
    upset(scene, "I want my money back for the broken machine.")
    scene.agent(2.0, says="Let us see.")
    upset(scene, "I want my money back for this broken machine.")
    assert scene.on_screen == "repeat-back"
    assert why(scene) == "The caller asked the same again"
    scene.agent(2.0, says="Let me check I have it: you want your money back.")
    assert scene.cleared == [("repeat-back", "followed")]


def test_show_that_you_listen_ask_short(scene: Scene) -> None:
    upset(scene)
    scene.agent(26.0)
    assert scene.on_screen == "ask-short"
    assert why(scene) == "You have talked for 25 s"
    scene.silence(0.5)
    scene.caller(2.0)
    assert scene.cleared == [("ask-short", "followed")]


def test_acknowledge_feelings(scene: Scene) -> None:
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    assert scene.on_screen == "acknowledge"
    scene.agent(2.0, says="You waited all day and nobody came, I am sorry.")
    assert scene.cleared == [("acknowledge", "followed")]


def test_ask_what_led_here_when_the_caller_is_upset_from_the_start() -> None:
    scene = Scene()
    scene.agent(6.0)
    scene.silence(1.0)
    scene.caller(6.0, score=0.5)
    scene.silence(0.6)
    assert scene.on_screen == "ask-journey"


def test_ask_what_led_here_when_the_caller_speaks_of_the_queue(scene: Scene) -> None:
    upset(scene, "I have been waiting in the queue for an hour.")
    assert scene.on_screen == "ask-journey"


def test_no_canned_line_twice(scene: Scene) -> None:
    upset(scene)
    scene.agent(3.0, says="Your order is being looked at by our team.")
    upset(scene)
    scene.agent(3.0, says="Your order is being looked at by our team.")
    assert scene.on_screen == "fresh-words"
    assert why(scene) == "You said the same sentence 2 times"


def test_apologise_once(scene: Scene) -> None:
    upset(scene, "The machine arrived broken.")
    assert scene.on_screen == "apologise"
    assert why(scene) == "The caller named a fault: “arrived broken”"
    scene.agent(2.0, says="I am sorry the machine came broken.")
    assert scene.cleared == [("apologise", "followed")]
    for _ in range(4):
        upset(scene, "And nobody called me.")
        scene.agent(9.0)
    assert scene.cues.count("apologise") == 1


def test_positive_language(scene: Scene) -> None:
    upset(scene)
    scene.agent(3.0, says="That is against our policy.")
    assert scene.on_screen == "say-what-you-can"
    assert why(scene) == "You said: “That is against our policy”"
    scene.agent(2.0, says="What I can do today is send a driver, I will see to it.")
    assert scene.cleared == [("say-what-you-can", "followed")]


def complain(scene: Scene) -> None:
    upset(scene, "I have been without a machine for three weeks.")


def test_reframe_after_acknowledging_and_feel_felt_found_only_once_after_that(scene: Scene) -> None:
    complain(scene)
    scene.caller(2.0)
    scene.agent(2.0, says="You waited for us for so long, I am sorry.")
    scene.silence(1.0)
    complain(scene)
    assert scene.on_screen == "reframe"
    assert why(scene) == "The same complaint after you acknowledged it"
    meanwhile(scene)
    complain(scene)
    assert scene.on_screen == "feel-felt-found"
    for _ in range(4):
        meanwhile(scene)
        complain(scene)
    assert scene.cues.count("feel-felt-found") == 1


def test_yes_and(scene: Scene) -> None:
    upset(scene)
    scene.agent(2.0, says="Actually our system shows the driver was there.")
    assert scene.on_screen == "yes-and"
    assert why(scene) == "You said: “Actually our system shows the driver was there”"


def test_reassure(scene: Scene) -> None:
    upset(scene, "Nobody cares about people like me.")
    assert scene.on_screen == "reassure"


def test_now_the_next_step(scene: Scene) -> None:
    scene.caller(4.0, score=0.5)
    scene.silence(1.2)
    scene.agent(2.0, says="That must have been very hard for you.")
    scene.silence(1.2)
    scene.caller(16.0)
    scene.silence(1.2)
    scene.agent(2.0, says="It is a bad thing.")
    scene.silence(1.2)
    scene.caller(6.0)
    scene.silence(0.6)
    assert scene.on_screen == "next-step"
    scene.agent(3.0, says="Here is what I can do now: I will send a driver.")
    assert scene.cleared == [("next-step", "followed")]


def test_offer_two_options(scene: Scene) -> None:
    upset(scene)
    scene.agent(2.0, says="There is nothing I can do.")
    assert scene.on_screen == "two-options"
    scene.agent(2.0, says="I can do it today, or would you like Monday?")
    assert scene.cleared == [("two-options", "followed")]


def test_be_honest_and_offer_an_alternative(scene: Scene) -> None:
    upset(scene)
    scene.agent(3.0, says="I cannot give you the money back.")
    meanwhile(scene)
    scene.agent(2.0, says="It is not possible to do that here.")
    assert scene.cues[:2] == ["say-what-you-can", "alternative"]
    assert why(scene) == "You have refused 2 times"
    scene.agent(2.0, says="A colleague of mine is the one who can help.")
    assert scene.cleared[-1] == ("alternative", "followed")


def test_set_a_boundary_with_abuse_even_over_another_cue(scene: Scene) -> None:
    scene.caller(4.0, score=0.7)
    scene.silence(0.6)
    assert scene.on_screen == "acknowledge"
    scene.caller(2.0, says="You are an idiot.")
    assert scene.cleared == [("acknowledge", "overridden")]
    assert scene.on_screen == "set-limit"
    assert scene.shown[-1].kind == "safety"
    scene.agent(3.0, says="I want to help you, and I need us to speak respectfully.")
    assert scene.cleared[-1] == ("set-limit", "followed")


def test_swearing_at_the_machine_is_not_abuse(scene: Scene) -> None:
    upset(scene, "This stupid machine is broken.")
    assert "set-limit" not in scene.cues


def test_denied_words_do_not_count(scene: Scene) -> None:
    upset(scene, "I am not saying you are stupid.")
    assert "set-limit" not in scene.cues


def test_close_with_respect_when_all_was_tried() -> None:
    scene = Scene()
    scene.small_talk()
    scene.caller(4.0, score=0.7)
    scene.agent(2.0, says="That must be very hard.")
    scene.caller(26.0)
    scene.silence(0.6)
    assert scene.on_screen == "next-step"
    scene.agent(12.0, says="I cannot give the money back.")
    scene.caller(10.0)
    scene.silence(0.6)
    scene.agent(12.0, says="It is not possible.")
    assert scene.on_screen == "alternative"
    for _ in range(9):
        scene.agent(8.0)
        scene.caller(6.0)
        scene.silence(0.6)
    assert "close-well" in scene.cues


def test_bring_in_somebody_else_when_asked_for(scene: Scene) -> None:
    scene.caller(2.0, score=0.2, says="I want to speak to your supervisor.")
    assert scene.on_screen == "bring-in"
    assert why(scene) == "The caller said: “I want to speak to your supervisor”"
    scene.agent(2.0, says="I would like to bring in a colleague, if you agree.")
    assert scene.cleared == [("bring-in", "followed")]


def test_a_threat_of_harm_comes_first_whatever_the_agitation(scene: Scene) -> None:
    scene.caller(2.0, score=0.2, says="I am going to hurt myself.")
    assert scene.on_screen == "safety"
    assert why(scene) == "The caller said: “I am going to hurt myself”"


def test_bring_in_somebody_else_when_agitation_lasts() -> None:
    scene = Scene()
    scene.small_talk()
    for _ in range(10):
        scene.caller(8.0, score=0.8)
        scene.silence(1.2)
        scene.agent(3.0)
    assert "call-for-help" in scene.cues


def test_end_on_a_good_note(scene: Scene) -> None:
    scene.caller(3.0, score=0.7)
    scene.agent(2.0)
    scene.caller(4.0, score=0.1)
    scene.caller(2.0, says="That is all. Goodbye.")
    assert scene.on_screen == "close-warm"
    scene.agent(2.0, says="Thank you for your patience with this.")
    assert scene.cleared[-1] == ("close-warm", "followed")


def test_say_what_you_are_doing_in_dead_air(scene: Scene) -> None:
    scene.silence(6.5)
    assert scene.on_screen == "say-what-you-are-doing"
    assert why(scene) == "Nobody has spoken for 6 s"
    scene.agent(1.0)
    assert scene.cleared == [("say-what-you-are-doing", "followed")]


def test_no_dead_air_while_the_caller_was_asked_to_hold(scene: Scene) -> None:
    scene.agent(2.0, says="Let me put you on hold for a moment.")
    scene.silence(20.0)
    assert scene.cues == []


def test_same_words_steady_when_the_caller_keeps_cutting_in(scene: Scene) -> None:
    scene.agitation(0.7)
    scene.agent(2.0, says="I understand how upsetting that must be.")
    for _ in range(3):
        scene.agent(3.0)
        scene.both(1.0)
        scene.caller(1.0)
        scene.silence(1.2)
        scene.agent(1.5)
    scene.both(0.9)
    scene.caller(7.0)
    assert "same-words-steady" in scene.cues


def test_speak_up(scene: Scene) -> None:
    upset(scene)
    scene.agent(3.0, level=-38.0)
    assert scene.on_screen == "speak-up"
    assert why(scene) == "You are 12 dB softer than usual"


def test_well_done(scene: Scene) -> None:
    scene.caller(4.0, score=0.8)
    scene.silence(0.6)
    scene.agent(2.0)
    scene.caller(3.0, score=0.2)
    assert scene.cues[-1] == "well-done"


def test_acknowledge_once_then_act_is_a_course_the_replay_can_show(scene: Scene) -> None:
    scene.caller(4.0, score=0.7)
    scene.agent(2.0, says="I hear you, that must have been hard.")
    scene.caller(3.0, score=0.1)
    scene.silence(11.0)
    stages = [e.stage for e in scene.events if isinstance(e, Stage)]
    assert stages == ["acknowledge", "act", "settled"]


def test_a_calm_call_with_all_the_words_in_it_gets_no_cue_but_for_safety_and_silence(scene: Scene) -> None:
    for _ in range(3):
        scene.caller(3.0, score=0.1, says="The machine arrived broken, and nobody called me.")
        scene.silence(1.0)
        scene.agent(3.0, says="No, I cannot see that here. That is our policy.")
        scene.silence(1.0)
    assert scene.cues == []
