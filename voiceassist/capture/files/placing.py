"""Decoded sound of one track laid on one timeline at 16 kHz, by its time stamps where it has any.

What no stamp covers is silence, so that what follows keeps its time. Knows nothing of files and their formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from voiceassist.core.audio_types import SAMPLE_RATE

Frames = npt.NDArray[np.float32]
"""Sound of several channels, float32 in [-1, 1], shape (n, channels)."""

HOLE = 0.04
"""Seconds a time stamp must lie ahead of the sound before it to leave a hole. Recorders round stamps to milliseconds,
and browsers are off by up to a frame of 20 ms."""

RESTART = 1.0
"""Seconds a time stamp must lie behind the sound before it to begin another recording, joined to the first."""

LONGEST_HOLE = 4 * 3600.0
"""Seconds. Nobody pauses a call for longer: such a time stamp is wrong, and the sound follows at once."""

GATHERED = 0.25
"""Seconds of sound that go to the resampler at once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Sound as it was decoded. `at` is its second in the recording, None when it follows what was before it."""

    sound: Frames
    rate: int
    at: float | None = None
    damaged: bool = False
    """The sound could not be decoded: `sound` is silence of its length."""
    begins: bool = False
    """This begins another recording, joined to the one before."""


class Timeline:
    """`lay` puts pieces down in turn; what was noticed on the way is complete once it came to its end."""

    def __init__(self, channels: int) -> None:
        self.missing: list[tuple[float, float]] = []
        """Spans (seconds) that no time stamp covers."""
        self.damaged: list[tuple[float, float]] = []
        """Spans (seconds) that could not be decoded."""
        self.joined: list[float] = []
        """Where another recording begins (seconds), because the stamps begin anew or the rate changes."""
        self._channels = channels
        self._shift = 0.0
        self._base = 0.0  # seconds at which the present rate began
        self._fed = 0  # samples at the present rate since then
        self._rate = 0
        self._waiting: list[Frames] = []
        self._stream: Any = None

    @property
    def seconds(self) -> float:
        """Where the next sound goes when it has no time stamp."""
        return self._base + self._fed / self._rate if self._rate else 0.0

    def lay(self, pieces: Iterable[Piece]) -> Iterator[Frames]:
        """The timeline from 0 in blocks at 16 kHz."""
        for piece in pieces:
            if piece.rate != self._rate:
                if self._rate:
                    self._join()
                yield from self._change_rate(piece.rate)
            yield from self._place(piece)
            start = self.seconds
            self._feed(piece.sound)
            if piece.damaged:
                _extend(self.damaged, start, self.seconds)
            if sum(map(len, self._waiting)) >= GATHERED * self._rate:
                yield self._resampled()
        yield from self._end_rate()

    def _place(self, piece: Piece) -> Iterator[Frames]:
        """Silence up to the piece, where its stamp leaves a hole."""
        if piece.begins:
            self._join()
        if piece.at is None:
            return
        if piece.begins:
            self._shift = self.seconds - max(piece.at, 0.0)
        ahead = piece.at + self._shift - self.seconds
        if ahead < -RESTART or ahead > LONGEST_HOLE:
            self._join()
            self._shift -= ahead
        elif ahead > HOLE:
            _extend(self.missing, self.seconds, self.seconds + ahead)
            left = round(ahead * self._rate)
            while left > 0:
                some = min(left, self._rate)
                self._feed(np.zeros((some, self._channels), np.float32))
                yield self._resampled()
                left -= some

    def _join(self) -> None:
        if not self.joined or self.seconds - self.joined[-1] > RESTART:
            self.joined.append(self.seconds)

    def _feed(self, sound: Frames) -> None:
        self._fed += len(sound)
        self._waiting.append(sound)

    def _change_rate(self, rate: int) -> Iterator[Frames]:
        self._base = self.seconds
        yield from self._end_rate()
        self._rate, self._fed = rate, 0
        if rate != SAMPLE_RATE:
            import soxr

            # One stream as long as the rate stays: no seams. It takes its own delay off, so that times stay true.
            self._stream = soxr.ResampleStream(rate, SAMPLE_RATE, self._channels, dtype="float32", quality="HQ")

    def _end_rate(self) -> Iterator[Frames]:
        if not self._rate:
            return
        yield self._resampled()
        if self._stream is not None:
            yield self._stream.resample_chunk(np.zeros((0, self._channels), np.float32), last=True)
            self._stream = None

    def _resampled(self) -> Frames:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return np.zeros((0, self._channels), np.float32)
        sound = waiting[0] if len(waiting) == 1 else np.concatenate(waiting)
        if self._stream is None:
            return sound
        resampled: Frames = self._stream.resample_chunk(np.ascontiguousarray(sound))
        return resampled


def _extend(spans: list[tuple[float, float]], start: float, end: float) -> None:
    """Adds a span, as part of the last one when it follows it."""
    if spans and start - spans[-1][1] < HOLE:
        spans[-1] = spans[-1][0], end
    else:
        spans.append((start, end))
