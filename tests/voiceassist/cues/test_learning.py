""" "Wrong cue" in a live call is learned for the next one, and a kept call replays as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.support.live_call import SILENCE_ENDS, Played, opening
from voiceassist.cli.main import app
from voiceassist.config.options import Settings
from voiceassist.core.errors import StorageError, UsageError
from voiceassist.core.events import CallStarted, Component, ComponentStatus, CueShown, Event, Feedback, FeedbackKind
from voiceassist.core.messages import message, verbatim
from voiceassist.cues.sensitivity import WrongCues
from voiceassist.session import build
from voiceassist.session.engine import CallEngine
from voiceassist.session.live import LiveCall
from voiceassist.storage import CallMeta, CallWriter

DEAD_AIR = "say-what-you-are-doing"


def play(
    engine: CallEngine, learn: Callable[[str], None], wrongs: int = 1, writer: CallWriter | None = None
) -> list[Event]:
    """The call, in which the agent calls the dead-air cue wrong as it comes, `wrongs` times."""
    heard: list[Event] = []
    said = 0

    def between(index: int) -> None:
        nonlocal said
        if said < wrongs and any(isinstance(event, CueShown) for event in heard):
            call.post(Feedback(t=0.0, kind=FeedbackKind.WRONG, number=1))
            said += 1

    call = LiveCall(Played(opening(), between), engine, heard.append, learn=learn, writer=writer)
    call.start()
    assert call.join(60)
    assert call.error is None
    return heard


def test_a_cue_called_wrong_comes_later_from_the_next_call_on() -> None:
    wrong = WrongCues()
    first = play(build.engine(Settings(), readily=build.cue_sensitivities(Settings())), wrong.add)
    assert [event.id for event in first if isinstance(event, CueShown)] == [DEAD_AIR]
    assert wrong.counts() == {DEAD_AIR: 1}
    wrong.add(DEAD_AIR)
    second = play(build.engine(Settings(), readily=build.cue_sensitivities(Settings())), wrong.add)
    assert [event.id for event in second if isinstance(event, CueShown)] == []  # 8 s are not 9.4 s
    assert next(event for event in second if isinstance(event, CallStarted)).sensitivities == {DEAD_AIR: 0.64}


def test_one_cue_called_wrong_twice_counts_once() -> None:
    wrong = WrongCues()
    play(CallEngine(), wrong.add, wrongs=3)
    assert wrong.counts() == {DEAD_AIR: 1}


def test_a_settings_folder_that_stalls_delays_nothing_of_the_call() -> None:
    goes_on = threading.Event()
    learned: list[str] = []

    def stalls(cue: str) -> None:
        assert goes_on.wait(5), "the call waits for the disk"
        learned.append(cue)

    class Watched(CallEngine):
        def push(self, agent: Any, caller: Any) -> list[Event]:
            if self.now >= SILENCE_ENDS:
                goes_on.set()
            return super().push(agent, caller)

    heard = play(Watched(), stalls)
    assert learned == [DEAD_AIR]
    assert not [event for event in heard if isinstance(event, ComponentStatus)]


def test_what_cannot_be_learned_is_reported_and_the_call_goes_on() -> None:
    def full(cue: str) -> None:
        raise StorageError(verbatim("What you said about cues was not kept: the disk is full."))

    heard = play(CallEngine(), full)
    (part,) = (event for event in heard if isinstance(event, ComponentStatus))
    assert (part.component, str(part.reason)) == (
        Component.CUES,
        "What you said about cues was not kept: the disk is full.",
    )


@pytest.mark.parametrize("readily", [{}, {DEAD_AIR: 0.5}])
def test_a_kept_call_is_tried_as_readily_as_it_was_then(readily: Any, home: Path) -> None:
    settings = Settings()
    writer = CallWriter.create(settings.library, CallMeta(origin="demo"))
    heard = play(build.engine(settings, readily=readily), lambda cue: None, wrongs=0, writer=writer)
    WrongCues().add("pause")
    tried = CliRunner().invoke(app, ["cues", "try", "last"])
    assert tried.exit_code == 0, tried.output
    came = any(isinstance(event, CueShown) for event in heard)
    assert came == (not readily)
    assert ("came too" in tried.output) == came


def test_the_list_of_cues_says_what_was_called_wrong_and_reset_takes_it_back() -> None:
    WrongCues().add("pause")
    listed = CliRunner().invoke(app, ["cues", "list"], env={"COLUMNS": "160"})
    assert "1 ×, 20 % quieter" in listed.output
    unknown = CliRunner().invoke(app, ["cues", "reset", "acknowledge"])
    assert isinstance(unknown.exception, UsageError)
    assert unknown.exception.message == message("cue-not-called-wrong", cue="acknowledge", others=["pause"])
    assert CliRunner().invoke(app, ["cues", "reset", "pause"]).exit_code == 0
    assert WrongCues().counts() == {}


def test_the_packs_are_listed_by_language() -> None:
    listed = CliRunner().invoke(app, ["cues", "packs"]).output.splitlines()
    assert [line.split()[0] for line in listed] == ["de", "en", "es", "fr"]
