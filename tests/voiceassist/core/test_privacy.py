"""What every process of ours does before anything else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="as Linux has it")

LOOK = """
import os, resource, subprocess, sys
from voiceassist.core.privacy import harden, keep_memory_private
harden()
if "private" in sys.argv: keep_memory_private()
look = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE), open('/proc/self/coredump_filter').read())"
print(subprocess.run([sys.executable, "-c", look], capture_output=True, text=True).stdout)
open(sys.argv[1], "w").close()
print(oct(os.stat(sys.argv[1]).st_mode & 0o777))
import ctypes
print("dumpable", ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def look(tmp_path: Path, *more: str) -> str:
    command = [sys.executable, "-c", LOOK, str(tmp_path / "file"), *more]
    return subprocess.run(command, capture_output=True, text=True, umask=0o000, check=True).stdout


def test_a_crash_of_ours_or_of_a_child_writes_no_memory(tmp_path: Path) -> None:
    said = look(tmp_path)
    assert "(0, 0) 00000000" in said


def test_files_are_the_persons_own_whatever_the_umask(tmp_path: Path) -> None:
    assert "0o600" in look(tmp_path)


def test_nobody_attaches_to_a_process_that_writes_words_down(tmp_path: Path) -> None:
    assert "dumpable 0" in look(tmp_path, "private")
    assert "dumpable 1" in look(tmp_path)


def test_a_recognizer_that_crashes_leaves_nothing_behind(tmp_path: Path) -> None:
    """The real child, ended as a crash ends it."""
    env = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "voiceassist", "_child", "speech"]
    child = subprocess.Popen(command, env=env, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.read(1)  # its greeting: it is hardened
    limits = Path(f"/proc/{child.pid}/limits").read_text()
    child.send_signal(11)
    child.wait()
    child.communicate()
    assert [row.split()[4:6] for row in limits.splitlines() if row.startswith("Max core")] == [["0", "0"]]
    assert not list(tmp_path.glob("core*"))
