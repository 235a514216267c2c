"""What came of a cue."""

from __future__ import annotations

from tests.support.scene import Scene
from voiceassist.insights import call_so_far
from voiceassist.insights.cue_effect import effects


def test_the_effect_of_a_cue_is_agitation_before_and_after_and_whether_it_was_followed() -> None:
    scene = Scene()
    scene.small_talk()
    scene.caller(6.0, score=0.8)
    scene.silence(0.6)
    scene.agent(2.0, says="You waited all day, I am sorry.")
    scene.caller(30.0, score=0.1)
    (effect,) = effects(call_so_far(scene.events))
    assert effect.id == "acknowledge"
    assert effect.followed
    assert effect.seconds is not None
    assert 1.5 < effect.seconds < 3.0
    assert effect.before is not None
    assert effect.after is not None
    assert effect.after < effect.before


def test_praise_has_no_effect_of_its_own() -> None:
    scene = Scene()
    scene.small_talk()
    scene.caller(4.0, score=0.8)
    scene.silence(0.6)
    scene.agent(2.0)
    scene.caller(3.0, score=0.1)
    assert scene.cues == ["acknowledge", "well-done"]
    assert [e.id for e in effects(call_so_far(scene.events))] == ["acknowledge"]


def test_a_cue_before_the_baseline_has_no_agitation_before() -> None:
    scene = Scene()
    scene.small_talk()
    scene.listening()
    scene.caller(2.0, says="I want to speak to your supervisor.")
    (effect,) = effects(call_so_far(e for e in scene.events if e.t > 59))
    assert effect.after is None
