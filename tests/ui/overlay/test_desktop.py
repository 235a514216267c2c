"""What differs between desktops."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ui.hotkeys import _X11
from ui.overlay import desktop


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X11")
def test_no_program_is_run_on_the_qt_thread_to_find_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []

    def refuse(program: object, *args: object, **options: object) -> None:
        started.append(program)
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(desktop, "on_x11", lambda: True)
    desktop.blends_windows()
    keys = _X11.connect(lambda name: None)
    if keys is not None:
        keys.close()
    assert started == []
