from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from ui import hotkeys
from ui.hotkeys import HotKeys


class Keyboard:
    """A backend that remembers what was taken and refuses what is said to be another's."""

    def __init__(self, others: tuple[str, ...] = ()) -> None:
        self.taken: dict[str, Qt.Key] = {}
        self._others = others

    def take(self, name: str, key: Qt.Key, held: Qt.KeyboardModifier) -> bool:
        if name in self._others:
            return False
        self.taken[name] = key
        return True

    def release_all(self) -> None:
        self.taken.clear()

    def close(self) -> None:
        self.taken.clear()


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Keyboard:
    keyboard = Keyboard(others=("mute",))
    monkeypatch.setattr(hotkeys, "_backend", lambda pressed: keyboard)
    return keyboard


def test_every_key_is_taken_once_and_an_empty_one_not_at_all(qapp: QApplication, keyboard: Keyboard) -> None:
    keys = HotKeys()
    assert keys.set({"dismiss": "Ctrl+Shift+F9", "wrong": "Ctrl+Alt+W", "pause": ""}) == {}
    assert sorted(keyboard.taken) == ["dismiss", "wrong"]
    keys.set({"dismiss": "F9"})
    assert sorted(keyboard.taken) == ["dismiss"]


def test_conflicts_are_reported_in_plain_sentences(qapp: QApplication, keyboard: Keyboard) -> None:
    told = HotKeys().set({"dismiss": "Ctrl+F9", "wrong": "Ctrl+F9", "mute": "Ctrl+F10", "pause": "Strg+Bogus"})
    assert told == {
        "wrong": "Ctrl+F9 is used twice.",
        "mute": "Ctrl+F10 is taken by another program; choose another key.",
        "pause": "Strg+Bogus is not a valid shortcut. Example: Ctrl+Shift+F9.",
    }


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="keys of X11")
def test_one_program_at_a_time_has_a_key(qapp: QApplication) -> None:
    first, second = HotKeys(), HotKeys()
    assert first.set({"dismiss": "Ctrl+Shift+F9"}) == {}
    assert list(second.set({"dismiss": "Ctrl+Shift+F9", "show": "Ctrl+Shift+F8"})) == ["dismiss"]
    first.close()
    assert second.set({"dismiss": "Ctrl+Shift+F9"}) == {}
    second.close()
