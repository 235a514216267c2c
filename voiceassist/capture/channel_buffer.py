"""One source's sound, laid on the call's timeline at 16 kHz. Pure: no threads, no clock, no devices.

A buffer takes blocks at the source's own rate and times, and gives samples of the timeline. Stretches for which there
was no sound are zeros and reported as gaps. There are two kinds: `FileBuffer`, where sample n lies at n / rate
whatever the clock says, and `DeviceBuffer`, where the blocks' times count and the device's clock drifts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import soxr

from voiceassist.capture.drift import DriftLoop
from voiceassist.capture.offset import OffsetRemoval
from voiceassist.capture.source import Block
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import GapReason

EXACT_KINDS = frozenset({"file"})
"""Kinds of sources that are no devices: sample n lies at n / rate, whatever the clock says."""

PATIENCE = 1.0
"""Seconds without sound before a gap is opened. Shorter is a busy machine: its sound comes late, not never."""

BEHIND = 0.2
"""Seconds by which an open gap is filled late: the other side waits no longer than this while one is gone."""

SETTLE = 0.1
"""Seconds for which sound is watched before it is placed. A device that begins or comes back often hands over a backlog
in one go; placed by its first block alone, it would lie late by the length of the backlog."""

JUMP = 0.06
"""Position error, seconds, that is no drift: sound was lost (or repeated) inside the device without notice."""

JUMP_WINDOW = 1.0
"""Seconds a position error must last to be believed: a late burst makes up for itself sooner."""

_FASTEST = 1.002
"""Largest ratio the variable resampler is prepared for: the nominal one times this."""

_SLEW = 160
"""Output samples (10 ms) over which a new resampling ratio is eased in."""


@dataclass(frozen=True, slots=True)
class MissingSpan:
    """Timeline samples [start, end) of a buffer that were never heard."""

    start: int
    end: int
    reason: GapReason


class ChannelBuffer:
    """The written part of one side of the timeline: what was placed, and where nothing was."""

    exact = False

    def __init__(self) -> None:
        self.end = 0
        """Timeline sample up to which this buffer is written."""
        self.begin = 0
        """Timeline sample up to which it has been taken."""
        self.over = False
        """No more will come."""
        self.pauses: list[tuple[int, int]] = []
        """Timeline samples [start, end) of the pauses so far; what was not heard in them is missing because of them."""
        self._chunks: deque[Samples] = deque()
        self._missing: deque[MissingSpan] = deque()

    def opened(self, rate: int) -> None:
        raise NotImplementedError

    def push(self, block: Block) -> None:
        raise NotImplementedError

    def mute(self, time: float, samples: int) -> None:
        """`samples` of the source, the first at `time` (timeline seconds), were captured in a pause: a gap."""
        raise NotImplementedError

    def nothing(self, time: float, reason: GapReason) -> None:
        """No sound up to `time` (timeline seconds)."""

    def finish(self) -> None:
        self.over = True

    def take(self, n: int) -> tuple[Samples, list[MissingSpan]]:
        """The next `n` samples (zeros beyond the end of a buffer that is over), and what of them is missing."""
        out = np.zeros(n, dtype=np.float32)
        filled = 0
        while filled < n and self._chunks:
            chunk = self._chunks.popleft()
            part = chunk[: n - filled]
            out[filled : filled + part.size] = part
            filled += part.size
            if part.size < chunk.size:
                self._chunks.appendleft(chunk[part.size :])
        start, self.begin = self.begin, self.begin + n
        self.end = max(self.end, self.begin)
        spans: list[MissingSpan] = []
        while self._missing and self._missing[0].start < self.begin:
            span = self._missing.popleft()
            spans.append(MissingSpan(max(span.start, start), min(span.end, self.begin), span.reason))
            if span.end > self.begin:
                self._missing.appendleft(span)
                break
        return out, spans

    def _write(self, samples: Samples) -> None:
        if samples.size:
            self._chunks.append(samples)
            self.end += samples.size

    def _missing_until(self, end: int, reason: GapReason) -> None:
        """Nothing was heard up to timeline sample `end`; what of it lies in a pause is missing because of that."""
        for first, last in self.pauses:
            self._add_missing(min(first, end), reason)
            self._add_missing(min(last, end), GapReason.PAUSED)
        self._add_missing(end, reason)

    def _add_missing(self, end: int, reason: GapReason) -> None:
        if end <= self.end:
            return
        last = self._missing[-1] if self._missing else None
        if (
            last is not None
            and last.end == self.end
            and (last.reason == GapReason.PAUSED) == (reason == GapReason.PAUSED)
        ):
            self._missing[-1] = MissingSpan(last.start, end, last.reason)
        else:
            self._missing.append(MissingSpan(self.end, end, reason))
        self._write(np.zeros(end - self.end, dtype=np.float32))


class FileBuffer(ChannelBuffer):
    """Sample n of the file at n / rate: nothing is early, late, lost or drifting."""

    exact = True

    def __init__(self) -> None:
        super().__init__()
        self._rate = SAMPLE_RATE
        self._resampler: soxr.ResampleStream | None = None
        self._pushed = 0
        """Samples of the file so far."""

    def opened(self, rate: int) -> None:
        self._rate = rate
        self._resampler = self._new_resampler()

    def push(self, block: Block) -> None:
        self._pushed += block.samples.size
        self._write(block.samples if self._resampler is None else self._resampler.resample_chunk(block.samples))

    def mute(self, time: float, samples: int) -> None:
        self._flush()
        self._resampler = self._new_resampler()
        self._pushed += samples
        self._missing_until(round(self._pushed * SAMPLE_RATE / self._rate), GapReason.PAUSED)

    def finish(self) -> None:
        if not self.over:
            self._flush()
        super().finish()

    def _new_resampler(self) -> soxr.ResampleStream | None:
        return None if self._rate == SAMPLE_RATE else soxr.ResampleStream(self._rate, SAMPLE_RATE, 1, dtype="float32")

    def _flush(self) -> None:
        if self._resampler is not None:
            self._write(self._resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True))


class DeviceBuffer(ChannelBuffer):
    """Sound of a real device, placed by its blocks' times (timeline seconds) and kept there as its clock drifts."""

    def __init__(self) -> None:
        super().__init__()
        self.drift = DriftLoop()
        self._rate = 0
        self._resampler: soxr.ResampleStream | None = None
        self._waiting: list[Block] = []
        """Blocks not placed yet (see `SETTLE`)."""
        self._settled = False
        self._fed = 0.0
        """Timeline position, in samples, of the end of what the resampler was given."""
        self._sequence: int | None = None
        self._reason = GapReason.NOT_OPEN
        self._coarse = True
        """The stretch was placed by its first blocks alone."""
        self._skip = 0
        """Samples to be left out, to bring the sound forward."""
        self._errors: deque[tuple[float, float]] = deque()
        self.lost = 0
        """Timeline samples of sound that came too late to be used."""
        self._offset = OffsetRemoval(SAMPLE_RATE)

    @property
    def offset(self) -> float | None:
        """Seconds by which the sound lies off its place, by the last second's blocks; None while it settles."""
        return min(e for _, e in self._errors) if self._errors else None

    def opened(self, rate: int) -> None:
        if rate != self._rate:
            self.drift = DriftLoop()
        self._offset = OffsetRemoval(rate)
        self._break(GapReason.NOT_OPEN)
        self._rate = rate
        self._sequence = None

    def push(self, block: Block) -> None:
        """A block whose `time` is in timeline seconds."""
        if self._sequence is not None and block.sequence != self._sequence:
            self._break(GapReason.OVERRUN)
        self._sequence = block.sequence + 1
        if not self._settled:
            self._waiting.append(block)
            if block.time - self._waiting[0].time >= SETTLE:
                self._place()
            return
        error = block.time - self._fed / SAMPLE_RATE
        self._errors.append((block.time, error))
        while self._errors[0][0] < block.time - JUMP_WINDOW:
            self._errors.popleft()
        if self._jumped(block.time):
            self._break(GapReason.OVERRUN)
            self._waiting.append(block)
            return
        earliest = self.drift.watch(block.time, error)
        if earliest is not None:
            self._steer(earliest)
        self._feed(block.samples)

    def mute(self, time: float, samples: int) -> None:
        self._break(GapReason.PAUSED)
        self._sequence = None
        self._missing_until(round((time + samples / self._rate - BEHIND) * SAMPLE_RATE), GapReason.PAUSED)

    def nothing(self, time: float, reason: GapReason) -> None:
        horizon = round((time - (PATIENCE if self._settled or self._waiting else BEHIND)) * SAMPLE_RATE)
        if self._waiting:
            last = self._waiting[-1]
            heard = round((last.time + last.samples.size / self._rate) * SAMPLE_RATE)
        else:
            heard = round(self._fed)
        if horizon <= max(self.end, heard):
            return
        self._break(reason)
        self._missing_until(round((time - BEHIND) * SAMPLE_RATE), reason)

    def finish(self) -> None:
        if not self.over:
            if self._waiting:
                self._place()
            self._break(GapReason.NOT_OPEN)
        super().finish()

    def _jumped(self, now: float) -> bool:
        """Every block of the last second lay off its place, to the same side, by more than `JUMP`."""
        if now - self._errors[0][0] < 0.8 * JUMP_WINDOW:
            return False
        errors = [e for _, e in self._errors]
        return min(errors) > JUMP or max(errors) < -JUMP

    def _steer(self, earliest: float) -> None:
        """A window's earliest error is known. The first one of a stretch tells how well its first blocks placed it, not
        how the clock runs: that is put right at once, and only what comes later is drift."""
        assert self._resampler is not None
        if self._coarse:
            self._coarse = False
            shift = round(earliest * SAMPLE_RATE)
            self._write(np.zeros(max(0, shift), dtype=np.float32))
            self._skip = max(0, -shift)
            self._fed += shift
            self._errors.clear()
            return
        self.drift.correct(earliest)
        self._resampler.set_io_ratio(self._rate / (1 + self.drift.correction), SAMPLE_RATE, _SLEW)

    def _break(self, reason: GapReason) -> None:
        """The sound is interrupted here: push out what the resampler holds; the next block starts a new stretch."""
        if self._waiting:
            self._place()
        if self._resampler is not None:
            self._write(self._resampler.resample_chunk(np.zeros(0, dtype=np.float32), last=True))
            self._resampler = None
        self._settled = False
        self._reason = reason
        self._errors.clear()

    def _place(self) -> None:
        """Put the waiting blocks on the timeline, by the earliest of their times."""
        blocks, self._waiting = self._waiting, []
        start, heard = float("inf"), 0
        for b in blocks:
            start = min(start, b.time - heard / self._rate)
            heard += b.samples.size
        sound = np.concatenate([b.samples for b in blocks])
        at = round(start * SAMPLE_RATE)
        if at < self.end:  # it belongs where zeros have already been handed out, or before the call began
            late = min(sound.size, round((self.end - at) * self._rate / SAMPLE_RATE))
            self.lost += self.end - at
            sound, at = sound[late:], self.end
        self._missing_until(at, self._reason)
        self._resampler = soxr.ResampleStream(self._rate * _FASTEST, SAMPLE_RATE, 1, dtype="float32", vr=True)
        self._resampler.set_io_ratio(self._rate / (1 + self.drift.correction), SAMPLE_RATE)
        self._fed = float(self.end)
        self._settled = self._coarse = True
        self._skip = 0
        self.drift.restart()
        self._feed(sound)

    def _feed(self, samples: Samples) -> None:
        assert self._resampler is not None
        sound = self._resampler.resample_chunk(np.ascontiguousarray(self._offset.push(samples)))
        skipped = min(self._skip, sound.size)
        self._skip -= skipped
        self._write(sound[skipped:])
        self._fed += samples.size * SAMPLE_RATE / self._rate * (1 + self.drift.correction)
