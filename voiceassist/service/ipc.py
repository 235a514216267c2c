"""One VoiceAssist a person, and how others on the computer speak to it: window, softphones, CRMs, `voiceassist ctl`.

A local socket (Windows: a named pipe) in a folder only this person can open, and a key beside it that both ends must
know. Nothing listens on the network. One connection, one command, one reply, as JSON; only who asks to `watch` keeps
the connection. Whoever serves the socket is the one running VoiceAssist; a second one finds it taken. No Qt, no sound:
what a command does is up to `handle`, what a watcher is told up to `watch`.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import stat
import struct
import sys
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
import platformdirs

from voiceassist.core.errors import VoiceAssistError

Action = (
    Literal["start", "stop", "pause", "resume", "mute", "unmute", "new-caller", "ref", "status", "show"]
    | Literal["watch", "rehearse", "dismiss", "wrong", "note", "settings", "quit"]
)
"""What softphones and `voiceassist ctl` ask for; and what the window asks for besides."""

COMMAND_TIMEOUT_S = 5.0
"""Seconds the server waits for a command from whoever connected."""

GREETING_TIMEOUT_S = 10.0
"""Seconds a client waits for the server to show that it is alive: a thread of its own does so, in milliseconds, and in
a few seconds when the machine is short of everything."""

REPLY_TIMEOUT_S = 20.0
"""Seconds a client waits for the answer: a start puts the call together first, on a slow machine."""


NOBODY = "VoiceAssist is not running. Start it first: voiceassist, or voiceassist run"


class Command(msgspec.Struct, frozen=True):
    """`text` is the caller's reference with `start` and `ref`, the words of a `note`; `number` is the cue that is meant
    by `dismiss` and `wrong`."""

    action: Action
    text: str = ""
    number: int = 0


class Reply(msgspec.Struct, frozen=True):
    done: bool
    said: str = ""
    """One plain sentence for whoever asked."""


class AlreadyRunning(VoiceAssistError):
    """Another VoiceAssist of this person is running."""


class NotRunning(VoiceAssistError):
    """There is nobody to give a command to."""


class NotAnswering(NotRunning):
    """There is somebody, who is stopped or hangs."""

    def __init__(self) -> None:
        super().__init__(
            "VoiceAssist is running but does not answer. Try again in a moment; if it stays so, quit it and start it "
            "again."
        )


def default_folder() -> Path:
    """Where the socket and its key are: this person's alone, gone after a restart if the system can."""
    if sys.platform.startswith("linux") and not os.environ.get("XDG_RUNTIME_DIR"):
        return platformdirs.user_state_path("VoiceAssist", appauthor=False) / "run"
    return platformdirs.user_runtime_path("VoiceAssist", appauthor=False)


class ControlServer:
    """Serves commands until closed. `handle` is called on a thread of the server's own and must answer at once; so is
    `watch`, which has the connection to itself until it returns. `expendable`: whoever finds this process hanging may
    end it, see `end_hung`."""

    def __init__(
        self,
        handle: Callable[[Command], Reply],
        folder: Path | None = None,
        *,
        watch: Callable[[Connection], None] | None = None,
        expendable: bool = False,
    ) -> None:
        self._handle = handle
        self._watch = watch
        self._expendable = expendable
        self._folder = folder or default_folder()
        self._listener: Listener | None = None
        self._lock: Any = None
        self._key = b""
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Start serving. Raises `AlreadyRunning` when another does, `VoiceAssistError` when the folder is unsafe."""
        _private(self._folder)
        self._lock = _lock(self._folder / "lock")
        if self._lock is None:
            raise AlreadyRunning("VoiceAssist is already running.")
        self._key = secrets.token_bytes(32)
        self._write("pid", str(os.getpid()).encode() if self._expendable else b"")
        self._write("key", self._key)
        address = _address(self._folder)
        if sys.platform != "win32":
            Path(address).unlink(missing_ok=True)  # we hold the lock: whoever left it is gone
        self._listener = Listener(address, backlog=8)
        if sys.platform != "win32":
            Path(address).chmod(0o600)
        self._thread = threading.Thread(target=self._serve, args=(self._listener,), name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and let another one take over. May be called twice."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError, EOFError):
                Client(_address(self._folder)).close()  # wakes the thread out of its wait
            if self._thread is not None:
                self._thread.join(COMMAND_TIMEOUT_S)
            listener.close()
            for name in ("key", "pid"):
                (self._folder / name).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _write(self, name: str, data: bytes) -> None:
        """In place of what the last server left, for this person alone."""
        path = self._folder / name
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)

    def _serve(self, listener: Listener) -> None:
        while self._listener is not None:
            try:
                connection = listener.accept()
            except (OSError, EOFError):
                continue  # whoever knocked has gone again
            if self._listener is None:
                connection.close()
                return
            # A thread each: one that connects and says nothing keeps nobody else waiting.
            threading.Thread(target=self._answer, args=(connection,), name="control-answer", daemon=True).start()

    def _answer(self, connection: Connection) -> None:
        with connection, contextlib.suppress(OSError, EOFError, AuthenticationError):
            other = _impatient(connection, COMMAND_TIMEOUT_S)
            answer_challenge(other, self._key)
            deliver_challenge(other, self._key)
            try:
                command = receive(other)
            except msgspec.MsgspecError:
                reply = Reply(False, "This VoiceAssist does not know that command.")
            else:
                if command.action == "watch" and self._watch is not None:
                    self._watch(connection)
                    return
                reply = self._handle(command)
            connection.send_bytes(msgspec.json.encode(reply))


def send(command: Command, folder: Path | None = None, greet_within: float | None = None) -> Reply:
    """Give a command to the running VoiceAssist. Raises `NotRunning` when there is none, `NotAnswering` when it does
    not answer in time."""
    with connect(command, folder, greet_within) as connection:
        try:
            reply = _impatient(connection, REPLY_TIMEOUT_S).recv_bytes(65_536)
        except TimeoutError:
            raise NotAnswering from None
        except (OSError, EOFError) as error:  # it has ended this very moment
            raise NotRunning(NOBODY) from error
        return msgspec.json.decode(reply, type=Reply)


def connect(command: Command, folder: Path | None = None, greet_within: float | None = None) -> Connection:
    """A connection to the running VoiceAssist on which `command` has been given. Raises `NotRunning` when there is
    none, `NotAnswering` when it shows no life within `greet_within` seconds, or `GREETING_TIMEOUT_S`."""
    folder = folder or default_folder()
    try:
        key = (folder / "key").read_bytes()
        connection = _dial(_address(folder))
        try:
            server = _impatient(connection, GREETING_TIMEOUT_S if greet_within is None else greet_within)
            deliver_challenge(server, key)
            answer_challenge(server, key)
            connection.send_bytes(msgspec.json.encode(command))
        except BaseException:
            connection.close()
            raise
    except (TimeoutError, BlockingIOError):
        raise NotAnswering from None
    except (OSError, EOFError, AuthenticationError) as error:
        raise NotRunning(NOBODY) from error
    return connection


def _dial(address: str) -> Connection:
    """A connection to the server that nobody has said anything on yet. Waits `GREETING_TIMEOUT_S` at most for room
    among those who wait for the server, and later on for room to send and for the rest of a message that has begun.
    Raises `OSError`."""
    if sys.platform == "win32":
        return Client(address)  # waits for a free pipe for 20 s at most
    with socket.socket(socket.AF_UNIX) as end:
        patience = struct.pack(
            "@ll", int(GREETING_TIMEOUT_S), round(GREETING_TIMEOUT_S % 1 * 1e6)
        )  # a timeval of sys/time.h
        for side in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            end.setsockopt(socket.SOL_SOCKET, side, patience)
        end.connect(address)
        return Connection(end.detach())


class _Impatient:
    """A connection whose other end must speak within `patience` seconds. It cannot be told to the connection itself."""

    def __init__(self, connection: Connection, patience: float) -> None:
        self._connection, self._patience = connection, patience

    def send_bytes(self, data: bytes) -> None:
        self._connection.send_bytes(data)

    def recv_bytes(self, most: int) -> bytes:
        """The next message. Raises `TimeoutError` when none comes."""
        if not self._connection.poll(self._patience):
            raise TimeoutError
        return self._connection.recv_bytes(most)


def _impatient(connection: Connection, patience: float) -> Connection:
    """For whoever takes a connection and only sends and receives on it."""
    return cast(Connection, _Impatient(connection, patience))


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
            os.kill(process, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def receive(connection: Connection) -> Command:
    """The next command. Raises `msgspec.MsgspecError` when it is none, `EOFError` or `OSError` when nobody is there."""
    return msgspec.json.decode(connection.recv_bytes(65_536), type=Command)


def hang_up(connection: Connection) -> None:
    """End a connection that other threads may be reading from or writing to: closing it would not wake them."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            connection.close()
            return
        with socket.socket(fileno=os.dup(connection.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)


def has_hung_up(connection: Connection) -> bool:
    """Whether the other end is gone, though whoever reads from the connection may not have come to see it."""
    try:
        if sys.platform == "win32":
            connection.poll(0)
            return False
        with socket.socket(fileno=os.dup(connection.fileno())) as end:
            return end.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _address(folder: Path) -> str:
    if sys.platform == "win32":
        return rf"\\.\pipe\voiceassist-{os.environ.get('USERDOMAIN', '')}-{os.environ.get('USERNAME', '')}"
    return str(folder / "control.sock")


def _private(folder: Path) -> None:
    """Make the folder, for this person alone. Raises `VoiceAssistError` when it belongs to somebody else."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if sys.platform == "win32":
        return  # below the person's profile, which Windows keeps from others
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.getuid():
        raise VoiceAssistError(f"{folder} belongs to somebody else, so it is not safe to be controlled from there.")
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
