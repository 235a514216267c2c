"""Passes on what happens in a call to the window that watches, and keeps it for a window that comes later.

Telling never waits: each watcher has a thread and a bounded queue. One that has fallen too far behind is let go; it
attaches anew and is told everything from the start of the call, in one go. Knows nothing of how calls are run.
"""

from __future__ import annotations

import threading
from collections import deque
from multiprocessing.connection import Connection

from voiceassist.core.events import Meter, Text
from voiceassist.service.ipc import hang_up, has_hung_up
from voiceassist.service.messages import Attached, Begun, ServiceMessage, Show, Taken, encode

SLOW = 100
"""Lines waiting for a watcher from which on it is spared what the next second replaces anyway; a live call tells about
fifteen a second."""
BACKLOG = 4_000
"""Lines waiting from which on a watcher is let go: some minutes of a live call, a megabyte."""

CLOSING = 5.0
"""Seconds a watcher gets at the end to take what is still due: on a busy machine a second is soon over."""


class EventHub:
    """At most one window watches at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._history = bytearray()
        """Lines since the last call began, without what is replaced within a second."""
        self._watcher: Subscriber | None = None

    @property
    def watched(self) -> bool:
        with self._lock:
            return self._watcher is not None

    def tell(self, told: ServiceMessage) -> None:
        """From any thread; returns at once."""
        line = encode(told) + b"\n"
        passing = isinstance(told, Meter) or (isinstance(told, Text) and not told.final)
        with self._lock:
            if isinstance(told, Begun):
                self._history.clear()
            if not passing:
                self._history += line
            self._put(line, passing)

    def show(self) -> bool:
        """Have the window show itself; whether there is one."""
        with self._lock:
            self._put(encode(Show()) + b"\n", passing=False)
            return self._watcher is not None

    def admit(self, connection: Connection) -> Subscriber | None:
        """A new watcher, told everything so far; None when there is another, which is told to show itself. One that
        has just died is none: nobody would be left."""
        with self._lock:
            if self._watcher is not None and self._watcher.has_gone:
                self._watcher.end()
                self._watcher = None
            if self._watcher is None:
                self._watcher = Subscriber(connection, encode(Attached()) + b"\n" + self._history)
                return self._watcher
        self.show()
        connection.send_bytes(encode(Taken()))
        return None

    def release(self, watcher: Subscriber) -> None:
        """Tell it nothing more: it has gone, or is about to."""
        with self._lock:
            if watcher is self._watcher:
                self._watcher = None
        watcher.end()

    def close(self) -> None:
        """Tell the window the rest, and hang up."""
        with self._lock:
            watcher, self._watcher = self._watcher, None
        if watcher is not None:
            watcher.hang_up(CLOSING)

    def _put(self, line: bytes, passing: bool) -> None:
        if self._watcher is not None and not self._watcher.put(line, passing):
            self._watcher.hang_up()
            self._watcher = None


class Subscriber:
    """One connection, and what is still to be sent on it."""

    def __init__(self, connection: Connection, first: bytes) -> None:
        self._connection = connection
        self._lines = deque([first])
        self._ended = False
        self._due = threading.Condition()
        self._thread = threading.Thread(target=self._send, name="watcher", daemon=True)
        self._thread.start()

    @property
    def has_gone(self) -> bool:
        return has_hung_up(self._connection)

    def put(self, line: bytes, passing: bool) -> bool:
        """Whether it keeps up. `passing` lines are left out when it is slow."""
        with self._due:
            if len(self._lines) >= BACKLOG:
                return False
            if not (passing and len(self._lines) >= SLOW):
                self._lines.append(line)
                self._due.notify()
        return True

    def end(self) -> None:
        """Nothing more comes; what is still due is sent."""
        with self._due:
            self._ended = True
            self._due.notify()

    def hang_up(self, patience: float = 0.0) -> None:
        """End the connection, after as many seconds as it takes to send what is due, but no more than this; with
        patience also until nobody writes to it, so that it may be closed."""
        self.end()
        if patience:
            self._thread.join(patience)
        hang_up(self._connection)
        if patience:
            self._thread.join(patience)

    def _send(self) -> None:
        while True:
            with self._due:
                self._due.wait_for(lambda: self._lines or self._ended)
                if not self._lines:
                    return
                lines = b"".join(self._lines)
                self._lines.clear()
            try:
                self._connection.send_bytes(lines)
            except OSError:
                return  # it has gone; whoever reads from it notices
