"""The waveform of a kept call, small enough to draw an hour at once: the least and the greatest sample of every 10 ms,
and of every 4, 16, 64 … of those.

The pyramid is made from the sound once and kept beside the call; one that no longer fits the sound is made again. It
can be drawn from while it is being made: what is not there yet is flat. Everything is counted in samples, so that the
last second of an hour stands as exactly as the first.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from bisect import insort
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

from voiceassist.core.files import replace_file
from voiceassist.storage.meta import SEGMENT
from voiceassist.storage.segment_reader import SegmentReader, Stereo

STEP = 160
"""Samples in one peak of the finest level: 10 ms."""
FACTOR = 4
"""Peaks of one level in one of the next."""
PEAKS = "peaks.bin"
"""Name of the file in the call's folder."""
VERSION = 1
_HEADER = struct.Struct("<8sIIIIQ32sII")
"""Magic, version, STEP, FACTOR, number of levels, samples, what the sound was, spans lost, CRC-32 of what follows."""
_MAGIC = b"VA-peaks"

Peak = npt.NDArray[np.int16]
"""Shape (peaks, 2 sides, 2): side 0 the agent, 1 the caller; 0 the least, 1 the greatest sample, full scale 32767."""


def levels_of(samples: int) -> list[int]:
    """How many peaks each level has, the finest first."""
    counts = [-(-samples // STEP)]
    while counts[-1] > FACTOR:
        counts.append(-(-counts[-1] // FACTOR))
    return counts


class Peaks:
    """The pyramid of one call. Filled by one thread, drawn from by others."""

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self.levels: list[Peak] = [np.zeros((n, 2, 2), np.int16) for n in levels_of(samples)]
        self.ready: list[tuple[int, int]] = []
        """What of the call is filled in, as spans of samples."""
        self.lost: list[tuple[int, int]] = []
        """Spans of samples whose sound is missing or damaged: not silence, absence."""

    @property
    def complete(self) -> bool:
        return sum(stop - start for start, stop in self.ready) >= self.samples

    def fill(self, start: int, sound: Stereo) -> None:
        """Put the sound from sample `start` on into all levels. `start` is a multiple of `STEP`."""
        first = start // STEP
        self.levels[0][first : first + -(-len(sound) // STEP)] = extremes(sound)
        last = first + -(-len(sound) // STEP)
        for finer, coarser in zip(self.levels, self.levels[1:], strict=False):
            first, last = first // FACTOR, -(-last // FACTOR)
            part = finer[first * FACTOR : last * FACTOR]
            at = np.arange(0, len(part), FACTOR)
            coarser[first:last, :, 0] = np.minimum.reduceat(part[:, :, 0], at)
            coarser[first:last, :, 1] = np.maximum.reduceat(part[:, :, 1], at)
        insort(self.ready, (start, start + len(sound)))

    def columns(self, start: int, per_column: int, count: int) -> Peak:
        """The least and greatest sample of `count` columns of a picture, each `per_column` samples wide, the first
        from sample `start` on. Before the beginning and after the end is silence. Takes the coarsest level that is
        fine enough, so it costs the same at any zoom."""
        level, step = 0, STEP
        while level + 1 < len(self.levels) and step * FACTOR <= per_column:
            level, step = level + 1, step * FACTOR
        peaks = self.levels[level]
        edges = start + per_column * np.arange(count + 1)
        first = np.clip(edges[:-1] // step, 0, len(peaks))
        last = np.clip(np.maximum(-(-edges[1:] // step), edges[:-1] // step + 1), 0, len(peaks))
        out = np.zeros((count, 2, 2), np.int16)
        inside = (first < last) & (edges[:-1] >= 0)
        if not inside.any():
            return out
        low, high = int(first[inside][0]), int(last[inside][-1])
        part = peaks[low:high]
        # reduceat takes [i, j) for each pair; the pairs overlap by a peak where a column ends inside one.
        pairs = np.stack((first[inside] - low, last[inside] - low), axis=1).ravel()
        padded = np.concatenate((part, part[-1:]))
        out[inside, :, 0] = np.minimum.reduceat(padded[:, :, 0], pairs)[::2]
        out[inside, :, 1] = np.maximum.reduceat(padded[:, :, 1], pairs)[::2]
        return out


def extremes(sound: Stereo, step: int = STEP) -> Peak:
    """The least and greatest sample of every `step` samples of both sides; the last of what is left."""
    whole = np.clip(np.rint(sound * 32767.0), -32767, 32767).astype(np.int16)
    at = np.arange(0, len(whole), step)
    if not len(at):
        return np.zeros((0, 2, 2), np.int16)
    return np.stack((np.minimum.reduceat(whole, at), np.maximum.reduceat(whole, at)), axis=2)


def load(folder: Path, reader: SegmentReader) -> Peaks | None:
    """The pyramid kept beside the call; None when there is none, or it is damaged, of another version or of other
    sound."""
    try:
        data = (folder / PEAKS).read_bytes()
    except OSError:
        return None
    if len(data) < _HEADER.size:
        return None
    magic, version, step, factor, count, samples, sound, lost, check = _HEADER.unpack_from(data)
    expected = (_MAGIC, VERSION, STEP, FACTOR, len(levels_of(reader.samples)), reader.samples, fingerprint(reader))
    body = memoryview(data)[_HEADER.size :]
    if (magic, version, step, factor, count, samples, sound) != expected or zlib.crc32(body) != check:
        return None
    peaks = Peaks.__new__(Peaks)
    peaks.samples, peaks.ready = samples, [(0, samples)]
    spans = np.frombuffer(body, "<i8", 2 * lost).reshape(-1, 2)
    peaks.lost = [(int(start), int(stop)) for start, stop in spans]
    peaks.levels, at = [], 16 * lost
    for n in levels_of(samples):
        peaks.levels.append(np.frombuffer(body, "<i2", 4 * n, at).reshape(n, 2, 2))
        at += 8 * n
    return peaks


def save(folder: Path, reader: SegmentReader, peaks: Peaks) -> None:
    """Keep the pyramid beside the call. Raises `OSError`, as in a folder that may only be read."""
    spans = np.array(peaks.lost, "<i8").tobytes()
    body = spans + b"".join(level.astype("<i2", copy=False).tobytes() for level in peaks.levels)
    header = _HEADER.pack(
        _MAGIC,
        VERSION,
        STEP,
        FACTOR,
        len(peaks.levels),
        peaks.samples,
        fingerprint(reader),
        len(peaks.lost),
        zlib.crc32(body),
    )
    replace_file(folder / PEAKS, header + body)


def fingerprint(reader: SegmentReader) -> bytes:
    """32 bytes that change with the sound: of the names and sizes of the segments. Copies of a call have the same."""
    digest = hashlib.sha256()
    for index in reader.segments:
        with suppress(OSError):
            digest.update(f"{index}:{reader.path(index).stat().st_size}\n".encode())
    return digest.digest()


def build(
    reader: SegmentReader,
    peaks: Peaks,
    *,
    begin_at: int = 0,
    filled: Callable[[int, int], None] = lambda start, stop: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> bool:
    """Fill `peaks` from the sound, the segments nearest to sample `begin_at` first; `filled` is called with each span.
    False when it was cancelled. One hour: some 20 s of one core, nearly all of it decoding."""
    nearest = begin_at // SEGMENT
    for index in sorted(range(reader.count), key=lambda index: (abs(index - nearest), index)):
        if cancelled():
            return False
        start = index * SEGMENT
        sound = reader.segment(index)
        peaks.fill(start, sound)
        peaks.lost = reader.lost
        filled(start, start + len(sound))
    return True
