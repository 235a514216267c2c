"""Passes on what happens in a call to the window that watches, and keeps it for a window that comes later.

Telling never waits: each subscriber has a thread and a bounded queue. One that has fallen too far behind is let go; it
attaches anew and is told everything from the start of the call, in one go. Knows nothing of how calls are run.
"""

from __future__ import annotations

import threading
from collections import deque

from voiceassist.core.events import Meter, Text
from voiceassist.core.framing import Stream, frame
from voiceassist.service.messages import Attached, Begun, CaughtUp, Command, ServiceMessage, Show, Taken

SLOW = 100
"""Messages waiting for a subscriber from which on it is spared what the next second replaces anyway; a live call tells
about fifteen a second."""
BACKLOG = 4_000
"""Messages waiting from which on a subscriber is let go: some minutes of a live call, a megabyte."""

HANG_UP_TIMEOUT_S = 5.0
"""Seconds a subscriber gets at the end to take what is still due: on a busy machine a second is soon over."""

REFUSAL_TIMEOUT_S = 5.0


class EventHub:
    """At most one window subscribes at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._history = bytearray()
        """Frames since the last call began, without what is replaced within a second."""
        self._subscriber: Subscriber | None = None

    @property
    def watched(self) -> bool:
        with self._lock:
            return self._subscriber is not None

    def tell(self, message: ServiceMessage) -> None:
        """From any thread; returns at once."""
        encoded = frame(message)
        passing = isinstance(message, Meter) or (isinstance(message, Text) and not message.final)
        with self._lock:
            if isinstance(message, Begun):
                self._history.clear()
            if not passing:
                self._history += encoded
            self._put(encoded, passing)

    def show(self) -> bool:
        """Have the window show itself; whether there is one."""
        with self._lock:
            self._put(frame(Show()), passing=False)
            return self._subscriber is not None

    def attach(self, stream: Stream[Command]) -> Subscriber | None:
        """A new subscriber, told everything so far; None when there is another, which is told to show itself. One that
        has just died is none: nobody would be left."""
        with self._lock:
            if self._subscriber is not None and self._subscriber.gone:
                self._subscriber.end()
                self._subscriber = None
            if self._subscriber is None:
                so_far = frame(Attached()) + self._history + frame(CaughtUp())
                self._subscriber = Subscriber(stream, so_far)
                return self._subscriber
        self.show()
        stream.send(Taken(), timeout=REFUSAL_TIMEOUT_S)
        return None

    def detach(self, subscriber: Subscriber) -> None:
        """Tell it nothing more: it has gone, or is about to."""
        with self._lock:
            if subscriber is self._subscriber:
                self._subscriber = None
        subscriber.end()

    def close(self) -> None:
        """Tell the window the rest, and hang up."""
        with self._lock:
            subscriber, self._subscriber = self._subscriber, None
        if subscriber is not None:
            subscriber.hang_up(HANG_UP_TIMEOUT_S)

    def _put(self, encoded: bytes, passing: bool) -> None:
        if self._subscriber is not None and not self._subscriber.put(encoded, passing):
            self._subscriber.hang_up()
            self._subscriber = None


class Subscriber:
    """One connection, and what is still to be sent on it."""

    def __init__(self, stream: Stream[Command], first: bytes) -> None:
        self._stream = stream
        self._frames = deque([first])
        self._ended = False
        self._due = threading.Condition()
        self._thread = threading.Thread(target=self._send, name="subscriber", daemon=True)
        self._thread.start()

    @property
    def gone(self) -> bool:
        return self._stream.transport.gone

    def put(self, encoded: bytes, passing: bool) -> bool:
        """Whether it keeps up. `passing` messages are left out when it is slow."""
        with self._due:
            if len(self._frames) >= BACKLOG:
                return False
            if not (passing and len(self._frames) >= SLOW):
                self._frames.append(encoded)
                self._due.notify()
        return True

    def end(self) -> None:
        """Nothing more comes; what is still due is sent."""
        with self._due:
            self._ended = True
            self._due.notify()

    def hang_up(self, timeout: float = 0.0) -> None:
        """End the connection, after as many seconds as it takes to send what is due, but no more than this; with a
        timeout also until nobody writes to it, so that it may be closed."""
        self.end()
        if timeout:
            self._thread.join(timeout)
        self._stream.hang_up()
        if timeout:
            self._thread.join(timeout)

    def _send(self) -> None:
        while True:
            with self._due:
                self._due.wait_for(lambda: self._frames or self._ended)
                if not self._frames:
                    return
                frames = b"".join(self._frames)
                self._frames.clear()
            try:
                self._stream.send_frames(frames)
            except OSError:
                return  # it has gone; whoever reads from it notices
