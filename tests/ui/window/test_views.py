"""The smaller views: the curve, the parts, the talk share, the cue on screen and the log."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tests.ui import scripted
from tests.ui.scripted import ScriptedCall
from ui.bridge import CallBridge
from ui.theme import Theme
from ui.window import cue_views
from ui.window.agitation_view import AgitationView
from ui.window.call_model import CallModel, Phase
from ui.window.cue_views import CueLog, CurrentCue
from ui.window.meters import Components, LevelBar, TalkShare
from voiceassist.core.events import (
    SCHEMA,
    CallEnded,
    CallStarted,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    CueCleared,
    Feedback,
    FeedbackKind,
    Meter,
    SpeechEnded,
)
from voiceassist.core.messages import verbatim


@pytest.fixture
def agitation(model: CallModel, theme: Theme, qtbot: QtBot) -> AgitationView:
    view = AgitationView(model, theme)
    qtbot.addWidget(view)
    view.resize(400, 260)
    return view


@pytest.fixture
def in_call(bridge: CallBridge, model: CallModel, calls: list[ScriptedCall], qtbot: QtBot) -> ScriptedCall:
    bridge.start()
    qtbot.waitUntil(lambda: len(calls) == 1)
    bridge.listener(CallStarted(t=0.0, schema=SCHEMA))  # behind what was told before, which empties the model
    qtbot.waitUntil(lambda: model.phase is Phase.RUNNING)
    return calls[0]


def columns_with(picture: QImage, colour: QColor) -> set[int]:
    return {
        x for x in range(picture.width()) if any(picture.pixelColor(x, y) == colour for y in range(picture.height()))
    }


# --- agitation ---


def test_the_curve_has_no_line_where_the_estimator_abstains(model: CallModel, agitation: AgitationView) -> None:
    for n in range(80 * 4):
        model.take(scripted.agitation(n / 4))
    runs = agitation.curve.runs()
    assert [(run[0].t, run[-1].t) for run in runs] == [(12.0, 51.75), (60.0, 79.75)]


def test_without_an_estimate_there_is_no_line_at_all(model: CallModel, agitation: AgitationView, theme: Theme) -> None:
    empty = agitation.curve.grab().toImage()
    for n in range(20):
        model.take(scripted.agitation(n / 4))
    assert not columns_with(agitation.curve.grab().toImage(), theme.colours.agitation(scripted.agitation(5.0).state))
    assert empty.size() == agitation.curve.grab().toImage().size()


def test_the_state_and_its_reasons_are_reported_in_the_engines_words(
    model: CallModel, agitation: AgitationView
) -> None:
    assert agitation.accessibleName() == "Caller's agitation: No call yet"
    model.take(CallStarted(t=0.0, schema=SCHEMA))
    model.take(scripted.agitation(100.0))
    assert agitation.accessibleName() == "Caller's agitation: High"
    assert agitation.reason_words() == "Caller: 6 dB louder and 4 semitones higher than at the start"
    model.take(scripted.agitation(5.0))
    assert "Not enough" in agitation.reason_words()
    model.take(scripted.agitation(20.0))
    assert "Much as at the start" in agitation.reason_words()


def test_a_cue_is_marked_on_the_curve(model: CallModel, agitation: AgitationView, theme: Theme) -> None:
    for n in range(110 * 4):
        model.take(scripted.agitation(n / 4))
    before = agitation.curve.grab().toImage()
    model.take(scripted.TIP)
    assert agitation.curve.grab().toImage() != before


# --- components ---


@pytest.mark.parametrize(("width", "rows"), [(1500, 1), (760, 2), (420, 3)])
def test_all_components_are_visible_in_a_narrow_window(
    model: CallModel, theme: Theme, width: int, rows: int, qtbot: QtBot
) -> None:
    components = Components(model, theme)
    qtbot.addWidget(components)
    model.take(CallStarted(t=0.0, schema=SCHEMA))
    model.take(
        ComponentStatus(t=0.0, component=Component.CONSENT, state=ComponentState.OK)
    )  # the one that is not always there
    components.resize(width, 200)
    components.show()
    qtbot.waitExposed(components)
    qtbot.waitUntil(lambda: len({item.y() for item in components.items.values()}) == rows)
    for item in components.items.values():
        assert item.x() + item.minimumSizeHint().width() <= width


def test_before_a_call_no_component_looks_disabled(model: CallModel, theme: Theme, qtbot: QtBot) -> None:
    components = Components(model, theme)
    qtbot.addWidget(components)
    components.show()
    assert not any(item._word.isVisible() for item in components.items.values())
    model.take(CallStarted(t=0.0, schema=SCHEMA))
    model.take(ComponentStatus(t=0.0, component=Component.TRANSCRIPTION, state=ComponentState.DISABLED))
    assert components.items[Component.TRANSCRIPTION]._word.isVisible()


def test_levels_fill_the_bars_and_speech_lights_them(model: CallModel, theme: Theme, qtbot: QtBot) -> None:
    components = Components(model, theme)
    qtbot.addWidget(components)
    model.take(Meter(t=1.0, agent_db=-30.0, caller_db=-15.0, agent_speaking=False, caller_speaking=True))
    agent, caller = (components.items[name].bar for name in (Component.AGENT_AUDIO, Component.CALLER_AUDIO))
    assert isinstance(agent, LevelBar)
    assert isinstance(caller, LevelBar)
    assert agent.filled == pytest.approx(0.5)
    assert caller.filled == pytest.approx(0.75)
    model.take(CallEnded(t=2.0))
    assert caller.filled == 0.0


@pytest.mark.parametrize("level", [-200.0, -60.0, 0.0, 12.0])
def test_no_level_overflows_its_bar(level: float, theme: Theme, qtbot: QtBot) -> None:
    bar = LevelBar(theme)
    qtbot.addWidget(bar)
    bar.show_level(level, True)
    assert 0.0 <= bar.filled <= 1.0


def test_a_components_state_is_shown_in_words_with_its_remedy(model: CallModel, theme: Theme, qtbot: QtBot) -> None:
    components = Components(model, theme)
    qtbot.addWidget(components)
    model.take(
        ComponentStatus(
            t=1.0,
            component=Component.RECORDING,
            state=ComponentState.FAILED,
            reason=verbatim("The disk is full; make room."),
        )
    )
    item = components.items[Component.RECORDING]
    assert item.accessibleName() == "Recording: lost"
    assert item.accessibleDescription() == "The disk is full; make room."
    assert "The disk is full" in item.toolTip()


def test_every_component_state_has_its_own_shape(model: CallModel, theme: Theme, qtbot: QtBot) -> None:
    components = Components(model, theme)
    qtbot.addWidget(components)
    pictures = []
    for state in ComponentState:
        model.take(ComponentStatus(t=1.0, component=Component.TRANSCRIPTION, state=state))
        pictures.append(
            components.items[Component.TRANSCRIPTION]._mark.grab().toImage().convertToFormat(QImage.Format.Format_Mono)
        )
    assert all(one != other for n, one in enumerate(pictures) for other in pictures[:n])


def test_talk_share_adds_up_and_waits_for_somebody_to_speak(model: CallModel, theme: Theme, qtbot: QtBot) -> None:
    share = TalkShare(model, theme)
    qtbot.addWidget(share)
    assert "%" not in share.accessibleName()
    model.take(SpeechEnded(t=3.0, channel=Channel.AGENT, start=0.0, end=1.0))
    model.take(SpeechEnded(t=9.0, channel=Channel.CALLER, start=4.0, end=6.0))
    assert share.accessibleName() == "Talk share: Caller 67 %, You 33 %"


# --- cues ---


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    said: list[tuple[str, bool]] = []
    monkeypatch.setattr(cue_views, "announce", lambda widget, text, urgent=False: said.append((text, urgent)))
    return said


def test_every_cue_is_mirrored_and_announced(
    model: CallModel, bridge: CallBridge, theme: Theme, qtbot: QtBot, announced: list[tuple[str, bool]]
) -> None:
    view = CurrentCue(model, bridge, theme)
    qtbot.addWidget(view)
    model.take(scripted.TIP)
    assert view.accessibleName() == "Cue on screen: Show you understand"
    assert scripted.TIP.phrase in view.accessibleDescription()
    model.take(CueCleared(t=97.0, number=2, id="acknowledge", by=ClearedBy.FOLLOWED))
    assert view.accessibleName() == "Cue on screen: No cue"
    model.take(scripted.SAFETY)
    assert announced == [
        (f"{scripted.TIP.headline}. {scripted.TIP.why}", False),
        (f"{scripted.SAFETY.headline}. {scripted.SAFETY.why}", True),
    ]


def test_announcing_says_it_without_moving_the_focus(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    label = QLabel()
    qtbot.addWidget(label)
    cue_views.announce(label, "Softer voice", urgent=True)
    assert not label.hasFocus()


def test_dismiss_wrong_and_mute_are_offered_when_they_mean_something(
    model: CallModel, bridge: CallBridge, theme: Theme, qtbot: QtBot, in_call: ScriptedCall
) -> None:
    view = CurrentCue(model, bridge, theme)
    qtbot.addWidget(view)
    assert not view.dismiss.isEnabled()
    assert not view.wrong.isEnabled()
    model.take(scripted.TIP)
    view.dismiss.click()
    view.wrong.click()
    view.mute.click()
    qtbot.waitUntil(lambda: len(in_call.commands) == 3)
    kinds = [(c.kind, c.number) for c in in_call.commands if isinstance(c, Feedback)]
    assert kinds == [(FeedbackKind.DISMISS, 2), (FeedbackKind.WRONG, 2), (FeedbackKind.MUTE, 0)]


def test_the_log_has_the_latest_cue_on_top_and_says_how_each_went(
    model: CallModel, bridge: CallBridge, theme: Theme, qtbot: QtBot
) -> None:
    log = CueLog(model, bridge, theme)
    qtbot.addWidget(log)
    model.take(scripted.SOFTER)
    model.take(CueCleared(t=76.0, number=1, id="lower-voice", by=ClearedBy.FOLLOWED))
    model.take(scripted.TIP)
    texts = [
        log.rows.data(log.rows.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in range(log.rows.rowCount())
    ]
    assert texts == [
        f"1:36 Show you understand. {scripted.TIP.why}. on screen",
        f"1:10 Softer voice. {scripted.SOFTER.why}. followed",
    ]
    log.resize(300, 200)
    assert not log.grab().isNull()


def test_any_cue_of_the_log_can_be_marked_wrong(
    model: CallModel, bridge: CallBridge, theme: Theme, qtbot: QtBot, in_call: ScriptedCall
) -> None:
    log = CueLog(model, bridge, theme)
    qtbot.addWidget(log)
    model.take(scripted.SOFTER)
    model.take(scripted.TIP)
    assert not log.wrong.isEnabled()
    log.list.setCurrentIndex(log.rows.index(1))
    log.wrong.click()
    qtbot.waitUntil(lambda: len(in_call.commands) == 1)
    assert in_call.commands[-1].number == 1
    qtbot.waitUntil(lambda: model.call.cues[0].wrong)
    assert not log.wrong.isEnabled()
