"""Small files of the person's own: replaced in one step, and changed by one program at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LOCK_TIMEOUT_S = 2.0
"""Seconds to wait for another program that changes the same file: it holds the lock for one read and one write."""
_RETRY_S = 0.005

log = logging.getLogger(__name__)


def private_opener(path: str, flags: int) -> int:
    """For `open(…, opener=private_opener)`: only the person may read a file that is made, whatever the umask."""
    return os.open(path, flags, 0o600)


def replace_file(path: Path, data: bytes) -> None:
    """Write the file so that a crash or a full disk leaves the old one or the new one; only the person can read it.

    Raises `OSError`.
    """
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(new, "wb", opener=private_opener) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def locked(path: Path, timeout: float = LOCK_TIMEOUT_S) -> Iterator[None]:
    """Round reading and replacing `path`: no other program and no other thread does so meanwhile.

    The lock is on `path` with the ending `.lock` added, which stays. Where the file system has no locks (some network
    folders) the block runs without. Raises `TimeoutError`, an `OSError`, after `timeout` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        end = time.monotonic() + timeout
        while not _try_lock(descriptor):
            if time.monotonic() > end:
                raise TimeoutError(0, "another program is changing it")
            time.sleep(_RETRY_S)
        yield
    finally:
        os.close(descriptor)  # and with it the lock


def _try_lock(descriptor: int) -> bool:
    """Whether the lock is ours now, or there are no locks here."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        log.warning("No file lock here: %s.", error.strerror)
    return True
