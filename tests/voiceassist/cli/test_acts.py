"""`voiceassist cues acts` and `evaluate`: JSON lines in, JSON lines or a table out, and a bad line named by number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from models.acts import ACTS
from voiceassist.cli import cues
from voiceassist.core.errors import InputError

ASKS = {"role": "caller", "previous": "", "text": "I want to speak to your manager"}


def ask(*arguments: str, lines: str = "") -> Result:
    return CliRunner().invoke(cues.app, arguments, input=lines)


def test_each_line_is_answered_by_one_line_with_all_acts_and_those_decided() -> None:
    done = ask("acts", "--jsonl", "-", lines=json.dumps(ASKS) + "\n\n" + json.dumps({"role": "agent", "text": ""}))
    first, second = map(json.loads, done.stdout.splitlines())
    assert set(first["acts"]) == set(ACTS["caller"])
    assert first["decided"] == ["asks-for-superior"]
    assert second == {"acts": {}, "decided": []}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 2: Expected a JSON object"),
        ('{"role": "boss", "text": "a"}', "line 2: The role is “agent” or “caller”, not “boss”."),
        ('{"role": "agent", "text": 3}', "line 2: Expected a JSON object"),
        ('{"role": "agent", "text": "a", "labels": ["sings"]}', "line 2: There is no act sings."),
    ],
)
def test_bad_line_is_one_sentence_with_its_number(line: str, problem: str) -> None:
    done = ask("acts", "--jsonl", "-", lines=json.dumps(ASKS) + "\n" + line)
    assert isinstance(done.exception, InputError)
    assert problem in str(done.exception)


def test_missing_file_is_named(tmp_path: Path) -> None:
    done = ask("evaluate", str(tmp_path / "none.jsonl"))
    assert isinstance(done.exception, InputError)
    assert "none.jsonl cannot be read" in str(done.exception)


def test_evaluate_counts_found_and_false_and_leaves_out_what_is_unsure(tmp_path: Path) -> None:
    rows = [
        ASKS | {"labels": ["asks-for-superior"]},
        ASKS | {"unsure": ["asks-for-superior"]},
        ASKS | {"labels": []},
        {"role": "caller", "text": "yes my number is four two", "labels": []},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = ask("evaluate", str(file))
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("asks-for-superior")]
    assert line.split()[1:] == ["1", "100", "%", "2", "50.0", "%"]
