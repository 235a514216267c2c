"""What was called wrong, in the settings, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ui.dialogs.settings_window import SettingsWindow
from ui.dialogs.wrong_cues import WrongCuesList
from ui.preferences import Preferences
from ui.theme import Theme
from voiceassist.cues.sensitivity import WrongCues


@pytest.fixture
def shown(preferences: Preferences) -> Iterator[WrongCuesList]:
    for cue in ("pause", "pause", "ask-short", "gone-from-the-pack"):
        WrongCues().add(cue)
    shown = WrongCuesList(preferences)
    shown.show()
    yield shown
    shown.close()


def texts(widget: WrongCuesList) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_each_cue_is_listed_with_how_much_quieter_it_is(shown: WrongCuesList) -> None:
    told = texts(shown)
    assert "Pause two beats" in told
    assert "2 ×, 36 % quieter" in told
    assert "Short, then ask" in told
    assert "gone-from-the-pack" in told


def test_a_cue_can_be_reset_by_itself(shown: WrongCuesList, qtbot: QtBot) -> None:
    (button,) = [b for b in shown.findChildren(QPushButton) if b.accessibleName() == "Reset Pause two beats"]
    button.click()
    qtbot.waitUntil(lambda: "Pause two beats" not in texts(shown))
    assert WrongCues().counts() == {"ask-short": 1, "gone-from-the-pack": 1}


def test_all_can_be_reset_at_once(shown: WrongCuesList, qtbot: QtBot) -> None:
    shown.reset_all.click()
    qtbot.waitUntil(lambda: not shown.reset_all.isVisible())
    assert WrongCues().counts() == {}
    assert any(text.startswith("None so far.") for text in texts(shown))


def test_wrong_cues_of_the_meantime_are_listed_when_the_settings_reopen(
    preferences: Preferences, theme: Theme, qtbot: QtBot
) -> None:
    window = SettingsWindow(preferences, theme)
    (shown,) = window.findChildren(WrongCuesList)
    window.show()
    assert "Pause two beats" not in texts(shown)
    window.hide()
    WrongCues().add("pause")
    window.show()
    qtbot.waitUntil(lambda: "Pause two beats" in texts(shown))
    window.close()
