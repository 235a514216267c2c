"""Watches the Qt thread: a test in which the program's own code under `ui` waits on it fails.

What counts is waiting, not being slow: a thread that computes, or that has no processor on a busy machine, does not
wait. So a thread of the watch's own looks a hundred times a second at where the Qt thread is. While it stays at the
same place of `ui`, the time is added up in which it neither ran nor could have run.

The stack is read as text, by faulthandler. A frame in the hands of another thread keeps its widgets alive, and takes
them apart on that thread, which ends the program.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import re
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UI, TESTS = f"{ROOT / 'ui'}/", f"{ROOT / 'tests'}/"
LIMIT = 0.05
"""Seconds the Qt thread may wait at one place."""
EVERY = 0.01
MAY_WAIT = {
    ("bridge.py", "shut"),  # at exit, when no window is up any more
    ("task.py", "wait"),  # the same
    ("task.py", "wait_for_all"),  # the same
    ("app.py", "run_app"),  # the event loop itself
    ("app.py", "run_demo"),
}
_FRAME = re.compile(r'  File "(.*)", line \d+ in (.*)')


class QtThreadWatch:
    """Made on the Qt thread. `begin` forgets what was seen, `seen` tells of the longest wait since."""

    def __init__(self) -> None:
        self.longest, self.place = 0.0, ""
        self._name = f"Thread 0x{threading.get_ident():016x} ("
        self._native = threading.get_native_id()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="qt-thread-watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def begin(self) -> None:
        self.longest, self.place = 0.0, ""

    def seen(self) -> str:
        """Where the Qt thread waited too long; empty when it never did."""
        if self.longest <= LIMIT:
            return ""
        return f"the Qt thread waited for {self.longest * 1000:.0f} ms here:\n{self.place}"

    def _run(self) -> None:
        place, since, busy_then, now, busy = "", 0.0, 0.0, time.monotonic(), self._busy()
        with tempfile.TemporaryFile() as file:
            while not self._stopped.wait(EVERY):
                before, then, used = place, now, busy
                now, busy = time.monotonic(), self._busy()
                idle = busy - used < 0.5 * (now - then)
                place = waits_in_ui(self._stack(file.fileno())) if idle else ""
                if not place or place != before:
                    since, busy_then = now, busy
                    continue
                waited = now - since - (busy - busy_then)
                if waited > self.longest:
                    self.longest, self.place = waited, place

    def _stack(self, file: int) -> list[str]:
        """The lines of the Qt thread's stack, the innermost first."""
        os.lseek(file, 0, os.SEEK_SET)
        faulthandler.dump_traceback(file)
        text = os.pread(file, os.lseek(file, 0, os.SEEK_CUR), 0).decode(errors="replace")
        return text.partition(self._name)[2].partition("\n\n")[0].splitlines()[1:]

    def _busy(self) -> float:
        """Seconds the Qt thread has run, or would have run if a processor had been free (Linux; elsewhere 0)."""
        with contextlib.suppress(OSError, ValueError):
            ran, waited, _ = Path(f"/proc/self/task/{self._native}/schedstat").read_text().split()
            return (int(ran) + int(waited)) / 1e9
        return 0.0


def waits_in_ui(stack: list[str]) -> str:
    """The stack down to the innermost frame of `ui`; empty when a test or a place that may wait is nearer."""
    for n, line in enumerate(stack):
        if (found := _FRAME.match(line)) is None:
            continue
        file, function = found.groups()
        if file.startswith(TESTS) or (file.startswith(UI) and (file.removeprefix(UI), function) in MAY_WAIT):
            return ""
        if file.startswith(UI):
            return "\n".join(stack[: n + 1])
    return ""
