"""The disk is not on the call's thread: it may stall, fail or stay away, and nothing is lost without a word."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import numpy as np
import pytest

from tests.support.busy import PATIENCE
from tests.support.live_call import OPENING, Kept, Played, of, opening, pieces, play
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.errors import StorageError
from voiceassist.core.events import (
    AnyEvent,
    CallEnded,
    Component,
    ComponentState,
    ComponentStatus,
    CueShown,
    Event,
    Note,
)
from voiceassist.core.messages import message, render
from voiceassist.session import live
from voiceassist.session.engine import CallEngine
from voiceassist.session.live import LiveCall
from voiceassist.storage.recording import Recording

SECOND = np.full(SAMPLE_RATE, 0.25, np.float32)


class Stalling(Kept):
    """A writer whose disk does not answer while `answers` is not set."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = threading.Event()
        self.answers.set()
        self.reached = threading.Event()
        """Somebody waits for the disk."""

    def write(self, events: Iterable[Event]) -> None:
        self._wait()
        super().write(events)

    def sound(self, agent: Samples | None, caller: Samples | None) -> None:
        self._wait()
        super().sound(agent, caller)

    def close(self) -> None:
        self._wait()
        super().close()

    def _wait(self) -> None:
        if not self.answers.is_set():
            self.reached.set()
        assert self.answers.wait(PATIENCE), "the call waits for the disk"


def stalled(**limits: float) -> tuple[Stalling, Recording]:
    writer = Stalling()
    writer.answers.clear()
    recording = Recording(writer, **limits)  # type: ignore[arg-type]
    recording.start()
    recording.write([Note(t=0.0, text="first")])
    assert writer.reached.wait(PATIENCE)
    return writer, recording


def states(told: list[ComponentStatus]) -> list[ComponentState]:
    return [part.state for part in told]


def test_a_disk_that_stalls_for_ten_seconds_delays_no_cue_and_loses_nothing() -> None:
    writer = Stalling()
    heard: list[AnyEvent] = []
    in_time: list[AnyEvent] = []

    def listen(event: AnyEvent) -> None:
        heard.append(event)
        if 17.0 <= event.t < 27.0:
            writer.answers.clear()
            in_time.append(event)
        if event.t >= 27.0:
            writer.answers.set()

    play(LiveCall(Played(opening()), CallEngine(), listen, writer=writer))
    unhindered: list[AnyEvent] = []
    play(LiveCall(Played(opening()), CallEngine(), unhindered.append, writer=Kept()))
    assert heard == unhindered
    assert writer.events == heard
    assert of(CueShown, in_time)
    assert sum(len(s) for s in writer.agent) == round(OPENING * SAMPLE_RATE)


def test_a_full_queue_is_reported_with_what_is_missing() -> None:
    writer, recording = stalled(sound_limit=3.0)
    for second in range(8):
        recording.write([Note(t=float(second), text=f"second {second}")])
        recording.sound(SECOND, SECOND)
    (full,) = recording.poll()
    assert full.state is ComponentState.DEGRADED
    assert full.reason == message("recording-sound-missing")
    writer.answers.set()
    assert recording.flush(PATIENCE)
    (back,) = recording.poll()
    recording.sound(SECOND, SECOND)
    assert back.state is ComponentState.OK
    assert back.reason == message("recording-goes-on", start="0:03", end="0:08")
    assert render(back.reason) == (
        "The recording goes on. Sound is missing from 0:03 to 0:08 because the disk was slow."
    )
    assert render(back.reason, "de") == (
        "Die Aufnahme geht weiter. Von 0:03 bis 0:08 fehlt Ton, weil der Datenträger zu langsam war."
    )
    assert recording.close(PATIENCE)
    assert [note.text for note in of(Note, writer.events)] == ["first", *(f"second {n}" for n in range(8))]
    sound = np.concatenate(writer.agent).reshape(-1, SAMPLE_RATE)
    assert [bool(second.any()) for second in sound] == [True] * 3 + [False] * 5 + [True]
    assert writer.closed


def test_the_queue_of_events_is_bounded() -> None:
    writer, recording = stalled(event_limit=100)
    for second in range(200):
        recording.write([Note(t=float(second), text="")])
    assert states(recording.poll()) == [ComponentState.FAILED]
    writer.answers.set()
    assert recording.close(PATIENCE)
    assert recording.poll() == []
    assert writer.closed


def test_the_end_of_a_call_waits_for_the_disk_for_a_limited_time_and_reports_an_incomplete_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "DISK_TIMEOUT", 0.05)
    writer = Stalling()
    heard: list[AnyEvent] = []

    def listen(event: AnyEvent) -> None:
        heard.append(event)
        if event.t >= 2.0:
            writer.answers.clear()

    call = LiveCall(Played(pieces(end=4.0)), CallEngine(), listen, writer=writer)
    play(call)
    told, ended = heard[-2:]
    assert isinstance(told, ComponentStatus)
    assert (told.component, told.state) == (Component.RECORDING, ComponentState.FAILED)
    assert told.reason == message("recording-unfinished")
    assert ended == CallEnded(t=4.0)
    assert call.error is not None
    assert call.error.message == message("recording-unfinished")
    writer.answers.set()  # the disk is back after all, and gets everything


def test_a_disk_that_fails_after_the_call_has_ended_is_reported_as_its_error() -> None:
    class Full(Kept):
        def close(self) -> None:
            raise StorageError("call-not-kept", folder="/calls", reason="no space left on device")

    call = LiveCall(Played(pieces(end=1.0)), CallEngine(), lambda event: None, writer=Full())
    play(call)
    assert str(call.error) == "The call cannot be kept in /calls: no space left on device."


@pytest.mark.parametrize(
    "error", [StorageError("call-not-kept", folder="/calls", reason="disk full"), ValueError("unforeseen")]
)
def test_a_writer_that_fails_is_reported_once(error: Exception) -> None:
    class Failing(Kept):
        def sound(self, agent: Samples | None, caller: Samples | None) -> None:
            raise error

    recording = Recording(Failing())
    recording.start()
    for _ in range(3):
        recording.sound(SECOND, SECOND)
        recording.write([Note(t=0.0, text="")])
    assert recording.flush(PATIENCE)
    (told,) = recording.poll()
    assert told.state is ComponentState.FAILED
    assert str(error) in str(told.reason)
    recording.sound(SECOND, SECOND)
    assert recording.close(PATIENCE)
    assert recording.poll() == []
