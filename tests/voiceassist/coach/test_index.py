"""The index: finds what the calls hold, and is never more than they are."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.messages import raises
from tests.voiceassist.coach.records import BEGAN, keep, spoken
from voiceassist.coach import index as module
from voiceassist.coach.index import PROMISE_KEPT, Index, Query, Sort, match_words
from voiceassist.coach.notes import Notes, Role
from voiceassist.core.errors import InputError
from voiceassist.core.events import Channel
from voiceassist.storage import CallFolder, Library
from voiceassist.storage.meta import JOURNAL


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "calls"


@pytest.fixture
def index(library: Path) -> Iterator[Index]:
    with Index(library) as index:
        yield index


def found(index: Index, words: str = "", **more: object) -> list[str]:
    index.refresh(thorough=True)
    return [entry.id for entry in index.search(Query(words=words, **more))]  # type: ignore[arg-type]


def comment(call: CallFolder, text: str = "", label: str = "", author: str = "Kim") -> None:
    Notes(call.path, call.meta.id).add(1000, author=author, role=Role.COACH, text=text, label=label)


def test_a_library_that_does_not_exist_is_empty_and_is_not_made(index: Index, library: Path) -> None:
    assert found(index) == []
    assert index.count() == 0
    assert index.choices() == {"agent": [], "cue": [], "tag": []}
    assert not library.exists()


def test_a_call_is_found_by_what_was_said_with_the_line_and_the_words_marked(index: Index, library: Path) -> None:
    call = keep(library)
    keep(library, spoken([(Channel.CALLER, "My parcel is here.")]))
    index.refresh()
    (entry,) = index.search(Query(words="washing deliv"))
    (snippet,) = entry.snippets
    assert entry.id == call.meta.id
    assert (snippet.start_ms, snippet.who) == (4000, "caller")
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["washing", "delivered"]


def test_a_call_is_found_by_its_notes(index: Index, library: Path) -> None:
    call = keep(library)
    assert found(index, "acknowledgement") == []
    comment(call, "A fine acknowledgement.")
    assert found(index, "acknowledgement") == [call.meta.id]


def test_words_in_quotes_must_stand_together(index: Index, library: Path) -> None:
    call = keep(library)
    assert found(index, '"washing machine"') == [call.meta.id]
    assert found(index, '"machine washing"') == []


def test_accents_and_case_do_not_matter(index: Index, library: Path) -> None:
    call = keep(library, spoken([(Channel.CALLER, "Où est la Livraison prévue ?")]))
    assert found(index, "PREVUE") == [call.meta.id]


@pytest.mark.parametrize(
    "typed", ["AND", "NEARBY (", 'said: "', "^a*", "a NEAR b", "-", '"', "'; DROP TABLE calls; --", "\x00"]
)
def test_nothing_that_is_typed_breaks_a_search(index: Index, library: Path, typed: str) -> None:
    keep(library)
    assert found(index, typed) == []
    assert index.count() == 1


def test_what_is_typed_becomes_words_the_last_of_them_perhaps_unfinished() -> None:
    assert match_words('a "b c" d') == '"a" "b c" "d"*'
    assert match_words('a "b c"') == '"a" "b c"'
    assert match_words("?!") == ""


def test_a_call_that_says_it_more_often_comes_first(index: Index, library: Path) -> None:
    keep(library, spoken([(Channel.CALLER, "A refund, and much else besides, and more of that.")]))
    often = keep(library, spoken([(Channel.CALLER, "Refund, refund, I want a refund.")]))
    assert found(index, "refund")[0] == often.meta.id


def test_each_filter_finds_its_calls(index: Index, library: Path) -> None:
    plain = keep(library, spoken([(Channel.CALLER, "Hello there.")]), began=BEGAN - timedelta(days=30))
    full = keep(library, reference="AB 12-34", cue="pause", peak=0.9, duration=300, agent="Lee")
    comment(full, label="missed pause")
    for asked in (
        {"since": BEGAN},
        {"shortest_ms": 60_000},
        {"peak_at_least": 0.8},
        {"cue": "pause"},
        {"reference": "ab1234"},
        {"agent": "Lee"},
        {"tag": "missed pause"},
        {"open_promise": True},
        {"unseen_by": "Lee"},
    ):
        assert found(index, **asked) == [full.meta.id], asked
    assert found(index, before=BEGAN) == [plain.meta.id]
    assert found(index, "washing", cue="pause", peak_at_least=0.5) == [full.meta.id]
    assert index.choices() == {"agent": ["Lee"], "cue": ["pause"], "tag": ["missed pause"]}


def test_sorting_goes_both_ways(index: Index, library: Path) -> None:
    calls = [keep(library, peak=n / 10, reference=str(n), began=BEGAN + timedelta(days=n)) for n in (1, 2, 3)]
    ids = [call.meta.id for call in calls]
    for sort in (Sort.DATE, Sort.PEAK, Sort.REFERENCE):
        assert found(index, sort=sort, ascending=True) == ids
        assert found(index, sort=sort) == ids[::-1]


def test_a_promise_is_open_until_somebody_notes_that_it_was_kept(index: Index, library: Path) -> None:
    call = keep(library)
    assert found(index, open_promise=True) == [call.meta.id]
    comment(call, label=PROMISE_KEPT)
    assert found(index, open_promise=True) == []


def test_notes_are_unseen_until_they_are_looked_at_and_ones_own_never_are(index: Index, library: Path) -> None:
    call = keep(library)
    comment(call, "one", author="Kim")
    assert found(index, unseen_by="Lee") == [call.meta.id]
    assert found(index, unseen_by="Kim") == []
    index.see(call.meta.id, "Lee")
    assert found(index, unseen_by="Lee") == []
    comment(call, "two", author="Kim")
    assert found(index, unseen_by="Lee") == [call.meta.id]


def test_what_was_seen_outlasts_making_the_index_anew(index: Index, library: Path) -> None:
    call = keep(library)
    comment(call, "one")
    index.refresh()
    index.see(call.meta.id, "Lee")
    assert index.rebuild() == 1
    assert found(index, unseen_by="Lee") == []


def test_a_call_that_goes_on_is_taken_in_again_when_it_has_ended(index: Index, library: Path) -> None:
    call = keep(library, closed=False)
    index.refresh()
    assert [entry.cut_off for entry in index.search(Query())] == [True]
    with (call.path / JOURNAL).open("ab") as journal:
        journal.write(b"\n")
    assert index.refresh() == 1
    assert index.refresh() == 0


def test_a_deleted_call_leaves_no_word_in_the_index(index: Index, library: Path) -> None:
    keep(library, spoken([(Channel.CALLER, "Supercalifragilistic troubles.")]))
    keep(library)
    index.refresh()
    (gone,) = (entry.id for entry in index.search(Query(words="supercalifragilistic")))
    calls = Library(library)
    calls.delete(calls.find(gone))
    assert found(index, "supercalifragilistic") == []
    index.close()
    left = b"".join(path.read_bytes() for path in library.glob(".index*"))
    assert b"supercali" not in left.lower()
    assert not list(library.glob(".deleted*"))


def test_only_the_person_can_read_the_index(index: Index, library: Path) -> None:
    keep(library)
    index.refresh()
    assert stat.S_IMODE(index.path.stat().st_mode) == 0o600


def test_a_call_that_cannot_be_read_is_said_and_the_others_are_found(index: Index, library: Path) -> None:
    keep(library)
    (library / "damaged").mkdir()
    (library / "damaged" / "call.json").write_bytes(b"nonsense")
    assert len(found(index)) == 1
    assert [warning.key for warning in index.warnings] == ["call-damaged"]


def test_a_damaged_line_of_a_journal_hides_the_rest_from_nobody(index: Index, library: Path) -> None:
    call = keep(library)
    journal = call.path / JOURNAL
    journal.write_bytes(b"\xff nonsense\n" + journal.read_bytes())
    assert found(index, "washing") == [call.meta.id]


def test_a_damaged_index_is_said_in_one_sentence_and_made_anew(index: Index, library: Path) -> None:
    call = keep(library)
    index.path.write_bytes(b"this is no database" * 100)
    with raises(InputError, "index-damaged"):
        index.refresh()
    assert index.rebuild() == 1
    assert found(index, "washing") == [call.meta.id]


def test_an_index_of_a_newer_version_is_left_as_it_is(index: Index, library: Path) -> None:
    keep(library)
    index.refresh()
    index.close()
    base = sqlite3.connect(index.path)
    with base:
        base.execute("UPDATE alembic_version SET version_num = '9999'")
    base.close()
    for attempt in (index.refresh, index.rebuild):
        with raises(InputError, "index-newer"):
            attempt()
    base = sqlite3.connect(index.path)
    assert base.execute("SELECT count(*) FROM calls").fetchone() == (1,)
    base.close()
    assert len(Library(library).list()) == 1


def test_an_index_that_another_process_holds_is_said_and_nothing_is_lost(
    index: Index, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_S", 0.05)
    keep(library)
    index.refresh()
    keep(library)
    other = sqlite3.connect(index.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with raises(InputError, "index-locked"):
        index.refresh()
    assert len(index.search(Query())) == 1
    other.execute("ROLLBACK")
    other.close()
    assert len(found(index)) == 2


def test_two_windows_on_one_library_see_the_same(library: Path) -> None:
    keep(library)
    with Index(library) as one, Index(library) as two:
        assert len(found(one)) == len(found(two)) == 1
        keep(library)
        assert len(found(two)) == len(found(one)) == 2


def test_where_the_folder_cannot_be_written_calls_are_found_all_the_same(
    index: Index, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = keep(library)

    def refused(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "private_opener", refused)
    assert found(index, "washing") == [call.meta.id]
    assert not index.path.exists()


def test_a_folder_with_every_odd_character_works(tmp_path: Path) -> None:
    library = tmp_path / "a b#?%20;'\"äß\N{SNOWMAN}\\x &|"
    call = keep(library)
    with Index(library) as index:
        assert found(index, "washing") == [call.meta.id]


def test_taking_in_calls_can_be_stopped_and_goes_on_later(index: Index, library: Path) -> None:
    for _ in range(3):
        keep(library)
    assert index.refresh(progress=lambda done, total: done < 1) == 1
    assert index.count() == 1
    assert index.refresh() == 2


def test_names_that_are_no_calls_are_passed_over(index: Index, library: Path) -> None:
    keep(library)
    os.symlink(library, library / "loop")
    (library / "file").write_text("x")
    index.refresh()
    assert index.count() == 1


def test_threads_and_processes_that_make_the_index_at_once_do_not_disturb_each_other(library: Path) -> None:
    call = keep(library)
    program = (
        "import sys; from pathlib import Path; from voiceassist.coach.index import Index, Query\n"
        "with Index(Path(sys.argv[1])) as index: index.refresh(); print(len(index.search(Query())))"
    )
    others = [
        subprocess.Popen([sys.executable, "-c", program, str(library)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    def look(_: int) -> list[str]:
        with Index(library) as index:
            return found(index)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(look, range(8))) == [[call.meta.id]] * 8
    assert [other.communicate()[0].strip() for other in others] == ["1", "1"]
