"""The one clock of captured sound: of the times of blocks, and of everything that is compared with them.

`time.monotonic` goes in steps of 15.6 ms on Windows (before Python 3.13), which would read as drift and jitter of the
device. `time.perf_counter` is fine everywhere, and the same for all processes of a machine.
"""

from __future__ import annotations

import time

capture_clock = time.perf_counter
"""Seconds since some moment in the past; never goes back."""
