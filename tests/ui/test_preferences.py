"""Choices are in force as soon as they are made, and written beside the Qt thread: a home folder may stall."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.support.busy import PATIENCE
from ui.preferences import Preferences
from voiceassist.config import settings
from voiceassist.core.errors import StorageError
from voiceassist.core.messages import verbatim


class SlowDisk:
    """Writes settings only when it may; notes on which threads."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.threads: list[threading.Thread] = []
        self.fails = False
        self._change = settings.change

    def change(self, changes: Any, *args: Any, **options: Any) -> None:
        self.threads.append(threading.current_thread())
        assert self.go_on.wait(PATIENCE)
        if self.fails:
            raise StorageError(verbatim("The disk is full."))
        self._change(changes, *args, **options)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> SlowDisk:
    disk = SlowDisk()
    monkeypatch.setattr(settings, "change", disk.change)
    return disk


def test_a_choice_counts_at_once_and_is_written_beside_the_qt_thread(
    preferences: Preferences, disk: SlowDisk, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(preferences.changed):
        preferences.change(theme="dark")
    assert preferences.now.theme == "dark"
    assert settings.load().settings.theme == "system"
    with qtbot.waitSignal(preferences.saved):
        disk.go_on.set()
    assert settings.load().settings.theme == "dark"
    assert threading.main_thread() not in disk.threads


def test_choices_made_while_one_is_written_follow_in_one_go(
    preferences: Preferences, disk: SlowDisk, qtbot: QtBot
) -> None:
    for budget in (1, 2, 3, 4):
        preferences.change(cue_budget=budget)
    preferences.change(theme="dark")
    preferences.change(theme=None)
    disk.go_on.set()
    qtbot.waitUntil(lambda: settings.load().settings.cue_budget == 4)
    qtbot.waitUntil(lambda: not preferences.saving)
    assert preferences.now == settings.load().settings
    assert len(disk.threads) == 2


def test_a_choice_that_could_not_be_written_is_taken_back_and_reported(
    preferences: Preferences, disk: SlowDisk, qtbot: QtBot
) -> None:
    disk.fails = True
    preferences.change(theme="dark")
    with qtbot.waitSignal(preferences.refused) as told:
        disk.go_on.set()
    assert [str(error) for error in told.args] == ["The disk is full."]
    assert preferences.now.theme == "system"


def test_at_exit_every_choice_is_written(preferences: Preferences, disk: SlowDisk) -> None:
    preferences.change(theme="dark")
    preferences.change(cue_budget=4)
    disk.go_on.set()
    preferences.finish()
    now = settings.load().settings
    assert (now.theme, now.cue_budget) == ("dark", 4)
