"""Window and call service as the processes they are: each is killed while a call runs, and nothing of it is lost."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.e2e.pulse import wait_until
from tests.support.busy import PATIENCE
from ui.preferences import Preferences
from voiceassist.config import settings
from voiceassist.core.events import Agitation, CallEnded, CueShown, Event, Note, Text
from voiceassist.service.instance import default_folder
from voiceassist.service.ipc import NotRunning, connect, send
from voiceassist.service.messages import Command
from voiceassist.storage import CallFolder

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.device,
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kills processes and asks Linux who they are"),
]


class Window:
    """The app as a process, and what it told last."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.played", "window"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def until(self, true: Callable[[dict[str, Any]], object], what: str) -> dict[str, Any]:
        """Wait until what is shown is so; what is shown then."""
        while True:
            try:
                told: dict[str, Any] = json.loads(self._lines.get(timeout=PATIENCE))
            except queue.Empty:
                raise TimeoutError(f"waited {PATIENCE:.0f} s for {what}") from None
            if true(told):
                return told

    def kill(self) -> None:
        """With everything that counts as its own, as a desktop ends a program that hangs."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)


@pytest.fixture
def desk(home: Path, screen: str, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[Path]:
    """A desktop of its own; afterwards nothing runs on it."""
    Preferences().remember("set_up", "yes")
    with tempfile.TemporaryDirectory(prefix="va-") as folder:  # short: a socket's path has 108 bytes
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield Path(folder)
        with contextlib.suppress(NotRunning):
            service = service_process()
            os.kill(service, signal.SIGKILL)
            wait_until(lambda: not running(service), "the service's end")


@pytest.fixture
def opened(desk: Path) -> Iterator[Callable[[], Window]]:
    windows = []

    def opened() -> Window:
        windows.append(Window())
        return windows[-1]

    yield opened
    for window in windows:
        window.kill()


def service_process() -> int:
    """The process at the other end of the control socket. Raises `NotRunning`."""
    connect(Command("status")).close()
    return int((default_folder() / "pid").read_bytes())


def running(process: int) -> bool:
    """Whether it runs; one that has ended and was not asked for its status does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def is_served() -> bool:
    try:
        return send(Command("status")).done
    except NotRunning:
        return False


def ctl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "voiceassist", "ctl", *words], capture_output=True, text=True, cwd=ROOT
    )


def kept() -> CallFolder:
    (folder,) = (entry for entry in settings.load().settings.library.iterdir() if entry.is_dir())
    return CallFolder.open(folder)


def events(kind: type[Event]) -> list[Any]:
    return [e for e in kept().events() if isinstance(e, kind)]


def shown_first(count: int) -> list[str]:
    """The words of the first texts that came, in the order in which they were spoken, as the window shows them."""
    return [text.text for text in sorted(events(Text)[:count], key=lambda text: text.start)]


def words(rows: list[str]) -> list[str]:
    """What the recognizer of these tests wrote, without notes."""
    return [row for row in rows if row.startswith("no. ")]


def begin(window: Window, cues: int = 0) -> None:
    wait_until(is_served, "the service")
    assert send(Command("start", "case 12")).done
    window.until(lambda shown: len(shown["cues"]) >= cues and len(shown["rows"]) > 3, "a call under way")


def test_a_killed_window_leaves_the_call_going_and_the_next_window_shows_all_of_it(
    opened: Callable[[], Window],
) -> None:
    first = opened()
    begin(first, cues=1)
    service = service_process()
    first.kill()
    before = len(events(Text))
    wait_until(lambda: len(events(Text)) >= before + 2, "the call to go on")
    assert "under way" in ctl("status").stdout
    assert ctl("ref", "case 13").returncode == 0

    second = opened()
    shown = second.until(lambda shown: shown["reference"] == "case 13", "the second window")
    wait_until(lambda: len(events(Text)) >= len(words(shown["rows"])), "the journal, which is written apart")
    assert words(shown["rows"]) == shown_first(len(shown["rows"]) - 2)
    assert len(words(shown["rows"])) >= before + 2
    assert {"Reference: case 12", "Reference: case 13"} < set(shown["rows"])
    assert shown["phase"] == "running"
    assert shown["cues"] == [cue.id for cue in events(CueShown)][: len(shown["cues"])]
    assert shown["curve"] == [a.t for a in events(Agitation)][: len(shown["curve"])]
    assert shown["curve"][0] < 1

    assert send(Command("stop")).done
    second.until(lambda shown: shown["phase"] == "ended", "the end")
    assert service_process() == service
    wait_until(lambda: not kept().cut_off, "everything to be closed")
    assert isinstance(list(kept().events())[-1], CallEnded)
    heard = sum(len(caller) for _, caller in kept().sound() if caller is not None) / 16_000
    assert heard == pytest.approx(events(CallEnded)[0].t, abs=0.5)


def test_without_a_window_the_call_comes_to_its_own_end_and_the_service_to_its(
    opened: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYED_SECONDS", "74")
    window = opened()
    begin(window)
    service = service_process()
    window.kill()
    wait_until(lambda: not kept().cut_off, "the end of the call")
    assert events(CallEnded)[0].t > 70
    wait_until(lambda: not running(service), "the end of the service")
    assert ctl("status").returncode == 3


def test_a_killed_service_is_reported_at_once_and_a_new_call_can_be_started(opened: Callable[[], Window]) -> None:
    window = opened()
    begin(window)
    service = service_process()
    os.kill(service, signal.SIGKILL)
    shown = window.until(lambda shown: shown["failure"], "the news")
    assert shown["failure"] == "service-stopped"
    assert shown["phase"] == "ended"
    wait_until(is_served, "another service")
    assert service_process() != service
    folder = kept()
    assert folder.cut_off
    rows = len(shown["rows"])  # the last one may still have been without words
    assert words(shown["rows"]) in (shown_first(rows - 1), shown_first(rows))
    assert ctl("start", "--ref", "case 14").returncode == 0
    window.until(lambda shown: shown["phase"] == "running" and shown["reference"] == "case 14", "another call")
    assert window.process.poll() is None


def test_a_second_window_brings_up_the_first_and_ends(opened: Callable[[], Window]) -> None:
    first = opened()
    begin(first)
    second = opened()
    assert second.process.wait(PATIENCE) == 0
    assert first.until(lambda shown: shown["shows"], "the first window to be asked for")["phase"] == "running"
    done = subprocess.run([sys.executable, "-m", "voiceassist"], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    first.until(lambda shown: shown["shows"] == 2, "the first window to be asked for again")


@pytest.mark.parametrize(("ending", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_window_that_is_quit_takes_the_call_and_the_service_along_in_good_order(
    opened: Callable[[], Window], ending: Any, status: int
) -> None:
    window = opened()
    begin(window)
    service = service_process()
    assert send(Command("note", "the customer hangs up")).done
    window.process.send_signal(ending)
    assert window.process.wait(PATIENCE) == status
    assert not kept().cut_off
    assert "the customer hangs up" in [note.text for note in events(Note)]
    wait_until(lambda: not running(service), "the end of the service")


def test_the_end_of_the_session_does_not_wait_for_the_answer_to_a_question(
    opened: Callable[[], Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYED_QUITS", "yes")
    window = opened()
    begin(window)
    assert send(Command("ref", "case 15")).done
    window.until(lambda shown: shown["asks"], "the question")
    service = service_process()
    window.process.send_signal(signal.SIGTERM)
    assert window.process.wait(PATIENCE) == 143
    assert not kept().cut_off
    wait_until(lambda: not running(service), "the end of the service")


def test_a_service_that_hangs_is_reported_and_quitting_makes_room_for_another(opened: Callable[[], Window]) -> None:
    window = opened()
    begin(window)
    service = service_process()
    os.kill(service, signal.SIGSTOP)
    shown = window.until(lambda shown: shown["failure"], "the news")
    assert shown["failure"] == "service-not-answering"
    assert shown["phase"] == "ended"
    told = ctl("status")
    assert told.returncode == 3
    assert "does not answer" in told.stderr
    window.process.send_signal(signal.SIGINT)
    assert window.process.wait(PATIENCE) == 130
    wait_until(lambda: not running(service), "the end of the service")
    assert kept().cut_off
    again = opened()
    wait_until(is_served, "another service")
    assert send(Command("start", "case 16")).done
    again.until(lambda shown: shown["phase"] == "running", "another call")


def test_two_windows_started_together_become_one(opened: Callable[[], Window]) -> None:
    windows = [opened(), opened()]
    wait_until(lambda: sum(w.process.poll() is not None for w in windows) == 1, "one to give way")
    wait_until(is_served, "the service")
    (left,) = (w for w in windows if w.process.poll() is None)
    begin(left)


def test_a_program_is_told_to_end_the_call_in_order_when_the_session_ends(opened: Callable[[], Window]) -> None:
    window = opened()
    begin(window)
    service = service_process()
    window.kill()
    os.kill(service, signal.SIGTERM)
    wait_until(lambda: not running(service), "the end of the service")
    assert not kept().cut_off
