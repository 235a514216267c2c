"""Where the window's calls are run: in the call service, which is started, attached to, and started again when it died;
or, for the demo, in the window's own process.

Both take commands from the Qt thread without ever waiting, and tell what happens from threads of their own.
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from voiceassist.core import paths
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.framing import FramingError, OtherProtocol, PipeTransport, Stream
from voiceassist.core.messages import Message, message
from voiceassist.core.process import child_command, child_environment
from voiceassist.service.call_manager import CallManager, MakeCall
from voiceassist.service.instance import end_hung
from voiceassist.service.ipc import NotAnswering, NotRunning, OtherVersion, connect
from voiceassist.service.messages import Attached, CaughtUp, Command, Lost, ServiceMessage, Startup, Taken

log = logging.getLogger(__name__)

TellAll = Callable[[list[ServiceMessage]], None]
"""Is called with what happened, in order: one thing, or many that were waiting."""

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
MAX_LOG_BYTES = 100_000
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
        self._calls = CallManager(self._make_call, lambda one: tell([one]))
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
        self._tell: TellAll = lambda messages: None
        self._lock = threading.Lock()
        self._stream: Stream[ServiceMessage] | None = None
        self._waiting: list[Command] = []
        """Starts that came while there was no service yet."""
        self._wanted = threading.Event()
        """The person wants something of it, or the window leaves: no time to give up."""
        self._leaving = False
        self._silent = False
        """The service is there but does not answer, and that was told."""
        self._told_other_version = False
        self._thread = threading.Thread(target=self._run, name="service", daemon=True)

    def open(self, tell: TellAll) -> None:
        """Attach to the service, starting it if need be. Returns at once; what happens is told."""
        self._tell = tell
        self._thread.start()

    def do(self, command: Command) -> None:
        """Pass on what the person wants. Never waits. Lost when the service is, but for a start."""
        with self._lock:
            if self._stream is not None:
                try:
                    self._stream.send(command, timeout=0.0)
                except TimeoutError:  # it has read nothing for long
                    self._stream.hang_up()
                except OSError:
                    pass  # it has just died, and the reader says so
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
        stream: Stream[ServiceMessage] | None = None
        early_exits = 0
        since = 0.0
        while not self._leaving or self._silent:
            try:
                stream = stream or self._attach()
                self._silent = self._told_other_version = False
                since = time.monotonic()
                if not self._listen(stream) or self._leaving:
                    return
                stream = None
                stream = connect(Command("watch"), self._folder)  # we were too slow for it, and begin anew
            except NotAnswering:
                stream = None
                self._wait_for_an_answer()
            except OtherVersion as other:
                stream = None
                self._wait_for_other_version(other)
            except NotRunning:
                stream = None
                self._silent = False
                self._tell([Lost()])
                early_exits = early_exits + 1 if time.monotonic() - since < MIN_UPTIME_S else 0
                if early_exits >= MAX_EARLY_EXITS:
                    self._give_up(message("service-keeps-stopping"))
            except VoiceAssistError as error:
                self._give_up(error.message)

    def _wait_for_an_answer(self) -> None:
        """Say that there is none, and wait a little before the next attempt; at the end of the window, wait no more."""
        if self._leaving:
            self._silent = False
            end_hung(self._folder)
            return
        if self._drop_starts() or not self._silent:
            self._tell([Lost(message("service-not-answering"))])
        self._silent = True
        if not self._leaving:
            self._wanted.wait(RECONNECT_S)

    def _wait_for_other_version(self, other: OtherVersion) -> None:
        """A service of an older version ends by itself when no call needs it; one of a newer version stays, and it is
        for the person to start this window again. Nothing ends a call."""
        self._silent = False
        if self._leaving:
            return
        if other.newer:
            self._give_up(other.message)
            return
        if not other.in_use:  # starts that wait are for the next service
            if not self._told_other_version:
                self._tell([Lost(message("service-replaced"))])
            self._told_other_version = True
            time.sleep(RETRY_S)
            return
        if self._drop_starts() or not self._told_other_version:
            self._tell([Lost(other.message)])
        self._told_other_version = True
        if not self._leaving:
            self._wanted.wait(RECONNECT_S)

    def _drop_starts(self) -> bool:
        """Forget the starts that wait; whether there were any."""
        with self._lock:
            wanted = bool(self._waiting)
            self._waiting.clear()
            self._wanted.clear()
        return wanted

    def _give_up(self, why: Message) -> None:
        """Say so, and wait until the person tries again."""
        self._drop_starts()
        self._tell([Lost(why)])
        if not self._leaving:
            self._wanted.wait()

    def _attach(self) -> Stream[ServiceMessage]:
        """Raises `NotAnswering` when there is a service that hangs, `OtherVersion` when it is of another,
        `VoiceAssistError` when there is none and none can be started, `NotRunning` when there is none and none is
        needed any more."""
        end = time.monotonic() + STARTUP_TIMEOUT_S
        while True:
            try:
                return connect(Command("watch"), self._folder)
            except (NotAnswering, OtherVersion):
                raise
            except NotRunning:
                if self._leaving:
                    raise
                if time.monotonic() > end:
                    raise VoiceAssistError("service-not-answering") from None
            if not self._start():
                time.sleep(RETRY_S)

    def _listen(self, stream: Stream[ServiceMessage]) -> bool:
        """Tell what comes until the connection ends; false when another window has the service. Raises `NotAnswering`
        when nothing comes because the service hangs, `NotRunning` when what comes is no protocol."""
        with stream:
            with self._lock:
                self._stream = stream
                waiting, self._waiting = self._waiting, []
            for command in waiting:
                self.do(command)
            if self._leaving:
                self.do(Command("quit"))
            messages: list[ServiceMessage] = []
            try:
                while True:
                    try:
                        messages += stream.receive(PING_AFTER_S)
                    except TimeoutError:
                        connect(Command("status"), self._folder).close()
                        continue
                    if Attached() in messages and CaughtUp() not in messages:
                        continue  # what happened so far is told in one go
                    self._tell([one for one in messages if one != CaughtUp()])
                    if Taken() in messages:
                        return False
                    messages = []
            except (OSError, EOFError):
                return True
            except FramingError as error:
                log.error("The call service said what cannot be read: %s.", error)
                raise NotRunning("not-running") from error
            finally:
                with self._lock:
                    self._stream = None


def start_service(command: tuple[str, ...] = ()) -> bool:
    """Start the call service, and wait until it is there; false when another one is. Raises `VoiceAssistError` when it
    will not start, or does not within `STARTUP_TIMEOUT_S` seconds. `command` is for tests.

    It lives on when this process is killed: a session of its own, no terminal, no file of ours, its complaints in
    `log_file`.
    """
    try:
        with _open_log() as complaints:
            process = subprocess.Popen(
                command or child_command("service"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=child_environment(),
                start_new_session=True,
                creationflags=_creation_flags(),
            )
    except OSError as error:
        raise VoiceAssistError("service-cannot-start", reason=error.strerror or str(error)) from error
    first: queue.SimpleQueue[Startup] = queue.SimpleQueue()
    threading.Thread(target=_see_through, args=(process, first.put), name="service-end", daemon=True).start()
    try:
        startup = first.get(timeout=STARTUP_TIMEOUT_S)
    except queue.Empty:
        process.kill()
        startup = Startup("failed")
    if startup.state == "failed":
        raise VoiceAssistError(startup.error or message("service-cannot-start-log", log=str(log_file())))
    return startup.state == "started"


def _see_through(process: subprocess.Popen[bytes], tell: Callable[[Startup], None]) -> None:
    """Pass on what the service says first, and be there when it ends."""
    assert process.stdout is not None
    with process.stdout as pipe:
        stream: Stream[Startup] = Stream(PipeTransport(pipe, None), Startup)
        try:
            stream.expect_greeting()
            startup = stream.expect(Startup)
        except OtherProtocol:
            startup = Startup("failed", message("program-outdated"))
        except (OSError, EOFError, FramingError):
            startup = Startup("failed")
        tell(startup)
    process.wait()


def log_file() -> Path:
    """What went wrong in call services, the latest last. Never what was said."""
    return paths.state_folder() / "service.log"


def _open_log() -> BinaryIO:
    try:
        path = log_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        full = path.exists() and path.stat().st_size > MAX_LOG_BYTES
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if full else os.O_APPEND), 0o600), "ab")
    except OSError:  # a full disk must not keep anybody from a call
        return open(os.devnull, "wb")


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return 0
