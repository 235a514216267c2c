"""The transport of `core.framing` between processes of one person: a local socket, on Windows a named pipe.

Nothing listens on the network. Who may connect is up to the folder the socket lies in, and to whoever uses it.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import time
from pathlib import Path
from typing import Any

from voiceassist.core.framing import READ_BYTES, Transport

BACKLOG = 8


class SocketTransport:
    """A connected stream socket."""

    def __init__(self, end: socket.socket) -> None:
        end.setblocking(False)
        self._socket = end

    def read(self, timeout: float | None) -> bytes:
        while True:
            try:
                return self._socket.recv(READ_BYTES)
            except BlockingIOError:
                self._wait(timeout)

    def write(self, data: bytes, timeout: float | None) -> None:
        view = memoryview(data)
        end = None if timeout is None else time.monotonic() + timeout
        while view:
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                self._wait(None if end is None else max(end - time.monotonic(), 0.0), to_write=True)

    def _wait(self, timeout: float | None, *, to_write: bool = False) -> None:
        if sys.platform != "win32":  # where a named pipe is used
            poll = select.poll()
            poll.register(self._socket, select.POLLOUT if to_write else select.POLLIN)
            if not poll.poll(None if timeout is None else timeout * 1000):
                raise TimeoutError

    def hang_up(self) -> None:
        with contextlib.suppress(OSError):  # the other end was first
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()

    @property
    def gone(self) -> bool:
        """Whether the other end has hung up, though nobody may have come to read it."""
        try:
            return self._socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


class NamedPipeTransport:
    """A named pipe of Windows; the standard library has it in `multiprocessing.connection` only, of which nothing but
    the bytes is used. Not run on Windows by its authors."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def read(self, timeout: float | None) -> bytes:
        try:
            if not self._connection.poll(timeout):
                raise TimeoutError
            return bytes(self._connection.recv_bytes(READ_BYTES))
        except EOFError:
            return b""

    def write(self, data: bytes, timeout: float | None) -> None:
        """`timeout` cannot be kept."""
        for at in range(0, len(data), READ_BYTES):
            self._connection.send_bytes(data[at : at + READ_BYTES])

    def hang_up(self) -> None:
        self._connection.close()

    def close(self) -> None:
        self._connection.close()

    @property
    def gone(self) -> bool:
        try:
            self._connection.poll(0)
        except (OSError, EOFError):
            return True
        return False


LocalTransport = SocketTransport | NamedPipeTransport


class Listener:
    """Takes connections to `path`, which must be in a folder that only this person can open."""

    def __init__(self, path: Path) -> None:
        """Raises `OSError`."""
        self._path = path
        self._pipe: Any = None
        self._socket: socket.socket | None = None
        if sys.platform == "win32":
            from multiprocessing.connection import Listener as PipeListener

            self._pipe = PipeListener(_pipe_name(), "AF_PIPE")
            return
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.bind(str(path))
            path.chmod(0o600)
            self._socket.listen(BACKLOG)
        except OSError:
            self._socket.close()
            raise

    def accept(self) -> LocalTransport:
        """The next one that connects. Raises `OSError` when there is none after all."""
        if self._socket is None:
            return NamedPipeTransport(self._pipe.accept())
        return SocketTransport(self._socket.accept()[0])

    def wake(self) -> None:
        """Have `accept` return to whoever waits in it."""
        with contextlib.suppress(OSError):  # nobody waits
            dial(self._path, 1.0).close()

    def close(self) -> None:
        if self._socket is None:
            self._pipe.close()
        else:
            self._socket.close()
            self._path.unlink(missing_ok=True)


def dial(path: Path, timeout: float) -> Transport:
    """A connection to whoever listens at `path`. Raises `TimeoutError` when it does not take connections in time,
    `OSError` when there is nobody."""
    if sys.platform == "win32":
        from multiprocessing.connection import Client

        return NamedPipeTransport(Client(_pipe_name(), "AF_PIPE"))  # waits for a free pipe for 20 s at most
    end = socket.socket(socket.AF_UNIX)
    try:
        until = time.monotonic() + timeout
        end.setblocking(False)
        while True:
            try:
                end.connect(str(path))
                return SocketTransport(end)
            except BlockingIOError:  # as many wait already as there is room for
                if time.monotonic() >= until:
                    raise TimeoutError from None
                time.sleep(0.02)
    except BaseException:
        end.close()
        raise


def _pipe_name() -> str:
    return rf"\\.\pipe\voiceassist-{os.environ.get('USERDOMAIN', '')}-{os.environ.get('USERNAME', '')}"
