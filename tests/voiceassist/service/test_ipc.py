"""Other programs on the computer start and stop calls; nobody else's do."""

from __future__ import annotations

import contextlib
import hmac
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.busy import PATIENCE
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.framing import PROTOCOL, Greeting, Stream, frame
from voiceassist.core.local_socket import Listener, dial
from voiceassist.core.messages import message, verbatim
from voiceassist.service import ipc
from voiceassist.service.instance import AlreadyRunning, end_hung
from voiceassist.service.ipc import ControlServer, NotAnswering, NotRunning, OtherVersion, connect, send
from voiceassist.service.messages import Challenge, Command, Proof, Reply

ROOT = Path(__file__).resolve().parents[3]


SERVE = """
import sys
from pathlib import Path
from voiceassist.core import framing
if sys.argv[2].startswith("protocol"):
    framing.PROTOCOL = int(sys.argv[2].split()[1])
from voiceassist.service.ipc import ControlServer
from voiceassist.service.messages import Reply
server = ControlServer(lambda command: Reply(True), Path(sys.argv[1]), expendable=sys.argv[2] == "expendable")
server.open()
print("there", flush=True)
sys.stdin.read()
server.close()
"""

Serve = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def other(folder: Path) -> Iterator[Serve]:
    """Another program that serves the folder."""
    processes = []

    def other(kind: str = "") -> subprocess.Popen[str]:
        command = [sys.executable, "-c", SERVE, str(folder), kind]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        return process

    yield other
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("c")


@pytest.fixture
def told() -> list[Command]:
    return []


@pytest.fixture
def server(folder: Path, told: list[Command]) -> Iterator[ControlServer]:
    def handle(command: Command) -> Reply:
        told.append(command)
        return Reply(True, verbatim(f"did {command.action}"))

    server = ControlServer(handle, folder)
    server.open()
    yield server
    server.close()


def test_a_command_reaches_the_running_program_and_is_answered(
    server: ControlServer, folder: Path, told: list[Command]
) -> None:
    assert send(Command("ref", "case 17"), folder) == Reply(True, verbatim("did ref"))
    assert told == [Command("ref", "case 17")]


def test_without_a_running_program_the_sender_is_told_how_to_start_one(folder: Path) -> None:
    with pytest.raises(NotRunning, match="voiceassist run"):
        send(Command("start"), folder)


def test_a_second_program_finds_it_taken_until_the_first_ends(server: ControlServer, folder: Path) -> None:
    second = ControlServer(lambda command: Reply(True, verbatim("second")), folder)
    with pytest.raises(AlreadyRunning):
        second.open()
    server.close()
    second.open()
    try:
        assert send(Command("status"), folder).said == verbatim("second")
    finally:
        second.close()


def test_leftovers_of_a_killed_program_do_not_prevent_a_start(folder: Path) -> None:
    (folder / "control.sock").write_bytes(b"")
    (folder / "key").write_bytes(b"old")
    server = ControlServer(lambda command: Reply(True, verbatim("new")), folder)
    server.open()
    try:
        assert send(Command("status"), folder).said == verbatim("new")
    finally:
        server.close()


def test_a_silent_client_delays_no_other(server: ControlServer, folder: Path) -> None:
    transport = dial(folder / "control.sock", PATIENCE)
    assert send(Command("stop"), folder).done
    transport.close()


def test_a_client_without_the_key_is_refused(server: ControlServer, folder: Path, told: list[Command]) -> None:
    key = folder / "key"
    right = key.read_bytes()
    key.write_bytes(b"guess" * 8)
    with pytest.raises(NotRunning):
        send(Command("start"), folder)
    key.write_bytes(right)
    assert told == []


def test_an_unknown_command_is_refused_in_words(server: ControlServer, folder: Path, told: list[Command]) -> None:
    reply = send(Command("explode"), folder)  # type: ignore[arg-type]
    assert not reply.done
    assert reply.said == message("command-unknown")
    assert told == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps other users out by the profile's rights")
def test_only_this_person_can_open_the_folder_the_socket_and_the_key(server: ControlServer, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("control.sock", "key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="needs root to give a folder away")
def test_a_folder_that_somebody_else_prepared_is_refused(folder: Path) -> None:
    os.chown(folder, 12345, 12345)
    with pytest.raises(VoiceAssistError, match="belongs to another user"):
        ControlServer(lambda command: Reply(True), folder).open()


# --- hostile clients --------------------------------------------------------------------------------------------------

GREETING = frame(Greeting(PROTOCOL, "0"))
NOTHING_OF_OURS = {
    "an oversized length": struct.pack("<I", 2**32 - 1) + b"x" * 1000,
    "garbage": bytes(range(256)) * 10,
    "a length of zero": bytes(4),
    "a cut frame": GREETING[:-3],
    "a greeting and the end": GREETING,
    "a command instead of a proof": GREETING + frame(Challenge(b"n" * 32)) + frame(Command("start")),
    "a wrong proof": GREETING + frame(Challenge(b"n" * 32)) + frame(Proof(b"guess")) + frame(Command("start")),
    "an empty proof": GREETING + frame(Challenge(b"")) + frame(Proof(b"")) + frame(Command("start")),
    "as the version before the first greeted": struct.pack("!i", 31) + b"#CHALLENGE#{sha256}" + b"x" * 12,
}


@pytest.mark.parametrize("sent", NOTHING_OF_OURS.values(), ids=NOTHING_OF_OURS)
def test_what_is_not_of_the_protocol_is_refused_and_the_next_one_served(
    server: ControlServer, folder: Path, told: list[Command], sent: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(str(folder / "control.sock"))
        end.sendall(sent)
        end.shutdown(socket.SHUT_WR)
        while end.recv(65_536):  # the greeting, and then the end
            pass
    assert send(Command("status"), folder).done
    assert told == [Command("status")]


def test_silent_clients_are_limited_in_number_and_disconnected(
    server: ControlServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ipc, "COMMAND_TIMEOUT_S", 0.5)
    with contextlib.ExitStack() as crowd:
        ends = [crowd.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(2 * ipc.MAX_CONNECTIONS)]
        for end in ends:
            end.connect(str(folder / "control.sock"))
        for end in ends:
            while end.recv(65_536):
                pass
    for thread in threading.enumerate():
        if thread.name == "control-answer":
            thread.join(PATIENCE)
            assert not thread.is_alive()
    assert send(Command("status"), folder).done


def test_a_false_server_without_the_key_gets_no_command(folder: Path) -> None:
    (folder / "key").write_bytes(b"k" * 32)
    received: list[bytes] = []

    def impostor(listener: Listener) -> None:
        transport = listener.accept()
        stream = Stream[Proof](transport, Proof)
        stream.greet()
        stream.send(Challenge(b"n" * 32), Proof(b"guess"))
        while data := transport.read(PATIENCE):
            received.append(data)
        transport.close()

    listener = Listener(folder / "control.sock")
    thread = threading.Thread(target=impostor, args=(listener,))
    thread.start()
    with pytest.raises(NotRunning):
        send(Command("ref", "the card number"), folder)
    thread.join()
    listener.close()
    assert b"the card number" not in b"".join(received)


# --- another version --------------------------------------------------------------------------------------------------


def greet_as(folder: Path, protocol: int, *, stop: bool = False, key: bytes | None = None) -> Proof:
    """What a client of that version of the protocol is told. The handshake is the same for all of them."""
    key = key or (folder / "key").read_bytes()
    with Stream[Proof](dial(folder / "control.sock", PATIENCE), Proof) as stream:
        stream.send(Greeting(protocol, "0"), Challenge(b"n" * 32))
        assert stream.expect(Greeting, PATIENCE).protocol == PROTOCOL
        nonce = stream.expect(Challenge, PATIENCE).nonce
        mac = hmac.digest(key, b"client" + b"n" * 32 + nonce, "sha256")
        stream.send(Proof(mac, stop=stop))
        return stream.expect(Proof, PATIENCE)


@pytest.mark.parametrize("stop", [True, False])
def test_a_client_of_another_version_gives_no_command_and_is_told_whether_the_server_stays(
    folder: Path, told: list[Command], stop: bool
) -> None:
    greeted = []

    def other_version(greeting: Greeting, stop: bool) -> bool:
        greeted.append((greeting.protocol, stop))
        return not stop

    server = ControlServer(lambda command: Reply(True), folder, other_version=other_version)
    server.open()
    try:
        with pytest.raises(EOFError):
            greet_as(folder, PROTOCOL + 1, stop=True, key=b"guess")
        assert greet_as(folder, PROTOCOL + 1, stop=stop).in_use is not stop
    finally:
        server.close()
    assert greeted == [(PROTOCOL + 1, stop)]
    assert told == []


def test_room_is_made_only_after_the_client_was_told(folder: Path) -> None:
    told, in_order = threading.Event(), []
    server = ControlServer(
        lambda command: Reply(True),
        folder,
        other_version=lambda greeting, stop: False,
        make_room=lambda greeting: in_order.append(told.wait(5.0)),
    )
    server.open()
    greet_as(folder, PROTOCOL + 1)
    told.set()
    for thread in threading.enumerate():
        if thread.name == "control-answer":
            thread.join(PATIENCE)
    server.close()
    assert in_order == [True]


@pytest.mark.parametrize(("protocol", "newer"), [(PROTOCOL - 1, False), (PROTOCOL + 1, True)])
def test_a_server_of_another_version_is_told_apart_from_none_and_asked_for_nothing_but_an_end(
    folder: Path, other: Serve, protocol: int, newer: bool
) -> None:
    other(f"protocol {protocol}")
    with pytest.raises(OtherVersion) as told:
        send(Command("start"), folder)
    assert told.value.newer is newer
    assert told.value.message.key == ("program-outdated" if newer else "other-version")
    assert send(Command("stop"), folder).done


# --- one that is stopped or hangs -------------------------------------------------------------------------------------

stops = pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)


@stops
def test_a_program_that_is_stopped_keeps_nobody_waiting_and_answers_when_it_goes_on(
    other: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = other("")
    stop(process)
    with monkeypatch.context() as hurried:
        hurried.setattr(ipc, "GREETING_TIMEOUT_S", 0.2)
        with pytest.raises(NotAnswering, match="does not answer"):
            send(Command("status"), folder)
    process.send_signal(signal.SIGCONT)
    assert send(Command("status"), folder).done


@stops
def test_a_queue_of_clients_delays_no_command_for_ever(
    other: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop(other(""))
    monkeypatch.setattr(ipc, "GREETING_TIMEOUT_S", 0.2)
    with contextlib.ExitStack() as queue:
        with contextlib.suppress(BlockingIOError):
            while True:  # as many as there is room for
                end = queue.enter_context(socket.socket(socket.AF_UNIX))
                end.setblocking(False)
                end.connect(str(folder / "control.sock"))
        with pytest.raises(NotAnswering):
            send(Command("status"), folder)


@stops
def test_a_command_that_is_never_answered_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    server = ControlServer(lambda command: Reply(over.wait()), folder)
    server.open()
    monkeypatch.setattr(ipc, "REPLY_TIMEOUT_S", 0.2)
    try:
        with pytest.raises(NotAnswering):
            send(Command("start"), folder)
    finally:
        over.set()
        server.close()


@stops
def test_a_client_that_stops_in_mid_message_delays_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def watch(stream: Stream[Command]) -> None:
        stream.transport.write(struct.pack("<I", 1000) + b"the beginning", None)
        over.wait()

    server = ControlServer(lambda command: Reply(True), folder, watch=watch)
    server.open()
    monkeypatch.setattr(ipc, "GREETING_TIMEOUT_S", 3.0)
    try:
        with connect(Command("watch"), folder) as stream, pytest.raises(TimeoutError):
            stream.receive(0.2)
    finally:
        over.set()
        server.close()


@stops
def test_a_service_that_hangs_can_be_ended_and_a_program_in_a_terminal_cannot(other: Serve, folder: Path) -> None:
    service = other("expendable")
    stop(service)
    end_hung(folder)
    assert service.wait() == -signal.SIGKILL
    in_terminal = other("")
    stop(in_terminal)
    end_hung(folder)
    in_terminal.send_signal(signal.SIGCONT)
    in_terminal.communicate()
    assert in_terminal.returncode == 0


def test_a_reused_process_id_is_never_killed(folder: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (folder / "pid").write_text(str(bystander.pid))
    end_hung(folder)
    bystander.communicate(b"\n")
    assert bystander.returncode == 0
