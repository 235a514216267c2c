"""One VoiceAssist a person: the folder that says which process it is, and how one that hangs is ended.

In the folder, which only this person can open: `lock`, held by whoever serves; `control.sock`, where it is reached
(Windows: a named pipe); `key`, which both ends of a connection must know; `pid`, if it may be ended when it hangs.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import stat
import sys
from pathlib import Path
from typing import Any

from voiceassist.core import paths
from voiceassist.core.errors import StorageError, VoiceAssistError, system_reason


class AlreadyRunning(VoiceAssistError):
    """Another VoiceAssist of this person is running."""


def default_folder() -> Path:
    """Where the socket and its key are: this person's alone, gone after a restart if the system can."""
    return paths.runtime_folder()


def socket_path(folder: Path) -> Path:
    return folder / "control.sock"


def read_key(folder: Path) -> bytes:
    """Raises `OSError` when nobody serves."""
    return (folder / "key").read_bytes()


class Instance:
    """This process as the one that serves, until it is released."""

    def __init__(self, folder: Path, *, expendable: bool) -> None:
        """`expendable`: whoever finds this process hanging may end it. Raises `AlreadyRunning` when another serves,
        `VoiceAssistError` when the folder is unsafe or cannot be written."""
        self.folder = folder
        self._lock: Any = None
        try:
            _make_private(folder)
            self._lock = _lock(folder / "lock")
            if self._lock is None:
                raise AlreadyRunning("already-running")
            self.key = secrets.token_bytes(32)
            self._write("pid", str(os.getpid()).encode() if expendable else b"")
            self._write("key", self.key)
        except OSError as error:
            if self._lock is not None:
                self._lock.close()
            raise StorageError("runtime-folder-not-writable", folder=str(folder), reason=system_reason(error)) from None

    def release(self) -> None:
        """Let another one take over."""
        for name in ("key", "pid"):
            (self.folder / name).unlink(missing_ok=True)
        self._lock.close()

    def _write(self, name: str, data: bytes) -> None:
        """In place of what the last one left, for this person alone."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)


def end_hung(folder: Path | None = None) -> None:
    """End the process that serves but does not answer, so that another one can; not one that somebody looks after in a
    terminal, and not this one. What it had written down is safe, as whenever a process is killed."""
    folder = folder or default_folder()
    free = _lock(folder / "lock")
    if free is not None:  # it has ended by itself
        free.close()
        return
    with contextlib.suppress(OSError, ValueError):
        process = int((folder / "pid").read_bytes())
        if process != os.getpid():
            if sys.platform == "win32":
                os.kill(process, signal.SIGTERM)  # which does not ask either
            else:
                os.kill(process, signal.SIGKILL)


def _make_private(folder: Path) -> None:
    """Make the folder, for this person alone. Raises `VoiceAssistError` when it belongs to somebody else."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform == "win32":
        return  # below the person's profile, which Windows keeps from others
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
        raise VoiceAssistError("folder-of-somebody-else", folder=str(folder))
    folder.chmod(0o700)


def _lock(path: Path) -> Any:
    """The open, locked file; None when another process holds it. Freed by the system even when we are killed."""
    file = path.open("a+b")
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
