"""What every process does for privacy: no library speaks to its makers, no crash leaves words on the disk, and files
are the person's own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from pathlib import Path

PRIVATE_ENVIRONMENT: dict[str, str] = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime sends telemetry by default; only this, set before its import, stops it
    "HF_HUB_OFFLINE": "1",  # a model is a folder, never a download
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Environment variables that libraries read when they are imported."""


def make_private() -> None:
    """Put `PRIVATE_ENVIRONMENT` into the environment of this process. To be called before any library is imported."""
    os.environ.update(PRIVATE_ENVIRONMENT)


PR_SET_DUMPABLE = 4


def harden() -> None:
    """To be called first in every process of ours; what it starts inherits it.

    Files are for this person alone whatever the code forgets. A crash writes no memory: no core dump, and where the
    system hands the dump to a program of its own (systemd-coredump, apport), none of our memory is in it.
    """
    if sys.platform == "win32":
        return  # files are below the person's profile; crash dumps of Windows are off unless somebody turns them on
    os.umask(0o077)
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/coredump_filter").write_text("0")


def keep_memory_private() -> None:
    """For a process that hears and writes down: no other program of this person reads its memory or attaches to it.

    Not for the window and the call service: portals and sound servers look at `/proc` of their clients.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
