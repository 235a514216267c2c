"""How our own processes are started: one command line that a frozen program can run as well, and one environment.

Every process of VoiceAssist goes through here: the recognizer, the capture helper and the call service as children, and
the main process, which puts `PRIVATE_ENVIRONMENT` into its own environment before it imports a library.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

ChildKind = Literal["speech", "capture", "service"]

CHILD = "_child"
"""The hidden sub-command of a child process; what it does comes after it."""

PRIVATE_ENVIRONMENT: dict[str, str] = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime sends telemetry by default; only this, set before its import, stops it
    "HF_HUB_OFFLINE": "1",  # a model is a folder, never a download
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""What every process has in its environment so that no library speaks to anybody."""


def child_command(kind: ChildKind) -> tuple[str, ...]:
    """The command line of a child process. In a frozen program (PyInstaller and the like) the executable is ours.

    `-P`: nothing in the current folder can pose as a module.
    """
    if getattr(sys, "frozen", False):
        return (sys.executable, CHILD, kind)
    return (sys.executable, "-P", "-m", "voiceassist", CHILD, kind)


def child_environment() -> dict[str, str]:
    """Environment of a child process: ours, private, and such that it imports this very package."""
    environment = {**os.environ, **PRIVATE_ENVIRONMENT}
    if not getattr(sys, "frozen", False):
        package_root = str(Path(__file__).resolve().parents[2])
        path = os.environ.get("PYTHONPATH")
        environment["PYTHONPATH"] = package_root + (os.pathsep + path if path else "")
    return environment
