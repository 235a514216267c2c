"""Calls go when their time is over or their caller asks for it, and the log of it shows whether it was changed."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from voiceassist.cli.calls import app
from voiceassist.config.options import Settings
from voiceassist.config.settings import Loaded
from voiceassist.core.errors import InputError
from voiceassist.core.events import CallEnded, CallerReference
from voiceassist.service import process
from voiceassist.storage import CallMeta, CallWriter, Library
from voiceassist.storage.audit import FILE, entries, first_break, record
from voiceassist.storage.reference_index import calls_with
from voiceassist.storage.retention import delete_all, expire, hand_over, with_reference

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def keep(root: Path, days: int, reference: str = "AB 12") -> CallWriter:
    writer = CallWriter.create(root, CallMeta(origin="live", created=NOW - timedelta(days=days)))
    writer.sound(np.zeros(1600, np.float32), None)
    writer.write([CallerReference(t=0.0, reference=reference), CallEnded(t=0.1)])
    writer.close()
    return writer


def test_calls_and_their_sound_go_when_their_time_is_over(tmp_path: Path) -> None:
    old, middle, new = (keep(tmp_path, days) for days in (31, 8, 6))
    (tmp_path / ".deleted-x").mkdir()
    done = expire(tmp_path, 30, 7, now=NOW)
    assert (done.calls, done.sound, done.failed) == ([old.meta.id], [middle.meta.id], [])
    assert [call.meta.id for call in Library(tmp_path).list()] == [middle.meta.id, new.meta.id]
    assert not list(middle.path.glob("sound/*"))
    assert list(new.path.glob("sound/*"))
    assert not list(tmp_path.glob(".deleted-*"))
    assert [(e.who, e.did, e.call) for e in entries(tmp_path)] == [
        ("retention", "deleted", old.meta.id),
        ("retention", "sound-deleted", middle.meta.id),
    ]
    assert expire(tmp_path, 30, 7, now=NOW).calls == []


def test_nothing_goes_where_nobody_said_when(tmp_path: Path) -> None:
    keep(tmp_path, 3000)
    assert expire(tmp_path, 0, 0, now=NOW).calls == []
    assert len(Library(tmp_path).list()) == 1


def test_the_service_deletes_when_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, 40000)
    settings = Settings(library=tmp_path, keep_days=30)
    monkeypatch.setattr(process, "load", lambda: Loaded(settings, {}))
    ended = threading.Event()
    ended.set()
    process._expire_daily(ended)
    assert Library(tmp_path).list() == []


def test_all_calls_with_a_caller_are_handed_over_and_deleted(tmp_path: Path) -> None:
    mine = {keep(tmp_path, days).meta.id for days in (1, 2)}
    other = keep(tmp_path, 3, "other")
    library = Library(tmp_path)
    data = hand_over(library, with_reference(library, "ab12"))
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert {name.split("/")[0] for name in names} == mine
    assert {name.split("/", 1)[1] for name in names} == {"call.json", "journal.jsonl", "sound/0000.ogg"}
    delete_all(library, with_reference(library, "ab12"))
    assert [call.meta.id for call in library.list()] == [other.meta.id]
    assert calls_with(tmp_path, "ab12") == []
    with pytest.raises(InputError):
        with_reference(library, "ab12")


def test_the_commands_by_reference_leave_their_record(tmp_path: Path) -> None:
    root = tmp_path / "calls"
    call = keep(root, 1)
    where = ["--library", str(root)]
    run = CliRunner().invoke
    assert run(app, ["show", "last", *where]).exit_code == 0
    assert run(app, ["export", "--ref", "AB 12", "--file", str(tmp_path / "a.zip"), *where]).exit_code == 0
    assert zipfile.is_zipfile(tmp_path / "a.zip")
    assert run(app, ["delete", "--ref", "ab12", "--yes", *where]).exit_code == 0
    assert not call.path.exists()
    told = run(app, ["audit", *where])
    assert [row.split("  ")[2] for row in told.stdout.splitlines()] == ["opened", "exported", "deleted"]
    assert run(app, ["audit", "--check", *where]).exit_code == 0
    assert run(app, ["delete", *where]).exit_code != 0


@pytest.mark.parametrize("change", ["edited", "removed", "inserted", "cut"])
def test_a_changed_audit_log_shows(tmp_path: Path, change: str) -> None:
    for i in range(4):
        assert record(tmp_path, "opened", f"call-{i}")
    assert first_break(tmp_path) is None
    lines = (tmp_path / FILE).read_text().splitlines(keepends=True)
    if change == "edited":
        lines[1] = lines[1].replace("call-1", "call-9")
    elif change == "removed":
        del lines[1]
    elif change == "inserted":
        lines.insert(1, lines[0])
    else:
        lines[1] = lines[1][:20] + "\n"
    (tmp_path / FILE).write_text("".join(lines))
    assert first_break(tmp_path) == 2


def test_a_log_that_cannot_be_written_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert not record(tmp_path, "opened", "x")
