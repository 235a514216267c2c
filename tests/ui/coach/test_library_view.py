"""The library's screen: a call is found, opened and brought in, by keys alone too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.voiceassist.coach.records import keep, spoken
from ui.coach.library_view import LibraryWindow
from ui.preferences import Preferences
from ui.task import wait_for_all
from ui.theme import Theme
from voiceassist.coach.index import INDEX
from voiceassist.coach.notes import Notes, Role
from voiceassist.coach.share import share
from voiceassist.core.events import Channel


@pytest.fixture
def root(preferences: Preferences) -> Path:
    return preferences.now.library


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, preferences: Preferences) -> Iterator[LibraryWindow]:
    window = LibraryWindow(theme, preferences)
    yield window
    window.stop()
    window.close()
    wait_for_all(10)
    window.deleteLater()


def found(window: LibraryWindow) -> list[str]:
    return [entry.id for entry in window.model.entries]


def shown(qtbot: QtBot, window: LibraryWindow, count: int) -> None:
    window.show()
    qtbot.waitUntil(lambda: window._reading is None and len(found(window)) == count)


def test_an_empty_library_says_what_to_do(qtbot: QtBot, window: LibraryWindow) -> None:
    window.show()
    qtbot.waitUntil(lambda: window.nothing.text() != "")
    assert window.results.currentIndex() == 1
    assert "Drop recordings" in window.nothing.text()
    assert window.nothing_button.text() == "I&mport recordings…"


def test_calls_are_shown_and_found_by_what_is_typed(qtbot: QtBot, window: LibraryWindow, root: Path) -> None:
    call = keep(root, reference="471926", peak=0.9)
    keep(root, spoken([(Channel.CALLER, "Where is my parcel?")]))
    shown(qtbot, window, 2)
    qtbot.keyClicks(window.words, "washing")
    qtbot.waitUntil(lambda: found(window) == [call.meta.id])
    assert "washing" in window.details.toPlainText()
    assert window.model.index(0, 6).data() == "471926"


def test_return_in_the_table_opens_the_call_where_the_words_are(
    qtbot: QtBot, window: LibraryWindow, root: Path
) -> None:
    call = keep(root)
    shown(qtbot, window, 1)
    window.activateWindow()
    qtbot.keyClicks(window.words, "washing")
    qtbot.waitUntil(lambda: bool(window.model.entries and window.model.entries[0].snippets))
    qtbot.keyClick(window.words, Qt.Key.Key_Return)
    with qtbot.waitSignal(window.open_asked) as opened:
        qtbot.keyClick(window.table, Qt.Key.Key_Return)
    assert opened.args == [call.path, 4.0]


def test_a_search_without_a_result_can_be_cleared(qtbot: QtBot, window: LibraryWindow, root: Path) -> None:
    keep(root)
    shown(qtbot, window, 1)
    window.words.setText("zebra")
    qtbot.waitUntil(lambda: window.results.currentIndex() == 1)
    assert window.nothing.text() == "No kept call is like that."
    window.nothing_button.click()
    qtbot.waitUntil(lambda: len(found(window)) == 1)


def test_filters_offer_what_there_is(qtbot: QtBot, window: LibraryWindow, root: Path) -> None:
    call = keep(root, cue="pause", agent="Lee")
    keep(root, [])
    shown(qtbot, window, 2)
    assert [window.cue.itemText(n) for n in range(window.cue.count())] == ["Any cue", "pause"]
    window.cue.setCurrentIndex(1)
    qtbot.waitUntil(lambda: found(window) == [call.meta.id])


def test_notes_are_seen_once_the_call_was_opened(qtbot: QtBot, window: LibraryWindow, root: Path) -> None:
    call = keep(root)
    Notes(call.path, call.meta.id).add(0, author="Kim", role=Role.COACH, text="A good pause.")
    shown(qtbot, window, 1)
    window.unseen.setChecked(True)
    qtbot.waitUntil(lambda: len(found(window)) == 1)
    window.open_selected()

    def seen() -> bool:
        window.search()
        qtbot.wait(20)
        return found(window) == []

    qtbot.waitUntil(seen)


def test_a_damaged_index_is_said(qtbot: QtBot, window: LibraryWindow, root: Path) -> None:
    keep(root)
    (root / INDEX).write_bytes(b"no database" * 500)
    window.show()
    qtbot.waitUntil(lambda: "reindex" in window.banner.words())


def test_files_that_are_dropped_are_imported_one_after_the_other(
    qtbot: QtBot, window: LibraryWindow, root: Path, tmp_path: Path
) -> None:
    shared = share(keep(tmp_path / "theirs"), tmp_path / "x.vacall", shared_by="Kim")
    mono = tmp_path / "mono.wav"
    soundfile.write(mono, np.zeros(16_000), 16_000)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (mono, shared)])
    window.show()
    action, button, modifier = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, modifier))
    qtbot.waitUntil(lambda: len(found(window)) == 1)
    assert window.model.entries[0].agent == "Kim"
    assert window._importing is None


def test_a_file_that_cannot_be_used_is_said(qtbot: QtBot, window: LibraryWindow, tmp_path: Path) -> None:
    broken = tmp_path / "broken.vacall"
    broken.write_bytes(b"PK")
    window.show()
    window.bring_in([broken])
    qtbot.waitUntil(lambda: "altered" in window.banner.words() or "verändert" in window.banner.words())


def test_a_deleted_call_is_gone_from_the_table(qtbot: QtBot, window: LibraryWindow, root: Path) -> None:
    call = keep(root)
    shown(qtbot, window, 1)
    entry = window.selected()
    assert entry is not None
    window.delete(entry)
    qtbot.waitUntil(lambda: found(window) == [])
    assert not call.path.exists()


def test_a_heading_sorts_both_ways(qtbot: QtBot, window: LibraryWindow, root: Path) -> None:
    calls = [keep(root, peak=peak).meta.id for peak in (0.2, 0.9)]
    shown(qtbot, window, 2)
    window._sort_by(3)
    qtbot.waitUntil(lambda: found(window) == calls[::-1])
    window._sort_by(3)
    qtbot.waitUntil(lambda: found(window) == calls)


def test_every_field_and_button_has_a_name(window: LibraryWindow) -> None:
    for kind in (QLineEdit, QComboBox, QPushButton):
        for widget in window.findChildren(kind):
            name = widget.text() if isinstance(widget, QPushButton) else widget.accessibleName()
            assert name or widget is window.nothing_button
