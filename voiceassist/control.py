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
import socket
import stat
import sys
import threading
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any, Literal

import msgspec
import platformdirs

from voiceassist.errors import VoiceAssistError

Action = (
    Literal["start", "stop", "pause", "resume", "mute", "unmute", "new-caller", "ref", "status", "show"]
    | Literal["watch", "rehearse", "dismiss", "wrong", "note", "settings", "quit"]
)
"""What softphones and `voiceassist ctl` ask for; and what the window asks for besides."""

REPLY_WITHIN = 5.0
"""Seconds the server waits for a command from whoever connected."""

ANSWER_WITHIN = 20.0
"""Seconds a client waits for the answer: a start puts the call together first, on a slow machine."""


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


def default_folder() -> Path:
    """Where the socket and its key are: this person's alone, gone after a restart if the system can."""
    if sys.platform.startswith("linux") and not os.environ.get("XDG_RUNTIME_DIR"):
        return platformdirs.user_state_path("VoiceAssist", appauthor=False) / "run"
    return platformdirs.user_runtime_path("VoiceAssist", appauthor=False)


class ControlServer:
    """Serves commands until closed. `handle` is called on a thread of the server's own and must answer at once; so is
    `watch`, which has the connection to itself until it returns."""

    def __init__(
        self,
        handle: Callable[[Command], Reply],
        folder: Path | None = None,
        *,
        watch: Callable[[Connection], None] | None = None,
    ) -> None:
        self._handle = handle
        self._watch = watch
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
        key = self._folder / "key"
        key.unlink(missing_ok=True)
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(self._key)
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
                self._thread.join(REPLY_WITHIN)
            listener.close()
            (self._folder / "key").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

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
            if not connection.poll(REPLY_WITHIN):
                return
            answer_challenge(connection, self._key)
            deliver_challenge(connection, self._key)
            if not connection.poll(REPLY_WITHIN):
                return
            try:
                command = receive(connection)
            except msgspec.MsgspecError:
                reply = Reply(False, "This VoiceAssist does not know that command.")
            else:
                if command.action == "watch" and self._watch is not None:
                    self._watch(connection)
                    return
                reply = self._handle(command)
            connection.send_bytes(msgspec.json.encode(reply))


def send(command: Command, folder: Path | None = None) -> Reply:
    """Give a command to the running VoiceAssist. Raises `NotRunning` when there is none or it does not answer."""
    with connect(command, folder) as connection:
        try:
            if connection.poll(ANSWER_WITHIN):
                return msgspec.json.decode(connection.recv_bytes(65_536), type=Reply)
        except (OSError, EOFError):
            pass  # it has ended this very moment
    raise NotRunning("VoiceAssist is running but does not answer.")


def connect(command: Command, folder: Path | None = None) -> Connection:
    """A connection to the running VoiceAssist on which `command` has been given. Raises `NotRunning`."""
    folder = folder or default_folder()
    try:
        key = (folder / "key").read_bytes()
        connection = Client(_address(folder))
        try:
            deliver_challenge(connection, key)
            answer_challenge(connection, key)
            connection.send_bytes(msgspec.json.encode(command))
        except BaseException:
            connection.close()
            raise
    except (OSError, EOFError, AuthenticationError) as error:
        raise NotRunning("VoiceAssist is not running. Start it first: voiceassist, or voiceassist run") from error
    return connection


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
