"""The window is told everything, also what was before it came; and one that does not listen holds nobody up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.service.fake import event
from voiceassist.core.events import Channel, Meter, Text
from voiceassist.core.framing import FramingError, Stream
from voiceassist.core.local_socket import SocketTransport
from voiceassist.core.messages import verbatim
from voiceassist.service.event_hub import BACKLOG, SLOW, EventHub
from voiceassist.service.messages import Attached, Begun, CaughtUp, Command, Over, ServiceMessage, Show, Taken

FULL = verbatim("The disk is full.")
METER = Meter(t=1.0, agent_db=-40, caller_db=-40, agent_speaking=False, caller_speaking=False)
LARGE = event(0)
LARGE = msgspec.structs.replace(LARGE, text="x" * 1000)  # so that the system's own buffer is full before ours
ENOUGH = 4 * BACKLOG
"""Ours may be full, handed to the system in one go, which never comes to an end with it, and be full once more."""


class Ends:
    """The two ends of connections."""

    def __init__(self) -> None:
        self._open: list[Stream[Any]] = []

    def pair(self) -> tuple[Stream[Any], Stream[Any]]:
        here, there = socket.socketpair()
        for end in (here, there):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)  # what fits is not up to the system
        pair = Stream[Any](SocketTransport(here), ServiceMessage), Stream[Any](SocketTransport(there), Command)
        self._open += pair
        return pair

    def close(self) -> None:
        for end in self._open:
            end.close()


@pytest.fixture
def ends() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.close()


@pytest.fixture
def hub() -> Iterator[EventHub]:
    hub = EventHub()
    yield hub
    hub.close()


def read(window: Stream[Any], until: ServiceMessage) -> list[ServiceMessage]:
    """All that is told up to `until`."""
    told: list[ServiceMessage] = []
    while until not in told:
        try:
            told += window.receive(PATIENCE)
        except TimeoutError:
            pytest.fail(f"waited for {until}; told: {told}")
    return told


def hung_up(window: Stream[Any]) -> bool:
    """Whether the other end ends the connection, after whatever it still tells."""
    try:
        while True:
            window.receive(PATIENCE)
    except TimeoutError:
        return False
    except (EOFError, OSError, FramingError):  # what was being sent may be cut
        return True


def test_a_window_is_told_the_call_so_far_and_then_what_happens(hub: EventHub, ends: Ends) -> None:
    window, far = ends.pair()
    hub.tell(Begun())
    hub.tell(event(1))
    assert hub.attach(far)
    hub.tell(event(2))
    assert read(window, event(2)) == [Attached(), Begun(), event(1), CaughtUp(), event(2)]


def test_meters_and_partials_are_sent_live_and_not_stored(hub: EventHub, ends: Ends) -> None:
    partial = Text(t=1.0, utterance=1, channel=Channel.CALLER, start=0.0, end=1.0, text="I wai", final=False)
    first, far = ends.pair()
    hub.tell(Begun())
    subscriber = hub.attach(far)
    assert subscriber
    for told in (METER, partial, event(1)):
        hub.tell(told)
    assert read(first, event(1)) == [Attached(), Begun(), CaughtUp(), METER, partial, event(1)]
    hub.detach(subscriber)
    second, far = ends.pair()
    assert hub.attach(far)
    assert read(second, CaughtUp()) == [Attached(), Begun(), event(1), CaughtUp()]


def test_no_event_of_an_earlier_call_is_sent(hub: EventHub, ends: Ends) -> None:
    for told in (Begun(), event(1), Over(), Begun(), event(2), Over(FULL)):
        hub.tell(told)
    window, far = ends.pair()
    assert hub.attach(far)
    so_far = [Begun(), event(2), Over(FULL)]
    assert read(window, CaughtUp()) == [Attached(), *so_far, CaughtUp()]


def test_a_second_window_is_refused_and_the_first_asked_to_show_itself(hub: EventHub, ends: Ends) -> None:
    first, far = ends.pair()
    second, other = ends.pair()
    assert hub.attach(far)
    assert hub.attach(other) is None
    assert read(second, Taken()) == [Taken()]
    assert read(first, Show()) == [Attached(), CaughtUp(), Show()]


def test_a_window_that_just_died_blocks_no_other(hub: EventHub, ends: Ends) -> None:
    """Nobody has come to read that it is gone."""
    dead, far = ends.pair()
    window, other = ends.pair()
    assert hub.attach(far)
    dead.close()
    assert hub.attach(other)
    hub.tell(event(1))
    assert read(window, event(1)) == [Attached(), CaughtUp(), event(1)]


def test_without_a_window_there_is_none_to_show(hub: EventHub) -> None:
    assert not hub.show()


def test_a_window_that_never_reads_is_disconnected_and_publishing_never_waits(hub: EventHub, ends: Ends) -> None:
    window, far = ends.pair()
    hub.tell(Begun())
    assert hub.attach(far)
    told = 0

    def tell() -> None:
        nonlocal told
        while hub.watched and told < ENOUGH:
            hub.tell(LARGE)
            told += 1

    telling = threading.Thread(target=tell, daemon=True)
    telling.start()
    telling.join(PATIENCE)
    assert not telling.is_alive()
    assert BACKLOG <= told < ENOUGH
    # It comes back and finds everything.
    again, far = ends.pair()
    assert hub.attach(far)
    hub.tell(event(1))
    assert len(read(again, event(1))) == told + 4
    assert hung_up(window)


def test_a_slow_window_misses_meters_only(hub: EventHub, ends: Ends) -> None:
    window, far = ends.pair()
    assert hub.attach(far)
    for _ in range(SLOW * 10):
        hub.tell(LARGE)
        hub.tell(METER)
    hub.tell(event(1))
    told = read(window, event(1))
    assert told.count(LARGE) == SLOW * 10
    assert told.count(METER) < SLOW * 10


def test_pending_events_are_sent_before_disconnecting(hub: EventHub, ends: Ends) -> None:
    window, far = ends.pair()
    assert hub.attach(far)
    for number in range(100):
        hub.tell(event(number))
    hub.close()
    assert event(99) in read(window, event(99))
    assert hung_up(window)
