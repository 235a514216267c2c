"""How others on the computer speak to the running VoiceAssist: window, softphones, CRMs, `voiceassist ctl`.

One connection to the local socket, one command, one reply; only who asks to `watch` keeps the connection. Both ends
greet with the version of their protocol and prove that they know the key of this instance. No Qt, no sound: what a
command does is up to `handle`, what a watcher is told up to `watch`.

The handshake (`Greeting`, `Challenge`, `Proof`) is the part that never changes, so that an old service and a new window
understand each other that far: the new one is told whether a call is under way, can have it ended, and the old one ends
by itself when nobody needs it any more.
"""

from __future__ import annotations

import contextlib
import hmac
import logging
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.framing import PROTOCOL, FramingError, Greeting, Stream, UnknownMessage
from voiceassist.core.local_socket import Listener, dial
from voiceassist.core.messages import message
from voiceassist.service.instance import Instance, default_folder, read_key, socket_path
from voiceassist.service.messages import Challenge, Command, Proof, Reply, ServiceMessage

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_S = 5.0
"""Seconds the server waits for each message of whoever connected."""

GREETING_TIMEOUT_S = 10.0
"""Seconds a client waits for the server to show that it is alive: a thread of its own does so, in milliseconds, and in
a few seconds when the machine is short of everything."""

REPLY_TIMEOUT_S = 20.0
"""Seconds a client waits for the answer: a start puts the call together first, on a slow machine."""

MAX_COMMAND_BYTES = 65_536
MAX_CONNECTIONS = 32
"""At once. More are turned away: each costs a thread, and a person has one window and a few programs."""


class NotRunning(VoiceAssistError):
    """There is nobody to give a command to."""


class NotAnswering(NotRunning):
    """There is somebody, who is stopped or hangs."""

    def __init__(self) -> None:
        super().__init__("not-answering")


class OtherVersion(NotRunning):
    """There is somebody, of another version of the program. `in_use`: a call is under way, or a window watches."""

    def __init__(self, greeting: Greeting, in_use: bool) -> None:
        self.newer = greeting.protocol > PROTOCOL
        self.in_use = in_use
        super().__init__("program-outdated" if self.newer else "other-version")


class ControlServer:
    """Serves commands until closed. `handle` is called on a thread of the server's own and must answer at once; so is
    `watch`, which has the connection to itself until it returns. `other_version` is told of a client of another version
    by its greeting, and whether it wants the call to be ended; it returns whether this process is still in use. When
    the client knows that, `make_room` is called: the process may end from then on."""

    def __init__(
        self,
        handle: Callable[[Command], Reply],
        folder: Path | None = None,
        *,
        watch: Callable[[Stream[Command]], None] | None = None,
        other_version: Callable[[Greeting, bool], bool] = lambda greeting, stop: True,
        make_room: Callable[[Greeting], None] = lambda greeting: None,
        expendable: bool = False,
    ) -> None:
        """`expendable`: whoever finds this process hanging may end it, see `instance.end_hung`."""
        self._handle = handle
        self._watch = watch
        self._other_version = other_version
        self._make_room = make_room
        self._expendable = expendable
        self._folder = folder or default_folder()
        self._instance: Instance | None = None
        self._key = b""
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._places = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def open(self) -> None:
        """Start serving. Raises `AlreadyRunning` when another does, `VoiceAssistError` when the folder is unsafe."""
        self._instance = Instance(self._folder, expendable=self._expendable)
        self._key = self._instance.key
        self._listener = Listener(socket_path(self._folder))
        self._thread = threading.Thread(target=self._serve, args=(self._listener,), name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and let another one take over. May be called twice."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.wake()
            if self._thread is not None:
                self._thread.join(COMMAND_TIMEOUT_S)
            listener.close()
        instance, self._instance = self._instance, None
        if instance is not None:
            instance.release()

    def _serve(self, listener: Listener) -> None:
        while self._listener is not None:
            try:
                stream: Stream[Command] = Stream(listener.accept(), Command, max_frame=MAX_COMMAND_BYTES)
            except (OSError, EOFError):
                continue  # whoever knocked has gone again
            if self._listener is None or not self._places.acquire(blocking=False):
                stream.close()
                continue
            # A thread each: one that connects and says nothing keeps nobody else waiting.
            threading.Thread(target=self._answer, args=(stream,), name="control-answer", daemon=True).start()

    def _answer(self, stream: Stream[Command]) -> None:
        try:
            with stream:
                self._attend(stream)
        except (OSError, EOFError):
            pass  # it has gone, or says nothing
        except FramingError as error:
            log.warning("A connection was refused: %s.", error)
        finally:
            self._places.release()

    def _attend(self, stream: Stream[Command]) -> None:
        ours = _challenge(stream, COMMAND_TIMEOUT_S)
        greeting = stream.expect(Greeting, COMMAND_TIMEOUT_S)
        theirs = stream.expect(Challenge, COMMAND_TIMEOUT_S).nonce
        proof = stream.expect(Proof, COMMAND_TIMEOUT_S)
        if not hmac.compare_digest(proof.mac, _mac(self._key, b"client", theirs, ours)):
            raise FramingError("the key is wrong")
        same = greeting.protocol == PROTOCOL
        mac = _mac(self._key, b"server", theirs, ours)
        if not same:
            in_use = self._other_version(greeting, proof.stop)
            try:
                stream.send(Proof(mac, in_use=in_use), timeout=COMMAND_TIMEOUT_S)
            finally:
                self._make_room(greeting)
            return
        stream.send(Proof(mac), timeout=COMMAND_TIMEOUT_S)
        try:
            command = stream.expect(Command, COMMAND_TIMEOUT_S)
        except UnknownMessage:
            reply = Reply(False, message("command-unknown"))
        else:
            if command.action == "watch" and self._watch is not None:
                self._watch(stream)
                return
            reply = self._handle(command)
        stream.send(reply, timeout=COMMAND_TIMEOUT_S)


def send(command: Command, folder: Path | None = None, greet_within: float | None = None) -> Reply:
    """Give a command to the running VoiceAssist; `stop` to any version of it. Raises `NotRunning` when there is none,
    `NotAnswering` when it does not answer in time, `OtherVersion` when it would not understand."""
    try:
        stream = connect(command, folder, greet_within)
    except OtherVersion:
        if command.action != "stop":
            raise
        return Reply(True, message("other-version-stops"))
    with stream:
        try:
            return stream.expect(Reply, REPLY_TIMEOUT_S)
        except TimeoutError:
            raise NotAnswering from None
        except (OSError, EOFError, FramingError) as error:  # it has ended this very moment
            raise NotRunning("not-running") from error


def connect(command: Command, folder: Path | None = None, greet_within: float | None = None) -> Stream[ServiceMessage]:
    """A connection to the running VoiceAssist on which `command` has been given. Raises `NotRunning` when there is
    none, `NotAnswering` when it shows no life within `greet_within` seconds, or `GREETING_TIMEOUT_S`, `OtherVersion`
    when it is of another; its call is ended then if the command was `stop`."""
    folder = folder or default_folder()
    timeout = GREETING_TIMEOUT_S if greet_within is None else greet_within
    with contextlib.ExitStack() as on_error:
        try:
            key = read_key(folder)
            stream: Stream[ServiceMessage] = Stream(dial(socket_path(folder), timeout), ServiceMessage)
            on_error.enter_context(stream)
            ours = _challenge(stream, timeout)
            greeting = stream.expect(Greeting, timeout)
            theirs = stream.expect(Challenge, timeout).nonce
            same = greeting.protocol == PROTOCOL
            stop = not same and command.action == "stop"
            stream.send(Proof(_mac(key, b"client", ours, theirs), stop=stop), timeout=timeout)
            proof = stream.expect(Proof, timeout)
            if not hmac.compare_digest(proof.mac, _mac(key, b"server", ours, theirs)):
                raise FramingError("the key is wrong")
            if not same:
                raise OtherVersion(greeting, proof.in_use)
            stream.send(command, timeout=timeout)
        except TimeoutError:
            raise NotAnswering from None
        except (OSError, EOFError, FramingError) as error:
            raise NotRunning("not-running") from error
        on_error.pop_all()
    return stream


def _challenge(stream: Stream[Any], timeout: float) -> bytes:
    """Greet, and ask the other end for a proof. Returns what the proof must be about."""
    nonce = secrets.token_bytes(32)
    stream.greet(timeout)
    stream.send(Challenge(nonce), timeout=timeout)
    return nonce


def _mac(key: bytes, role: bytes, client_nonce: bytes, server_nonce: bytes) -> bytes:
    return hmac.digest(key, role + client_nonce + server_nonce, "sha256")
