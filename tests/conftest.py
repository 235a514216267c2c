"""What holds for every test: a home of its own, no network, nothing left running, and a screen nobody sees.

A test that needs a window asks pytest-qt for `qtbot` or `qapp`; on Linux that brings up a private X server (`screen`),
so that no window ever appears on the screen of the person who runs the tests. Nor does it matter in what language, in
how wide a terminal, or on how busy a machine they run.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import hypothesis
import pytest
from pytestqt.qtbot import QtBot

from tests.support.busy import PATIENCE

pytest_plugins = ["tests.support.real_time"]

# No time limits: machines differ, and a slow one is not a fault of the code. In continuous integration the examples are
# the same every time: a change is judged by what it changed.
hypothesis.settings.register_profile(
    "voiceassist",
    deadline=None,
    max_examples=60,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("voiceassist")

# Before Qt and typer look: the language and the terminal of the person who runs the tests.
os.environ["LC_ALL"] = "C.UTF-8"
for _name in ("LANGUAGE", "COLUMNS", "LINES", "FORCE_COLOR", "PY_COLORS", "NO_COLOR", "GITHUB_ACTIONS"):
    os.environ.pop(_name, None)

_SERVERS: list[subprocess.Popen[str]] = []


@atexit.register
def end_servers() -> None:
    for server in _SERVERS:
        server.terminate()
        server.wait()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, calls and models of the person who runs the tests are neither read nor touched."""
    folder = tmp_path_factory.mktemp("home")
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)  # where a VoiceAssist that runs would be found
    monkeypatch.setenv("PULSE_SERVER", f"unix:{folder / 'no-sound'}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("voiceassist.config.settings.machine_folder", lambda: folder / "machine")
    return folder


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any connection that leaves this computer fails the test that made it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        is_local = self.family not in (socket.AF_INET, socket.AF_INET6) or str(address[0]) in ("127.0.0.1", "::1")  # type: ignore[index]
        assert is_local, f"connected to {address}: nothing may leave this computer"
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def nothing_left_running(home: Path) -> Iterator[None]:
    """A thread or a worker process that outlives its test fails it."""
    threads_before = set(threading.enumerate())
    children_before = set(multiprocessing.active_children())
    yield
    threads = [thread for thread in threading.enumerate() if thread not in threads_before]
    for thread in threads:
        thread.join(PATIENCE)
    children = [child for child in multiprocessing.active_children() if child not in children_before]
    for child in children:
        child.join(PATIENCE)
    left = [thread.name for thread in threads if thread.is_alive()]
    left += [child.name for child in children if child.is_alive()]
    for child in children:
        child.kill()
    assert not left, f"still running after the test: {', '.join(left)}"


@pytest.fixture(scope="session")
def screen() -> Iterator[str | None]:
    """A private X server of 1920 × 1080, as `DISPLAY` for this process and its children; elsewhere the real screen."""
    if not sys.platform.startswith("linux"):
        yield None
        return
    if shutil.which("Xvfb") is None:
        pytest.fail("Xvfb is not installed; `make test` installs everything the tests need")
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1080x24", "-nolisten", "tcp", "-noreset"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    # Not at the end of this fixture: Qt ends the process when its screen goes away before it does.
    _SERVERS.append(server)
    assert server.stdout is not None
    display = ":" + server.stdout.readline().strip()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DISPLAY", display)
        environment.setenv("QT_QPA_PLATFORM", "xcb")
        environment.delenv("WAYLAND_DISPLAY", raising=False)
        yield display


@pytest.fixture(scope="session")
def qapp_cls(screen: str | None) -> type:
    """pytest-qt makes its application from this; asking for the screen here puts the screen first."""
    from PySide6.QtWidgets import QApplication

    return QApplication


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Waits longer than pytest-qt's five seconds, unless a test says how long."""
    for wait in ("waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive", "waitCallback"):
        setattr(qtbot, wait, partial(getattr(qtbot, wait), timeout=round(PATIENCE * 1000)))
    return qtbot


@pytest.fixture
def without_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a server: no screen to open a window on."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


def pytest_report_header() -> str:
    return f"VoiceAssist tests, {os.cpu_count()} processors"
