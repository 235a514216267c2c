from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from tests.voiceassist.coach.calls import keep, noise
from tests.voiceassist.coach.test_playback import Device
from ui.coach.recording import Recording
from ui.coach.replay_window import ReplayWindow
from ui.coach.shortcuts import ShortcutSheet
from ui.preferences import Preferences
from ui.task import wait_for_all
from ui.theme import Theme
from voiceassist.coach.notes import Notes, Role
from voiceassist.coach.peaks import PEAKS
from voiceassist.coach.playback import Player
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    Change,
    ChangeKind,
    Channel,
    ClearedBy,
    CueCleared,
    CueShown,
    Event,
    Overlap,
    Text,
    Word,
)
from voiceassist.storage import audit
from voiceassist.storage.meta import JOURNAL, SOUND

RATE = 16_000
Open = Callable[..., ReplayWindow]


def said(utterance: int, channel: Channel, start: float, words: str) -> Text:
    each = tuple(
        Word(start=start + 0.5 * n, end=start + 0.5 * n + 0.4, text=" " + word, probability=0.9)
        for n, word in enumerate(words.split())
    )
    end = start + 0.5 * len(each)
    return Text(t=end + 1, utterance=utterance, channel=channel, start=start, end=end, text=words, words=each)


def events() -> list[Event]:
    high = (Change(kind=ChangeKind.LOUDER, amount=6),)
    found: list[Event] = [
        said(1, Channel.AGENT, 1.0, "Good morning how can I help you"),
        said(2, Channel.CALLER, 5.0, "I waited all day and nobody came"),
        Overlap(t=9.0, start=8.0, end=8.5, by=Channel.AGENT),
        CueShown(t=10.0, number=1, id="pause", headline="Pause two beats", why="You answered at once"),
        CueCleared(t=14.0, number=1, id="pause", by=ClearedBy.FOLLOWED),
        CueShown(t=18.0, number=2, id="finish", headline="Let them finish", why="You both talked"),
        CueCleared(t=22.0, number=2, id="finish", by=ClearedBy.EXPIRED),
    ]
    for n in range(100):
        t = 4.0 + n * 0.2
        state, reasons = (AgitationState.HIGH, high) if t > 8 else (AgitationState.CALM, ())
        score = 0.9 if t > 8 else 0.1
        found.append(Agitation(t=t, score=score, confidence=0.9, state=state, reasons=reasons))
    return sorted(found, key=lambda event: event.t)


@pytest.fixture
def call(tmp_path: Path) -> Path:
    return keep(tmp_path / "calls", noise(25.0), events())


@pytest.fixture
def open_window(theme: Theme, preferences: Preferences, qtbot: QtBot) -> Iterator[Open]:
    windows: list[ReplayWindow] = []

    def open_one(folder: Path, at: float = 0.0, loads: bool = True) -> ReplayWindow:
        window = ReplayWindow(folder, theme, preferences, at, lambda r: Player(r.reader, Device()))
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        windows.append(window)
        window.show()
        if loads:
            qtbot.waitUntil(lambda: window.recording is not None and window.notes._task is not None, timeout=10_000)
            qtbot.waitUntil(lambda: window.recording is not None and window.recording.peaks.complete, timeout=10_000)
        return window

    yield open_one
    for window in windows:
        window.close()
        for task in (window._opening, window._building, window._loading_acts, window._drawing):
            if task is not None:
                task.wait(20.0)
        if window.player is not None:
            assert window.player.join(5.0)
        window.deleteLater()


def recording(window: ReplayWindow) -> Recording:
    assert window.recording is not None
    return window.recording


def test_a_call_opens_at_the_moment_asked_for_with_the_word_heard_there(call: Path, open_window: Open) -> None:
    window = open_window(call, at=6.1)
    assert window.position == round(6.1 * RATE)
    assert window.time.text() == "0:06.1"
    assert window.words.word_at(window.position) == "all"


def test_the_wave_is_kept_beside_the_call_and_there_at_once_the_next_time(
    call: Path, open_window: Open, qtbot: QtBot
) -> None:
    open_window(call)
    qtbot.waitUntil((call / PEAKS).is_file, timeout=5_000)
    again = open_window(call)
    assert again._building is None


def test_a_click_on_a_word_is_heard_there(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    begin = window.words.document().toPlainText().index("nobody")
    assert window.words.sample_of(begin + 2) == round(7.5 * RATE)
    window.words.sought.emit(round(7.5 * RATE))
    assert window.position == round(7.5 * RATE)
    assert window.player is not None
    assert window.player.playing
    window.play_or_pause()


def test_a_click_on_the_timeline_is_heard_there_to_the_pixel(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    line = window.timeline
    x = line.gutter + 300
    y = line.row("agent")[0] + 20
    with qtbot.waitSignal(line.sought) as sought:
        qtbot.mouseClick(line, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    assert sought.args is not None
    assert abs(line.x_of(sought.args[0]) - x) <= 1
    window.play_or_pause()


@pytest.mark.parametrize(
    ("keys", "at"), [("c", 10.0), ("cc", 18.0), ("ccC", 10.0), ("o", 8.0), ("l", 5.0), ("llj", 5.0), ("p", 8.2)]
)
def test_keys_go_to_cues_overlaps_and_peaks(call: Path, open_window: Open, qtbot: QtBot, keys: str, at: float) -> None:
    window = open_window(call)
    for key in keys:
        shift = Qt.KeyboardModifier.ShiftModifier if key.isupper() else Qt.KeyboardModifier.NoModifier
        qtbot.keyClicks(window.timeline, key, modifier=shift)
    assert window.position == pytest.approx(at * RATE, abs=0.3 * RATE)


def test_every_key_on_the_sheet_that_is_a_letter_does_something(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    letters = {Qt.Key(key).name.removeprefix("Key_") for key in window._keys(False)}
    from ui.coach.shortcuts import sheet

    named = {
        word for _, keys in sheet() for text, _ in keys for word in text.split() if len(word) == 1 and word.isalpha()
    }
    assert named <= letters
    window.show_keys()
    found = window.findChild(ShortcutSheet)
    assert found is not None
    found.close()


def test_speed_and_sides_are_set_by_key_and_shown(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    assert window.player is not None
    qtbot.keyClicks(window.timeline, "5a")
    assert window.player.speed == 1.5
    assert window.player.sides == {Channel.AGENT}
    assert window._solos[Channel.AGENT].isChecked()
    qtbot.keyClicks(window.timeline, "a")
    assert window.player.sides == set(Channel)
    qtbot.keyClicks(window.timeline, "D", modifier=Qt.KeyboardModifier.ShiftModifier)
    assert window.player.sides == {Channel.AGENT}


def test_a_passage_repeats_and_a_new_one_does_not_start_by_itself(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    assert window.player is not None
    window.timeline.select((2 * RATE, 4 * RATE))
    assert window.player.loop is None
    assert not window.player.playing
    qtbot.keyClicks(window.timeline, "r")
    assert window.player.loop == (2 * RATE, 4 * RATE)
    window.hear(10 * RATE)
    assert window.player.loop is None
    window.play_or_pause()


def test_the_reasons_stand_under_the_playhead(call: Path, open_window: Open) -> None:
    window = open_window(call, at=12.0)
    assert window.why.text() == "0:12 · High 90 % · 6 dB louder than at the start"


def test_a_note_is_written_at_the_playhead_and_stands_on_the_timeline(
    call: Path, open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(call, at=9.5)
    qtbot.keyClicks(window.timeline, "n")
    window.notes.editor.text.setPlainText("One sentence about the lost day first.")
    window.notes.editor.save()
    qtbot.waitUntil(lambda: len(window.timeline.notes) == 1)
    assert window.timeline.notes[0].start == round(9.5 * RATE)
    assert [e.note.text for e in Notes(call, recording(window).meta.id).all()] == [
        "One sentence about the lost day first."
    ]


def test_what_another_window_wrote_is_shown(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    other = open_window(call)
    Notes(call, recording(window).meta.id).add(3_000, author="Kim", role=Role.COACH, text="good pause")
    for one in (window, other):
        one.notes.reload()
        qtbot.waitUntil(lambda one=one: [mark.start for mark in one.timeline.notes] == [3 * RATE])  # type: ignore[misc]


def test_a_verdict_on_a_cue_is_kept_and_shown(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)

    def button() -> QPushButton:
        wanted = "Verdict on “Pause two beats”: Late"
        return [b for b in window.notes.findChildren(QPushButton) if b.accessibleName() == wanted][-1]

    button().click()
    qtbot.waitUntil(lambda: bool(window.notes.entries))
    qtbot.waitUntil(lambda: button().isChecked())
    assert window.notes.entries[0].note.cue == 1


def test_what_the_cues_did_is_said_with_its_caveat(call: Path, open_window: Open) -> None:
    window = open_window(call)
    words = window.notes.what_cues_did()
    assert words.startswith("What the cues did: 1 of 2 followed.")
    assert words.endswith("Too few cues to say more; agitation also falls by itself.")


def test_finding_words_marks_and_goes_to_each(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    window.search.setText("nobody")
    qtbot.keyClick(window.search, Qt.Key.Key_Return)
    assert window.position == round(7.5 * RATE)
    window.search.setText("zebra")
    assert window._found.text() == "0 found"


def test_a_letter_typed_into_the_search_field_is_no_command(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    window.search.setFocus()
    qtbot.keyClicks(window.search, "c n 5")
    assert window.search.text() == "c n 5"
    assert window.position == 0


def test_every_control_has_a_name(call: Path, open_window: Open) -> None:
    window = open_window(call)
    for button in window.findChildren(QPushButton):
        assert button.accessibleName() or button.text(), button
    assert window.timeline.accessibleName()
    assert window.words.accessibleName()


def test_a_damaged_line_and_a_missing_segment_are_one_sentence_each_and_the_rest_works(
    tmp_path: Path, open_window: Open, qtbot: QtBot
) -> None:
    call = keep(tmp_path / "calls", noise(130.0), events())
    with (call / JOURNAL).open("ab") as file:
        file.write(b"{damaged}\n")
    (call / SOUND / "0001.ogg").unlink()
    window = open_window(call)
    qtbot.waitUntil(lambda: "1:00 to 2:00" in window.banner.words())
    assert "1 line" in window.banner.words()
    assert window.words.word_at(6.1 * RATE) == "all"


def test_sound_without_a_journal_can_be_heard_and_a_journal_without_sound_can_be_read(
    call: Path, tmp_path: Path, open_window: Open
) -> None:
    (call / JOURNAL).unlink()
    window = open_window(call)
    assert "Only the sound of this call was kept" in window.banner.words()
    other = keep(tmp_path / "more", noise(25.0), events())
    for file in (other / SOUND).iterdir():
        file.unlink()
    window = open_window(other)
    assert "No sound was kept of this call." in window.banner.words()
    assert window.words.word_at(6.1 * RATE) == "all"
    window.play_or_pause()
    assert window.player is not None
    assert not window.player.playing


def test_an_empty_call_opens(tmp_path: Path, open_window: Open) -> None:
    window = open_window(keep(tmp_path / "calls", np.zeros((0, 2), np.float32)))
    assert window.time.text() == "0:00.0"


def test_a_folder_that_holds_no_call_is_a_sentence(tmp_path: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(tmp_path, loads=False)
    qtbot.waitUntil(lambda: bool(window.banner.words()))
    assert str(tmp_path) in window.banner.words()


def test_a_folder_that_may_only_be_read_is_a_sentence_and_the_call_is_shown(
    call: Path, open_window: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("voiceassist.coach.peaks.replace_file", refused)
    window = open_window(call)
    qtbot.waitUntil(lambda: "The waveform cannot be kept" in window.banner.words())
    assert window.timeline.axis.samples == 25 * RATE


def test_zooming_keeps_whole_samples_to_a_pixel_and_the_playhead_in_place(call: Path, open_window: Open) -> None:
    window = open_window(call, at=20.0)
    line = window.timeline
    line.zoom(1.4)
    line.zoom(1.4)
    x = line.x_of(20 * RATE)
    line.zoom(1.4)
    assert abs(line.x_of(20 * RATE) - x) <= 1.0
    assert line.axis.origin % line.axis.per_pixel == 0
    line.show_all()
    assert line.axis.origin == 0


def test_the_transcript_stops_following_when_the_reader_scrolls(call: Path, open_window: Open, qtbot: QtBot) -> None:
    window = open_window(call)
    qtbot.keyClick(window.words, Qt.Key.Key_PageDown)
    assert not window.words.follows
    assert not window._follow.isHidden()
    window.words.follow()
    assert window._follow.isHidden()


def test_titles_are_shown_as_text(call: Path, open_window: Open) -> None:
    window = open_window(call)
    assert all(
        label.textFormat() is Qt.TextFormat.PlainText or "<" not in label.text()
        for label in window.findChildren(QLabel)
    )


def test_the_audit_log_says_that_a_call_was_opened_and_once_that_it_was_heard(
    call: Path, open_window: Open, qtbot: QtBot
) -> None:
    window = open_window(call)
    assert [(entry.did, entry.call) for entry in audit.entries(call.parent)] == [("opened", call.name)]
    for _ in range(3):
        window.play_or_pause()
    qtbot.waitUntil(lambda: [entry.did for entry in audit.entries(call.parent)] == ["opened", "heard"])
    wait_for_all(5.0)
    assert len(audit.entries(call.parent)) == 2


def test_a_call_is_heard_where_the_audit_log_cannot_be_written(call: Path, open_window: Open, qtbot: QtBot) -> None:
    (call.parent / f"{audit.FILE}.lock").mkdir()  # also stops a person who may write everywhere
    window = open_window(call)
    window.play_or_pause()
    assert window.player is not None
    assert window.player.playing
    assert audit.entries(call.parent) == []
