"""A far end that distinguishes a quiet caller from a dead capture where the system cannot be asked: by a pilot sound.

Windows and macOS hand over zeros and say that all is well when a program holds the output exclusively, when the right
to record is missing, or when a driver fails. So a sound far below hearing is played to the same output all the time.
While it comes back, capture works, and silence is the caller's; exact zeros mean that nothing of that output arrives.

Not run on either system by its authors: tested against recorded fakes.
"""

from __future__ import annotations

import numpy as np

from voiceassist.capture.devices.child import ChildSource, Driver
from voiceassist.capture.silence_probe import ProbeResult
from voiceassist.capture.source import Block, Description
from voiceassist.core.audio_types import Samples
from voiceassist.core.messages import Message

LEVEL = 1e-6
"""Peak of the pilot: -120 dBFS, below the last bit of 16, and below what counts as silence (`QUIET_PEAK`, 2e-5). Both
systems mix in 32-bit floating point, where it survives."""

GONE_AFTER = 0.5
"""Seconds of exact zeros after which the pilot counts as lost: it takes a moment to start."""


def pilot(frames: int, channels: int) -> Samples:
    """One buffer of it, interleaved: a square wave of a quarter of the rate, 11 or 12 kHz, above all speech."""
    signs = np.where(np.arange(frames) // 2 % 2, -LEVEL, LEVEL).astype(np.float32)
    return np.repeat(signs, channels)


class HelperSource(ChildSource):
    """A driver in a child process that plays a pilot, if it can, to the output it listens to."""

    def __init__(
        self, driver: Driver, name: str = "", *, dead: tuple[ProbeResult, Message], command: tuple[str, ...] = ()
    ) -> None:
        """`dead` is the result, and the reason, of the silence probe when the pilot does not come back."""
        super().__init__(driver, name, command=command)
        self._dead = dead
        self._zeros = 0.0
        self._rate = 0

    def open(self) -> Description:
        description = super().open()
        self._zeros, self._rate = 0.0, description.rate
        return description

    def read(self, timeout: float) -> Block | None:
        block = super().read(timeout)
        if block is not None:
            self._zeros = 0.0 if block.samples.any() else self._zeros + block.samples.size / self._rate
        return block

    def probe_silence(self) -> tuple[ProbeResult, Message | None]:
        if not self.piloted:
            return ProbeResult.UNKNOWN, None
        return self._dead if self._zeros >= GONE_AFTER else (ProbeResult.SILENT, None)
