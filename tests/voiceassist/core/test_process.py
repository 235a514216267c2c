"""Child processes are started in one way, with one environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from voiceassist.core.privacy import PRIVATE_ENVIRONMENT
from voiceassist.core.process import child_command, child_environment


def test_a_child_runs_this_program_with_a_hidden_sub_command() -> None:
    assert child_command("speech") == (sys.executable, "-P", "-m", "voiceassist", "_child", "speech")


def test_a_frozen_program_runs_its_own_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/voiceassist/voiceassist")
    assert child_command("capture") == ("/opt/voiceassist/voiceassist", "_child", "capture")


def test_no_library_of_a_child_may_speak_to_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PRIVATE_ENVIRONMENT:
        monkeypatch.setenv(name, "0")
    assert (
        child_environment().items()
        >= {
            "ORT_DISABLE_TELEMETRY": "1",
            "HF_HUB_OFFLINE": "1",
            "HF_HUB_DISABLE_TELEMETRY": "1",
        }.items()
    )


def test_a_child_imports_this_package_before_any_other_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    first, second = child_environment()["PYTHONPATH"].split(os.pathsep)
    assert (Path(first) / "voiceassist" / "core" / "process.py").is_file()
    assert second == "/elsewhere"
