"""The demo plays a call like a live one, and waits for its words: the same cues at any speed, on any machine."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.speech import Installed, ModelStore, entry
from tests.calls.demo import FLIGHT, installed
from tests.calls.run import cues, of_kind
from voiceassist.config.options import Settings
from voiceassist.core.events import (
    CallEnded,
    Component,
    ComponentState,
    ComponentStatus,
    Event,
    StatusCause,
    Text,
    Utterance,
)
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.session import build
from voiceassist.session.demo import DemoClock, demo_call, demo_model, missing_demo_model
from voiceassist.session.demo_assets import CALLS
from voiceassist.session.inputs import TEXT_DELAY


def play(name: str, speed: float, model: str = "") -> list[Event]:
    events: list[Event] = []
    call = demo_call(Settings(), events.append, speed=speed, model=model, bundled=CALLS[name])
    call.start()
    call.join()
    assert call.error is None
    assert isinstance(events[-1], CallEnded)
    return events


@contextmanager
def busy_machine(processes: int = 2) -> Iterator[None]:
    """Beside programs that take every moment of the processors they get."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


@pytest.mark.parametrize("name", CALLS)
def test_every_call_has_its_script_its_sound_and_its_truth(name: str) -> None:
    call = CALLS[name]
    truth = json.loads(call.truth.read_text("utf-8"))
    assert call.sound.stat().st_size < 1_000_000
    assert truth["language"] == call.language
    assert truth["title"] == tomllib.loads(call.script.read_text("utf-8"))["title"]


def test_the_clock_runs_as_fast_as_it_was_told_and_stands_still_while_something_is_waited_for() -> None:
    now = [100.0]
    clock = DemoClock(8.0, lambda: now[0])
    start = clock()
    now[0] += 2
    assert clock() - start == 16
    with clock.stopped():
        now[0] += 5
        assert clock() - start == 16
    now[0] += 1
    assert clock() - start == 24


class Slow:
    """A recognizer that answers only when it is waited for."""

    def __init__(self) -> None:
        self.due: dict[int, Text] = {}
        self.answered: list[Text | ComponentStatus] = []

    def start(self) -> None: ...

    def submit(self, u: Utterance, sound: object, offset: float) -> None:
        self.due[u.id] = Text(t=0.0, utterance=u.id, channel=u.channel, start=u.start, end=u.end, text=f"no. {u.id}")

    def offer(self, speaking: OpenUtterance) -> None: ...

    def poll(self) -> list[Text | ComponentStatus]:
        answered, self.answered = self.answered, []
        return answered

    def wait_for(self, utterance_id: int, timeout: float) -> None:
        self.answered.append(self.due.pop(utterance_id))

    def close(self, timeout: float) -> list[Text | ComponentStatus]:
        return self.poll()


def test_a_slow_recognizers_words_come_at_the_same_moment_of_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "transcriber", lambda *_, **__: Slow())
    events = play("calm", 64)
    texts, utterances = of_kind(events, Text), of_kind(events, Utterance)
    assert [text.utterance for text in texts] == [utterance.id for utterance in utterances]
    during = [text.t - text.end for text in texts if text.t < events[-1].t]
    assert during == pytest.approx([TEXT_DELAY] * len(during), abs=0.1)


def test_without_a_speech_model_it_plays_with_cues_from_sound_and_says_so_once() -> None:
    events = play("calm", 64)
    told = [s for s in of_kind(events, ComponentStatus) if s.component is Component.TRANSCRIPTION]
    assert [(status.state, status.cause) for status in told] == [(ComponentState.DISABLED, StatusCause.NO_SPEECH_MODEL)]
    assert of_kind(events, Text) == []


@pytest.mark.slow
def test_with_the_real_model_the_same_cues_come_at_the_same_moments_at_any_speed_and_on_a_busy_machine() -> None:
    model = str(installed("tiny.en"))
    scripted = [due.cue for due in FLIGHT.cues(words=True)]
    quick = cues(play("flight", 32, model))
    assert [cue for cue, _ in quick] == scripted
    with busy_machine():
        assert cues(play("flight", 8, model)) == quick


def pretend_installed(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    models = [Installed(name, Path("/models") / name, shared=False, size=1, entry=entry(name)) for name in names]
    monkeypatch.setattr(ModelStore, "list", lambda self: models)


def test_it_takes_the_small_model_or_else_the_one_a_real_call_would_have(monkeypatch: pytest.MonkeyPatch) -> None:
    assert demo_model(Settings()) == ""
    pretend_installed(monkeypatch, "base")
    assert demo_model(Settings()) == "base"
    pretend_installed(monkeypatch, "tiny.en", "base.en")
    assert demo_model(Settings()) == "tiny.en"
    assert demo_model(Settings(language="de")) == ""
    assert demo_model(Settings(speech_model="none")) == ""


def test_a_model_is_missing_where_none_knows_the_calls_language_and_one_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert missing_demo_model(Settings()) == "tiny.en"
    assert missing_demo_model(Settings(language="de"), CALLS["bill"]) == "tiny.en"
    assert missing_demo_model(Settings(speech_model="none")) == ""
    pretend_installed(monkeypatch, "tiny.en")
    assert missing_demo_model(Settings()) == ""
    assert missing_demo_model(Settings(), CALLS["heating"]) == "base"
