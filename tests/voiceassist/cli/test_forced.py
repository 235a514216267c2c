"""What an organisation forces holds on the command line as well: a flag that asks for something else is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from voiceassist.cli import REPLACES
from voiceassist.cli import main as cli
from voiceassist.config import settings
from voiceassist.core.errors import UsageError

FORCED = {
    "keep_calls": False,
    "library": "/srv/calls",
    "microphone": "Headset",
    "far_end": "Speakers",
    "speech_model": "base.en",
    "language": "en",
    "cue_pack": "en",
    "model_sources": ["https://mirror.example"],
}


def force(values: dict[str, object], folder: str = "policies/company.json") -> Path:
    path = settings.machine_folder() / folder
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(values))
    return path


@pytest.mark.parametrize(
    "command",
    [
        "run --headless --keep",
        "demo --headless --keep",
        "demo --headless --model tiny.en",
        "analyze call.wav --keep",
        "analyze call.wav --keep --library elsewhere",
        "analyze call.wav --model tiny.en",
        "analyze call.wav --pack de",
        "analyze call.wav --language de",
        "analyze call.wav --language auto",
        "run --headless --microphone Other",
        "run --headless --far-end Other",
        "run --headless --model tiny.en",
        "calls list --library elsewhere",
        "calls show last --library elsewhere",
        "cues list --pack de",
        "models get tiny.en --source https://elsewhere.example",
    ],
)
def test_a_flag_cannot_replace_what_is_forced(command: str) -> None:
    path = force(FORCED)
    error = CliRunner().invoke(cli.app, command.split()).exception
    assert isinstance(error, UsageError), error
    assert error.exit_status == 2
    assert f"set by your organisation ({path})" in str(error)
    assert "\n" not in str(error)


def test_what_this_computer_forces_binds_the_command_line_too() -> None:
    path = settings.machine_folder() / "settings.toml"
    path.parent.mkdir(parents=True)
    path.write_text("keep_calls = false")
    error = CliRunner().invoke(cli.app, ["run", "--headless", "--keep"]).exception
    assert str(error) == f"--keep is not allowed: Keep calls is set for this computer ({path})."


def test_keeping_that_is_forced_cannot_be_switched_off() -> None:
    force({"keep_calls": True})
    error = CliRunner().invoke(cli.app, ["run", "--headless", "--no-keep"]).exception
    assert str(error).startswith("--no-keep is not allowed: Keep calls is set by your organisation")


def test_a_flag_that_asks_for_what_is_forced_anyway_is_accepted() -> None:
    force({"library": "/nowhere/calls"})
    assert CliRunner().invoke(cli.app, ["calls", "list", "--library", "/nowhere/calls"]).exit_code == 0


def test_a_flag_replaces_what_the_person_chose(tmp_path: Path) -> None:
    settings.change({"library": tmp_path / "mine"})
    result = CliRunner().invoke(cli.app, ["calls", "list", "--library", str(tmp_path)])
    assert result.exit_code == 0


def parameters() -> Iterator[tuple[str, str, bool]]:
    """Of every command the flags that stand in for a setting, and whether they are checked against a policy."""

    def walk(command: object, path: str) -> Iterator[tuple[str, str, bool]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, f"{path} {name}")
        for parameter in getattr(command, "params", []):
            for flag in {*parameter.opts} & {*REPLACES}:
                yield path, flag, parameter.callback is not None

    yield from walk(typer.main.get_command(cli.app), "")


def test_every_flag_that_stands_in_for_a_setting_is_checked() -> None:
    found = list(parameters())
    assert {flag for _, flag, _ in found} == {*REPLACES}
    assert [(command, flag) for command, flag, checked in found if not checked] == []


# --- a policy that cannot be understood -------------------------------------------------------------------------------


def damaged(text: str) -> Path:
    path = force({})
    path.write_text(text)
    return path


def test_policy_show_ends_with_3_where_a_policy_cannot_be_understood() -> None:
    path = damaged('{"keep_calls": fal')
    result = CliRunner().invoke(cli.app, ["policy", "show"])
    assert result.exit_code == 3
    assert f"What {path} says is in doubt, so the strictest choice counts for: Keep calls," in result.stderr
    shown = CliRunner().invoke(cli.app, ["policy", "show", "--json"])
    assert shown.exit_code == 3
    assert json.loads(shown.stdout)["settings"]["keep_calls"]["in_doubt"] is True


def test_a_flag_cannot_keep_a_call_while_the_policy_is_in_doubt() -> None:
    damaged("")
    error = CliRunner().invoke(cli.app, ["analyze", "call.wav", "--keep"]).exception
    assert isinstance(error, UsageError)


def test_the_doctor_finds_a_policy_that_cannot_be_understood() -> None:
    from voiceassist.cli import doctor

    path = damaged('{"keep_calls": "false"}')
    found = list(doctor.policy())
    assert {finding.state for finding in found} == {doctor.State.PROBLEM}
    assert all(str(path) in str(finding.detail) for finding in found)


@pytest.mark.parametrize("text", ["[" * 2000, '{"a":' * 2000])
def test_a_thousand_brackets_do_not_end_a_command(text: str) -> None:
    damaged(text)
    assert CliRunner().invoke(cli.app, ["calls", "list"]).exit_code == 0


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [
        ("company.json", '{"keep_calls": false}', True),
        ("settings.toml", "keep_calls = false\n[defaults]\ncue_budget = 4", True),
        ("company.json", '{"keep_calls": "false"}', False),
        ("company.json", '{"keep-calls": false}', False),
        ("company.json", "", False),
        ("settings.toml", "[defaults]\ncue_budget = 4000", False),
    ],
)
def test_policy_check_says_what_is_wrong_with_a_file(tmp_path: Path, name: str, text: str, right: bool) -> None:
    (tmp_path / name).write_text(text)
    result = CliRunner().invoke(cli.app, ["policy", "check", str(tmp_path / name)])
    assert result.exit_code == (0 if right else 3)
    assert name in (result.stdout if right else result.stderr)


def test_policy_check_needs_a_file_that_is_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["policy", "check", str(tmp_path / "none.json")])
    assert result.exit_code == 3
    assert "cannot be read" in result.stderr
