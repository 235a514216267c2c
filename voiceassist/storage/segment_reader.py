"""The sound of a kept call from any sample on. What cannot be read is silence, so that everything keeps its time.

`CallFolder.sound` reads a call from its beginning to its end; this is for whoever jumps about in it.
"""

from __future__ import annotations

import re
import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.storage.meta import SEGMENT, SOUND, segment_name

Stereo = npt.NDArray[np.float32]
"""Shape (samples, 2): left the agent, right the caller."""

LEAD_IN = SAMPLE_RATE // 10
"""Samples decoded before the first one wanted, and thrown away: Opus needs up to 80 ms until it is exact after a
seek (60 of 60 random seeks equal the full decode with 100 ms)."""


class SegmentReader:
    """Random access to a call's sound. May be used from several threads; each decodes on its own."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the call's. Looks at the names of the segments and at the length of the last one."""
        self._sound = folder / SOUND
        found = (re.fullmatch(r"(\d{4,})\.ogg", path.name) for path in self._sound.glob("*.ogg"))
        self.segments = sorted(int(match[1]) for match in found if match)
        """Indices of the segments there are."""
        last = self.segments[-1] if self.segments else -1
        self.samples = last * SEGMENT + self._length(last) if self.segments else 0
        """Length of the sound that can be read, in samples a side."""
        self._lost: dict[int, int] = {}
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Number of segments with those that are missing."""
        return -(-self.samples // SEGMENT)

    @property
    def lost(self) -> list[tuple[int, int]]:
        """What was found missing or damaged so far, as (first sample, sample after it). Grows as segments are read."""
        with self._lock:
            ends = {index: min((index + 1) * SEGMENT, self.samples) for index in self._lost}
            return [(index * SEGMENT + at, ends[index]) for index, at in sorted(self._lost.items())]

    def path(self, index: int) -> Path:
        return self._sound / segment_name(index)

    def segment(self, index: int) -> Stereo:
        """One segment whole, 60 s or what the call has of it; silence where it is missing or damaged."""
        return self._read(index, 0, min(SEGMENT, self.samples - index * SEGMENT))

    def read(self, start: int, stop: int) -> Stereo:
        """Samples `start` to `stop`, exactly. Before the beginning and after the end is silence."""
        out = np.zeros((max(0, stop - start), 2), np.float32)
        at, end = max(0, start), min(stop, self.samples)
        while at < end:
            index, first = divmod(at, SEGMENT)
            n = min(SEGMENT - first, end - at)
            out[at - start : at - start + n] = self._read(index, first, n)
            at += n
        return out

    def _read(self, index: int, first: int, n: int) -> Stereo:
        import soundfile

        out = np.zeros((n, 2), np.float32)
        got = 0
        try:
            with soundfile.SoundFile(str(self.path(index))) as file:
                if (file.samplerate, file.channels) == (SAMPLE_RATE, 2):
                    early = min(first, LEAD_IN)
                    if first < file.frames:
                        file.seek(first - early)
                        part = file.read(early + n, dtype="float32", always_2d=True)[early:]
                        got = len(part)
                        out[:got] = part
        except (soundfile.SoundFileError, OSError):
            pass
        if got < n:
            with self._lock:
                self._lost[index] = min(first + got, self._lost.get(index, SEGMENT))
        return out

    def _length(self, index: int) -> int:
        import soundfile

        try:
            return min(int(soundfile.info(str(self.path(index))).frames), SEGMENT)
        except (soundfile.SoundFileError, OSError):
            return 0
