"""Tests on busy machines: how long they wait, and how long a test and its programs waited for a processor."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

PATIENCE = 60.0
"""Seconds anything is waited for that comes by itself: a signal of Qt's, a process that starts, a thread that ends.
Only a test that fails waits so long; a busy machine takes seconds for what needs none."""

WINDOW = 0.5
"""Seconds looked at in one go."""
MOST = 0.5
"""Share of the worst window that a program may wait for a processor and count as in time. On two cores that are free
it is 0.06; beside others 0.4 to 0.7 at a load of 5 and 0.6 to 1.0 at one of 10, where sound and words come too late."""


class Starvation:
    """Looks twice a second at how long this program and those it started waited for a processor."""

    def __init__(self) -> None:
        self.worst = 0.0
        """Share of a window that was spent waiting."""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._look, name="starvation", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def told(self) -> str:
        """Why nothing can be said about real time; empty when there was time."""
        if self.worst < MOST:
            return ""
        return f"this machine is too busy for real time: for {self.worst:.0%} of a moment no processor was free"

    def _look(self) -> None:
        before, then = _waited(), time.monotonic()
        while not self._stopped.wait(WINDOW):
            now, waited = time.monotonic(), _waited()
            most = max((seconds - before[who] for who, seconds in waited.items() if who in before), default=0.0)
            self.worst = max(self.worst, most / (now - then))
            before, then = waited, now


def _waited() -> dict[str, float]:
    """Seconds each thread of this program and of those it started has waited, and those the host took for others.
    Empty where the system does not tell. Who stepped back of his own accord (`nice`) may wait."""
    tasks, own = list(Path("/proc/self/task").glob("*")), os.getpriority(os.PRIO_PROCESS, 0)
    for task in tuple(tasks):
        with contextlib.suppress(OSError):
            children = (task / "children").read_text().split()
            tasks += [Path("/proc", child) for child in children if os.getpriority(os.PRIO_PROCESS, int(child)) <= own]
    waited = {}
    for task in tasks:
        with contextlib.suppress(OSError, ValueError, IndexError):
            waited[task.name] = int((task / "schedstat").read_text().split()[1]) / 1e9
    with contextlib.suppress(OSError, ValueError, IndexError):
        stolen = int(Path("/proc/stat").read_text().split("\n", 1)[0].split()[8])
        waited["the host"] = stolen / os.sysconf("SC_CLK_TCK") / (os.cpu_count() or 1)
    return waited
