"""The smallest real model, something said, and a child process that does as it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.calls.demo import DELIVERY, installed
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.child_process import ChildEnded
from voiceassist.core.events import Channel, Utterance
from voiceassist.core.messages import Message
from voiceassist.speech.messages import Done, Failed, Job, Load, Ready
from voiceassist.speech.recognition_result import RecognitionResult


@pytest.fixture(scope="session")
def model() -> Path:
    """The real Whisper tiny.en."""
    return installed("tiny.en")


def speech(seconds: float = 1.5, first: int = 0) -> np.ndarray:
    """So many seconds of the agent of a demo call, one line after the other, from line `first` on."""
    lines = [line for line in DELIVERY.lines if line.who is Channel.AGENT]
    said = [DELIVERY.sound(line.start, line.end)[0] for line in lines]
    return np.concatenate(said[first:] + said[:first])[: round(seconds * SAMPLE_RATE)]


def utterance(number: int, channel: Channel = Channel.CALLER, start: float = 0.0, length: float = 1.0) -> Utterance:
    return Utterance(
        t=start + length,
        id=number,
        channel=channel,
        start=start,
        end=start + length,
        level_db=-20,
        pitch_hz=120,
        tilt_db=-10,
        voiced=0.5,
    )


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeChild:
    """Keeps what it was sent; the test answers in its place."""

    def __init__(self, inbox: Any) -> None:
        self.inbox = inbox
        self.sent: list[Any] = []
        self.ended = False

    def send(self, message: Any) -> None:
        self.sent.append(message)

    def end(self) -> None:
        self.ended = True

    @property
    def jobs(self) -> list[Job]:
        return [m for m in self.sent if isinstance(m, Job)]

    @property
    def loads(self) -> list[Load]:
        return [m for m in self.sent if isinstance(m, Load)]

    def ready(self, name: str = "fake", probe: float = 0.05) -> None:
        self.inbox.put((self, Ready(name=name, probe=probe)))

    def answer(self, text: str, seconds: float = 0.1, job: Job | None = None) -> None:
        job = job or self.jobs[-1]
        result = RecognitionResult(text, language="en", logprob=-0.2, no_speech=0.01)
        self.inbox.put((self, Done(job.number, result, seconds)))

    def fail(self, reason: Message, loading: bool = False) -> None:
        self.inbox.put((self, Failed(number=None if loading else self.jobs[-1].number, reason=reason)))

    def die(self) -> None:
        self.inbox.put((self, ChildEnded()))


class Children:
    """Launches fake children and remembers them."""

    def __init__(self) -> None:
        self.all: list[FakeChild] = []

    def __call__(self, inbox: Any) -> FakeChild:
        self.all.append(FakeChild(inbox))
        return self.all[-1]

    @property
    def last(self) -> FakeChild:
        return self.all[-1]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def children() -> Children:
    return Children()
