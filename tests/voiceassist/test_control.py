"""Other programs on the computer start and stop calls; nobody else's do."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from voiceassist.control import AlreadyRunning, Command, ControlServer, NotRunning, Reply, send
from voiceassist.errors import VoiceAssistError


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
