"""What comes from outside acts on no terminal and ends in no traceback, wherever it is printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from voiceassist.cli import as_json, line
from voiceassist.cli.calls import app
from voiceassist.cli.console import Console
from voiceassist.core.errors import InputError, VoiceAssistError
from voiceassist.core.events import CallEnded, CallerReference, Channel, Note, Text
from voiceassist.core.messages import printable
from voiceassist.cues import load_pack
from voiceassist.storage import CallMeta, CallWriter

HOSTILE = "a\x1b]0;owned\x07\x1b[2J\x9b31m\u202eb\r\x7fc"
ACTS = {*map(chr, range(32)), *map(chr, range(127, 160)), "\u202e"} - {"\n", "\t"}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    meta = CallMeta(origin=HOSTILE, pack=HOSTILE, sources={Channel.AGENT: HOSTILE + "\nline"})
    writer = CallWriter.create(tmp_path / "calls", meta)
    said = f"I will call you back on Friday {HOSTILE}."
    writer.write(
        [
            CallerReference(t=0.0, reference="x" + HOSTILE),
            Note(t=1.0, text=HOSTILE),
            Text(t=3.0, utterance=1, channel=Channel.AGENT, start=1.0, end=3.0, text=said),
            CallEnded(t=5.0),
        ]
    )
    writer.close(warnings=[HOSTILE])
    return tmp_path / "calls"


def run(library: Path, *command: str) -> Result:
    result = CliRunner().invoke(app, [*command, "--library", str(library)])
    if not isinstance(result.exception, VoiceAssistError | SystemExit | None):
        raise result.exception  # a traceback for whoever typed it
    return result


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["list", "--json"],
        ["show", "last"],
        ["show", "last", "--json"],
        ["after", "last"],
        ["history", "x" + HOSTILE],
        ["history", HOSTILE],
    ],
    ids=" ".join,
)
def test_nothing_in_a_call_folder_acts_on_the_terminal(library: Path, command: list[str]) -> None:
    result = run(library, *command)
    assert result.exit_code == 0
    assert not ACTS & set(result.output)
    assert "owned" in result.output or command == ["list", "--json"] or command[0] != "show"


def test_a_name_with_a_line_end_makes_no_second_row(library: Path) -> None:
    assert len(run(library, "list").stdout.splitlines()) == 1


def test_tables_act_on_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Console(force_terminal=True, color_system=None).print(HOSTILE, markup=False, highlight=False)
    assert not ACTS & set(capsys.readouterr().out)


@pytest.mark.parametrize(
    "change",
    [
        {"duration": 1e308},
        {"duration": -1.0},
        {"created": "2026-01-01T00:00:00"},
        {"created": "0001-01-01T00:00:00Z"},
        {"cues": -5},
        {"peak_agitation": 1e308},
        {"sources": {"agent": {"a": 1}}},
        {"unknown": json.loads("[" * 900 + "]" * 900)},
    ],
    ids=lambda change: next(iter(change)) + str(next(iter(change.values())))[:12],
)
def test_an_impossible_call_json_is_named_and_the_rest_is_listed(library: Path, change: dict[str, object]) -> None:
    (good,) = library.iterdir()
    bad = CallWriter.create(library, CallMeta(origin="live"))
    bad.close()
    meta = json.loads((bad.path / "call.json").read_text())
    (bad.path / "call.json").write_text(json.dumps(meta | change))
    assert good.name in run(library, "list").stdout
    run(library, "show", bad.path.name)


def test_a_thousand_brackets_end_nothing(library: Path) -> None:
    (folder,) = library.iterdir()
    nested = "[" * 100_000
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write(f'{{"type":"note","t":1.0,"text":"x","more":{nested}\n')
        journal.write(f"{nested}\n")
    assert run(library, "show", "last").exit_code == 0
    (folder / "call.json").write_text(nested)
    assert run(library, "list").exit_code == 0


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e8"])
def test_impossible_times_in_a_journal_are_left_out_with_a_word(library: Path, number: str) -> None:
    (folder,) = library.iterdir()
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write(f'{{"type":"agitation","t":{number},"score":0.5,"confidence":0.5,"state":"high"}}\n')
        journal.write(f'{{"type":"gap","t":9.0,"channel":"agent","start":0,"end":{number}}}\n')
    result = run(library, "show", "last")
    assert result.exit_code == 0
    assert "2 lines" in result.stdout


@pytest.mark.parametrize("version", ["inf", "nan", "1e308", "-inf"])
def test_a_pack_of_an_infinite_version_is_a_mistake_of_its_author(tmp_path: Path, version: str) -> None:
    pack = tmp_path / "p.toml"
    pack.write_text(f'[pack]\nname = "p"\nlanguage = "en"\nextends = "en"\nversion = {version}\n')
    with pytest.raises(InputError):
        load_pack(str(pack))


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = 2026-99-99"])
def test_toml_that_breaks_its_reader_is_named(tmp_path: Path, text: str) -> None:
    pack = tmp_path / "p.toml"
    pack.write_text(text)
    with pytest.raises(InputError):
        load_pack(str(pack))


def test_half_of_a_surrogate_pair_is_spelt_out(capsys: pytest.CaptureFixture[str]) -> None:
    line("a\ud800b")
    assert capsys.readouterr().out == "a\\ud800b\n"
    assert json.loads(as_json({"a": "\x9b\x7f"})) == {"a": "\x9b\x7f"}
    assert printable("Grüße\tan alle\n") == "Grüße\tan alle\n"


@pytest.mark.skipif(sys.platform == "win32", reason="there arguments are text")
@pytest.mark.parametrize("command", [["ctl", "ref"], ["calls", "show"], ["calls", "history"]], ids=" ".join)
def test_a_command_that_is_not_utf_8_is_one_sentence(tmp_path: Path, command: list[str]) -> None:
    home = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "LC_ALL": "C.UTF-8"}
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        home[name] = str(tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-m", "voiceassist", *command, b"\xff\xfe"], env=home, capture_output=True, timeout=60
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 2, 3)
