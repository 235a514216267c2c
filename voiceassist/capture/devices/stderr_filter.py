"""Keeps what sound libraries write to the terminal out of it: it goes to the log, where it can help.

ALSA and PortAudio complain on standard error about every device that is configured and not there, from C, so nothing
in Python sees it. File descriptor 2 belongs to the whole process, therefore it is turned aside only while PortAudio is
started, asked for its devices, or opens and closes a stream, and whatever others wrote meanwhile is passed on.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

NOISE = (
    b"ALSA lib",
    b"Expression '",
    b"PaAlsa",
    b"Cannot connect to server",
    b"jack server",
    b"JackShm",
    b"connect(2)",
)
"""How the lines begin that ALSA, PortAudio and JACK write."""

log = logging.getLogger(__name__)

_lock = threading.Lock()
_inside = 0
_aside: tuple[int, IO[bytes]] | None = None
"""The true standard error, and the file that stands in for it."""


@contextmanager
def suppress_native_stderr() -> Iterator[None]:
    """To be held round calls into PortAudio. May be held by several threads, and twice by one."""
    global _inside
    with _lock:
        _inside += 1
        if _inside == 1:
            _turn_aside()
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _turn_back()


def _turn_aside() -> None:
    global _aside
    try:
        true = os.dup(2)
    except OSError:  # a program without a terminal has none
        return
    try:
        held = tempfile.TemporaryFile()  # noqa: SIM115
    except OSError:  # a full disk: rather noise than no sound
        os.close(true)
        return
    os.dup2(held.fileno(), 2)
    _aside = true, held


def _turn_back() -> None:
    global _aside
    if _aside is None:
        return
    true, held = _aside
    _aside = None
    os.dup2(true, 2)
    os.close(true)
    with held:
        held.seek(0)
        lines = held.read().splitlines(keepends=True)
    for line in lines:
        if line.startswith(NOISE):
            log.debug("sound library: %s", line.decode(errors="replace").rstrip())
    others = b"".join(line for line in lines if not line.startswith(NOISE))
    if others:
        os.write(2, others)
