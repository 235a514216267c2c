"""The caller's voice is the only one that is judged, and each caller by their own start."""

from __future__ import annotations

import pytest

from models.agitation import CallerFrames, Estimate, State
from tests.models.agitation.voices import pieces, speech, upset
from voiceassist.engine import CallEngine
from voiceassist.timeline import Channel, Feedback, FeedbackKind
from voiceassist.voice.caller import CallerVoice


def hear(voice: CallerVoice, frames: CallerFrames) -> list[State]:
    """The state after each quarter of a second of `frames`."""
    seen = []
    for piece in pieces(frames):
        voice.add(piece.hz, piece.level_db, piece.slope, piece.speech)
        seen.append(voice.estimate.state)
    return seen


def test_there_is_none_for_the_agent() -> None:
    with pytest.raises(TypeError, match="never for the agent"):
        CallerVoice(Channel.AGENT)  # type: ignore[arg-type]


def test_a_new_caller_is_judged_by_their_own_start() -> None:
    voice = CallerVoice(Channel.CALLER)
    assert hear(voice, speech(30.0, hz=110.0))[-1] is State.CALM
    engine = CallEngine(caller=voice)
    engine.feed(Feedback(t=0.0, kind=FeedbackKind.NEW_CALLER))
    assert voice.estimate == Estimate(State.LISTENING)
    assert set(hear(voice, speech(40.0, hz=160.0, db=5, seed=8))) == {State.LISTENING, State.CALM}
    assert hear(voice, speech(10.0, hz=160.0, semitones=5, db=11, slope=2, seed=9))[-1] is State.HIGH


def test_telling_phrases_count_in_the_language_of_the_pack_only() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    before = voice.estimate.score
    voice.said("I want to speak to your manager", "xx")
    assert voice.estimate.score == before
    voice.said("I want to speak to your manager", "en")
    assert voice.estimate.score > before
    assert voice.estimate.said == ("your manager",)


def test_cutting_in_is_counted() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    voice.cut_in()
    voice.cut_in()
    assert voice.estimate.cut_ins == 2
    assert voice.estimate.score < 0.2


def test_frames_under_the_agents_voice_do_not_count() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    raised = upset(10.0)
    raised.speech[:] = False
    assert set(hear(voice, raised)) == {State.CALM}
