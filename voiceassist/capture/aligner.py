"""Both sides of a call on one timeline: a reader thread for each source, equal-length blocks at 16 kHz out.

`ChannelAligner` is the pure part: reports of the readers in, aligned blocks and events out. `AlignedCapture` adds the
threads and the waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from voiceassist.capture.channel_buffer import EXACT_KINDS, ChannelBuffer, DeviceBuffer, FileBuffer
from voiceassist.capture.clock import capture_clock
from voiceassist.capture.pause import PauseGate
from voiceassist.capture.reader import (
    Ended,
    Failed,
    Heard,
    HeardInPause,
    Nothing,
    Opened,
    Opening,
    Reader,
    Report,
    SilenceProbed,
)
from voiceassist.capture.source import Block, EndOfSource, Source
from voiceassist.capture.supervisor import State, Supervisor
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Channel, ComponentStatus, Event, Gap, GapReason, seconds
from voiceassist.core.messages import message

BLOCK = 1024
"""Samples a side in one block: 64 ms, two steps of the voice-activity network."""

BACKLOG = 30 * 48_000
"""Samples a reader may run ahead of the one who takes them (30 s at 48 kHz, 6 MB). Beyond that a file waits; a device's
own queue runs over, which is an overrun with a gap."""

SILENT_AFTER = 1.0
"""Seconds without a report from a reader, not even `Nothing`, after which the timeline goes on without it."""

HUNG_AFTER = 6.0
"""Seconds of the same after which its driver counts as hung. Opening a device takes up to 2 s on a busy machine."""

JOIN_WITHIN = 2.0
"""Seconds a reader gets to let go of its device when capture is closed."""

STARTUP_TIMEOUT_S = 1.0
"""Seconds after opening at which the timeline begins even when no source has delivered yet."""


FOREVER = 1e10
"""A time no monotonic clock reaches."""


@dataclass(frozen=True)
class Aligned:
    """Equal lengths, 16 kHz; None for a side that has no source at all. Events: gaps in this block, and
    components that changed.

    Gaps come block by block, each within its block; one long gap is many adjoining ones with the same reason.
    """

    agent: Samples | None
    caller: Samples | None
    events: tuple[Event, ...] = ()


@dataclass
class _Side:
    supervisor: Supervisor
    buffer: ChannelBuffer | None = None
    last_report: float = 0.0
    over: bool = False


class ChannelAligner:
    """Reports in, aligned blocks out. `begin` is the monotonic second at which capture began."""

    def __init__(self, channels: list[Channel], begin: float, gate: PauseGate | None = None) -> None:
        self._begin = begin
        self._gate = gate
        self._origin: float | None = None
        self._sides = {c: _Side(Supervisor(c), last_report=begin) for c in channels}
        self._events: list[Event] = []

    def buffer(self, channel: Channel) -> ChannelBuffer | None:
        return self._sides[channel].buffer

    def end(self) -> None:
        """There are no more reports: what they brought can be taken to its last sample."""
        for side in self._sides.values():
            if not side.over:
                side.over = True
                if side.buffer is not None:
                    side.buffer.finish()

    def wants_reopen(self, channel: Channel) -> bool:
        """The source should be closed and opened again now (true once)."""
        supervisor = self._sides[channel].supervisor
        wanted, supervisor.reopen = supervisor.reopen, False
        return wanted

    def check_hung(self, channel: Channel, now: float) -> None:
        """No report was waiting at `now`. After a while that means that the source's driver does not come back."""
        side = self._sides[channel]
        exact = side.buffer is not None and side.buffer.exact
        if side.over or exact or now - side.last_report < SILENT_AFTER:
            return
        if side.supervisor.open:
            self._update(side, side.supervisor.nothing(now))
        elif now - side.last_report > HUNG_AFTER:
            self._update(side, side.supervisor.failed(now, message("driver-not-answering")))
        self._nothing(side, now)

    @property
    def over(self) -> bool:
        """Every source has ended and everything was taken."""
        return all(s.over for s in self._sides.values()) and self._ready() == 0 and not self._events

    def put(self, channel: Channel, report: Report) -> None:
        """The next report of a source's reader, in their order."""
        side = self._sides[channel]
        side.last_report = report.time
        supervisor, now = side.supervisor, report.time
        match report:
            case Opening():
                self._update(side, supervisor.opening(now))
            case Opened(description=description):
                if side.buffer is None:
                    side.buffer = FileBuffer() if description.kind in EXACT_KINDS else DeviceBuffer()
                side.buffer.opened(description.rate)
                self._update(side, supervisor.opened(now, description))
            case Heard(block=block, peak=peak):
                buffer = self._heard(side, block)
                self._update(side, supervisor.block(now, 1.0 if buffer.exact else peak))
            case HeardInPause(muted=muted):
                origin = self._start_at(muted.time)
                self._buffer(side).mute(muted.time - origin, muted.samples)
                self._update(side, supervisor.block_in_pause(now))
            case Nothing():
                self._update(side, not (side.buffer and side.buffer.exact) and supervisor.nothing(now))
                self._nothing(side, now)
            case SilenceProbed(result=result, reason=reason):
                self._update(side, supervisor.probed(now, result, reason))
            case Failed(reason=reason):
                self._update(side, supervisor.failed(now, reason))
                self._nothing(side, now)
            case Ended():
                side.over = True
                if side.buffer is not None:
                    side.buffer.finish()
                if side.buffer is None or not side.buffer.exact:  # a file's end is the end of the call, no news
                    self._update(side, supervisor.ended(now))

    def take(self) -> Aligned | None:
        """The next block, or None when a side is still waited for and nothing happened either."""
        ready = self._ready()
        n = min(ready, BLOCK)
        if ready < BLOCK and not all(s.over for s in self._sides.values()):
            n = 0
        if n == 0 and not self._events:
            return None
        sound: dict[Channel, Samples] = {}
        events, self._events = self._events, []
        for channel, side in self._sides.items():
            if side.buffer is None:
                sound[channel] = np.zeros(n, dtype=np.float32)
                continue
            sound[channel], spans = side.buffer.take(n)
            for span in spans:
                start, end = seconds(span.start / SAMPLE_RATE), seconds(span.end / SAMPLE_RATE)
                events.append(Gap(t=end, channel=channel, start=start, end=end, reason=span.reason))
        return Aligned(sound.get(Channel.AGENT), sound.get(Channel.CALLER), tuple(events))

    def _ready(self) -> int:
        """Samples that every side can give. A side that is over gives zeros for as long as another goes on."""
        going = [s.buffer for s in self._sides.values() if not s.over]
        buffers: list[ChannelBuffer | None] = going or [s.buffer for s in self._sides.values()]
        lengths = [0 if buffer is None else buffer.end - buffer.begin for buffer in buffers]
        return min(lengths) if going else max(lengths, default=0)

    def _update(self, side: _Side, changed: bool) -> None:
        if changed:
            s = side.supervisor
            taken = max((x.buffer.begin for x in self._sides.values() if x.buffer is not None), default=0)
            t = seconds(taken / SAMPLE_RATE)
            self._events.append(ComponentStatus(t=t, component=s.component, state=s.component_state, reason=s.reason))

    def _heard(self, side: _Side, block: Block) -> ChannelBuffer:
        origin = self._start_at(block.time)
        buffer = self._buffer(side)
        buffer.push(Block(block.samples, block.time - origin, block.sequence))
        return buffer

    def _start_at(self, time: float) -> float:
        """The clock's time of the timeline's first sample: that of the first sound, `time`, if there was none yet."""
        if self._origin is None:
            self._origin = time
        return self._origin

    def _buffer(self, side: _Side) -> ChannelBuffer:
        """The side's buffer, which knows the pauses so far."""
        assert side.buffer is not None, "a source is opened before it is read"
        if self._gate is not None and self._gate.pauses:
            origin = self._start_at(self._begin)
            side.buffer.pauses = [
                (round((p.start - origin) * SAMPLE_RATE), round((min(p.end, FOREVER) - origin) * SAMPLE_RATE))
                for p in self._gate.pauses
            ]
        return side.buffer

    def _nothing(self, side: _Side, now: float) -> None:
        if self._origin is None:
            if now < self._begin + STARTUP_TIMEOUT_S:
                return
            self._origin = self._begin
        if side.buffer is None:
            side.buffer = DeviceBuffer()  # it never opened; what it is will not change that it is not heard
        heard = side.supervisor.state is State.LIVE  # the status changes later than the gap begins
        self._buffer(side).nothing(now - self._origin, GapReason.NO_AUDIO if heard else GapReason.NOT_OPEN)


class _Feed:
    """One reader in its thread, and its reports that were not taken yet."""

    def __init__(
        self,
        channel: Channel,
        factory: Callable[[], Source],
        clock: Callable[[], float],
        changed: threading.Condition,
        gate: PauseGate,
    ) -> None:
        self.reader = Reader(factory, clock, self._report, gate)
        self._changed = changed
        self._gate = gate
        self._reports: list[Report] = []
        self._samples = 0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"capture-{channel}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def join(self, timeout: float) -> None:
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def waiting(self) -> bool:
        return bool(self._reports)

    def taken(self) -> list[Report]:
        """The reports so far, removed. The condition must be held."""
        reports, self._reports, self._samples = self._reports, [], 0
        return reports

    def _run(self) -> None:
        try:
            while not self._stopped.is_set() and self.reader.step(self._stopped.wait):
                pass
        finally:
            self.reader.close()

    def _report(self, report: Report) -> None:
        with self._changed:
            # In a pause it goes on reading, and throws away: nothing of the pause may stay in the device's own queue.
            while self._samples > BACKLOG and not self._gate.paused and not self._stopped.is_set():
                self._changed.wait(0.1)
            self._reports.append(report)
            if isinstance(report, Heard):
                self._samples += report.block.samples.size
            self._changed.notify_all()


class AlignedCapture:
    """Opens the sources, keeps them open, and gives what both sides sounded like, block by block.

    `clock` is that of the blocks' times; one that runs faster gives a faster call (`demo --speed`). The factories are
    called in the readers' threads, again each time a source is opened anew.
    """

    def __init__(
        self, sources: Mapping[Channel, Callable[[], Source]], *, clock: Callable[[], float] = capture_clock
    ) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._gate = PauseGate(clock)
        self._feeds = {c: _Feed(c, factory, clock, self._changed, self._gate) for c, factory in sources.items()}
        self._aligner: ChannelAligner | None = None
        self._last_report: dict[Channel, float] = {}
        """Real second of each reader's last report: the call's clock does not matter for whether a driver hangs."""
        self._ended = False

    def open(self) -> None:
        """Start reading, in threads. A source that cannot be opened is reported as a status and retried."""
        self._aligner, self._ended = ChannelAligner(list(self._feeds), self._clock(), self._gate), False
        self._last_report = dict.fromkeys(self._feeds, time.monotonic())
        for feed in self._feeds.values():
            feed.start()

    def read(self, timeout: float) -> Aligned | None:
        """The next block of both sides; None when none was complete within `timeout` (real) seconds.

        Raises `EndOfSource` once every source has ended, or was ended, and the last sample was given.
        """
        aligner = self._aligner
        if aligner is None:
            raise EndOfSource
        deadline = time.monotonic() + timeout
        while True:
            block = aligner.take()
            if block is not None:
                return block
            if aligner.over:
                raise EndOfSource
            if self._ended and not any(feed.waiting for feed in self._feeds.values()):
                aligner.end()
                continue
            wait = deadline - time.monotonic()
            if wait <= 0:
                return None
            self._collect(aligner, wait)

    def pause(self) -> None:
        """Keep nothing of what is captured from this moment on. From any thread."""
        self._gate.pause()

    def resume(self) -> None:
        """Keep again what is captured from this moment on. From any thread."""
        self._gate.resume()

    def end(self) -> None:
        """Hear nothing more and let go of the devices. What was heard until now is still there to be read: on a machine
        that is behind, that is some seconds."""
        self._stop()
        self._ended = True

    def close(self) -> None:
        """Stop reading and let go of the devices. May be called twice, and before `open`."""
        self._stop()
        self._aligner = None

    def _stop(self) -> None:
        for feed in self._feeds.values():
            feed.stop()
        with self._changed:
            self._changed.notify_all()
        for feed in self._feeds.values():
            feed.join(JOIN_WITHIN)  # a hung driver must not hang the program

    def _collect(self, aligner: ChannelAligner, wait: float) -> None:
        """Pass on the reports that come within `wait` seconds, and what a silent reader means."""
        with self._changed:
            if not any(feed.waiting for feed in self._feeds.values()):
                self._changed.wait(wait)
            taken = {channel: feed.taken() for channel, feed in self._feeds.items()}
            self._changed.notify_all()
        for channel, reports in taken.items():
            for report in reports:
                aligner.put(channel, report)
            now = time.monotonic()
            if reports:
                self._last_report[channel] = now
            elif not self._ended and now - self._last_report[channel] >= SILENT_AFTER:
                aligner.check_hung(channel, self._clock())
            if aligner.wants_reopen(channel):
                self._feeds[channel].reader.reopen = True
