"""A running child process seen from the parent: messages in and out without ever waiting, and a way to end it."""

from __future__ import annotations

import contextlib
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import BinaryIO, Protocol

from voiceassist.core.process import child_environment
from voiceassist.speech import tuning, wire

log = logging.getLogger(__name__)

Inbox = queue.SimpleQueue[tuple["ChildLike", wire.FromChild | None]]
"""Where every child puts what it says, with itself as the sender; None: it has ended."""


class ChildLike(Protocol):
    def send(self, message: wire.ToChild) -> None: ...
    def end(self) -> None: ...


class Child:
    """The real one. Three threads move bytes, so that neither a child that stopped reading nor one that stopped
    answering can hold up the call."""

    def __init__(self, inbox: Inbox, command: tuple[str, ...] | None = None) -> None:
        """Start the process. Raises `OSError` when the machine cannot."""
        self._inbox = inbox
        self._outbox: queue.SimpleQueue[wire.ToChild | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            command or worker_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
            creationflags=_creation_flags(),
        )
        self._start(self._write, self.process.stdin)
        self._start(self._read, self.process.stdout)
        self._start(self._log, self.process.stderr)

    def send(self, message: wire.ToChild) -> None:
        """Hand over a message; returns at once. Lost when the child has ended, which the inbox tells."""
        self._outbox.put(message)

    def end(self) -> None:
        """Kill it. What it still had to say is lost."""
        self._outbox.put(None)
        self.process.kill()
        try:
            self.process.wait(tuning.CLOSE_MOST)
        except subprocess.TimeoutExpired:
            log.warning("The transcriber process %d does not end.", self.process.pid)

    def _start(self, target: Callable[[BinaryIO], None], pipe: object) -> None:
        threading.Thread(target=target, args=(pipe,), name=f"speech-{target.__name__}", daemon=True).start()

    def _write(self, pipe: BinaryIO) -> None:
        try:
            while (message := self._outbox.get()) is not None:
                wire.send(pipe, message)
        except OSError:
            pass  # it has ended; the reader says so
        finally:
            _close(pipe)

    def _read(self, pipe: BinaryIO) -> None:
        try:
            while (message := wire.read_in_parent(pipe)) is not None:
                self._inbox.put((self, message))
        except Exception:  # a message cut short or garbled: as good as ended
            log.exception("The transcriber process said something that cannot be read.")
        finally:
            self.process.kill()
            self.process.wait()
            self._outbox.put(None)
            _close(pipe)
            self._inbox.put((self, None))

    def _log(self, pipe: BinaryIO) -> None:
        for line in pipe:
            log.debug("%s", line.decode("utf-8", "replace").rstrip())
        _close(pipe)


def worker_command() -> tuple[str, ...]:
    """How the child is started: `-P`, so that nothing in the current folder can pose as a module."""
    return (sys.executable, "-P", "-m", "voiceassist.speech.worker")


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    return 0


def _close(pipe: BinaryIO) -> None:
    with contextlib.suppress(OSError):
        pipe.close()
