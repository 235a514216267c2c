"""`voiceassist calls` for coaches: search, notes, deletion, as typed in a terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.support.messages import raises
from tests.voiceassist.coach.records import keep
from voiceassist.cli.calls import app
from voiceassist.cli.report import folded
from voiceassist.core.errors import InputError, StorageError, UsageError
from voiceassist.core.formatting import parse_clock
from voiceassist.core.messages import message, verbatim


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "calls"


def run_calls(library: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(app, [*arguments, "--library", str(library)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_search_prints_the_call_and_the_line(library: Path) -> None:
    call = keep(library, reference="471926", cue="pause", peak=0.9)
    keep(library, [])
    shown = run_calls(library, "search", "washing").stdout
    assert call.meta.id in shown
    assert "471926" in shown
    assert "0:04 caller   My washing machine was not delivered" in shown
    assert len(shown.splitlines()) == 2


def test_search_as_json_has_milliseconds(library: Path) -> None:
    keep(library)
    (entry,) = json.loads(run_calls(library, "search", "washing", "--json").stdout)
    assert entry["snippets"][0]["start_ms"] == 4000


def test_a_search_without_a_result_says_so(library: Path) -> None:
    keep(library)
    assert run_calls(library, "search", "zebra").stderr.strip() == "No kept call is like that."


def test_a_note_is_written_shown_answered_changed_and_deleted(library: Path) -> None:
    keep(library)
    run_calls(library, "note", "last", "One sentence first.", "--at", "1:41", "--label", "missed pause")
    (note,) = json.loads(run_calls(library, "note", "last", "--json").stdout)
    id = note["note"]["id"]
    assert (note["note"]["start_ms"], note["note"]["label"]) == (101_000, "missed pause")
    run_calls(library, "note", "last", "I heard it only now.", "--answer", id)
    run_calls(library, "note", "last", "Two sentences first.", "--change", id)
    shown = run_calls(library, "note", "last").stdout.splitlines()
    assert "Two sentences first." in shown[0]
    assert shown[1].startswith("    ")
    run_calls(library, "note", "last", "--remove", id)
    assert "Two sentences" not in run_calls(library, "note", "last").stdout


def test_a_verdict_needs_a_cue_that_came(library: Path) -> None:
    keep(library, cue="pause")
    run_calls(library, "note", "last", "--cue", "1", "--verdict", "late")
    assert "cue 1: late" in run_calls(library, "note", "last").stdout
    with raises(InputError, "cue-not-in-call"):
        run_calls(library, "note", "last", "--cue", "7", "--verdict", "late")


def test_a_note_at_no_moment_is_refused(library: Path) -> None:
    keep(library)
    with raises(UsageError, "moment-wrong"):
        run_calls(library, "note", "last", "x", "--at", "soon")


def test_a_moment_is_read_as_people_write_it() -> None:
    assert [parse_clock(text) for text in ("2:31", "1:02:03", "151.5", " 7 ")] == [151, 3723, 151.5, 7]
    for wrong in ("", "1:2:3:4", "-1", "1e3", "nan", ":", "2:"):
        with pytest.raises(ValueError, match=f"^{re.escape(wrong)}$"):
            parse_clock(wrong)


def test_a_deleted_call_is_gone_from_list_and_search(library: Path) -> None:
    call = keep(library)
    run_calls(library, "search", "washing")
    run_calls(library, "delete", call.meta.id, "--yes")
    assert not call.path.exists()
    assert call.meta.id not in run_calls(library, "search", "washing").stdout
    assert "No calls are kept" in run_calls(library, "list").stderr


def test_the_list_shows_reference_model_and_peak(library: Path) -> None:
    keep(library, reference="471926", peak=0.9)
    for _ in range(2):  # from the journal, then from the index
        (line,) = run_calls(library, "list").stdout.splitlines()
        assert "471926  tiny.en" in line
        assert "0.90" in line
        run_calls(library, "reindex")


def test_the_same_warning_with_other_seconds_is_told_once() -> None:
    late = [message("speech-behind", seconds=float(n)) for n in range(20)]
    assert folded([*late, message("consent-missing")]) == [(late[0], 20), (message("consent-missing"), 1)]
    kept = [verbatim(f"Words are {n}.5 s late.") for n in range(20)]
    assert folded(kept) == [(kept[0], 20)]


def test_an_export_is_written_whole_or_not_at_all(library: Path, tmp_path: Path) -> None:
    keep(library)
    file = tmp_path / "call.srt"
    run_calls(library, "export", "last", "--as", "srt", "--file", str(file))
    assert "Caller: My washing machine" in file.read_text()
    with raises(StorageError, "target-folder-missing"):
        run_calls(library, "export", "last", "--file", str(tmp_path / "none" / "x.vtt"))
    assert run_calls(library, "export", "last", "--file", "-").stdout.startswith("WEBVTT")
