"""An exception in any stage of a call: it ends or goes on in order, one sentence says why, and the next call starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.live_call import OPENING, Echo, Played, opening
from voiceassist.core.events import (
    AnyEvent,
    CallEnded,
    ComponentState,
    ComponentStatus,
    CueShown,
    Feedback,
    FeedbackKind,
)
from voiceassist.service.call_manager import CallManager
from voiceassist.service.messages import Command, Over
from voiceassist.session.engine import CallEngine
from voiceassist.session.live import LiveCall
from voiceassist.storage import CallFolder, CallMeta, CallWriter, RecordingState


class Mistake(Exception):
    """What nobody thought of."""


class Broken:
    """`whole`, but for one method that raises from its `after`-th call on, `times` times."""

    def __init__(self, whole: Any, method: str, after: int = 0, times: int = 1_000_000) -> None:
        self._whole, self._method = whole, method
        self._left, self._times = after, times

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._whole, name)
        return self._break(found) if name == self._method else found

    def _break(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def broken(*args: Any, **more: Any) -> Any:
            self._left -= 1
            if self._left < 0 and self._times > 0:
                self._times -= 1
                raise Mistake("ouch")
            return method(*args, **more)

        return broken


ENDS = [
    ("capture", "open", 0),
    ("capture", "read", 60),
    ("capture", "end", 0),
    ("capture", "close", 0),
    ("engine", "start", 0),
    ("engine", "push", 60),
    ("engine", "feed", 4),
    ("engine", "finish", 0),
    ("engine", "open_utterance", 60),
    ("engine", "utterance_sound", 1),
    ("listener", "hear", 150),
]
"""Stages without which there is no call: it ends."""
GOES_ON = [
    ("transcriber", "start", 0),
    ("transcriber", "offer", 2),
    ("transcriber", "poll", 30),
    ("transcriber", "submit", 1),
    ("transcriber", "close", 0),
    ("writer", "write", 20),
    ("writer", "sound", 20),
    ("writer", "close", 0),
    ("learn", "learn", 0),
]
"""Stages that are told as failed while the rest goes on."""


class Call:
    """A live call that is kept, with one stage broken."""

    def __init__(self, folder: Path, stage: str, method: str, after: int) -> None:
        self.heard: list[AnyEvent] = []
        self.writer = CallWriter.create(folder, CallMeta(origin="live"))
        self.played = Played(opening())
        self.recognizer = Echo()
        self._call: LiveCall | None = None
        self._wrong = False
        parts: dict[str, Any] = {
            "capture": self.played,
            "engine": CallEngine(),
            "transcriber": self.recognizer,
            "writer": self.writer,
            "listener": self,
            "learn": self,
        }
        if stage:
            parts[stage] = Broken(parts[stage], method, after, 1 if stage == "listener" else 1_000_000)
        self._parts = parts
        self._stop_early = method == "end"

    def hear(self, event: AnyEvent) -> None:
        self.heard.append(event)
        assert self._call is not None
        if isinstance(event, CueShown) and not self._wrong:
            self._wrong = True
            self._call.post(Feedback(t=0.0, kind=FeedbackKind.WRONG))
        if self._stop_early and event.t > 10:
            self._call.stop()

    def learn(self, cue: str) -> None:
        pass

    def make(self, listener: Any, reference: str) -> LiveCall:
        parts = self._parts

        def both(event: AnyEvent) -> None:
            listener(event)
            parts["listener"].hear(event)

        self._call = LiveCall(
            parts["capture"],
            parts["engine"],
            both,
            transcriber=parts["transcriber"],
            writer=parts["writer"],
            learn=lambda cue: parts["learn"].learn(cue),
        )
        return self._call


def run(folder: Path, stage: str = "", method: str = "", after: int = 0) -> tuple[Call, list[str], str]:
    """A call with that stage broken, and one after it: the first call, what was told of it, why it broke off."""
    calls = [Call(folder, stage, method, after), Call(folder, "", "", 0)]
    waiting = list(calls)
    told: list[Any] = []
    manager = CallManager(lambda listener, reference: waiting.pop(0).make(listener, reference), told.append)
    for _ in calls:
        assert manager.do(Command("start")).done
        assert manager.wait(60)
    first, second = (message.error for message in told if isinstance(message, Over))
    assert second is None
    assert calls[1].heard[-1] == CallEnded(t=OPENING)
    assert CallFolder.open(calls[1].writer.path).meta.state is RecordingState.CLOSED
    sentences = [
        str(e.reason) for e in calls[0].heard if isinstance(e, ComponentStatus) and e.state is not ComponentState.OK
    ]
    return calls[0], sentences, str(first or "")


def journal(call: Call) -> Counter[type]:
    return Counter(type(event) for event in CallFolder.open(call.writer.path).events())


@pytest.mark.parametrize(("stage", "method", "after"), ENDS)
def test_a_call_that_cannot_go_on_ends_in_order(stage: str, method: str, after: int, tmp_path: Path) -> None:
    call, sentences, error = run(tmp_path, stage, method, after)
    assert "ouch" in error
    assert not sentences
    assert [e for e in call.heard if isinstance(e, CallEnded)] == call.heard[-1:]
    assert journal(call)[CallEnded] == 1
    assert CallFolder.open(call.writer.path).meta.state is RecordingState.CLOSED
    if (stage, method) != ("capture", "close"):
        assert call.played.closed
    assert call.recognizer.closed


@pytest.mark.parametrize(("stage", "method", "after"), GOES_ON)
def test_a_failing_component_is_reported_once_and_the_call_goes_on(
    stage: str, method: str, after: int, tmp_path: Path
) -> None:
    call, sentences, error = run(tmp_path, stage, method, after)
    (told,) = [*sentences, *([error] if error else [])]
    assert "ouch" in told
    assert call.heard[-1] == CallEnded(t=OPENING)
    assert call.played.closed
    if (stage, method) != ("transcriber", "close"):
        assert call.recognizer.closed
    if stage != "writer":
        assert journal(call)[CallEnded] == 1
    if (stage, method) != ("writer", "close"):
        assert CallFolder.open(call.writer.path).meta.state is RecordingState.CLOSED


def test_a_call_in_which_nothing_fails_tells_no_failure(tmp_path: Path) -> None:
    call, sentences, error = run(tmp_path)
    assert not sentences
    assert not error
    assert any(isinstance(event, CueShown) for event in call.heard)
