"""The watch of the Qt thread sees waiting in code of `ui`, and nothing else."""

from __future__ import annotations

import time

import pytest

from tests.support.qt_thread import LIMIT, UI, QtThreadWatch

LONG = 6 * LIMIT


def watched(work: str, filename: str) -> str:
    """What the watch says of code in a file of this name."""
    watch = QtThreadWatch()
    watch.start()
    exec(compile(work, filename, "exec"), {"time": time, "LONG": LONG})
    watch.stop()
    return watch.seen()


def test_waiting_in_ui_is_seen_with_its_place() -> None:
    assert "task.py" in watched("time.sleep(LONG)", f"{UI}task.py")


@pytest.mark.parametrize(
    ("work", "filename"),
    [
        pytest.param("time.sleep(LONG)", "/elsewhere/task.py", id="waiting outside ui"),
        pytest.param(
            "end = time.thread_time() + LONG\nwhile time.thread_time() < end: pass", f"{UI}task.py", id="slow"
        ),
    ],
)
def test_what_is_no_waiting_in_ui_is_not_seen(work: str, filename: str) -> None:
    assert watched(work, filename) == ""
