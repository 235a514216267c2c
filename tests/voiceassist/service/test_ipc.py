"""Other programs on the computer start and stop calls; nobody else's do."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Client, Connection
from pathlib import Path

import pytest

from voiceassist.core.errors import VoiceAssistError
from voiceassist.service import ipc
from voiceassist.service.ipc import (
    AlreadyRunning,
    Command,
    ControlServer,
    NotAnswering,
    NotRunning,
    Reply,
    connect,
    end_hung,
    send,
)

ROOT = Path(__file__).resolve().parents[3]


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
        return Reply(True, f"did {command.action}")

    server = ControlServer(handle, folder)
    server.open()
    yield server
    server.close()


def test_a_command_reaches_the_running_program_and_is_answered(
    server: ControlServer, folder: Path, told: list[Command]
) -> None:
    assert send(Command("ref", "case 17"), folder) == Reply(True, "did ref")
    assert told == [Command("ref", "case 17")]


def test_without_a_running_program_the_sender_is_told_how_to_start_one(folder: Path) -> None:
    with pytest.raises(NotRunning, match="voiceassist run"):
        send(Command("start"), folder)


def test_a_second_program_finds_it_taken_until_the_first_ends(server: ControlServer, folder: Path) -> None:
    second = ControlServer(lambda command: Reply(True, "second"), folder)
    with pytest.raises(AlreadyRunning):
        second.open()
    server.close()
    second.open()
    try:
        assert send(Command("status"), folder).said == "second"
    finally:
        second.close()


def test_what_a_killed_program_left_behind_is_no_obstacle(folder: Path) -> None:
    (folder / "control.sock").write_bytes(b"")
    (folder / "key").write_bytes(b"old")
    server = ControlServer(lambda command: Reply(True, "new"), folder)
    server.open()
    try:
        assert send(Command("status"), folder).said == "new"
    finally:
        server.close()


def test_one_who_connects_and_says_nothing_keeps_nobody_waiting(server: ControlServer, folder: Path) -> None:
    with Client(str(folder / "control.sock")):
        assert send(Command("stop"), folder).done


def test_one_without_the_key_is_not_heard(server: ControlServer, folder: Path, told: list[Command]) -> None:
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
    assert "does not know" in reply.said
    assert told == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps other users out by the profile's rights")
def test_only_this_person_can_open_the_folder_the_socket_and_the_key(server: ControlServer, folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("control.sock", "key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="needs root to give a folder away")
def test_a_folder_that_somebody_else_prepared_is_refused(folder: Path) -> None:
    os.chown(folder, 12345, 12345)
    with pytest.raises(VoiceAssistError, match="belongs to somebody else"):
        ControlServer(lambda command: Reply(True), folder).open()


# --- one that is stopped or hangs -------------------------------------------------------------------------------------

SERVE = """
import sys
from pathlib import Path
from voiceassist.service.ipc import ControlServer, Reply
server = ControlServer(lambda command: Reply(True, "did"), Path(sys.argv[1]), expendable=sys.argv[2] == "expendable")
server.open()
print("there", flush=True)
sys.stdin.read()
server.close()
"""

stops = pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")

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
def test_nor_does_one_before_which_others_have_queued_up(
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
def test_one_that_stops_in_the_middle_of_a_message_keeps_nobody_waiting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def watch(connection: Connection) -> None:
        os.write(connection.fileno(), struct.pack("!i", 1000) + b"the beginning")
        over.wait()

    server = ControlServer(lambda command: Reply(True), folder, watch=watch)
    server.open()
    monkeypatch.setattr(ipc, "GREETING_TIMEOUT_S", 3.0)
    try:
        with connect(Command("watch"), folder) as connection, pytest.raises(BlockingIOError):
            connection.recv_bytes()
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


def test_nobody_is_ended_for_having_the_number_of_a_service_that_is_gone(folder: Path) -> None:
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (folder / "pid").write_text(str(bystander.pid))
    end_hung(folder)
    bystander.communicate(b"\n")
    assert bystander.returncode == 0
