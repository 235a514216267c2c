"""The index of references: as right as reading every call, and read once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.support.messages import raises
from tests.voiceassist.insights.test_history import keep
from voiceassist.core.errors import InputError
from voiceassist.storage import reference_index
from voiceassist.storage.meta import JOURNAL
from voiceassist.storage.reference_index import INDEX, calls_with


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls whose journal was read, in order."""
    seen: list[str] = []
    whole = reference_index.references

    def watched(journal: Path) -> Any:
        seen.append(journal.parent.name)
        return whole(journal)

    monkeypatch.setattr(reference_index, "references", watched)
    return seen


def test_the_latest_call_comes_first(tmp_path: Path) -> None:
    ids = [keep(tmp_path, day, "AB 1234") for day in (3, 9, 5)]
    keep(tmp_path, 12, "AB 99")
    assert calls_with(tmp_path, "ab-1234") == [ids[1], ids[2], ids[0]]


def test_each_journal_is_read_once(tmp_path: Path, read: list[str]) -> None:
    first = keep(tmp_path, 3, "AB 1234")
    assert calls_with(tmp_path, "AB 1234") == [first]
    second = keep(tmp_path, 4, "AB 1234")
    assert calls_with(tmp_path, "AB 1234") == [second, first]
    assert calls_with(tmp_path, "something else") == []
    assert read == [first, second]


def test_a_call_that_goes_on_is_looked_at_again_when_it_is_over(tmp_path: Path) -> None:
    name = keep(tmp_path, 3, "AB 1234", closed=False)
    assert calls_with(tmp_path, "AB 1234") == []
    meta = tmp_path / name / "call.json"
    meta.write_text(meta.read_text().replace('"open"', '"closed"'))
    assert calls_with(tmp_path, "AB 1234") == [name]


def test_a_call_that_was_deleted_is_forgotten(tmp_path: Path) -> None:
    name = keep(tmp_path, 3, "Smith 77")
    assert calls_with(tmp_path, "Smith 77") == [name]
    shutil.rmtree(tmp_path / name)
    assert calls_with(tmp_path, "Smith 77") == []
    assert b"smith77" not in (tmp_path / INDEX).read_bytes()


def test_a_call_with_tworeferences_is_found_by_either(tmp_path: Path) -> None:
    name = keep(tmp_path, 3, "AB 1234")
    journal = tmp_path / name / JOURNAL
    journal.write_bytes(journal.read_bytes() + b'{"type":"note","t":8.0,"text":"Reference: CD 5678"}\n')
    assert calls_with(tmp_path, "AB 1234") == calls_with(tmp_path, "CD 5678") == [name]


def test_a_damaged_index_is_rebuilt(tmp_path: Path) -> None:
    name = keep(tmp_path, 3, "AB 1234")
    (tmp_path / INDEX).write_bytes(b"This is no index.\n" * 999)
    assert calls_with(tmp_path, "AB 1234") == [name]
    with sqlite3.connect(tmp_path / INDEX) as index:
        index.execute("PRAGMA user_version = 999")
    index.close()
    assert calls_with(tmp_path, "AB 1234") == [name]


def test_where_no_index_can_be_written_the_calls_are_read(tmp_path: Path, read: list[str]) -> None:
    name = keep(tmp_path, 3, "AB 1234")
    (tmp_path / INDEX).mkdir()
    assert calls_with(tmp_path, "AB 1234") == [name]
    assert calls_with(tmp_path, "AB 1234") == [name]
    assert read == [name, name]


def test_while_another_program_writes_the_index_the_calls_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_index, "BUSY_TIMEOUT_S", 0.0)
    name = keep(tmp_path, 3, "AB 1234")
    assert calls_with(tmp_path, "AB 1234") == [name]
    other = sqlite3.connect(tmp_path / INDEX)
    other.execute("BEGIN EXCLUSIVE")
    assert calls_with(tmp_path, "AB 1234") == [name]
    other.close()


@pytest.mark.skipif(os.name == "nt", reason="other rights there")
def test_only_the_owner_can_read_the_index(tmp_path: Path) -> None:
    keep(tmp_path, 3, "AB 1234")
    calls_with(tmp_path, "AB 1234")
    assert stat.S_IMODE((tmp_path / INDEX).stat().st_mode) == 0o600


def test_a_library_that_is_no_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with raises(InputError, "call-unreadable"):
        calls_with(tmp_path / "file", "AB 1234")
