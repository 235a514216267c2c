"""Calls without sound, and what comes of them."""

from __future__ import annotations

import threading
from typing import Any

from tests.support.busy import PATIENCE
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.events import SCHEMA, AnyEvent, CallEnded, CallStarted, Note
from voiceassist.service.messages import ServiceMessage
from voiceassist.session.live import Command


class FakeCall:
    """A call that tells its beginning and its end, and writes down what it was asked."""

    def __init__(self, listener: Any, reference: str = "") -> None:
        self.tell = listener
        self.reference = reference
        self.ended = threading.Event()
        self.paused = False
        self.error: VoiceAssistError | None = None
        self.posted: list[Command] = []

    def start(self) -> None:
        self.tell(CallStarted(t=0.0, schema=SCHEMA))

    def stop(self) -> None:
        if not self.ended.is_set():
            self.tell(CallEnded(t=1.0))
            self.ended.set()

    def join(self, timeout: float | None = None) -> bool:
        return self.ended.wait(timeout)

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def post(self, command: Command) -> None:
        self.posted.append(command)


class Maker:
    """Makes the calls, and keeps them; `refuse` is why none can be made."""

    def __init__(self) -> None:
        self.calls: list[FakeCall] = []
        self.refuse: Exception | None = None

    def __call__(self, listener: Any, reference: str) -> FakeCall:
        if self.refuse is not None:
            raise self.refuse
        self.calls.append(FakeCall(listener, reference))
        return self.calls[-1]


class Heard:
    """What was told, and a way to wait for it."""

    def __init__(self) -> None:
        self.told: list[ServiceMessage] = []
        self._changed = threading.Condition()

    def __call__(self, told: ServiceMessage) -> None:
        self.all([told])

    def all(self, told: list[ServiceMessage]) -> None:
        with self._changed:
            self.told += told
            self._changed.notify_all()

    def until(self, true: Any, what: str = "it to be told") -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: true(self.told), PATIENCE), f"waited for {what}; told: {self.told}"

    def has(self, told: ServiceMessage) -> None:
        self.until(lambda heard: told in heard, repr(told))

    def of(self, kind: type) -> list[Any]:
        return [one for one in self.told if isinstance(one, kind)]


def event(number: int) -> AnyEvent:
    return Note(t=float(number), text=f"note {number}")
