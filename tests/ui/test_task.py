"""Work beside the Qt thread: it can be cancelled, ends in one sentence, and nothing in `ui` waits for it."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import ui
from tests.support.busy import PATIENCE
from ui.task import Task, wait_for_all

WAITING = {"join", "wait", "sleep", "acquire", "communicate", "waitForDone", "waitForFinished", "waitForStarted"}
AT_EXIT = {("task.py", "wait"), ("task.py", "wait_for_all"), ("task.py", "_run"), ("preferences.py", "finish")}
"""Where `ui` may wait: at exit, when no window is up any more, and on a task's own thread."""


def waits() -> Iterator[tuple[str, str, int]]:
    """File, function and line of every call in `ui` whose name says that it waits."""
    folder = Path(ui.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WAITING:
                    joins_text = node.func.attr == "join" and isinstance(node.func.value, ast.Constant)
                    if not joins_text:
                        yield path.relative_to(folder).as_posix(), function.name, node.lineno


def test_nothing_in_ui_waits_but_at_exit() -> None:
    assert {(file, function) for file, function, _ in waits()} == AT_EXIT


def test_a_cancelled_task_calls_nothing_back(qtbot: QtBot) -> None:
    go_on = threading.Event()
    told: list[object] = []
    task = Task(lambda task: go_on.wait(PATIENCE))
    task.succeeded.connect(told.append)
    task.start().cancel()
    after = Task(lambda task: "done", after=task)
    with qtbot.waitSignal(after.succeeded):
        after.start()
        go_on.set()
    assert told == []


def test_a_task_whose_owner_goes_is_cancelled(qtbot: QtBot) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(task: Task) -> None:
        begun.set()
        while not task.cancelled:
            ended.wait(0.01)
        ended.set()

    owner = QObject()
    Task(work, owner).start()
    assert begun.wait(PATIENCE)
    owner.deleteLater()
    qtbot.waitUntil(ended.is_set)


def test_at_exit_all_tasks_are_cancelled_and_waited_for(qapp: QApplication) -> None:
    ended = threading.Event()

    def work(task: Task) -> None:
        while not task.cancelled:
            ended.wait(0.01)
        ended.set()

    Task(work).start()
    wait_for_all(PATIENCE)
    assert ended.is_set()


def test_exit_does_not_wait_for_ever_for_a_task_that_hangs(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    Task(lambda task: go_on.wait(PATIENCE)).start()
    wait_for_all(0.01)
    assert not go_on.is_set()
    go_on.set()
