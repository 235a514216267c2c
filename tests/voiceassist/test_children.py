"""Child processes start through one hidden sub-command and load only what they need."""

from __future__ import annotations

import queue
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.busy import PATIENCE
from voiceassist.capture.devices.child import ChildSource
from voiceassist.core.errors import InputError
from voiceassist.core.messages import message
from voiceassist.core.process import ChildKind, child_command, child_environment
from voiceassist.service.client import start_service
from voiceassist.service.instance import end_hung
from voiceassist.service.ipc import send
from voiceassist.service.messages import Command, Reply
from voiceassist.speech.messages import Failed, Load
from voiceassist.speech.transcriber import launch_recognizer

NOT_IN_A_CHILD = ("PySide6", "shiboken6", "ui", "typer", "click", "rich")


def imported_by(kind: ChildKind) -> list[str]:
    """Every module that a child process imports until it ends, its parent being gone from the start."""
    environment = {**child_environment(), "PYTHONPROFILEIMPORTTIME": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        child_command(kind), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment
    ) as child:
        if kind == "service":  # lives on without its parent
            assert child.stdout is not None
            assert child.stdout.read(1)  # it is there
            child.terminate()
        complaints = child.communicate()[1].decode()
    assert child.returncode == 0, complaints
    return [line.rpartition("|")[2].strip() for line in complaints.splitlines() if line.startswith("import time:")]


@pytest.mark.parametrize("kind", ["speech", "capture", "service"])
def test_a_child_loads_neither_the_window_nor_the_command_line(
    kind: ChildKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    modules = imported_by(kind)
    assert "voiceassist.core.framing" in modules
    assert [m for m in modules if m.split(".")[0] in NOT_IN_A_CHILD or m.startswith("voiceassist.cli")] == []


def test_the_hidden_sub_command_is_not_for_people() -> None:
    command = (sys.executable, "-m", "voiceassist")
    shown = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True, env=child_environment())
    assert "_child" not in shown.stdout
    wrong = subprocess.run([*command, "_child", "other"], capture_output=True, text=True, env=child_environment())
    assert (wrong.returncode, wrong.stderr) == (2, "voiceassist: there is no child process 'other'\n")


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This program as PyInstaller and the like make it: an executable of its own that takes no `-m`."""
    program = tmp_path / "voiceassist"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        f"sys.frozen, sys.executable = True, {str(program)!r}\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from voiceassist.__main__ import main\n"
        "main()\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return program


@pytest.mark.skipif(sys.platform == "win32", reason="makes an executable of a script")
def test_a_frozen_program_starts_its_children(frozen: Path) -> None:
    recognizer: queue.Queue[Any] = queue.Queue()
    child = launch_recognizer(recognizer)
    child.send(Load("/nowhere", 1, ("en",), (), True))
    answer = recognizer.get(timeout=PATIENCE)[1]
    child.end()
    assert isinstance(answer, Failed)
    assert answer.reason == message("speech-model-folder-missing", folder="/nowhere")

    with pytest.raises(InputError, match=r"macOS|pyobjc"):  # the driver's own words
        ChildSource("coreaudio").open()

    assert start_service()
    assert send(Command("status")) == Reply(True, message("no-call"))
    end_hung()
