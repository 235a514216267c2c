"""Nobody quits a call by mistake, and nobody is asked when it does not matter or nobody may be there to answer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.scripted import ScriptedCall
from ui.app import Desktop
from ui.window.call_model import Phase
from voiceassist.core.events import SCHEMA, CallStarted, Component, ComponentState, ComponentStatus


@pytest.fixture
def quit_confirmed(program: Desktop) -> list[bool]:
    """Gets an entry when the program is to end."""
    quit_confirmed: list[bool] = []
    program.quit_guard.quit_confirmed.connect(lambda: quit_confirmed.append(True))
    return quit_confirmed


@pytest.fixture
def in_call(program: Desktop, calls: list[ScriptedCall], quit_confirmed: list[bool], qtbot: QtBot) -> ScriptedCall:
    program.show()
    qtbot.waitExposed(program.window)
    program.bridge.start()
    qtbot.waitUntil(lambda: len(calls) == 1)
    program.bridge.listener(CallStarted(t=0.0, schema=SCHEMA))
    qtbot.waitUntil(lambda: program.model.phase is Phase.RUNNING)
    return calls[0]


def quit_from_the_menu(program: Desktop) -> None:
    actions = program.window.findChildren(type(program.window.start_action))
    next(action for action in actions if action.shortcut().toString() == "Ctrl+Q").trigger()


def question(program: Desktop) -> QMessageBox:
    assert program.quit_guard.question is not None
    return program.quit_guard.question


def buttons(box: QMessageBox) -> dict[str, QPushButton]:
    return {button.text(): button for button in box.findChildren(QPushButton)}


def test_without_a_call_quitting_asks_nothing(program: Desktop, quit_confirmed: list[bool]) -> None:
    quit_from_the_menu(program)
    assert quit_confirmed
    assert program.quit_guard.question is None


@pytest.mark.parametrize("way", ["menu", "tray"])
def test_quitting_in_a_call_asks_once_and_no_is_what_return_and_escape_say(
    program: Desktop, in_call: ScriptedCall, quit_confirmed: list[bool], way: str, qtbot: QtBot
) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        for _ in range(2):
            quit_from_the_menu(program) if way == "menu" else program.tray.quit_asked.emit()
        box = question(program)
        assert len(program.window.findChildren(QMessageBox)) == 1
        qtbot.waitExposed(box)
        qtbot.keyClick(box.defaultButton() if key is Qt.Key.Key_Return else box, key)
        qtbot.waitUntil(lambda: not program.window.findChildren(QMessageBox))
    assert not quit_confirmed
    assert program.model.phase is Phase.RUNNING


def test_yes_is_reached_by_the_keyboard_and_ends_the_program(
    program: Desktop, in_call: ScriptedCall, quit_confirmed: list[bool], qtbot: QtBot
) -> None:
    quit_from_the_menu(program)
    box = question(program)
    qtbot.waitExposed(box)
    yes = buttons(box)["&End the call and quit"]
    assert yes.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(yes, Qt.Key.Key_Space)
    assert quit_confirmed == [True]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ComponentState.OK, "A call is being recorded. End it and quit?"),
        (ComponentState.FAILED, "A call is under way. End it and quit?"),
    ],
)
def test_the_question_says_what_is_lost_and_a_screen_reader_can_say_it(
    program: Desktop, in_call: ScriptedCall, state: ComponentState, words: str
) -> None:
    program.model.take(ComponentStatus(t=1.0, component=Component.RECORDING, state=state))
    quit_from_the_menu(program)
    box = question(program)
    interface = QAccessible.queryAccessibleInterface(box)
    assert box.text() == words
    assert interface.text(QAccessible.Text.Name) == words
    box.reject()


def test_a_rehearsal_is_quit_without_a_question(program: Desktop, quit_confirmed: list[bool], qtbot: QtBot) -> None:
    program.rehearse()
    quit_from_the_menu(program)
    assert quit_confirmed


def test_a_rehearsal_asked_for_in_a_call_does_not_end_it(program: Desktop, in_call: ScriptedCall, qtbot: QtBot) -> None:
    program.rehearse()
    assert program.window.banner_words() == "A call is already under way."
    assert not program._rehearsal.isActive()
    quit_from_the_menu(program)
    question(program).reject()


def test_a_question_goes_when_the_call_ends_by_itself(
    program: Desktop, in_call: ScriptedCall, quit_confirmed: list[bool], qtbot: QtBot
) -> None:
    quit_from_the_menu(program)
    with qtbot.waitSignal(question(program).finished):
        in_call.stop()
    assert not quit_confirmed


def test_closing_a_window_that_stays_in_the_tray_asks_nothing(
    program: Desktop, in_call: ScriptedCall, quit_confirmed: list[bool]
) -> None:
    assert program.window.close()
    assert program.quit_guard.question is None
    assert program.model.phase is Phase.RUNNING
    program.tray.quit_asked.emit()
    assert program.window.isVisible()  # it comes up for the question
    question(program).reject()
    assert not quit_confirmed


def test_closing_a_window_that_ends_the_program_asks(
    program: Desktop, in_call: ScriptedCall, quit_confirmed: list[bool]
) -> None:
    program.window.may_close = program.quit_guard.may_close
    assert not program.window.close()
    assert program.window.isVisible()
    question(program).reject()
    assert not quit_confirmed


def test_the_end_of_the_session_asks_nothing_and_takes_an_open_question_away(
    program: Desktop, in_call: ScriptedCall, quit_confirmed: list[bool]
) -> None:
    program.window.may_close = program.quit_guard.may_close
    program.window.close()
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.commitDataRequest.emit(None)
    assert program.quit_guard.question is None
    assert program.window.close()
