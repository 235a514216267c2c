from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QDialog, QWidget, QWizard
from pytestqt.qtbot import QtBot

from models.speech import Cancelled, ModelStore
from tests.support.busy import PATIENCE
from tests.ui.stored import stored
from ui.app import Desktop
from ui.dialogs import first_run
from ui.dialogs.first_run import FirstRun
from ui.dialogs.settings_window import SettingsWindow
from ui.overlay import desktop
from ui.preferences import Preferences
from ui.theme import Theme
from ui.window.live_window import LiveWindow
from voiceassist.capture.devices.listing import Device
from voiceassist.capture.source import Block, Description
from voiceassist.config.options import NO_TRANSCRIPTION, Settings
from voiceassist.core.errors import InputError, ModelError
from voiceassist.core.events import Channel
from voiceassist.core.messages import verbatim


class Tone:
    """A device that delivers sound of one level for ever."""

    def __init__(self, amplitude: float, fails: bool = False) -> None:
        self._amplitude, self._fails = amplitude, fails
        self.closed = threading.Event()

    def open(self) -> Description:
        if self._fails:
            raise InputError(verbatim("The headset is used by another program."))
        return Description("synthetic", "tone", 16000)

    def read(self, timeout: float) -> Block | None:
        self.closed.wait(0.01)
        return Block(np.full(160, self._amplitude, np.float32), 0.0, 0)

    def close(self) -> None:
        self.closed.set()


class NoModels(ModelStore):
    """A store whose download does what the test says."""

    work: Callable[..., Path]

    def get(self, name: str, **told: Any) -> Path:
        return NoModels.work(name, **told)


@pytest.fixture
def tones() -> dict[str, Tone]:
    return {"desk": Tone(0.0), "headset": Tone(0.3), "speakers": Tone(0.2), "taken": Tone(0.0, fails=True)}


@pytest.fixture
def guide(
    preferences: Preferences,
    theme: Theme,
    tones: dict[str, Tone],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> Iterator[FirstRun]:
    def device(channel: Channel, name: str, default: bool = False) -> Device:
        return Device(channel, name, name.title(), default, lambda: tones[name])

    found = [
        device(Channel.AGENT, "desk", default=True),
        device(Channel.AGENT, "headset"),
        device(Channel.AGENT, "taken"),
        device(Channel.CALLER, "speakers", default=True),
    ]
    monkeypatch.setattr(first_run, "list_devices", lambda: found)
    guide = FirstRun(preferences, theme, store=NoModels(tmp_path / "models"))
    qtbot.addWidget(guide)
    guide.show()
    qtbot.waitExposed(guide)
    yield guide
    guide.reject()


def next_page(guide: FirstRun) -> None:
    guide.button(QWizard.WizardButton.NextButton).click()


def test_pressing_return_leads_through_and_changes_nothing(
    guide: FirstRun,
    preferences: Preferences,
    qtbot: QtBot,
) -> None:
    for _ in range(3):
        next_page(guide)
    guide.button(QWizard.WizardButton.FinishButton).click()
    assert stored(preferences, qtbot) == Settings()
    assert preferences.recall("set_up") == "yes"


def test_the_guide_opens_in_the_middle_of_the_screen(
    preferences: Preferences, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    behind = QWidget()
    qtbot.addWidget(behind)
    behind.setGeometry(0, 0, 300, 200)
    guide = FirstRun(preferences, theme, behind, NoModels(tmp_path / "models"))
    guide.open()
    qtbot.waitExposed(guide)
    off = guide.geometry().center() - guide.screen().availableGeometry().center()
    assert abs(off.x()) <= 2
    assert abs(off.y()) <= desktop.TITLE_BAR
    guide.reject()


@pytest.mark.parametrize("window", [FirstRun, SettingsWindow, LiveWindow])
def test_on_a_small_screen_no_window_is_larger_than_that(
    window: Callable[..., QDialog | LiveWindow], program: Desktop, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    class Small:
        def availableGeometry(self) -> QRect:
            return QRect(0, 0, 1000, 520)

    monkeypatch.setattr("PySide6.QtGui.QGuiApplication.screenAt", lambda point: Small())
    more = (program.model, program.bridge) if window is LiveWindow else ()
    shown = window(*more, *((program.theme, program.preferences) if more else (program.preferences, program.theme)))
    qtbot.addWidget(shown)
    assert shown.width() <= 1000
    assert shown.height() <= 480


def test_a_headset_that_is_plugged_in_late_is_found_by_looking_again(
    guide: FirstRun, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    found = first_run.list_devices()  # type: ignore[attr-defined]
    monkeypatch.setattr(first_run, "list_devices", lambda: [d for d in found if d.channel is Channel.CALLER])
    next_page(guide)
    qtbot.waitUntil(guide.sound.again.isVisible)
    assert "look again" in guide.sound.agent.told.text()
    monkeypatch.setattr(first_run, "list_devices", lambda: found)
    guide.sound.again.click()
    with qtbot.waitSignal(guide.sound.caller.heard):
        pass
    assert not guide.sound.again.isVisible()
    assert guide.sound.agent.choice.count() == 3


def test_keeping_calls_is_a_choice_and_off_by_itself(guide: FirstRun, preferences: Preferences, qtbot: QtBot) -> None:
    assert not guide.privacy.keep.isChecked()
    guide.privacy.keep.click()
    next_page(guide)
    assert stored(preferences, qtbot).keep_calls


def test_the_meter_shows_what_each_side_hears_right_now(guide: FirstRun, qtbot: QtBot) -> None:
    next_page(guide)
    with qtbot.waitSignal(guide.sound.caller.heard):
        pass
    assert guide.sound.caller.bar.filled > 0.5
    assert guide.sound.agent.chosen == "desk"
    assert guide.sound.agent.told.text() == "Say something."


def test_choosing_another_microphone_closes_the_first_and_is_stored(
    guide: FirstRun,
    tones: dict[str, Tone],
    qtbot: QtBot,
    preferences: Preferences,
) -> None:
    next_page(guide)
    qtbot.waitUntil(lambda: guide.sound.agent.choice.count() == 3)
    guide.sound.agent.choice.setCurrentIndex(1)
    with qtbot.waitSignal(guide.sound.agent.heard):
        pass
    assert tones["desk"].closed.wait(PATIENCE)
    next_page(guide)
    assert stored(preferences, qtbot).microphone == "headset"
    assert stored(preferences, qtbot).far_end == ""
    assert tones["headset"].closed.wait(PATIENCE)


def test_a_device_that_cannot_be_opened_says_why(guide: FirstRun, qtbot: QtBot) -> None:
    next_page(guide)
    qtbot.waitUntil(lambda: guide.sound.agent.choice.count() == 3)
    guide.sound.agent.choice.setCurrentIndex(2)
    qtbot.waitUntil(lambda: guide.sound.agent.told.text() == "The headset is used by another program.")


def test_the_systems_own_device_is_left_to_the_system_also_when_another_was_chosen_before(
    guide: FirstRun,
    preferences: Preferences,
    qtbot: QtBot,
) -> None:
    preferences.change(microphone="headset")
    next_page(guide)
    qtbot.waitUntil(lambda: guide.sound.agent.choice.count() == 3)
    assert guide.sound.agent.chosen == "headset"
    guide.sound.agent.choice.setCurrentIndex(0)
    next_page(guide)
    assert stored(preferences, qtbot).microphone == ""


def to_words(guide: FirstRun, work: Callable[..., Path], name: str) -> None:
    NoModels.work = staticmethod(work)
    next_page(guide)
    next_page(guide)
    rows = range(guide.transcription.models.count())
    guide.transcription.models.setCurrentRow(
        next(n for n in rows if guide.transcription.models.item(n).data(1000) == name)
    )


def test_a_missing_model_is_reported_before_going_on(guide: FirstRun) -> None:
    to_words(guide, lambda name, **_: Path(name), "tiny.en")
    assert "Until then cues come from sound only" in guide.transcription.fetch.told.text()
    guide.transcription.models.setCurrentRow(0)
    assert guide.transcription.fetch.told.text() == ""


@pytest.mark.parametrize(("installed", "kept"), [({"base.en"}, NO_TRANSCRIPTION), (set(), "")])
def test_choosing_no_transcription_turns_it_off_whatever_is_installed(
    guide: FirstRun,
    monkeypatch: pytest.MonkeyPatch,
    installed: set[str],
    kept: str,
    preferences: Preferences,
    qtbot: QtBot,
) -> None:
    monkeypatch.setattr(guide.transcription, "_usable", lambda: installed)
    to_words(guide, lambda name, **_: Path(name), "tiny.en")
    guide.transcription.models.setCurrentRow(0)
    next_page(guide)
    assert stored(preferences, qtbot).speech_model == kept


def test_every_model_is_offered_with_its_size_and_one_is_recommended(guide: FirstRun) -> None:
    to_words(guide, lambda name, **_: Path(name), "tiny.en")
    words = [guide.transcription.models.item(n).text() for n in range(guide.transcription.models.count())]
    assert words[0] == "None: cues from sound only"
    assert any(text.startswith("Tiny, English (tiny.en) – 78 MB") for text in words)
    assert sum("recommended" in text for text in words) == 1


def test_a_download_shows_its_progress_and_blocks_the_next_page(guide: FirstRun, tmp_path: Path, qtbot: QtBot) -> None:
    more = threading.Event()

    def work(name: str, progress: Callable[[int, int], None], **_: Any) -> Path:
        progress(25, 100)
        assert more.wait(PATIENCE)
        return tmp_path / name

    to_words(guide, work, "tiny.en")
    guide.transcription.get.click()
    qtbot.waitUntil(lambda: guide.transcription.fetch.progress.value() == 250)
    next_page(guide)
    assert guide.currentPage() is guide.transcription
    more.set()
    qtbot.waitUntil(lambda: "is installed" in guide.transcription.fetch.told.text())


def test_a_download_that_is_stopped_or_fails_leaves_a_sentence(guide: FirstRun, qtbot: QtBot) -> None:
    started = threading.Event()

    def endless(name: str, progress: Callable[[int, int], None], cancelled: Callable[[], bool], **_: Any) -> Path:
        started.set()
        while not cancelled():
            progress(1, 100)
        raise Cancelled

    to_words(guide, endless, "tiny.en")
    guide.transcription.get.click()
    assert started.wait(PATIENCE)
    guide.transcription.fetch.stop.click()
    assert guide.transcription.fetch.told.text().startswith("Stopped.")

    def broken(name: str, **_: Any) -> Path:
        raise ModelError(verbatim("There is no network; try again later."))

    NoModels.work = staticmethod(broken)
    guide.transcription.get.click()
    qtbot.waitUntil(lambda: guide.transcription.fetch.told.text() == "There is no network; try again later.")
    assert guide.transcription.get.isEnabled()


def test_stopping_a_download_that_hangs_does_not_wait_for_it(guide: FirstRun, tmp_path: Path, qtbot: QtBot) -> None:
    steps: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def hangs(name: str, **_: Any) -> Path:
        begun.set()
        assert go_on.wait(PATIENCE)
        steps.append("the first ended")
        raise Cancelled

    def works(name: str, **_: Any) -> Path:
        steps.append("the second began")
        return tmp_path / name

    to_words(guide, hangs, "tiny.en")
    guide.transcription.get.click()
    assert begun.wait(PATIENCE)
    guide.transcription.fetch.stop.click()  # a wait here is seen by `qt_thread_never_waits`
    NoModels.work = staticmethod(works)
    guide.transcription.get.click()
    go_on.set()
    qtbot.waitUntil(lambda: "is installed" in guide.transcription.fetch.told.text())
    assert steps == ["the first ended", "the second began"]  # both write into the same folder


def test_the_rehearsal_ends_the_guide_and_plays_the_demo_call(guide: FirstRun, qtbot: QtBot) -> None:
    to_words(guide, lambda name, **_: Path(name), "tiny.en")
    guide.transcription.models.setCurrentRow(0)
    next_page(guide)
    with qtbot.waitSignal(guide.rehearsal_asked):
        guide.rehearsal.play.click()
    assert not guide.isVisible()


def to_rehearsal(guide: FirstRun, work: Callable[..., Path]) -> None:
    to_words(guide, work, "tiny.en")
    guide.transcription.models.setCurrentRow(0)
    next_page(guide)
    assert guide.currentPage() is guide.rehearsal


def test_the_rehearsal_offers_the_model_for_its_words_and_plays_without_it(guide: FirstRun, qtbot: QtBot) -> None:
    to_rehearsal(guide, lambda name, **_: Path(name))
    assert "tiny.en (78 MB)" in guide.rehearsal.words.text()
    assert "cues come from sound only" in guide.rehearsal.words.text()
    assert guide.rehearsal.get.isVisible()
    assert guide.rehearsal.play.isEnabled()


def test_the_rehearsal_waits_for_its_model_or_is_told_to_stop_waiting(
    guide: FirstRun, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    more = threading.Event()

    def work(name: str, progress: Callable[[int, int], None], **_: Any) -> Path:
        progress(25, 100)
        assert more.wait(PATIENCE)
        return tmp_path / name

    to_rehearsal(guide, work)
    guide.rehearsal.get.click()
    qtbot.waitUntil(lambda: guide.rehearsal.fetch.progress.value() == 250)
    assert not guide.rehearsal.play.isEnabled()
    guide.button(QWizard.WizardButton.FinishButton).click()
    assert guide.isVisible()
    guide.rehearsal.fetch.stop.click()
    assert guide.rehearsal.play.isEnabled()
    guide.rehearsal.get.click()
    monkeypatch.setattr(first_run, "missing_demo_model", lambda now: "")
    more.set()
    qtbot.waitUntil(lambda: "tiny.en is installed" in guide.rehearsal.fetch.told.text())
    assert not guide.rehearsal.get.isVisible()
    assert guide.rehearsal.play.isEnabled()


def test_choosing_another_device_does_not_wait_for_one_that_hangs(
    guide: FirstRun, tones: dict[str, Tone], qtbot: QtBot
) -> None:
    class Hangs(Tone):
        def read(self, timeout: float) -> Block | None:
            assert go_on.wait(PATIENCE)
            return super().read(timeout)

    go_on = threading.Event()
    tones["desk"] = Hangs(0.0)
    next_page(guide)
    qtbot.waitUntil(lambda: guide.sound.agent.choice.count() == 3)
    guide.sound.agent.choice.setCurrentIndex(1)  # a wait here is seen by `qt_thread_never_waits`
    with qtbot.waitSignal(guide.sound.agent.heard):
        go_on.set()
    assert tones["desk"].closed.is_set()  # before the next one was opened


def test_closing_the_guide_early_closes_the_devices(guide: FirstRun, tones: dict[str, Tone], qtbot: QtBot) -> None:
    next_page(guide)
    with qtbot.waitSignal(guide.sound.caller.heard):
        pass
    guide.reject()
    assert tones["speakers"].closed.wait(PATIENCE)


def test_every_control_has_a_name(guide: FirstRun, qtbot: QtBot) -> None:
    for _ in range(4):
        for widget in guide.currentPage().findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
                interface = QAccessible.queryAccessibleInterface(widget)
                assert interface.text(QAccessible.Text.Name).strip(), widget
        guide.transcription.models.setCurrentRow(0)
        next_page(guide)
