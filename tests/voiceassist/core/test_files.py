"""A file is replaced whole or not at all, and changed by one program at a time: with real processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.busy import PATIENCE
from voiceassist.core.files import locked, replace_file

HOLD = """
import sys
from pathlib import Path
from voiceassist.core.files import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_file_that_another_program_changes_is_waited_for_and_given_up(tmp_path: Path) -> None:
    path = tmp_path / "notes.toml"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(TimeoutError, match="another program"), locked(path, 0.0):
            pass
        other.communicate("\n", timeout=PATIENCE)
    with locked(path, 0.0):
        replace_file(path, b"free again")


def test_a_program_that_dies_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "notes.toml"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        other.kill()
        other.wait()
        with locked(path, PATIENCE):
            pass


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "notes.toml"
    replace_file(path, b"old")
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
