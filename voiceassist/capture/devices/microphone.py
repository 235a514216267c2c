"""The agent's microphone, on every system, through PortAudio (sounddevice).

The callback copies and returns. A device that goes away ends its stream or falls silent; both are noticed, and the
supervisor opens it again, by its name, so that a headset plugged in again is found wherever it turns up.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any

import numpy as np

from voiceassist.capture.block_queue import BlockQueue
from voiceassist.capture.clock import capture_clock
from voiceassist.capture.devices.portaudio import close_stream, portaudio, stream_opened
from voiceassist.capture.devices.pulse import BLOCK_SECONDS, SourceFollower
from voiceassist.capture.source import Block, Description
from voiceassist.core.errors import InputError
from voiceassist.core.messages import message

LATENCY = 0.1
"""Seconds of buffer asked of the driver. PortAudio's own low latency (9 ms on PulseAudio) loses sound on a busy
machine, and a tenth of a second later is early enough for a cue."""

MOST_AGE = 5.0
"""Largest age of a block, seconds, that is believed: drivers that do not know say nothing or nonsense."""


class Microphone:
    """The microphone called `name`, or the system's own when the name is empty.

    On Linux with PulseAudio or PipeWire the stream is opened on the server's ALSA device and moved to the wanted
    source, because PortAudio knows nothing of the server's sources; without a server, ALSA's own devices are used.
    """

    def __init__(self, name: str = "") -> None:
        self._name = name
        self._blocks = BlockQueue()
        self._stream: Any = None
        self._follower: SourceFollower | None = None

    def open(self) -> Description:
        """Start the stream. Raises `InputError` naming the microphone and what to do."""
        with portaudio() as sounddevice:
            try:
                device, info = self._device(sounddevice)
                self._stream = self._start(sounddevice, device, info)
            except (sounddevice.PortAudioError, ValueError) as error:
                raise self._not_opened(error) from error
            stream_opened()
        rate = round(self._stream.samplerate)
        name = self._follower.start() if self._follower is not None else str(info["name"])
        return Description("microphone", name, rate)

    def read(self, timeout: float) -> Block | None:
        if self._follower is not None:
            self._follower.check()
        return self._blocks.get(timeout)

    def close(self) -> None:
        stream, self._stream = self._stream, None
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.close()
        if stream is not None:
            close_stream(stream)

    def _device(self, sounddevice: Any) -> tuple[int | None, Any]:
        if sys.platform.startswith("linux"):
            for index, info in enumerate(sounddevice.query_devices()):
                if info["name"] == "pulse" and info["max_input_channels"]:
                    with contextlib.suppress(InputError):  # no server, or no pactl: ALSA's own devices are left
                        self._follower = SourceFollower(self._name)
                        return index, info
        if not self._name:
            try:
                return None, sounddevice.query_devices(kind="input")
            except (sounddevice.PortAudioError, ValueError) as error:
                raise InputError("microphone-none") from error
        for index, info in enumerate(sounddevice.query_devices()):
            if info["max_input_channels"] and self._name.casefold() in str(info["name"]).casefold():
                return index, info
        raise InputError("microphone-not-found", name=self._name)

    def _start(self, sounddevice: Any, device: int | None, info: Any) -> Any:
        """One channel where the driver gives one, all of them otherwise (a WASAPI array microphone)."""
        rate = int(info["default_samplerate"])
        for channels in (1, int(info["max_input_channels"])):
            try:
                stream = sounddevice.InputStream(
                    device=device,
                    channels=channels,
                    samplerate=rate,
                    blocksize=round(rate * BLOCK_SECONDS),
                    dtype="float32",
                    latency=LATENCY,
                    callback=self._callback,
                    finished_callback=lambda: self._blocks.lost(message("microphone-disconnected")),
                )
                break
            except sounddevice.PortAudioError:
                if channels != 1 or channels == info["max_input_channels"]:
                    raise
        stream.start()
        return stream

    def _callback(self, indata: Any, frames: int, times: Any, status: Any) -> None:
        now = capture_clock()
        age = times.currentTime - times.inputBufferAdcTime
        if not 0 < age < MOST_AGE:
            age = frames / self._stream.samplerate if self._stream is not None else BLOCK_SECONDS
        samples = indata[:, 0].copy() if indata.shape[1] == 1 else indata.mean(axis=1, dtype=np.float32)
        self._blocks.put(samples, now - age, overflow=status.input_overflow)

    def _not_opened(self, error: Exception) -> InputError:
        words = str(error.args[0] if error.args else error).removeprefix("Error opening InputStream: ")
        if self._name:
            return InputError("microphone-not-opened", name=self._name, error=words)
        return InputError("microphone-default-not-opened", error=words)
