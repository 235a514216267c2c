from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.stored import stored
from ui.dialogs.settings_window import OptionRow, SettingsWindow, explanation, title
from ui.preferences import Preferences
from ui.theme import Scheme, Theme
from voiceassist.config import settings
from voiceassist.config.options import Settings, options
from voiceassist.core.errors import InputError
from voiceassist.core.messages import verbatim


@pytest.fixture
def window(preferences: Preferences, theme: Theme, qtbot: QtBot) -> SettingsWindow:
    window = SettingsWindow(preferences, theme)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


def row(window: SettingsWindow, name: str) -> OptionRow:
    return next(row for row in window.rows if row.option.name == name)


def test_every_option_of_the_table_is_there_once(window: SettingsWindow) -> None:
    assert sorted(row.option.name for row in window.rows) == sorted(options())


def test_every_option_shows_its_value_and_explains_itself(window: SettingsWindow, preferences: Preferences) -> None:
    for entry in window.rows:
        assert entry.editor.read() == getattr(preferences.now, entry.option.name), entry.option.name
        assert entry.editor.widget.accessibleName() == title(entry.option)
        assert entry.editor.widget.accessibleDescription() == explanation(entry.option)


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.CONTRAST])
def test_numbers_fit_into_their_boxes(window: SettingsWindow, theme: Theme, scheme: Scheme, qtbot: QtBot) -> None:
    theme.choose(scheme=scheme)
    boxes = window.findChildren(QAbstractSpinBox)
    assert {type(box) for box in boxes} == {QSpinBox, QDoubleSpinBox}
    for box in boxes:
        line = box.findChild(QLineEdit)
        assert line.width() > line.fontMetrics().horizontalAdvance(box.text())
    theme.choose(scheme=Scheme.LIGHT)


def test_a_choice_is_stored_as_soon_as_it_is_made(
    window: SettingsWindow, qtbot: QtBot, preferences: Preferences
) -> None:
    box = row(window, "keep_calls").editor.widget
    assert isinstance(box, QCheckBox)
    box.click()
    budget = row(window, "cue_budget").editor.widget
    assert isinstance(budget, QSpinBox)
    budget.setValue(3)
    terms = row(window, "terms").editor.widget
    assert isinstance(terms, QLineEdit)
    qtbot.keyClicks(terms, "Harbour Home, Aldi")
    qtbot.keyClick(terms, Qt.Key.Key_Return)
    now = stored(preferences, qtbot)
    assert (now.keep_calls, now.cue_budget, now.terms) == (True, 3, ("Harbour Home", "Aldi"))


def test_every_option_and_every_choice_has_words_for_people(window: SettingsWindow) -> None:
    for option in options().values():
        assert option.about.label[0].isupper(), option.name
        assert "_" not in option.about.label, option.name
        assert len(option.about.choices) == len(option.choices), option.name
    labels = [option.about.label for option in options().values()]
    assert len(labels) == len(set(labels))


def test_what_this_computer_has_is_offered_to_choose_from(
    window: SettingsWindow, qtbot: QtBot, preferences: Preferences
) -> None:
    screen = row(window, "overlay_screen")
    assert screen.choose is not None
    screen.choose.click()
    qtbot.waitUntil(lambda: screen.menu is not None and screen.menu.isVisible())
    names = [action.text() for action in screen.menu.actions()]
    assert names[0] == "The first one"
    assert names[1:] == [found.name() for found in QGuiApplication.screens()]
    screen.menu.actions()[1].trigger()
    screen.menu.close()
    assert stored(preferences, qtbot).overlay_screen == names[1]
    assert screen.editor.read() == names[1]


def test_when_nothing_can_be_listed_it_says_why(
    window: SettingsWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(kind: str, now: Settings) -> list[tuple[str, str]]:
        raise InputError(verbatim("the sound server (PulseAudio or PipeWire) does not answer; is it running?"))

    monkeypatch.setattr("ui.dialogs.settings_window.offers.offers", silent)
    row(window, "microphone").choose.click()
    qtbot.waitUntil(window._error.isVisible)
    assert "does not answer" in window._error.text()


def test_an_option_is_reset_by_itself(window: SettingsWindow, preferences: Preferences, qtbot: QtBot) -> None:
    theme = row(window, "theme")
    assert not theme.reset.isVisible()
    combo = theme.editor.widget
    assert isinstance(combo, QComboBox)
    combo.setCurrentIndex(combo.findText("Dark"))
    combo.activated.emit(combo.currentIndex())
    assert stored(preferences, qtbot).theme == "dark"
    assert theme.reset.isVisible()
    theme.reset.click()
    assert combo.currentText() == "Like the desktop"
    assert not theme.reset.isVisible()


def test_a_setting_forced_by_policy_is_locked_and_says_so(home: Path, theme: Theme, qtbot: QtBot) -> None:
    policies = home / "machine" / "policies"
    policies.mkdir(parents=True)
    (policies / "calls.json").write_text(json.dumps({"keep_calls": True}))
    window = SettingsWindow(Preferences(), theme)
    qtbot.addWidget(window)
    window.show()
    locked = row(window, "keep_calls")
    assert not locked.editor.widget.isEnabled()
    assert locked._who.text() == "Managed by your organisation."
    assert locked.editor.read() is True
    assert row(window, "theme").editor.widget.isEnabled()


def test_the_organisations_default_may_be_changed_and_reset_leads_back_to_it(
    home: Path,
    theme: Theme,
    qtbot: QtBot,
    preferences: Preferences,
) -> None:
    (home / "machine").mkdir()
    (home / "machine" / "settings.toml").write_text("[defaults]\ncue_budget = 4")
    preferences = Preferences()
    window = SettingsWindow(preferences, theme)
    qtbot.addWidget(window)
    window.show()
    budget = row(window, "cue_budget")
    box = budget.editor.widget
    assert isinstance(box, QSpinBox)
    assert (box.value(), box.isEnabled(), budget.reset.isVisible()) == (4, True, False)
    assert budget._who.text() == "Your organisation's default; you may choose otherwise."
    box.setValue(7)
    assert not budget._who.isVisible()
    budget.reset.click()
    assert (box.value(), budget.reset.isVisible()) == (4, False)
    assert stored(preferences, qtbot).cue_budget == 4


def test_the_search_shows_only_what_matches(window: SettingsWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(window.search, "overlay corner")
    assert [entry.option.name for entry in window.rows if entry.isVisible()][:1] == ["overlay_corner"]
    assert not row(window, "keep_calls").isVisible()
    window.search.setText("zebra")
    assert not any(entry.isVisible() for entry in window.rows)
    assert window._none.isVisible()


def test_a_choice_that_cannot_be_stored_is_reported(
    window: SettingsWindow, preferences: Preferences, home: Path, qtbot: QtBot
) -> None:
    settings.user_file().parent.mkdir(parents=True, exist_ok=True)
    settings.user_file().write_text("this is [ not TOML")
    box = row(window, "keep_calls").editor.widget
    assert isinstance(box, QCheckBox)
    box.click()
    qtbot.waitUntil(lambda: "were not saved" in window._error.text())
    assert not box.isChecked()


def test_every_control_has_a_name(window: SettingsWindow) -> None:
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget.parent(), QAbstractSpinBox)  # spoken of as its spin box
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not inner:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name).strip(), widget
