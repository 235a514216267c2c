"""A test in real time never passes for want of time: in continuous integration it fails, at a desk it is counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CONFTEST = """
from tests.support.busy import Starvation

Starvation.told = lambda self: {why!r}
"""
TEST = """
import pytest
from tests.support import busy

@pytest.fixture(autouse=True)
def starved(monkeypatch):
    monkeypatch.setattr(busy.Starvation, "told", lambda self: {why!r})
"""
TEST = """
from pathlib import Path

def test_in_real_time(in_real_time):
    runs = Path("runs")
    runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
    assert len(runs.read_text()) > {failures}
"""


def _run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, failures: int, ci: bool, why: str = "too busy"
) -> tuple[int, str, int]:
    """The exit status, the output and the number of runs of a test that fails so often before it passes."""
    if ci:
        monkeypatch.setenv("CI", "true")
    else:
        monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    plugin = ["-p", "tests.support.real_time"]
    (folder / "conftest.py").write_text(CONFTEST.format(why=why))
    (folder / "test_inner.py").write_text(TEST.format(failures=failures))
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *plugin]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr, len((folder / "runs").read_text())


def test_ci_fails_a_real_time_test_that_fails_twice_on_a_busy_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, output, runs = _run(tmp_path, monkeypatch, failures=9, ci=True)
    assert (status, runs) == (1, 2), output
    assert "1 failed" in output
    assert "skipped" not in output


def test_ci_passes_a_real_time_test_whose_second_run_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, output, runs = _run(tmp_path, monkeypatch, failures=1, ci=True)
    assert (status, runs) == (0, 2), output
    assert "1 passed" in output


def test_ci_fails_a_real_time_test_at_once_on_a_free_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, output, runs = _run(tmp_path, monkeypatch, failures=1, ci=True, why="")
    assert (status, runs) == (1, 1), output


def test_desk_skips_a_real_time_test_on_a_busy_machine_and_counts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, output, runs = _run(tmp_path, monkeypatch, failures=9, ci=False)
    assert (status, runs) == (0, 1), output
    assert "1 skipped" in output
    assert "1 tests in real time had no time" in output
    assert "test_inner.py::test_in_real_time" in output


def test_desk_fails_a_real_time_test_on_a_free_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, output, runs = _run(tmp_path, monkeypatch, failures=9, ci=False, why="")
    assert (status, runs) == (1, 1), output
