"""When a call begins and ends by itself: from "it looks like a call now" to one start and one stop. Pure.

On Linux a program that plays and records at the same time is on a call: the sound server knows. Elsewhere sound on both
sides is. What looks like a call for a moment is none, and neither does a pause end one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import StrEnum

from voiceassist.capture.devices.sound_server import Changes, SoundServer, Stream
from voiceassist.core.errors import InputError

START_AFTER = 1.0
"""Seconds a call has to look like one before it is started: a ring tone's test of the microphone is none."""

STOP_AFTER = 3.0
"""Seconds without any sign of the call before it is stopped: softphones reopen their streams on hold and transfer."""


class Change(StrEnum):
    START = "start"
    STOP = "stop"


class CallDetector:
    """One start and one stop for each call, from frequent looks at whether one seems to be under way."""

    def __init__(self) -> None:
        self.in_call = False
        self._other_since: float | None = None

    def look(self, now: float, active: bool) -> Change | None:
        """What to do now, when a call seems to be under way (`active`) or not."""
        if active == self.in_call:
            self._other_since = None
            return None
        if self._other_since is None:
            self._other_since = now
        if now - self._other_since < (START_AFTER if active else STOP_AFTER):
            return None
        self.in_call, self._other_since = active, None
        return Change.START if active else Change.STOP


def on_a_call(playing: Iterable[Stream], recording: Iterable[Stream], softphone: str = "") -> bool:
    """Whether one program (process) both plays and records now. `softphone` is (part of) the name it must have."""
    recorders = {s.process for s in recording if not s.corked} - {"", str(os.getpid())}
    return any(
        not stream.corked and stream.process in recorders and softphone.casefold() in stream.program.casefold()
        for stream in playing
    )


class CallWatch:
    """Looks whether a softphone is on a call, on Linux. Asks the sound server only when something changed there."""

    def __init__(self, softphone: str = "") -> None:
        """Raises `InputError` when the server cannot be asked."""
        self._softphone = softphone
        self._server = SoundServer()
        self._changes = Changes("sink-input", "source-output")
        self._active = False

    def active(self) -> bool:
        if self._changes.ended:  # no call can be under way on a server that is gone; perhaps it comes back
            self._changes.close()
            self._active = False
            self._changes = Changes("sink-input", "source-output")
        elif self._changes.seen():
            try:
                self._active = on_a_call(self._server.playing(), self._server.recording(), self._softphone)
            except InputError:
                self._active = False
        return self._active

    def close(self) -> None:
        self._changes.close()
