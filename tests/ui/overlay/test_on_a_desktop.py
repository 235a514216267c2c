"""On a real X server with a window manager: the overlay beside another program that has the focus."""

from __future__ import annotations

import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.pulse import end
from tests.ui import scripted
from ui.app import Desktop
from ui.hotkeys import HotKeys
from ui.overlay.overlay import Overlay
from ui.overlay.placement import Corner, Placement
from voiceassist.core.events import SCHEMA, CallStarted, ClearedBy, CueCleared

ROOT = Path(__file__).parents[3]

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="window managers of X11"),
]


def xdotool(*words: object) -> str:
    done = subprocess.run(["xdotool", *map(str, words)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@pytest.fixture(params=["openbox", "metacity", "metacity --compositor=xrender"])
def window_manager(
    request: pytest.FixtureRequest, screen: str | None, qapp: QApplication, qtbot: QtBot
) -> Iterator[str]:
    command = request.param.split()
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        qtbot.waitUntil(_managed)
        yield request.param
    finally:
        end(process)


def _managed() -> bool:
    """Whether a window manager that is alive looks after the screen: the window it names must be there."""
    told = subprocess.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"], capture_output=True, text=True, check=False)
    window = told.stdout.split()[-1] if "window id" in told.stdout else "0x0"
    return subprocess.run(["xprop", "-id", window], capture_output=True, check=False).returncode == 0


class Other:
    """The other program, and what it told."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.other_window"], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.told: list[str] = []

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())

    def heard(self, words: str) -> bool:
        self._listen()
        return any(line.startswith(words) for line in self.told)

    def has_settled(self) -> bool:
        """Whether it knows itself that it has the focus now."""
        self._listen()
        about_focus = [line for line in self.told if line.startswith("focus")]
        return about_focus[-1:] == ["focus in"] and _has_focus(self.window)

    def forget(self) -> None:
        """What was told so far, but for the window."""
        self.told = [line for line in self.told if line.startswith("window")]

    def _listen(self) -> None:
        while not self._lines.empty():
            self.told.append(self._lines.get())

    @property
    def window(self) -> int:
        return int(next(line for line in self.told if line.startswith("window")).split()[1], 16)

    def close(self) -> None:
        end(self._process)
        self._reader.join()


@pytest.fixture
def other(window_manager: str, qtbot: QtBot) -> Iterator[Other]:
    other = Other()
    try:
        qtbot.waitUntil(lambda: other.heard("window"))
        qtbot.waitUntil(other.has_settled)
        other.forget()
        yield other
    finally:
        other.close()


def _focused() -> int:
    return int(xdotool("getwindowfocus") or 0)


def _has_focus(window: int) -> bool:
    """Asks for the focus as long as the window does not have it."""
    if _focused() != window:
        xdotool("windowactivate", window)
    return _focused() == window


@pytest.fixture
def overlay(program: Desktop, other: Other, qtbot: QtBot) -> Overlay:
    """Right over the other program's window, with a cue up."""
    program.overlay.move_to(Placement("", Corner.TOP_LEFT, 300, 300))
    program.model.take(CallStarted(t=0.0, schema=SCHEMA))
    program.overlay.show()
    qtbot.waitExposed(program.overlay)
    program.model.take(scripted.TIP)
    return program.overlay


def stacked_over(upper: int, lower: int) -> bool:
    """Whether the top-level window that holds `upper` is stacked over the one that holds `lower`."""
    done = subprocess.run(["xwininfo", "-root", "-tree"], capture_output=True, text=True, check=False)
    ids = [line.split()[0] for line in done.stdout.splitlines() if line.strip().startswith("0x")]
    numbers = [int(word, 16) for word in ids]
    if upper not in numbers or lower not in numbers:  # a window that went while they were listed
        return False
    return numbers.index(upper) < numbers.index(lower)


def test_the_focus_stays_with_the_other_program_through_cues(
    program: Desktop, overlay: Overlay, other: Other, qtbot: QtBot
) -> None:
    program.model.take(CueCleared(t=97.0, number=2, id="acknowledge", by=ClearedBy.FOLLOWED))
    program.model.take(scripted.SAFETY)
    overlay.hide()
    overlay.show()
    qtbot.waitExposed(overlay)
    xdotool("key", "k")
    qtbot.waitUntil(lambda: other.heard("key k"))
    assert _focused() == other.window
    assert not other.heard("focus out")


def test_clicks_on_the_overlay_go_to_the_program_below(overlay: Overlay, other: Other, qtbot: QtBot) -> None:
    for x, y in ((40, 20), (160, 90)):  # the pill, the card
        at_x, at_y = overlay.mapToGlobal(overlay.rect().topLeft()).x() + x, overlay.y() + y
        xdotool("mousemove", at_x, at_y, "click", 1)
        qtbot.waitUntil(partial(other.heard, f"click {at_x} {at_y}"))


def test_it_stays_on_top_of_windows_that_are_raised_made_full_screen_or_new(
    overlay: Overlay, other: Other, qtbot: QtBot
) -> None:
    ours = int(overlay.winId())
    xdotool("windowraise", other.window)
    xdotool("windowactivate", other.window)
    qtbot.waitUntil(lambda: stacked_over(ours, other.window))
    xdotool("key", "f")
    qtbot.waitUntil(lambda: _width(other.window) == 1920)
    qtbot.waitUntil(lambda: stacked_over(ours, other.window))
    third = Other()
    try:
        qtbot.waitUntil(lambda: third.heard("window"))
        qtbot.waitUntil(lambda: _is_on_screen(third.window))
        qtbot.waitUntil(lambda: stacked_over(ours, third.window))
    finally:
        third.close()


def _told(window: int) -> str:
    return subprocess.run(["xwininfo", "-id", str(window)], capture_output=True, text=True, check=False).stdout


def _width(window: int) -> int:
    return int(next(line for line in _told(window).splitlines() if "Width:" in line).split()[1])


def _is_on_screen(window: int) -> bool:
    return "IsViewable" in _told(window)


def test_while_arranged_it_takes_the_click_and_still_not_the_focus(
    overlay: Overlay, other: Other, qtbot: QtBot
) -> None:
    overlay.arrange(True)
    x, y = overlay.x() + 40, overlay.y() + 20
    xdotool("mousemove", x, y, "mousedown", 1)
    qtbot.waitUntil(lambda: overlay._grip is not None)
    xdotool("mousemove", x + 60, y + 30, "mouseup", 1)
    qtbot.waitUntil(lambda: overlay._grip is None)
    overlay.arrange(False)
    assert not other.heard("click")
    assert _focused() == other.window
    assert (overlay.x(), overlay.y()) == (x - 40 + 60, y - 20 + 30)


def test_a_key_works_while_the_other_program_has_the_focus_and_leaves_it_there(other: Other, qtbot: QtBot) -> None:
    keys = HotKeys()
    try:
        assert keys.set({"dismiss": "Ctrl+Shift+F9", "mute": "Ctrl+Shift+M"}) == {}
        for key, name in (("ctrl+shift+F9", "dismiss"), ("ctrl+shift+m", "mute")):
            with qtbot.waitSignal(keys.pressed) as told:
                xdotool("key", key)
            assert told.args == [name]
        assert _focused() == other.window
    finally:
        keys.close()
