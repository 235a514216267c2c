"""`voiceassist analyze` and `voiceassist calls` as a person or another program runs them.

What is bad is told in one plain sentence with the right exit status, and nothing half-written stays behind.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.calls.demo import DELIVERY

RATE = 16_000


def voiceassist(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voiceassist", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "120"},
        check=False,
        **options,
    )


def analyze(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
    return voiceassist("analyze", *arguments, "--no-transcribe", **options)


def refused(result: subprocess.CompletedProcess[str], status: int = 3) -> str:
    """The one sentence; asserts that there is nothing else."""
    assert result.returncode == status, result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("voiceassist: ")
    return lines[0]


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """Twelve seconds of a demo call, where agent and caller both speak."""
    path = tmp_path / "call.wav"
    soundfile.write(path, np.stack(DELIVERY.sound(0, 12), axis=1), RATE)
    return path


# --- good input -------------------------------------------------------------------------------------------------------


def test_json_on_standard_output_is_one_object_and_nothing_else(call: Path) -> None:
    result = analyze(call, "--json", "-")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["schema"] == 1
    assert told["duration"] == 12
    assert all(told["channels"][channel]["speech"] for channel in ("agent", "caller"))
    assert result.stdout.count("\n") == 1


def test_without_json_a_readable_report_is_printed(call: Path) -> None:
    result = analyze(call)
    assert result.returncode == 0, result.stderr
    for word in ("Cues", "agent", "caller", "Call  0:12"):
        assert word in result.stdout


def test_two_files_and_the_caller_alone(call: Path, tmp_path: Path) -> None:
    agent, caller = DELIVERY.sound(0, 12)
    soundfile.write(tmp_path / "agent.flac", agent, RATE)
    soundfile.write(tmp_path / "caller.ogg", caller, RATE)
    both = analyze("--agent", tmp_path / "agent.flac", "--caller", tmp_path / "caller.ogg", "--json", tmp_path / "b")
    assert both.returncode == 0, both.stderr
    assert both.stdout == ""
    assert set(json.loads((tmp_path / "b").read_text())["channels"]) == {"agent", "caller"}
    alone = analyze("--caller", tmp_path / "caller.ogg", "--json", "-")
    assert set(json.loads(alone.stdout)["channels"]) == {"caller"}


def test_the_channels_can_be_the_other_way_round(call: Path) -> None:
    straight = json.loads(analyze(call, "--json", "-").stdout)
    swapped = json.loads(analyze(call, "--channels", "caller,agent", "--json", "-").stdout)
    assert swapped["channels"]["agent"]["speech"] == pytest.approx(
        np.array(straight["channels"]["caller"]["speech"]), abs=0.5
    )


def test_without_a_model_it_says_so_with_the_remedy_and_goes_on(call: Path) -> None:
    result = voiceassist("analyze", call, "--json", "-")
    assert result.returncode == 0, result.stderr
    assert "voiceassist models get" in result.stderr
    assert json.loads(result.stdout)["segments"] == []


@pytest.mark.slow
def test_a_kept_call_is_listed_and_shown(call: Path, tmp_path: Path) -> None:
    library = tmp_path / "calls"
    kept = analyze(call, "--keep", "--library", library, "--json", "-")
    assert kept.returncode == 0, kept.stderr
    (row,) = json.loads(voiceassist("calls", "list", "--json", "--library", library).stdout)["calls"]
    assert (row["duration"], row["state"], row["cut_off"]) == (12, "closed", False)
    assert row["id"] in kept.stderr
    assert row["id"] in voiceassist("calls", "list", "--library", library).stdout
    shown = json.loads(voiceassist("calls", "show", row["id"], "--json", "--library", library).stdout)
    analyzed = json.loads(kept.stdout)
    assert {name: shown[name] for name in analyzed} == analyzed
    assert "Call  0:12" in voiceassist("calls", "show", "last", "--library", library).stdout


# --- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_bad_files_are_named_in_one_sentence(tmp_path: Path) -> None:
    """One after the other in one test: each start of the command costs more than what is looked at."""
    noise = np.random.default_rng(0).normal(0, 0.1, (RATE, 6)).astype(np.float32)
    with_nan = noise[:, :2].copy()
    with_nan[RATE // 2] = np.nan
    soundfile.write(tmp_path / "six.wav", noise, RATE)
    soundfile.write(tmp_path / "mono.wav", noise[:, 0], RATE)
    soundfile.write(tmp_path / "nan.wav", with_nan, RATE, subtype="FLOAT")
    soundfile.write(tmp_path / "nothing.wav", noise[:0, :2], RATE)
    (tmp_path / "text.wav").write_text("This is not a recording.\n" * 99)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "cut.flac").write_bytes(b"fLaC\0\0\0\x22")
    for name, says in {
        "gone.wav": "There is no file",
        "six.wav": "6 channels",
        "mono.wav": "--caller FILE",
        "nan.wav": "not numbers",
        "nothing.wav": "no sound",
        "text.wav": "not a sound file",
        "empty.wav": "empty",
        "folder.wav": "is a folder",
        "cut.flac": "not a sound file",
    }.items():
        target, library = tmp_path / "out.json", tmp_path / "calls"
        sentence = refused(analyze(tmp_path / name, "--json", target, "--keep", "--library", library))
        assert says in sentence
        assert str(tmp_path / name) in sentence
        assert not target.exists()
        assert not library.exists() or list(library.iterdir()) == []


def test_bad_usage_is_reported_with_its_own_status(call: Path, tmp_path: Path) -> None:
    for arguments in [
        (),
        (call, "--agent", call),
        ("--agent", call),
        ("--agent", call, "--caller", call),
        ("--caller", call, "--channels", "caller,agent"),
        (call, "--library", tmp_path),
    ]:
        refused(analyze(*arguments), status=2)
    assert analyze(call, "--channels", "left,right").returncode == 2


def test_bad_models_packs_and_targets_are_reported(call: Path, tmp_path: Path) -> None:
    for arguments, says in [
        (("--model", "no-such-model"), "no-such-model"),
        (("--no-transcribe", "--pack", tmp_path / "gone.toml"), "gone.toml"),
        (("--no-transcribe", "--json", tmp_path / "none" / "out.json"), "there is no folder"),
        (("--no-transcribe", "--json", tmp_path), "is a folder"),
    ]:
        assert says in refused(voiceassist("analyze", call, *arguments))
    (tmp_path / "file").touch()
    sentence = refused(analyze(call, "--keep", "--library", tmp_path / "file" / "calls", "--json", "-"))
    assert "The call cannot be kept in" in sentence


@pytest.mark.skipif(os.name == "nt", reason="no limits on files there")
def test_a_full_disk_is_reported_and_nothing_half_written_stays(tmp_path: Path) -> None:
    import resource

    path, library = tmp_path / "call.wav", tmp_path / "calls"
    noise = np.random.default_rng(0).normal(0, 0.1, (20 * RATE, 2))
    soundfile.write(path, noise, RATE)
    sentence = refused(
        analyze(
            path,
            "--keep",
            "--library",
            library,
            "--json",
            "-",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000)),
        )
    )
    assert "The call cannot be kept in" in sentence
    assert list(library.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no full device here")
def test_a_result_that_has_no_room_is_reported_in_one_sentence(call: Path) -> None:
    for arguments in ((), ("--json", "-")):
        with Path("/dev/full").open("w") as full:
            result = subprocess.run(
                [sys.executable, "-m", "voiceassist", "analyze", call, "--no-transcribe", *arguments],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert result.returncode == 3
        assert result.stderr.lower() == "voiceassist: the result cannot be written: no space left on device.\n"


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_a_device_or_pipe_is_written_to_and_never_replaced(call: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert analyze(call, "--json", pipe).returncode == 0
        assert json.loads(reader.communicate()[0])["duration"] == 12
    assert pipe.is_fifo()


@pytest.mark.slow
def test_two_analyses_of_one_call_at_once_do_not_meet(call: Path, tmp_path: Path) -> None:
    library, target = tmp_path / "calls", tmp_path / "out.json"
    command = [sys.executable, "-m", "voiceassist", "analyze", str(call), "--no-transcribe", "--keep"]
    both = [subprocess.Popen([*command, "--library", str(library), "--json", str(target)]) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    assert json.loads(target.read_text())["duration"] == 12
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav", "calls", "out.json"]
    assert len(list(library.iterdir())) == 2


def test_a_cut_off_file_is_used_with_a_warning(call: Path) -> None:
    content = call.read_bytes()
    call.write_bytes(content[: len(content) * 3 // 4])
    result = analyze(call, "--json", "-")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["duration"] == pytest.approx(9, abs=0.1)
    assert "The end is missing" in told["warnings"][0]


def test_a_call_that_is_not_there_is_reported(tmp_path: Path) -> None:
    assert "no call last" in refused(voiceassist("calls", "show", "last", "--library", tmp_path))
