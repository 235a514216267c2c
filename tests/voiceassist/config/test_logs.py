"""The log is where support looks: its level is the option's, it is the user's own, and it holds no word of a call."""

from __future__ import annotations

import logging
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from voiceassist.config import logs
from voiceassist.config.options import options

log = logging.getLogger("voiceassist.test")


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the log of a process called `window` is; logging and the hooks are as before afterwards."""
    root, handlers = logging.getLogger(), list(logging.getLogger().handlers)
    levels = {name: logging.getLogger(name).level for name in (None, *logs.OURS)}
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(threading, "__excepthook__", lambda _: None)
    yield logs.log_folder() / "window.log"
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("level", options()["log_level"].choices)
def test_the_option_decides_from_which_level_on_is_written(file: Path, level: str) -> None:
    logs.configure("window", level)
    order = ["debug", "info", "warning", "error"]
    for name in order:
        getattr(log, name)("one %s", name)
    text = file.read_text()
    assert [name for name in order if f"one {name}" in text] == order[order.index(level) :]


def test_of_libraries_only_warnings_are_written_at_any_level(file: Path) -> None:
    logs.configure("window", "debug")
    library = logging.getLogger("faster_whisper")
    library.info("I want my money back")
    library.warning("no space")
    assert "money" not in file.read_text()
    assert "no space" in file.read_text()


def test_the_words_of_an_exception_are_not_written_but_its_type_and_place(file: Path) -> None:
    logs.configure("window", "debug")
    try:
        raise ValueError("I want my money back")
    except ValueError as error:
        log.exception("It failed.")
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=int, args=("I want my money back",), name="reader")
    thread.start()
    thread.join()
    text = file.read_text()
    assert "money" not in text.replace('raise ValueError("I want my money back")', "")
    assert text.count("ValueError\n") == 3
    assert "The thread reader ends" in text
    assert "test_logs.py" in text


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes; the user's folder is private there")
def test_nobody_else_may_read_the_log_nor_the_old_ones(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 300)
    logs.configure("window", "info")
    for n in range(40):
        log.info("line %d", n)
    files = sorted(file.parent.iterdir())
    assert [path.name for path in files] == ["window.log", "window.log.1", "window.log.2", "window.log.3"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert all(path.stat().st_size <= 300 for path in files)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_disk_that_fails_stops_nothing(
    file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    logs.configure("window", "debug")
    with monkeypatch.context() as patch:
        patch.setattr("os.open", full)
        log.error("one")
    assert capfd.readouterr().err == ""
