"""What ALSA and PortAudio complain about is in the log and not on the person's terminal; nothing else is held back."""

from __future__ import annotations

import logging
import os
import threading

import pytest

from tests.support.busy import PATIENCE
from voiceassist.capture.devices.stderr_filter import suppress_native_stderr

COMPLAINT = b"ALSA lib confmisc.c:855:(parse_card) cannot find card '0'\n"


def test_native_stderr_lines_go_to_the_log(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), suppress_native_stderr():
        os.write(2, COMPLAINT)
    assert capfd.readouterr().err == ""
    assert "cannot find card" in caplog.text


def test_other_stderr_output_is_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    with suppress_native_stderr():
        os.write(2, b"a traceback\n" + COMPLAINT + b"of another thread\n")
    assert capfd.readouterr().err == "a traceback\nof another thread\n"


def test_stderr_is_restored_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="gone"), suppress_native_stderr():
        raise ValueError("gone")
    os.write(2, COMPLAINT)
    assert capfd.readouterr().err == COMPLAINT.decode()


def test_two_threads_that_ask_at_once_both_stay_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def ask() -> None:
        with suppress_native_stderr():
            inside.set()
            go_on.wait(PATIENCE)
            os.write(2, COMPLAINT)

    other = threading.Thread(target=ask)
    other.start()
    assert inside.wait(PATIENCE)
    with suppress_native_stderr():
        os.write(2, COMPLAINT)
    go_on.set()
    other.join()
    assert capfd.readouterr().err == ""


def test_a_program_without_a_terminal_works() -> None:
    true = os.dup(2)
    os.close(2)
    try:
        with suppress_native_stderr():
            pass
    finally:
        os.dup2(true, 2)
        os.close(true)
