"""Where the window's calls are run: in the call service, which is started, attached to, and started again when it died;
or, for the demo, in the window's own process.

Both take commands from the Qt thread without ever waiting, and tell what happens from threads of their own.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO

import msgspec
import platformdirs

from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.notices import NOT_ANSWERING
from voiceassist.core.process import child_environment
from voiceassist.service.call_manager import CallManager, MakeCall
from voiceassist.service.ipc import Command, NotAnswering, NotRunning, connect, end_hung
from voiceassist.service.messages import Lost, ServiceMessage, Taken, decode

TellAll = Callable[[list[ServiceMessage]], None]
"""Is called with what happened, in order: one thing, or many that were waiting."""

STARTED, RUNNING = "started", "running"
"""What the service says first: it is there, or another is."""

STARTUP_TIMEOUT_S = 20.0
"""Seconds in which the service must be there: a new Python process on a busy machine takes some of them."""
PING_AFTER_S = 5.0
"""Seconds without a word from the service after which it is asked whether it is still there. In a call it tells its
levels several times a second."""
RECONNECT_S = 5.0
"""Seconds between attempts while the service is there but does not answer."""
RETRY_S = 0.1
"""Seconds between attempts while another service is just beginning or ending."""
MIN_UPTIME_S = 5.0
"""A service that lived shorter than this many seconds died young."""
MAX_EARLY_EXITS = 2
"""So many in a row that died young are not followed by another by itself."""
LOG_MOST = 100_000
"""Bytes of complaints after which the next service begins the file anew."""
SHUTDOWN_TIMEOUT_S = 25.0
"""Seconds the program waits at exit for a call to write down what is left."""


class InProcess:
    """Calls in this very process: for the demo, which nobody needs to outlive the window, and for tests."""

    def __init__(self, make_call: MakeCall) -> None:
        self._make_call = make_call
        self._calls: CallManager | None = None
        self._commands: queue.SimpleQueue[Command | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="calls", daemon=True)

    def open(self, tell: TellAll) -> None:
        self._calls = CallManager(self._make_call, lambda told: tell([told]))
        self._thread.start()

    def do(self, command: Command) -> None:
        self._commands.put(command)

    def close(self) -> None:
        """End the call, and wait until it is written down."""
        if self._calls is None:
            return
        self._commands.put(Command("stop"))
        self._commands.put(None)
        self._thread.join(SHUTDOWN_TIMEOUT_S)
        self._calls.wait(SHUTDOWN_TIMEOUT_S)

    def _run(self) -> None:
        assert self._calls is not None
        while (command := self._commands.get()) is not None:
            self._calls.do(command)


class CallServiceClient:
    """The window's connection to the call service. `start` starts one: true when it did, false when one was there."""

    def __init__(self, folder: Path | None = None, start: Callable[[], bool] | None = None) -> None:
        self._folder = folder
        self._start = start or start_service
        self._tell: TellAll = lambda told: None
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._waiting: list[Command] = []
        """Starts that came while there was no service yet."""
        self._wanted = threading.Event()
        """The person wants something of it, or the window leaves: no time to give up."""
        self._leaving = False
        self._silent = False
        """The service is there but does not answer, and that was told."""
        self._thread = threading.Thread(target=self._run, name="service", daemon=True)

    def open(self, tell: TellAll) -> None:
        """Attach to the service, starting it if need be. Returns at once; what happens is told."""
        self._tell = tell
        self._thread.start()

    def do(self, command: Command) -> None:
        """Pass on what the person wants. Returns at once. Lost when the service is, but for a start."""
        with self._lock:
            if self._connection is not None:
                with contextlib.suppress(OSError):  # it has just died, and the reader says so
                    self._connection.send_bytes(msgspec.json.encode(command))
            elif command.action in ("start", "rehearse"):
                self._waiting.append(command)
                self._wanted.set()

    def close(self) -> None:
        """Leave in good order, the service with its call as well, and wait until that is written down. A service that
        hangs is ended: no microphone may stay open that nobody sees, and the next window needs another service."""
        if self._thread.ident is None:
            return
        self._leaving = True
        self._wanted.set()
        self.do(Command("quit"))
        self._thread.join(SHUTDOWN_TIMEOUT_S)

    # --- on the thread ------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        connection: Connection | None = None
        young = 0
        since = 0.0
        while not self._leaving or self._silent:
            try:
                connection = connection or self._attach()
                self._silent = False
                since = time.monotonic()
                if not self._listen(connection) or self._leaving:
                    return
                connection = None
                connection = connect(Command("watch"), self._folder)  # we were too slow for it, and begin anew
            except NotAnswering:
                connection = None
                self._wait_for_an_answer()
            except NotRunning:
                self._silent = False
                self._tell([Lost()])
                young = young + 1 if time.monotonic() - since < MIN_UPTIME_S else 0
                if young >= MAX_EARLY_EXITS:
                    self._give_up("The call service ends as soon as it has begun.")
            except VoiceAssistError as error:
                self._give_up(str(error))

    def _wait_for_an_answer(self) -> None:
        """Say that there is none, and wait a little before the next attempt; at the end of the window, wait no more."""
        if self._leaving:
            self._silent = False
            end_hung(self._folder)
            return
        with self._lock:
            wanted = bool(self._waiting)
            self._waiting.clear()
            self._wanted.clear()
        if wanted or not self._silent:
            self._tell([Lost(NOT_ANSWERING)])
        self._silent = True
        if not self._leaving:
            self._wanted.wait(RECONNECT_S)

    def _give_up(self, why: str) -> None:
        """Say so, and wait until the person tries again."""
        with self._lock:
            self._waiting.clear()
            self._wanted.clear()
        self._tell([Lost(why)])
        if not self._leaving:
            self._wanted.wait()

    def _attach(self) -> Connection:
        """Raises `NotAnswering` when there is a service that hangs, `VoiceAssistError` when there is none and none can
        be started, `NotRunning` when there is none and none is needed any more."""
        end = time.monotonic() + STARTUP_TIMEOUT_S
        while True:
            try:
                return connect(Command("watch"), self._folder)
            except NotAnswering:
                raise
            except NotRunning:
                if self._leaving:
                    raise
                if time.monotonic() > end:
                    raise VoiceAssistError(NOT_ANSWERING) from None
            if not self._start():
                time.sleep(RETRY_S)

    def _listen(self, connection: Connection) -> bool:
        """Tell what comes until the connection ends; false when another window has the service. Raises `NotAnswering`
        when nothing comes because the service hangs."""
        with connection:
            with self._lock:
                self._connection = connection
                waiting, self._waiting = self._waiting, []
            for command in waiting:
                self.do(command)
            if self._leaving:
                self.do(Command("quit"))
            try:
                while True:
                    if not connection.poll(PING_AFTER_S):
                        connect(Command("status"), self._folder).close()
                        continue
                    told = decode(connection.recv_bytes())
                    self._tell(told)
                    if Taken() in told:
                        return False
            except (OSError, EOFError):
                return True
            finally:
                with self._lock:
                    self._connection = None


def start_service(command: tuple[str, ...] = (sys.executable, "-P", "-m", "voiceassist.service")) -> bool:
    """Start the call service, and wait until it is there; false when another one is. Raises `VoiceAssistError` when it
    will not start, or does not within `STARTUP_TIMEOUT_S` seconds.

    It lives on when this process is killed: a session of its own, no terminal, no file of ours, its complaints in
    `log_file`.
    """
    try:
        with _open_log() as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                env=child_environment(),
                start_new_session=True,
                creationflags=_creation_flags(),
            )
    except OSError as error:
        raise VoiceAssistError(f"The call service cannot be started: {error.strerror or error}.") from error
    first: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_see_through, args=(process, first.put), name="service-end", daemon=True).start()
    try:
        said = first.get(timeout=STARTUP_TIMEOUT_S).decode("utf-8", "replace").strip()
    except queue.Empty:
        process.kill()
        said = ""
    if said not in (STARTED, RUNNING):
        raise VoiceAssistError(said or f"The call service cannot be started; {log_file()} tells why.")
    return said == STARTED


def _see_through(process: subprocess.Popen[bytes], say: Callable[[bytes], None]) -> None:
    """Pass on the first line of the service, and be there when it ends."""
    assert process.stdout is not None
    with process.stdout as pipe:
        say(pipe.readline())
    process.wait()


def log_file() -> Path:
    """What went wrong in call services, the latest last. Never what was said."""
    return platformdirs.user_state_path("voiceassist", appauthor=False) / "service.log"


def _open_log() -> BinaryIO:
    try:
        path = log_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        full = path.exists() and path.stat().st_size > LOG_MOST
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if full else os.O_APPEND), 0o600), "ab")
    except OSError:  # a full disk must not keep anybody from a call
        return open(os.devnull, "wb")


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return 0
