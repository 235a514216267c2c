"""The microphone against a played PortAudio: its clock, its overflow flag, and that one thread uses it at a time."""

from __future__ import annotations

import math
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.support.busy import PATIENCE
from voiceassist.capture.devices import listing
from voiceassist.capture.devices.microphone import Microphone
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message

STEP = 1 / 64
"""Seconds by which `time.monotonic` goes on under Windows."""
NO_FLAGS = SimpleNamespace(input_overflow=False)
OVERFLOW = SimpleNamespace(input_overflow=True)
AGE = SimpleNamespace(currentTime=10.04, inputBufferAdcTime=10.0)


class PlayedStream:
    samplerate = 16_000.0

    def __init__(self, **options: Any) -> None:
        self.hear = options["callback"]

    def start(self) -> None: ...
    def abort(self, ignore_errors: bool) -> None: ...
    def close(self, ignore_errors: bool) -> None: ...


class PlayedPortAudio:
    """As the module sounddevice, with one microphone. Notes when it is ended while another thread uses it."""

    PortAudioError = OSError

    def __init__(self) -> None:
        self.streams: list[PlayedStream] = []
        self.asked = threading.Event()
        self.ended = threading.Event()
        self.wait_for_end = 0.0
        """How long a question for devices takes, seconds, unless PortAudio is ended meanwhile."""
        self.ended_while_asked = False
        self.plugged_in = True
        self.in_use = False

    def query_devices(self, kind: str = "") -> Any:
        self.asked.set()
        self.ended_while_asked |= self.ended.wait(self.wait_for_end)
        if kind and not self.plugged_in:
            raise self.PortAudioError("Error querying device -1")
        info = {"name": "desk", "max_input_channels": 1, "default_samplerate": 16_000.0}
        return info if kind else [info]

    def _terminate(self) -> None:
        self.ended.set()

    def _initialize(self) -> None:
        self.ended.clear()

    def InputStream(self, **options: Any) -> PlayedStream:
        if self.in_use:
            raise self.PortAudioError("Error opening InputStream: Device unavailable")
        self.streams.append(PlayedStream(**options))
        return self.streams[-1]


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> PlayedPortAudio:
    played = PlayedPortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", played)
    return played


def test_block_times_are_finer_than_the_steps_of_windows_monotonic_clock(
    portaudio: PlayedPortAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = time.perf_counter
    monkeypatch.setattr(time, "monotonic", lambda: math.floor(true() / STEP) * STEP - 1.0)
    microphone = Microphone()
    microphone.open()
    portaudio.streams[0].hear(np.zeros((640, 1), np.float32), 640, AGE, NO_FLAGS)
    after = true()
    block = microphone.read(0.0)
    microphone.close()
    assert block is not None
    assert after - 0.5 < block.time <= after - 0.04  # the same clock, and not a second off


def test_driver_overflow_skips_a_sequence_number(portaudio: PlayedPortAudio) -> None:
    microphone = Microphone()
    microphone.open()
    for status in (NO_FLAGS, NO_FLAGS, OVERFLOW, NO_FLAGS):
        portaudio.streams[0].hear(np.zeros((640, 1), np.float32), 640, AGE, status)
    blocks = [microphone.read(0.0) for _ in range(4)]
    microphone.close()
    assert [block.sequence for block in blocks if block is not None] == [0, 1, 3, 4]


def test_portaudio_is_not_restarted_while_another_thread_lists_devices(
    portaudio: PlayedPortAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")  # where PortAudio lists the microphones
    portaudio.wait_for_end = 0.2
    lister = threading.Thread(target=listing.list_devices)
    lister.start()
    assert portaudio.asked.wait(PATIENCE)
    portaudio.ended.clear()
    microphone = Microphone()
    microphone.open()
    lister.join(PATIENCE)
    microphone.close()
    assert not portaudio.ended_while_asked


@pytest.mark.parametrize(
    ("name", "fault", "told"),
    [
        ("", "unplugged", message("microphone-none")),
        ("lapel", "", message("microphone-not-found", name="lapel")),
        ("", "in use", message("microphone-default-not-opened", error="Device unavailable")),
        ("desk", "in use", message("microphone-not-opened", name="desk", error="Device unavailable")),
    ],
)
def test_a_microphone_that_cannot_be_opened_says_which_and_why(
    portaudio: PlayedPortAudio, name: str, fault: str, told: Message
) -> None:
    portaudio.plugged_in, portaudio.in_use = fault != "unplugged", fault == "in use"
    with pytest.raises(InputError) as refused:
        Microphone(name).open()
    assert refused.value.message == told
