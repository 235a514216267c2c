"""The command line as a person or a script meets it: exit status, one sentence, no traceback, and an answer at once."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from voiceassist import __version__
from voiceassist.cli import main as cli
from voiceassist.config import settings
from voiceassist.config.options import options
from voiceassist.core.errors import InputError, StorageError, UsageError, VoiceAssistError
from voiceassist.core.messages import render
from voiceassist.service.ipc import NotRunning

HEAVY = ("numpy", "PySide6", "faster_whisper", "onnxruntime", "av", "sounddevice", "soundfile", "librosa", "torch")


def voiceassist(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "voiceassist", *arguments]
    return subprocess.run(command, capture_output=True, text=True, **options)


@pytest.fixture
def failing_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes the whole command line end in this error."""

    def fail(error: BaseException) -> None:
        def app(**_: object) -> None:
            raise error

        monkeypatch.setattr(cli, "app", app)

    return fail


def test_help_lists_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['voiceassist', '--help']\n"
        "from voiceassist.cli.main import main\n"
        "try: main()\n"
        f"finally: print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "[]"
    for command in cli.COMMANDS:
        assert command in done.stdout


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(cli.app, [command, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage" in result.output


def test_version() -> None:
    assert CliRunner().invoke(cli.app, ["--version"]).output.strip() == f"voiceassist {__version__}"


@pytest.mark.parametrize("arguments", [["nonsense"], ["demo", "--nonsense"], ["demo", "--speed", "0"]])
def test_bad_usage_ends_with_2_and_names_what_is_wrong(arguments: list[str]) -> None:
    done = voiceassist(*arguments)
    assert done.returncode == 2
    assert arguments[-1].removeprefix("-") in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InputError("pack-unreadable", path="a.toml", reason="x"), 3),
        (StorageError("call-not-kept", folder="a", reason="x"), 3),
        (NotRunning("not-running"), 3),
        (UsageError("setting-unknown", name="x"), 2),
    ],
)
def test_an_error_meant_for_people_is_one_sentence_in_their_language_and_an_exit_status(
    failing_with: Callable[[BaseException], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: VoiceAssistError,
    status: int,
    language: str,
) -> None:
    monkeypatch.setenv("LC_ALL", f"{language}.UTF-8")
    failing_with(error)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == status
    assert capsys.readouterr() == ("", f"voiceassist: {render(error.message, language)}\n")


def test_a_language_that_no_speech_model_knows_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    soundfile.write(tmp_path / "call.wav", np.zeros((1600, 2)), 16_000)
    monkeypatch.setattr(sys, "argv", ["voiceassist", "analyze", str(tmp_path / "call.wav"), "--language", "en,xx"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    sentence = render(UsageError("language-not-known", code="xx").message, "en")
    assert capsys.readouterr() == ("", f"voiceassist: {sentence}\n")


def test_a_bug_shows_its_traceback(failing_with: Callable[[BaseException], None]) -> None:
    failing_with(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        cli.main()


def test_without_a_screen_the_window_says_what_to_use_instead(without_screen: None) -> None:
    done = voiceassist()
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "voiceassist demo --headless" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
@pytest.mark.slow
def test_ctrl_c_ends_the_demo_quietly_with_130(without_screen: None) -> None:
    command = [sys.executable, "-m", "voiceassist", "demo", "--json", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read().splitlines()
        complaints = process.stderr.read()
    assert first["type"] == "call-started"
    assert json.loads(rest[-1])["type"] == "call-ended"
    assert process.returncode == 130
    assert complaints == ""


def test_output_into_a_pipe_that_closes_is_no_error(without_screen: None) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "voiceassist", "policy", "show"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert "Traceback" not in done.stderr


# --- policy -----------------------------------------------------------------------------------------------------------


def force(values: dict[str, object]) -> Path:
    path = settings.machine_folder() / "policies" / "company.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(values))
    return path


def test_policy_show_names_the_value_and_who_decided_it() -> None:
    path = force({"keep_calls": False})
    result = CliRunner().invoke(cli.app, ["policy", "show"])
    line = next(line for line in result.stdout.splitlines() if line.startswith("keep_calls"))
    assert re.split(" {2,}", line) == ["keep_calls", "Keep calls", "false", f"policy ({path})"]
    assert len(result.stdout.splitlines()) == len(options())


def test_policy_show_as_json_is_one_object_with_every_setting() -> None:
    path = force({"keep_calls": False, "cue_budget": "many"})
    shown = json.loads(CliRunner().invoke(cli.app, ["policy", "show", "--json"]).stdout)
    assert shown["settings"].keys() == options().keys()
    assert shown["settings"]["keep_calls"] == {
        "label": "Keep calls",
        "value": False,
        "layer": "policy",
        "place": str(path),
        "in_doubt": False,
    }
    assert "cue_budget" in shown["complaints"][0]


# --- doctor -----------------------------------------------------------------------------------------------------------


def findings(result: Result) -> dict[str, dict[str, str]]:
    return {finding["check"]: finding for finding in json.loads(result.stdout)["findings"]}


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the doctor without the checks that start child processes, unless told otherwise."""
    from voiceassist.cli import doctor as module

    def run(*checks: str) -> Result:
        chosen = tuple(getattr(module, name) for name in checks)
        monkeypatch.setattr(module, "CHECKS", chosen or module.CHECKS)
        return CliRunner().invoke(cli.app, ["doctor", "--json"])

    return run


@pytest.mark.slow
def test_the_doctor_looks_at_everything_and_names_a_remedy_for_all_that_is_wrong(doctor: Callable[..., Result]) -> None:
    found = findings(doctor())
    assert {"python", "packages", "sound library", "window", "speech model", "library", "settings"} <= found.keys()
    for finding in found.values():
        assert finding["state"] == "ok" or finding["remedy"] or finding["check"] == "window", finding


def test_a_folder_that_cannot_be_written_is_a_problem_with_exit_status_3(
    doctor: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    force({"library": str(tmp_path / "file" / "calls")})
    result = doctor("folders")
    assert result.exit_code == 3
    assert findings(result)["library"]["state"] == "problem"


def test_the_doctor_tells_people_in_their_language_and_programs_in_english(
    doctor: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    as_json = doctor("policy")
    for_people = CliRunner().invoke(cli.app, ["doctor"])
    assert "0 forced by policy" in findings(as_json)["settings"]["detail"]
    assert "0 durch Richtlinie erzwungen" in for_people.stdout


def test_a_setting_that_makes_no_sense_is_a_problem(doctor: Callable[..., Result]) -> None:
    path = force({"cue_budget": "many"})
    result = doctor("policy")
    assert result.exit_code == 3
    assert str(path) in findings(result)["settings"]["detail"]


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    doctor: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda _: ["no-such-package>=1", "numpy>=2"])
    finding = findings(doctor("packages"))["packages"]
    assert finding["state"] == "problem"
    assert finding["remedy"].endswith("pip install no-such-package")


def test_a_check_that_breaks_is_itself_a_finding_and_the_others_go_on(
    doctor: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    from voiceassist.cli import doctor as module

    def broken() -> Iterator[Any]:
        raise RuntimeError("boom")
        yield

    monkeypatch.setattr(module, "broken", broken, raising=False)
    result = doctor("broken", "python")
    assert result.exit_code == 3
    assert findings(result)["broken"]["detail"] == "could not be checked: boom"
    assert findings(result)["python"]["state"] == "ok"
