from __future__ import annotations

from tests.ui import scripted
from ui.window.call_model import CURVE_SECONDS, CallModel, Phase
from voiceassist.core.events import (
    SCHEMA,
    Agitation,
    AgitationState,
    CallEnded,
    CallStarted,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueCleared,
    Event,
    Feedback,
    FeedbackKind,
    Note,
    SpeechEnded,
    SpeechStarted,
    StatusCause,
    Text,
)
from voiceassist.core.messages import message


def agitation_at(t: float) -> Agitation:
    return Agitation(t=t, score=0.1, confidence=0.5, state=AgitationState.CALM)


def play(model: CallModel, *events: Event) -> CallModel:
    for event in events:
        model.take(event)
    return model


def test_a_partial_text_is_replaced_by_the_final_one_in_the_same_row(model: CallModel) -> None:
    play(model, scripted.text(7, Channel.CALLER, 1.0, 2.0, "I want", final=False))
    play(model, scripted.text(7, Channel.CALLER, 1.0, 3.0, "I want my money"))
    assert [(row.text, row.final) for row in model.call.lines] == [("I want my money", True)]


def test_words_that_come_late_stand_where_they_were_spoken(model: CallModel) -> None:
    play(
        model,
        scripted.text(2, Channel.AGENT, 8.0, 9.0, "second"),
        scripted.text(3, Channel.CALLER, 12.0, 13.0, "third"),
        scripted.text(1, Channel.CALLER, 3.0, 4.0, "first"),
    )
    assert [row.text for row in model.call.lines] == ["first", "second", "third"]


def test_text_that_turns_out_empty_leaves_no_words_behind(model: CallModel) -> None:
    play(model, scripted.text(1, Channel.CALLER, 1.0, 2.0, "thank you", final=False))
    play(model, scripted.text(1, Channel.CALLER, 1.0, 2.0, ""))
    assert model.call.lines == []
    play(model, scripted.text(2, Channel.CALLER, 3.0, 4.0, " "))
    assert model.call.lines == []
    play(model, scripted.text(1, Channel.CALLER, 1.0, 2.0, "after all"))
    assert [row.text for row in model.call.lines] == ["after all"]


def test_how_much_of_a_partial_is_settled_is_counted_in_the_words_that_are_shown(model: CallModel) -> None:
    play(
        model,
        Text(t=2.0, utterance=1, channel=Channel.CALLER, start=1.0, end=2.0, text="  I want my", final=False, stable=8),
    )
    line = model.call.lines[0]
    assert str(line.text)[: line.stable] == "I want"


def test_a_note_stands_between_the_words_at_its_moment(model: CallModel) -> None:
    play(
        model,
        scripted.text(1, Channel.CALLER, 1.0, 2.0, "before"),
        scripted.text(2, Channel.CALLER, 9.0, 10.0, "after"),
        Note(t=5.0, text="call back on Friday"),
    )
    assert [row.text for row in model.call.lines] == ["before", "call back on Friday", "after"]
    assert model.call.lines[1].channel is None


def test_one_cue_is_up_at_a_time_and_the_log_keeps_them_all(model: CallModel) -> None:
    play(model, scripted.SOFTER)
    assert model.call.current is not None
    assert model.call.current.shown is scripted.SOFTER
    play(model, CueCleared(t=76.0, number=1, id="lower-voice", by=ClearedBy.FOLLOWED), scripted.TIP)
    assert model.call.current is not None
    assert model.call.current.shown is scripted.TIP
    assert [(entry.shown.number, entry.by) for entry in model.call.cues] == [(1, ClearedBy.FOLLOWED), (2, None)]


def test_clearing_an_older_cue_does_not_take_the_one_on_screen_away(model: CallModel) -> None:
    play(model, scripted.SOFTER, scripted.TIP, CueCleared(t=97.0, number=1, id="lower-voice", by=ClearedBy.OVERRIDDEN))
    assert model.call.current is not None
    assert model.call.current.shown is scripted.TIP


def test_feedback_marks_the_cue_it_names(model: CallModel) -> None:
    play(model, scripted.SOFTER, scripted.TIP, Feedback(t=98.0, kind=FeedbackKind.WRONG, number=1))
    assert [entry.wrong for entry in model.call.cues] == [True, False]


def test_muting_holds_until_unmuted(model: CallModel) -> None:
    play(model, Feedback(t=1.0, kind=FeedbackKind.MUTE))
    assert model.call.muted
    play(model, Feedback(t=2.0, kind=FeedbackKind.UNMUTE))
    assert not model.call.muted


def test_talk_is_counted_in_seconds_of_speech_of_each_side(model: CallModel) -> None:
    play(
        model,
        SpeechEnded(t=3.0, channel=Channel.AGENT, start=1.0, end=2.5),
        SpeechEnded(t=9.0, channel=Channel.CALLER, start=4.0, end=8.5),
    )
    assert (model.call.talked(Channel.AGENT), model.call.talked(Channel.CALLER)) == (1.5, 4.5)


def test_talk_counts_what_is_being_said_just_now(model: CallModel) -> None:
    play(model, SpeechStarted(t=10.0, channel=Channel.CALLER, start=9.5), agitation_at(12.5))
    assert model.call.talked(Channel.CALLER) == 3.0
    play(model, SpeechEnded(t=13.0, channel=Channel.CALLER, start=9.5, end=12.5), agitation_at(20.0))
    assert model.call.talked(Channel.CALLER) == 3.0
    assert model.call.talked(Channel.AGENT) == 0.0


def test_confirmed_consent_sets_the_consent_status(model: CallModel) -> None:
    play(
        model,
        ComponentStatus(
            t=0.0, component=Component.CONSENT, state=ComponentState.DEGRADED, reason=message("consent-missing")
        ),
    )
    assert [part.component for part in model.call.troubles()] == [Component.CONSENT]
    play(model, Note(t=8.0, text="something else"))
    assert model.call.components[Component.CONSENT].state is ComponentState.DEGRADED
    play(model, ConsentGiven(t=9.0))
    assert model.call.components[Component.CONSENT].state is ComponentState.OK
    assert model.call.troubles() == []


def test_the_demo_model_is_known_by_its_status_while_it_transcribes(model: CallModel) -> None:
    play(
        model,
        ComponentStatus(
            t=0.0,
            component=Component.TRANSCRIPTION,
            state=ComponentState.OK,
            reason=message("transcribing", model="demo"),
            cause=StatusCause.DEMO_SPEECH_MODEL,
        ),
    )
    assert model.by_demo_model
    play(
        model,
        ComponentStatus(
            t=5.0,
            component=Component.TRANSCRIPTION,
            state=ComponentState.DEGRADED,
            reason=message("transcription-late", seconds=3),
            cause=StatusCause.DEMO_SPEECH_MODEL,
        ),
    )
    assert model.by_demo_model
    play(
        model,
        ComponentStatus(
            t=9.0,
            component=Component.TRANSCRIPTION,
            state=ComponentState.OK,
            reason=message("transcribing", model="base.en"),
        ),
    )
    assert not model.by_demo_model


def test_the_curve_is_held_for_some_minutes_only_however_long_the_call_is(model: CallModel) -> None:
    for n in range(4 * 3600):
        model.take(Agitation(t=n / 4, score=0.5, confidence=1.0, state=AgitationState.CALM))
    assert model.call.curve[-1].t - model.call.curve[0].t <= CURVE_SECONDS
    assert len(model.call.curve) <= CURVE_SECONDS * 4 + 1


def test_the_trend_follows_the_score_and_is_flat_while_the_estimator_abstains(model: CallModel) -> None:
    for n in range(60):
        model.take(Agitation(t=n / 4, score=n / 60, confidence=1.0, state=AgitationState.HIGH))
    assert model.call.trend == 1
    for n in range(60, 120):
        model.take(Agitation(t=n / 4, score=2 - n / 60, confidence=1.0, state=AgitationState.HIGH))
    assert model.call.trend == -1
    model.take(Agitation(t=31.0, score=0.0, confidence=0.0, state=AgitationState.LISTENING))
    assert model.call.trend == 0


def test_failed_components_come_before_degraded_ones_and_healthy_ones_not_at_all(model: CallModel) -> None:
    play(
        model,
        ComponentStatus(t=0.0, component=Component.TRANSCRIPTION, state=ComponentState.DEGRADED),
        ComponentStatus(t=0.0, component=Component.AGENT_AUDIO, state=ComponentState.OK),
        ComponentStatus(t=0.0, component=Component.CALLER_AUDIO, state=ComponentState.FAILED),
        ComponentStatus(t=0.0, component=Component.RECORDING, state=ComponentState.DISABLED),
    )
    assert [part.component for part in model.call.troubles()] == [Component.CALLER_AUDIO, Component.TRANSCRIPTION]


def test_a_new_call_starts_empty(model: CallModel) -> None:
    play(model, *scripted.call(), CallEnded(t=160.0))
    assert model.phase.value == "ended"
    model.restart()
    assert (model.call.lines, model.call.cues, list(model.call.curve), model.call.now, model.phase) == (
        [],
        [],
        [],
        0.0,
        Phase.IDLE,
    )
    play(model, CallStarted(t=0.0, schema=SCHEMA))
    assert model.phase is Phase.RUNNING
