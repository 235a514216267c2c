from __future__ import annotations

import pytest

from tests.ui import scripted
from tests.ui.scripted import ScriptedCall
from ui import app as app_module
from ui.app import Desktop, run_app
from ui.call_model import Phase
from ui.preferences import Preferences
from voiceassist.control import AlreadyRunning, Command, ControlServer, Reply, send
from voiceassist.timeline import CallStarted, Feedback, FeedbackKind


@pytest.fixture
def in_call(program: Desktop, calls: list[ScriptedCall], qtbot) -> ScriptedCall:
    assert program.control.handle(Command("start", "case 12")) == Reply(True)
    qtbot.waitUntil(lambda: len(calls) == 1)
    program.bridge.listener(CallStarted(t=0.0, schema=1))
    qtbot.waitUntil(lambda: program.model.phase is Phase.RUNNING)
    return calls[0]


def test_a_softphone_starts_a_call_with_its_reference(program: Desktop, in_call: ScriptedCall) -> None:
    assert program.window.reference.text() == "case 12"
    assert program.control.handle(Command("start")) == Reply(False, "A call is already under way.")


def test_pause_mute_reference_and_stop_are_carried_out(program: Desktop, in_call: ScriptedCall, qtbot) -> None:
    for command in (Command("pause"), Command("mute"), Command("ref", "case 13")):
        assert program.control.handle(command).done
    qtbot.waitUntil(lambda: len(in_call.commands) == 2)
    mute, reference = in_call.commands
    assert isinstance(mute, Feedback)
    assert mute.kind is FeedbackKind.MUTE
    assert (reference.text, reference.author) == ("Reference: case 13", "softphone")  # type: ignore[union-attr]
    assert in_call.paused
    with qtbot.waitSignal(program.bridge.ended):
        assert program.control.handle(Command("stop")).done


def test_without_a_call_there_is_nothing_to_pause(program: Desktop) -> None:
    assert program.control.handle(Command("pause")) == Reply(False, "No call is under way.")
    assert program.control.handle(Command("status")) == Reply(True, "No call is under way.")


def test_status_says_how_long_the_call_has_lasted(program: Desktop, in_call: ScriptedCall) -> None:
    program.model.take(scripted.TIP)
    assert program.control.handle(Command("status")) == Reply(True, "A call is under way: 1:36.")


def test_a_second_start_brings_up_the_first_window_and_ends(qapp, qtbot, tmp_path, monkeypatch) -> None:
    heard: list[str] = []

    def handle(command: Command) -> Reply:
        heard.append(command.action)
        return Reply(True)

    monkeypatch.setattr("voiceassist.control.default_folder", lambda: tmp_path / "control")
    first = ControlServer(handle)
    first.open()
    try:
        assert run_app(lambda listener, reference: ScriptedCall(listener, [])) == 0
    finally:
        first.close()
    assert heard == ["show"]


def test_the_program_serves_commands_while_its_window_is_open(qapp, qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("voiceassist.control.default_folder", lambda: tmp_path / "control")
    Preferences().remember("set_up", "yes")
    said: list[str] = []

    def opened() -> None:
        said.append(send(Command("status")).said)
        with pytest.raises(AlreadyRunning):
            ControlServer(lambda command: Reply(True)).open()

    monkeypatch.setattr(app_module.QApplication, "exec", staticmethod(opened))
    assert run_app(lambda listener, reference: ScriptedCall(listener, [])) == 0
    assert said == ["No call is under way."]
