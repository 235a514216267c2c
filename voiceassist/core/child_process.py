"""A child process of ours and the messages between it and its parent: both ends.

Made of `subprocess` and `core.framing` rather than `multiprocessing`: nothing is pickled or forked, a frozen program
can start it, and killing it leaves no queue or semaphore behind.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO, Generic, TypeVar

import msgspec

from voiceassist.core.framing import FramingError, OtherProtocol, PipeTransport, Stream
from voiceassist.core.process import ChildKind, child_command, child_environment

log = logging.getLogger(__name__)

FULL_INBOX_S = 0.2
"""Seconds between looks whether a full inbox still matters."""
BEHIND = 10
"""How much nicer a process of low priority is than its parent, on Unix."""

In = TypeVar("In")


class ChildEnded(msgspec.Struct, frozen=True):
    """Comes after the last message of a child."""

    other_version: bool = False
    """It was of another version of VoiceAssist, as happens when the program is updated while it runs."""


class ChildProcess(Generic[In]):
    """A running child, seen from the parent. `send` never waits; what the child says is put into `inbox` with the
    child itself, `ChildEnded` at the end. Three threads move bytes, so that neither a child that reads nothing nor one
    that says nothing can hold up anybody."""

    def __init__(
        self,
        kind: ChildKind,
        inbox: queue.Queue[tuple[Any, Any]],
        receives: Any,
        *,
        low_priority: bool = False,
        command: tuple[str, ...] = (),
    ) -> None:
        """Start the process; one of low priority steps behind the softphone. A bounded inbox holds the child up when it
        is full. `command` is for tests. Raises `OSError` when the machine cannot."""
        self._kind = kind
        self._inbox = inbox
        self._receives = receives
        self._outbox: queue.SimpleQueue[msgspec.Struct | None] = queue.SimpleQueue()
        self._ending = threading.Event()
        self.process = subprocess.Popen(
            command or child_command(kind),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
            creationflags=_creation_flags(low_priority),
        )
        if low_priority:
            _step_behind(self.process.pid)
        self._start(self._write, self.process.stdin)
        self._start(self._read, self.process.stdout)
        self._start(self._log, self.process.stderr)

    def send(self, message: msgspec.Struct) -> None:
        """Hand over a message; returns at once. Lost when the child has ended, which the inbox tells."""
        self._outbox.put(message)

    def end(self) -> None:
        """Kill it; never waits: its reader sees it end. What it still had to say is lost."""
        self._ending.set()
        self._outbox.put(None)
        self.process.kill()

    def _start(self, target: Callable[[BinaryIO], None], pipe: Any) -> None:
        threading.Thread(target=target, args=(pipe,), name=f"{self._kind}{target.__name__}", daemon=True).start()

    def _write(self, pipe: BinaryIO) -> None:
        stream: Stream[Any] = Stream(PipeTransport(None, pipe), self._receives)
        try:
            stream.greet()
            while (message := self._outbox.get()) is not None:
                stream.send(message)
        except OSError:
            pass  # it has ended; the reader says so
        except FramingError as error:
            log.error("The %s process cannot be sent %s.", self._kind, error)
            self.process.kill()
        finally:
            _close(pipe)

    def _read(self, pipe: BinaryIO) -> None:
        other_version = False
        stream: Stream[In] = Stream(PipeTransport(pipe, None), self._receives)
        try:
            stream.expect_greeting()
            while True:
                for message in stream.receive():
                    self._deliver(message)
        except (EOFError, OSError):
            pass
        except OtherProtocol as other:
            log.error("The %s process has %s.", self._kind, other)
            other_version = True
        except FramingError as error:
            log.error("The %s process said what cannot be read: %s.", self._kind, error)
        finally:
            self.process.kill()
            self.process.wait()
            self._outbox.put(None)
            _close(pipe)
            self._deliver(ChildEnded(other_version))

    def _deliver(self, message: Any) -> None:
        while not self._ending.is_set():
            with contextlib.suppress(queue.Full):
                self._inbox.put((self, message), timeout=FULL_INBOX_S)
                return

    def _log(self, pipe: BinaryIO) -> None:
        while line := pipe.readline(4096):
            log.debug("%s", line.decode("utf-8", "replace").rstrip())
        _close(pipe)


def connect_to_parent(receives: Any) -> Stream[Any]:
    """In a child: the messages from and to its parent, greeted already. From now on what a library prints goes to
    standard error, so that it does not get between them."""
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    stream: Stream[Any] = Stream(PipeTransport(sys.stdin.buffer, outgoing), receives)
    stream.greet()
    return stream


def receive_until_parent_ends(stream: Stream[Any], take: Callable[[Any], None]) -> None:
    """In a child, on a thread of its own: take every message, and end the process at once when the parent is gone:
    nobody waits for what is being done."""
    try:
        stream.expect_greeting()
        while True:
            for message in stream.receive():
                take(message)
    except (EOFError, OSError):
        os._exit(0)
    except FramingError as error:
        print(f"The parent said what cannot be read: {error}.", file=sys.stderr, flush=True)
        os._exit(1)


def _creation_flags(low_priority: bool) -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW | (subprocess.BELOW_NORMAL_PRIORITY_CLASS if low_priority else 0)
    return 0


def _step_behind(pid: int) -> None:
    if sys.platform != "win32":  # there it is started so
        with contextlib.suppress(OSError):  # it has ended already, which the inbox tells
            os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + BEHIND)


def _close(pipe: BinaryIO) -> None:
    with contextlib.suppress(OSError):
        pipe.close()
