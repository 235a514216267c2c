"""One source, opened, read and opened again; what it delivers is passed on in order. Knows nothing of timelines.

`Reader.step` does one thing and returns, so that a test can drive it with a fake clock and no thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from voiceassist.capture.channel_buffer import EXACT_KINDS
from voiceassist.capture.pause import DEVICE_LATENESS_S, Muted, PauseGate
from voiceassist.capture.silence_probe import HasSilenceProbe, ProbeResult
from voiceassist.capture.source import Block, Description, EndOfSource, Source
from voiceassist.capture.supervisor import QUIET_PEAK, REOPEN_AFTER
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.messages import Message, message

WAIT = 0.1
"""Longest wait for a block, seconds: how soon a stop and the passing of time are noticed."""

ASK_EVERY = 1.0
"""Seconds between two questions to the silence probe while there are only zeros."""


@dataclass(frozen=True, slots=True)
class Opening:
    time: float


@dataclass(frozen=True, slots=True)
class Opened:
    time: float
    description: Description


@dataclass(frozen=True, slots=True)
class Heard:
    time: float
    block: Block
    peak: float


@dataclass(frozen=True, slots=True)
class HeardInPause:
    """Sound came, and is not kept."""

    time: float
    muted: Muted


@dataclass(frozen=True, slots=True)
class Nothing:
    time: float


@dataclass(frozen=True, slots=True)
class SilenceProbed:
    time: float
    result: ProbeResult
    reason: Message | None
    """Why nothing is heard, when the system contradicts the silence."""


@dataclass(frozen=True, slots=True)
class Failed:
    time: float
    reason: Message


@dataclass(frozen=True, slots=True)
class Ended:
    time: float


Report = Opening | Opened | Heard | HeardInPause | Nothing | SilenceProbed | Failed | Ended
"""What a reader reports, each with the monotonic second at which it was so."""


class Reader:
    """Reads one source for as long as it lasts. `report` may wait when its taker is behind: nothing is dropped here."""

    def __init__(
        self,
        factory: Callable[[], Source],
        clock: Callable[[], float],
        report: Callable[[Report], None],
        gate: PauseGate | None = None,
        aside: Callable[[Callable[[], None]], None] = lambda ask: threading.Thread(target=ask, daemon=True).start(),
    ) -> None:
        """`gate` keeps out what is captured in a pause; `aside` runs a question to a silence probe, which takes its
        time, beside the reading."""
        self.reopen = False
        """Set from outside: close the source and open it again at the next step."""
        self._factory = factory
        self._clock = clock
        self._report = report
        self._gate = gate or PauseGate(clock)
        self._rate = 0
        self._source: Source | None = None
        self._next_try = float("-inf")
        self._next_question = float("-inf")
        self._aside = aside
        self._asking = False
        self._quiet = False
        self._exact = False

    def step(self, wait: Callable[[float], object]) -> bool:
        """Read one block, or try to open, or wait a little. False when there will never be more."""
        if self._source is None:
            return self._open(wait)
        if self.reopen:
            self.close()
            return True
        try:
            block = self._source.read(WAIT)
        except EndOfSource:
            self.close()
            self._report(Ended(self._clock()))
            return False
        except Exception as error:  # a sound system fails in any way it likes; the call goes on
            self._fail(error)
            if not self._exact:
                return True
            self._report(Ended(self._clock()))  # opened again, a file would begin anew
            return False
        now = self._clock()
        if block is None:
            self._report(Nothing(now))
        else:
            for piece in self._gate.filter(block, self._rate, 0.0 if self._exact else DEVICE_LATENESS_S):
                if isinstance(piece, Muted):
                    self._quiet = False  # the silence probe listens too: not in a pause
                    self._report(HeardInPause(now, piece))
                    continue
                peak = float(np.abs(piece.samples).max(initial=0.0))
                self._quiet = peak <= QUIET_PEAK
                self._report(Heard(now, piece, peak))
        if (
            self._quiet
            and not self._asking
            and now >= self._next_question
            and isinstance(self._source, HasSilenceProbe)
        ):
            self._next_question, self._asking = now + ASK_EVERY, True
            probe = self._source
            self._aside(lambda: self._ask(probe))
        return True

    def _ask(self, source: HasSilenceProbe) -> None:
        try:
            result, reason = source.probe_silence()
            self._report(SilenceProbed(self._clock(), result, reason))
        finally:
            self._asking = False

    def close(self) -> None:
        """Let go of the source; the next `step` opens it again."""
        source, self._source, self.reopen, self._quiet = self._source, None, False, False
        if source is not None:
            source.close()

    def _open(self, wait: Callable[[float], object]) -> bool:
        self.reopen = False
        now = self._clock()
        if now < self._next_try:
            wait(WAIT)
            self._report(Nothing(self._clock()))
            return True
        self._next_try = now + REOPEN_AFTER
        self._report(Opening(now))
        try:
            self._source = self._factory()
            description = self._source.open()
        except Exception as error:
            self._fail(error)
            return True
        self._exact = description.kind in EXACT_KINDS
        self._rate = description.rate
        self._report(Opened(self._clock(), description))
        return True

    def _fail(self, error: Exception) -> None:
        try:
            self.close()
        except Exception:  # what failed to read may fail to close; either way it is gone
            self._source = None
        if isinstance(error, VoiceAssistError):
            reason = error.message
        else:
            reason = message("source-failed", error=f"{type(error).__name__}: {error}")
        self._report(Failed(self._clock(), reason))
