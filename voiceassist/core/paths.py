"""Where this person's files are on each system. What they hold is up to who asks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

_DIRS = platformdirs.PlatformDirs("VoiceAssist", appauthor=False)


def config_folder() -> Path:
    """What the person has chosen."""
    return _DIRS.user_config_path


def data_folder() -> Path:
    """What is worth keeping: calls, speech models, feedback on cues."""
    return _DIRS.user_data_path


def state_folder() -> Path:
    """What may be lost: logs, the place of the window."""
    return _DIRS.user_state_path


def runtime_folder() -> Path:
    """Sockets and their keys: gone after a restart, if the system can."""
    if sys.platform.startswith("linux") and not os.environ.get("XDG_RUNTIME_DIR"):
        return state_folder() / "run"
    return _DIRS.user_runtime_path
