"""What coaches see: the replay of a kept call."""

from __future__ import annotations

from pathlib import Path


def open_call(folder: Path, at: float = 0.0) -> int:
    """Show the call in `folder`, from `at` seconds on, until its window is closed; the exit status."""
    from ui.app import run_replay

    return run_replay(folder, at)
