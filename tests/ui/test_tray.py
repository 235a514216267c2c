from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.ui import scripted
from tests.ui.scripted import ScriptedCall
from ui.app import Desktop
from ui.window.call_model import Phase
from voiceassist.core.events import SCHEMA, CallStarted


def test_the_tray_tells_the_state_in_words_and_shape(program: Desktop) -> None:
    assert program.tray.icon.toolTip() == "VoiceAssist – Ready"
    quiet = program.tray.icon.icon().pixmap(22, 22).toImage()
    program.model.take(CallStarted(t=0.0, schema=SCHEMA))
    program.model.take(scripted.agitation(100.0))
    assert program.tray.icon.toolTip() == "VoiceAssist – High"
    assert program.tray.icon.icon().pixmap(22, 22).toImage() != quiet


def test_the_trays_commands_fit_the_call(program: Desktop, calls: list[ScriptedCall], qtbot: QtBot) -> None:
    assert program.tray.call_action.text() == "&Start call"
    assert not program.tray.mute_action.isEnabled()
    program.tray.call_action.trigger()
    qtbot.waitUntil(lambda: len(calls) == 1)
    program.bridge.listener(CallStarted(t=0.0, schema=SCHEMA))
    qtbot.waitUntil(lambda: program.model.phase is Phase.RUNNING)
    assert program.tray.call_action.text() == "&End call"
    program.tray.mute_action.trigger()
    qtbot.waitUntil(lambda: program.model.call.muted)
    assert program.tray.mute_action.isChecked()
    program.tray.pause_action.trigger()
    qtbot.waitUntil(lambda: program.tray.pause_action.text() == "&Go on")
    assert calls[0].paused


def test_the_tray_brings_the_window_up(program: Desktop, qtbot: QtBot) -> None:
    program.tray.show_action.trigger()
    qtbot.waitUntil(program.window.isVisible)
