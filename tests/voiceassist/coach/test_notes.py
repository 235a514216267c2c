"""Notes: nothing that anybody wrote is lost, whoever else writes at the same time."""

from __future__ import annotations

import stat
import subprocess
import sys
import textwrap
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from tests.support.messages import raises
from voiceassist.coach.notes import NOTES, Note, NoteEntry, Notes, Role, Verdict, threads
from voiceassist.core.errors import InputError, StorageError

CALL = "20261127-101500-abcdef"


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(tmp_path, CALL)


def add(notes: Notes, start_ms: int = 1000, text: str = "One sentence about the lost day first.") -> NoteEntry:
    written = notes.add(start_ms, author="Kim", role=Role.COACH, text=text)
    return next(entry for entry in notes.all() if entry.note.id == written.id)


def texts(notes: Notes) -> list[str]:
    return [entry.note.text for entry in notes.all()]


def copy(notes: Notes, folder: Path) -> Notes:
    folder.mkdir()
    (folder / NOTES).write_bytes(notes.content())
    return Notes(folder, CALL)


def test_a_call_without_notes_has_none(notes: Notes) -> None:
    assert notes.all() == []


def test_notes_stand_in_the_order_of_the_call_with_both_ends_of_a_span(notes: Notes) -> None:
    notes.add(131_000, end_ms=136_000, author="Kim", role=Role.COACH, label="good pause", text="You let her end.")
    notes.add(101_000, author="Kim", role=Role.COACH, text="Two offers in a row.")
    first, second = (entry.note for entry in notes.all())
    assert (first.start_ms, first.end_ms) == (101_000, None)
    assert (second.start_ms, second.end_ms, second.label) == (131_000, 136_000, "good pause")


def test_only_the_person_can_read_the_notes(notes: Notes) -> None:
    add(notes)
    assert stat.S_IMODE(notes.path.stat().st_mode) == 0o600


def test_a_change_keeps_the_note_and_its_first_date(notes: Notes) -> None:
    entry = add(notes)
    changed = notes.change(entry, text="Another sentence.")
    (now,) = notes.all()
    assert now.note == changed
    assert (now.note.id, now.note.created, now.note.text) == (entry.note.id, entry.note.created, "Another sentence.")


def test_a_deleted_note_is_gone_and_its_answer_stands_for_itself(notes: Notes) -> None:
    entry = add(notes)
    answer = notes.add(1000, author="Lee", role=Role.AGENT, text="I heard it only now.", reply_to=entry.note.id)
    notes.delete(entry)
    ((root, answers),) = threads(notes.all())
    assert (root.note, answers) == (answer, [])


def test_answers_stand_below_what_they_answer_in_the_order_they_were_written(notes: Notes) -> None:
    first, second = add(notes, 1000, "first"), add(notes, 2000, "second")
    one = notes.add(1000, author="Lee", role=Role.AGENT, text="one", reply_to=first.note.id)
    two = notes.add(1000, author="Kim", role=Role.COACH, text="two", reply_to=one.id)
    found = [(root.note.text, [answer.note.text for answer in answers]) for root, answers in threads(notes.all())]
    assert found == [("first", ["one", "two"]), ("second", [])]
    assert two.reply_to == one.id
    assert second.note.text == "second"


def test_notes_that_answer_each_other_are_all_shown(notes: Notes) -> None:
    one, two = add(notes, text="one").note, add(notes, text="two").note
    circle = [NoteEntry(msgspec.structs.replace(a, reply_to=b.id)) for a, b in ((one, two), (two, one))]
    shown = [entry for root, answers in threads(circle) for entry in (root, *answers)]
    assert sorted(entry.note.text for entry in shown) == ["one", "two"]


def test_a_second_verdict_of_the_same_person_takes_the_place_of_the_first(notes: Notes) -> None:
    notes.judge(3, Verdict.WRONG, 5000, author="Kim", role=Role.COACH)
    notes.judge(3, Verdict.LATE, 5000, author="Kim", role=Role.COACH)
    notes.judge(3, Verdict.RIGHT, 5000, author="Lee", role=Role.AGENT)
    assert sorted((e.note.author, e.note.verdict) for e in notes.all()) == [
        ("Kim", Verdict.LATE),
        ("Lee", Verdict.RIGHT),
    ]


def test_a_half_written_last_line_is_left_out_and_swallows_nothing(notes: Notes) -> None:
    add(notes, 1000, "before")
    with notes.path.open("ab") as file:
        file.write(b'{"id":"abc","text":"half a')
    assert texts(notes) == ["before"]
    assert notes.warnings == []
    add(notes, 2000, "after")
    assert texts(notes) == ["before", "after"]


def test_a_damaged_line_is_said_and_the_rest_is_read(notes: Notes) -> None:
    add(notes, 1000, "before")
    with notes.path.open("ab") as file:
        file.write(b'\xff\x00 nonsense\n{"id": 3}\n')
    add(notes, 2000, "after")
    assert texts(notes) == ["before", "after"]
    assert [(w.key, w.args["count"]) for w in notes.warnings] == [("notes-damaged", 2)]


def test_copies_changed_by_two_people_merge_to_the_same_notes_in_any_order(notes: Notes, tmp_path: Path) -> None:
    shared = add(notes, 1000, "shared")
    copies = [notes, copy(notes, tmp_path / "a"), copy(notes, tmp_path / "b")]
    for number, one in enumerate(copies):
        add(one, 2000 + number, f"new {number}")
    copies[1].change(shared, text="changed")
    results = set()
    for order in permutations(copies):
        merged = Notes(tmp_path / "-".join(str(copies.index(one)) for one in order), CALL)
        for one in (*order, *order):
            merged.merge(one.content())
        results.add(tuple(texts(merged)))
    assert results == {("changed", "new 0", "new 1", "new 2")}


def test_a_note_changed_by_two_at_once_keeps_both_until_somebody_settles_it(notes: Notes, tmp_path: Path) -> None:
    entry = add(notes)
    other = copy(notes, tmp_path / "other")
    notes.change(entry, text="mine")
    theirs = other.change(entry, text="theirs")
    notes.merge(other.content())
    (now,) = notes.all()
    assert {now.note.text, *(one.text for one in now.conflicts)} == {"mine", "theirs"}
    assert now.note.edited >= now.conflicts[0].edited
    notes.change(now, text="both")
    other.merge(notes.content())
    for one in (notes, other):
        (settled,) = one.all()
        assert (settled.note.text, settled.conflicts) == ("both", ())
    assert theirs.version in now.versions


def test_a_note_deleted_by_one_and_changed_by_another_stays(notes: Notes, tmp_path: Path) -> None:
    entry = add(notes)
    other = copy(notes, tmp_path / "other")
    notes.delete(entry)
    other.change(entry, text="still needed")
    notes.merge(other.content())
    assert texts(notes) == ["still needed"]


def test_notes_of_another_call_are_not_merged(notes: Notes, tmp_path: Path) -> None:
    other = Notes(tmp_path / "other", "another-call")
    other.path.parent.mkdir()
    add(other)
    assert notes.merge(other.content()) == 0
    assert notes.all() == []


def test_processes_that_write_at_once_lose_nothing(notes: Notes) -> None:
    program = f"""
        import sys
        from pathlib import Path
        from voiceassist.coach.notes import Notes, Role
        notes = Notes(Path({str(notes.path.parent)!r}), {CALL!r})
        for number in range(50):
            notes.add(number, author=sys.argv[1], role=Role.COACH, text="x" * 5000)
    """
    writers = [subprocess.Popen([sys.executable, "-c", textwrap.dedent(program), name]) for name in ("a", "b", "c")]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(notes.all()) == 150
    assert notes.warnings == []


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("note-empty", {"text": "  "}),
        ("note-time-wrong", {"text": "x", "end_ms": 10}),
        ("note-too-long", {"text": "x" * 20_001}),
        ("note-too-long", {"text": "x", "label": "x" * 201}),
        ("note-no-text", {"text": "\ud800"}),
        ("note-verdict-wrong", {"verdict": Verdict.MISSING, "cue": 2}),
        ("note-verdict-wrong", {"text": "x", "cue": 2}),
    ],
)
def test_a_note_that_makes_no_sense_is_not_written(notes: Notes, key: str, wrong: dict[str, object]) -> None:
    with raises(InputError, key):
        notes.add(1000, author="Kim", role=Role.COACH, **wrong)  # type: ignore[arg-type]
    assert not notes.path.exists()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / NOTES).mkdir()
    with raises(StorageError, "note-not-written"):
        Notes(tmp_path, CALL).add(0, author="Kim", role=Role.COACH, text="x")


def test_a_clock_that_went_back_does_not_undo_a_change(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = add(notes)
    earlier = entry.note.edited - timedelta(days=1)
    monkeypatch.setattr("voiceassist.coach.notes._now", lambda: earlier)
    notes.change(entry, text="later")
    assert texts(notes) == ["later"]


def test_what_a_newer_version_added_to_a_note_is_passed_over(notes: Notes) -> None:
    note = add(notes).note
    extended = {**msgspec.to_builtins(note), "version": "other", "replaces": [note.version], "stars": 5}
    with notes.path.open("ab") as file:
        file.write(msgspec.json.encode(extended) + b"\n")
    assert isinstance(notes.all()[0].note, Note)
    assert notes.warnings == []
