"""Detects whether one side is heard in the other, and takes the caller out of the microphone.

`CrosstalkDetector` looks for one side's sound in the other's: right whatever the reason (loudspeakers, a headset's
leaking ear cup, a side tone, one device for both sides). While it finds any, the caller's agitation is off: whose voice
it would follow is not known. `EchoCanceller` (WebRTC's, from the optional package `livekit`, Apache-2.0) removes the
caller from the microphone; `EchoCancellingCapture` puts both round a capture.
"""

from __future__ import annotations

import importlib
from collections import deque
from collections.abc import Callable
from typing import Any, Literal, Protocol

import numpy as np

from voiceassist.capture.aligner import Aligned
from voiceassist.capture.source import EndOfSource
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Component, ComponentState, ComponentStatus, Event, SidesSeparated
from voiceassist.core.messages import Message, message

Mode = Literal["auto", "on", "off"]

WINDOW = 2 * SAMPLE_RATE
"""Samples that are compared at once."""

HOP = SAMPLE_RATE

MOST_LAG = round(0.3 * SAMPLE_RATE)
"""Largest lag that is looked at, either way: WebRTC's canceller fails beyond it."""

AUDIBLE = 1e-3
"""RMS (-60 dBFS) below which a side holds nothing to be found in the other."""

SAME_SOUND = 0.25
"""Largest correlation between the sides, over the lags, from which on they share sound. The demo call reaches 0.05 and
a real call on headsets 0.19; with the caller echoed through a synthetic room it is 0.25 to 0.55, even 30 dB down."""

ONE_SOUND = 0.9
"""Correlation from which on both sides hold one sound, and not one the other's echo."""

NEARLY_ALL = 0.8
"""Share of the windows with sound in which both sides hold one sound, from which on that holds for the whole call."""

REMEMBERED = 5
"""Windows that are looked back at: with `SHARED` of them the sides share sound, with none they are apart again. While
the agent speaks too, the caller's echo is a small part of the window."""
SHARED = 2

DELAY = round(0.08 * SAMPLE_RATE)
"""Samples the microphone is held back for the reference to lead it, as the canceller needs. It cancelled 45 to 50 dB
with the reference 0 to 300 ms ahead, and 3 dB with the microphone 30 ms ahead."""

FRAME = SAMPLE_RATE // 100
"""WebRTC takes 10 ms at a time."""


class Capture(Protocol):
    """Both sides of a call on one timeline, as `AlignedCapture` gives them."""

    def open(self) -> None: ...
    def read(self, timeout: float) -> Aligned | None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def end(self) -> None: ...
    def close(self) -> None: ...


class CrosstalkDetector:
    """Whether the two sides carry different sound. `channels_independent` is None until there was enough of it."""

    def __init__(self) -> None:
        self.channels_independent: bool | None = None
        self.audible = self.alike = 0
        """Windows with sound on either side, and those in which it was one sound on both."""
        self._agent = np.zeros(0, np.float32)
        self._caller = np.zeros(0, np.float32)
        self._shared: deque[bool] = deque(maxlen=REMEMBERED)

    def push(self, agent: Samples, caller: Samples) -> bool:
        """More of both sides (equal lengths). True when `channels_independent` changed."""
        self._agent = np.concatenate([self._agent, agent])
        self._caller = np.concatenate([self._caller, caller])
        before = self.channels_independent
        while self._agent.size >= WINDOW:
            self._look(self._agent[:WINDOW], self._caller[:WINDOW])
            self._agent, self._caller = self._agent[HOP:], self._caller[HOP:]
        return self.channels_independent != before

    def _look(self, agent: Samples, caller: Samples) -> None:
        quieter, louder = sorted(float(np.sqrt(np.mean(s * s))) for s in (agent, caller))
        self.audible += louder >= AUDIBLE
        if quieter < AUDIBLE:
            return
        alike = correlation(agent, caller)
        self.alike += alike >= ONE_SOUND
        self._shared.append(alike >= SAME_SOUND)
        if sum(self._shared) >= SHARED:
            self.channels_independent = False
        elif not any(self._shared) and (self.channels_independent is None or len(self._shared) == REMEMBERED):
            self.channels_independent = True


def correlation(agent: Samples, caller: Samples) -> float:
    """Largest absolute normalised cross-correlation of two windows over the lags within `MOST_LAG`, 0 to 1."""
    n = 1 << (agent.size + MOST_LAG).bit_length()
    cross = np.fft.irfft(np.fft.rfft(agent, n) * np.conj(np.fft.rfft(caller, n)), n)
    peak = max(np.abs(cross[:MOST_LAG]).max(), np.abs(cross[-MOST_LAG:]).max())
    return float(peak / np.sqrt(np.sum(agent**2, dtype=np.float64) * np.sum(caller**2, dtype=np.float64)))


class EchoCanceller:
    """WebRTC's echo canceller. Give it each side's next 10 ms; the microphone's must lie `DELAY` behind."""

    def __init__(self) -> None:
        """Raises `ImportError` without the package `livekit`."""
        self._rtc: Any = importlib.import_module("livekit.rtc")
        self._module = self._rtc.AudioProcessingModule(echo_cancellation=True)

    def clean(self, microphone: Samples, reference: Samples) -> Samples:
        """`microphone` without what it has of `reference`; both are `FRAME` samples."""
        self._module.process_reverse_stream(self._frame(reference))
        frame = self._frame(microphone)
        self._module.process_stream(frame)
        return np.frombuffer(frame.data, dtype=np.int16).astype(np.float32) / np.float32(32768)

    def _frame(self, samples: Samples) -> Any:
        pcm = (np.clip(samples, -1, 1) * 32767).astype(np.int16)
        return self._rtc.AudioFrame(bytearray(pcm.tobytes()), SAMPLE_RATE, 1, FRAME)


class CrosstalkCheck:
    """Tells whenever it changes whether the two sides carry different sound, and what that means for agitation."""

    def __init__(self, advice: Callable[[], Message], *, independent: bool | None = None) -> None:
        """`advice` gives the message for the agent when the sides share sound. `independent` is assumed until there was
        enough sound to decide: no event comes while it turns out to be so."""
        self._advice = advice
        self._independent = independent
        self._detector = CrosstalkDetector()

    def push(self, agent: Samples, caller: Samples) -> list[Event]:
        """More of both sides (equal lengths). Returns the events that follow from it."""
        if not self._detector.push(agent, caller) or self._detector.channels_independent is self._independent:
            return []
        self._independent = self._detector.channels_independent
        if self._independent:
            state, reason = ComponentState.OK, None
        else:
            state, reason = ComponentState.DISABLED, self._advice()
        return [
            SidesSeparated(t=0.0, separated=bool(self._independent)),
            ComponentStatus(t=0.0, component=Component.AGITATION, state=state, reason=reason),
        ]

    @property
    def one_sound(self) -> bool:
        """Nearly all so far was the same on both sides."""
        return self._detector.alike > NEARLY_ALL * self._detector.audible


class EchoCancellingCapture:
    """A capture whose microphone is freed of the caller when the caller is heard in it.

    `auto` begins to cancel once an echo was found (and never on a headset), `on` from the start, `off` never. While
    the sides share sound, and nothing is done about it or it does not help, the part `agitation` is off.
    Nothing is lost and nothing is shifted when cancelling begins: sound only comes `DELAY` later from then on.
    """

    def __init__(
        self, capture: Capture, mode: Mode = "auto", *, canceller: Callable[[], EchoCanceller] = EchoCanceller
    ) -> None:
        self._capture = capture
        self._mode = mode
        self._make = canceller
        self._canceller: EchoCanceller | None = None
        self._unavailable = False
        self._pending: list[Event] = []
        self._crosstalk = CrosstalkCheck(self._on_crosstalk)
        self._agent = np.zeros(0, np.float32)
        self._caller = np.zeros(0, np.float32)
        """What was not passed on yet; the canceller needs `DELAY` of the caller before it takes the microphone."""

    def open(self) -> None:
        if self._mode == "on":
            self._begin()
            if self._unavailable:
                self._pending.append(
                    ComponentStatus(
                        t=0.0,
                        component=Component.ECHO,
                        state=ComponentState.DEGRADED,
                        reason=message("echo-cancelling-missing"),
                    )
                )
        self._capture.open()

    def pause(self) -> None:
        self._capture.pause()

    def resume(self) -> None:
        self._capture.resume()

    def end(self) -> None:
        self._capture.end()

    def close(self) -> None:
        self._capture.close()

    def read(self, timeout: float) -> Aligned | None:
        try:
            block = self._capture.read(timeout)
        except EndOfSource:
            left = self._agent.size
            if not left:
                raise
            silence = np.zeros(-left % FRAME, np.float32)
            agent, caller = self._cancel(silence, np.concatenate([silence, np.zeros(DELAY, np.float32)]))
            self._agent = self._agent[:0]
            return Aligned(agent[:left], caller[:left])
        if block is None:
            return None
        pending, self._pending = self._pending, []
        if block.agent is None or block.caller is None:
            return Aligned(block.agent, block.caller, (*pending, *block.events))
        agent, caller = block.agent, block.caller
        if self._canceller is not None:
            agent, caller = self._cancel(agent, caller)
        return Aligned(agent, caller, (*pending, *block.events, *self._crosstalk.push(agent, caller)))

    def _begin(self) -> None:
        try:
            self._canceller = self._make()
        except ImportError:
            self._unavailable = True

    def _on_crosstalk(self) -> Message:
        """The sides share sound: begin to cancel if that may be. Returns what to tell the agent."""
        if self._mode == "auto" and self._canceller is None and not self._unavailable:
            self._begin()
        if self._canceller is not None:
            return message("echo-cancelled")
        if self._mode == "off":
            return message("sides-not-separate")
        return message("sides-not-separate-without-cancelling")

    def _cancel(self, agent: Samples, caller: Samples) -> tuple[Samples, Samples]:
        """Take in more of both sides, and give what can be passed on: whole frames, `DELAY` behind the caller."""
        assert self._canceller is not None
        self._agent = np.concatenate([self._agent, agent])
        self._caller = np.concatenate([self._caller, caller])
        n = max(0, min(self._caller.size - DELAY, self._agent.size)) // FRAME * FRAME
        clean = np.empty(n, np.float32)
        for at in range(0, n, FRAME):
            heard, reference = self._agent[at : at + FRAME], self._caller[DELAY + at : DELAY + at + FRAME]
            # The canceller fills silence up with noise; a gap stays one.
            clean[at : at + FRAME] = self._canceller.clean(heard, reference) * bool(heard.any())
        passed = self._caller[:n]
        self._agent, self._caller = self._agent[n:], self._caller[n:]
        return clean, passed
