"""How our own processes are started: one command line that a frozen program can run as well, and one environment.

Every child goes through here: the recognizer, the capture helper and the call service.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from voiceassist.core.privacy import PRIVATE_ENVIRONMENT

ChildKind = Literal["speech", "capture", "service"]

CHILD = "_child"
"""The hidden sub-command of a child process; what it does comes after it."""


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


PR_SET_PDEATHSIG = 1


def die_with_parent() -> Callable[[], None] | None:
    """For `preexec_fn` of a program that would not notice by itself that we are gone; None except on Linux.

    Linux ends the program when the *thread* that started it ends, so start it from one that outlives it.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent:  # it died before it could be asked to tell
            os._exit(1)

    return tie
