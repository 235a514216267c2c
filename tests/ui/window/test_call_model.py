"""The model: the call so far in one place, and each change of it as a signal."""

from __future__ import annotations

from tests.ui import scripted
from tests.ui.scripted import agitation
from ui.window.call_model import CURVE_SECONDS, CallModel, Phase
from voiceassist.core.events import (
    SCHEMA,
    Agitation,
    AgitationState,
    CallEnded,
    CallStarted,
    Channel,
    Component,
    Event,
    Feedback,
    FeedbackKind,
    SpeechEnded,
)


def play(model: CallModel, *events: Event) -> CallModel:
    for event in events:
        model.take(event)
    return model


def test_the_curve_is_held_for_some_minutes_only_however_long_the_call_is(model: CallModel) -> None:
    for n in range(4 * 3600):
        model.take(Agitation(t=n / 4, score=0.5, confidence=1.0, state=AgitationState.CALM))
    assert model.call.curve[-1].t - model.call.curve[0].t <= CURVE_SECONDS
    assert len(model.call.curve) <= CURVE_SECONDS * 4 + 1


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


def test_every_change_of_the_call_reaches_the_views_once(model: CallModel) -> None:
    told: list[str] = []
    for name in (
        *("metered", "agitation_changed", "line_added", "line_changed", "cue_changed", "cue_logged", "talk_changed"),
        *("component_changed", "phase_changed", "muted_changed", "line_removed"),
    ):
        getattr(model, name).connect(lambda *args, name=name: told.append(name))
    play(model, CallStarted(t=0.0, schema=SCHEMA), scripted.text(1, Channel.CALLER, 1.0, 2.0, "I want", final=False))
    assert told == ["phase_changed", "line_added"]
    told.clear()
    play(model, scripted.text(1, Channel.CALLER, 1.0, 2.0, "I want it"), scripted.text(1, Channel.CALLER, 1.0, 2.0, ""))
    play(model, scripted.TIP, Feedback(t=97.0, kind=FeedbackKind.MUTE))
    assert told == ["line_changed", "line_removed", "cue_logged", "cue_changed", "muted_changed"]
    told.clear()
    play(model, agitation(98.0), SpeechEnded(t=99.0, channel=Channel.CALLER, start=1.0, end=2.0), CallEnded(t=100.0))
    assert told == ["component_changed", "agitation_changed", "talk_changed", "metered", "phase_changed"]


def test_while_catching_up_only_the_outcome_reaches_the_views(model: CallModel) -> None:
    lines: list[int] = []
    restarts: list[bool] = []
    components: list[Component] = []
    model.line_added.connect(lines.append)
    model.restarted.connect(lambda: restarts.append(True))
    model.component_changed.connect(components.append)
    with model.catching_up():
        play(model, *scripted.call(100.0))
    assert (lines, restarts) == ([], [True])
    assert sorted(components) == sorted(model.call.components)
