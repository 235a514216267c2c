from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models.speech import default_store
from tests.models.speech.conftest import model_files
from tests.support.messages import raises
from voiceassist.cli import models
from voiceassist.core.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "from-a-stick"
    made.mkdir()
    for name, content in model_files().items():
        (made / name).write_bytes(content)
    return made


def run(*arguments: str) -> str:
    result = CliRunner().invoke(models.app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_without_a_model_the_list_says_how_to_get_one() -> None:
    output = run("list")
    assert "base.en" in output
    assert "148 MB" in output
    assert "No speech model is installed. Get one with: voiceassist models get base.en" in output


def test_a_model_is_brought_in_checked_listed_and_removed(folder: Path) -> None:
    assert "ours is installed in" in run("import", str(folder), "--name", "ours")
    listed = {m["name"]: m for m in json.loads(run("list", "--json"))["models"]}
    assert listed["ours"]["installed"]
    assert not listed["base.en"]["installed"]
    assert "is complete" in run("verify", "ours")
    assert "is removed" in run("remove", "ours")
    assert not [i for i in default_store().list() if i.name == "ours"]


def test_whatever_is_wrong_is_the_program_s_own_kind_of_error(folder: Path) -> None:
    for arguments in (("get", "huge"), ("verify", "base.en"), ("remove", "base.en"), ("import", str(folder / "x"))):
        with pytest.raises(ModelError) as told:
            CliRunner().invoke(models.app, arguments, catch_exceptions=False)
        assert "\n" not in str(told.value)


def test_a_fetch_stopped_by_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("models.speech.store.fetch", stopped)
    result = CliRunner().invoke(models.app, ["get", "base.en"])
    assert result.exit_code == 130
    assert "To go on: voiceassist models get base.en" in result.output


def test_a_failed_download_is_an_error_of_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ModelError("speech-model-unreachable", name="base.en", address="http://hub", reason="no network")

    def fails(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr("models.speech.store.fetch", fails)
    with raises(ModelError, "speech-model-unreachable"):
        CliRunner().invoke(models.app, ["get", "base.en"], catch_exceptions=False)
