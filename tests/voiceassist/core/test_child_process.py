"""A child process is spoken to by frames, and whatever it does, its parent hears of its end and no thread stays."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from tests.support.busy import PATIENCE
from voiceassist.core.child_process import ChildEnded, ChildProcess


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    number: int


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    number: int
    ballast: bytes = b""


CHILD = """
import sys, time
from tests.voiceassist.core.test_child_process import Ping, Pong
from voiceassist.core import framing
from voiceassist.core.child_process import connect_to_parent, receive_until_parent_ends
"""

ECHO = "parent = connect_to_parent(Ping)\nprint('a library talks')\n"
ECHO += "receive_until_parent_ends(parent, lambda ping: parent.send(Pong(ping.number)))"

Inbox = queue.Queue[tuple[ChildProcess[Pong], Any]]
Start = Callable[..., ChildProcess[Pong]]


@pytest.fixture
def inbox() -> Inbox:
    return queue.Queue()


@pytest.fixture
def start() -> Iterator[Start]:
    children = []

    def start(code: str, inbox: Inbox) -> ChildProcess[Pong]:
        child: ChildProcess[Pong] = ChildProcess("speech", inbox, Pong, command=(sys.executable, "-c", CHILD + code))
        children.append(child)
        return child

    yield start
    for child in children:
        child.end()
    for thread in threading.enumerate():
        if thread.name.startswith("speech_"):
            thread.join(PATIENCE)
            assert not thread.is_alive()


def test_messages_go_both_ways_and_what_a_library_prints_is_not_between_them(start: Start, inbox: Inbox) -> None:
    child = start(ECHO, inbox)
    for number in range(3):
        child.send(Ping(number))
    for number in range(3):
        assert inbox.get(timeout=PATIENCE) == (child, Pong(number))


def test_a_child_ends_when_its_parent_closes_the_pipe(start: Start, inbox: Inbox) -> None:
    child = start(ECHO, inbox)
    child.send(Ping(1))
    inbox.get(timeout=PATIENCE)
    child._outbox.put(None)
    assert inbox.get(timeout=PATIENCE) == (child, ChildEnded())
    assert child.process.returncode == 0


@pytest.mark.parametrize(
    ("code", "other_version"),
    [
        ("sys.exit(3)", False),
        ("print('no frame at all, but words'); time.sleep(100)", False),
        ("sys.stdout.buffer.write(bytes([255] * 8)); sys.stdout.flush(); time.sleep(100)", False),
        ("framing.PROTOCOL += 1; connect_to_parent(Ping); time.sleep(100)", True),
        ("connect_to_parent(Ping).transport.write(b'\\x09\\x00\\x00\\x00cut', None)", False),
    ],
    ids=["ends", "prints", "claims 4 GB", "another version", "is cut off"],
)
def test_a_child_that_does_not_keep_to_the_protocol_is_ended_and_reported(
    start: Start, inbox: Inbox, code: str, other_version: bool
) -> None:
    child = start(code, inbox)
    assert inbox.get(timeout=PATIENCE) == (child, ChildEnded(other_version))
    assert child.process.returncode is not None


def test_a_child_that_reads_nothing_holds_nobody_up(start: Start, inbox: Inbox) -> None:
    child = start("connect_to_parent(Ping); time.sleep(100)", inbox)
    for number in range(100_000):
        child.send(Ping(number))
    child.end()
    assert child.process.wait(PATIENCE) is not None


def test_an_inbox_that_is_full_holds_the_child_up_and_not_its_end(start: Start) -> None:
    inbox: Inbox = queue.Queue(2)
    code = "parent = connect_to_parent(Ping)\nfor n in range(1000): parent.send(Pong(n, bytes(10_000)))"
    child = start(code, inbox)
    while not inbox.full():
        threading.Event().wait(0.01)
    assert child.process.poll() is None
    child.end()
