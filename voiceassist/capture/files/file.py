"""Calls from files: one stereo file, two mono files, or the caller alone, at any rate, as both sides at 16 kHz.

`CallFile` gives the sound as fast as it is asked for, `file_sources` paced in real time as the sources of a live call.
Either way a file is read block by block: a call of four hours needs no more memory than one of a minute.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voiceassist.capture.clock import capture_clock
from voiceassist.capture.files.decode import Frames, Recording, open_sound, tracks_of
from voiceassist.capture.offset import OffsetRemoval
from voiceassist.capture.source import Block, Description, EndOfSource, Source
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.errors import InputError, UsageError
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message, message

BLOCK = 1_600
"""Samples a side in one block, unless another size is asked for: 0.1 s."""

SILENT_PEAK = 1e-3
"""Peak (-60 dBFS) a side never reaches when it holds no speech: a muted or unconnected line is far below."""

OVERLOUD_PEAK = 1.5
"""Resampling may lift a peak some tenths over full scale; more means that the file's samples are not in [-1, 1]."""

SAME_SOUND = 5 * SAMPLE_RATE
"""Samples of sound, the same on both sides to the last bit, after which the sides count as one mono sound."""

UNEQUAL = 1.0
"""Seconds by which two files may differ in length without a warning."""

WAIT_STEP = 0.01
"""Seconds (real) a paced source sleeps at most before it looks at its clock again, which may run faster."""

_SIDE_WARNINGS = {
    Channel.AGENT: ("file-agent-silent", "file-agent-overloud"),
    Channel.CALLER: ("file-caller-silent", "file-caller-overloud"),
}
"""Keys of the messages about a side that holds no sound, and about one with impossible levels."""


@dataclass(frozen=True, slots=True)
class Side:
    """Where one side of a call is: in this column of a file that must have `columns` channels."""

    path: Path
    column: int = 0
    columns: int = 1
    track: int | None = None
    """Of a file that holds several; None for the first, when it is not known that there are more."""

    @property
    def place(self) -> tuple[Path, int | None]:
        """What is read for it: a file, or a track of one."""
        return self.path, self.track


Sides = Mapping[Channel, Side]


def stereo_call(path: Path, order: tuple[Channel, Channel] = (Channel.AGENT, Channel.CALLER)) -> Sides:
    """Both sides in one stereo file, left and right in this order."""
    if set(order) != set(Channel):
        raise UsageError("stereo-order-invalid")
    return {channel: Side(path, column, 2) for column, channel in enumerate(order)}


def two_file_call(agent: Path | None, caller: Path) -> Sides:
    """Each side in a mono file of its own; the agent's may be missing."""
    sides = {Channel.CALLER: Side(caller)}
    return sides if agent is None else {Channel.AGENT: Side(agent), **sides}


def with_tracks(sides: Sides) -> Sides:
    """The same sides, found in the two mono tracks of a file that was given as a stereo file."""
    if len(sides) != 2 or len({side.path for side in sides.values()}) != 1:
        return sides
    path = next(iter(sides.values())).path
    if [track.channels for track in tracks_of(path)] != [1, 1]:
        return sides
    return {channel: Side(path, 0, 1, side.column) for channel, side in sides.items()}


def _open(side: Side) -> tuple[Recording, list[Message]]:
    """The recording, and what is to be said of the tracks that are not used."""
    path, columns = side.path, side.columns
    recording = open_sound(path, side.track or 0)
    others = tracks_of(path) if side.track is None else []
    named: list[str | Message] = [
        message("file-track", number=other.number + 1, name=other.name, channels=other.channels)
        if other.name
        else message("file-track-unnamed", number=other.number + 1, channels=other.channels)
        for other in others
    ]
    if recording.channels == columns:
        unused = [message("file-tracks-unused", path=str(path), tracks=named)] if len(named) > 1 else []
        return recording, unused
    recording.close()
    if len(named) > 1:
        raise InputError("file-tracks-unusable", path=str(path), tracks=named)
    if columns == 2 and recording.channels == 1:
        raise InputError("file-mono", path=str(path))
    if columns == 1 and recording.channels == 2:
        raise InputError("file-stereo", path=str(path))
    raise InputError("file-channels-unusable", path=str(path), channels=recording.channels)


class _Track:
    """One file, or one track of it, at 16 kHz: `read` gives what is asked for until the end."""

    def __init__(self, side: Side) -> None:
        self.path = side.path
        self.recording, self._remarks = _open(side)
        self.read_so_far = 0
        self._blocks = self._checked()
        self._left = np.zeros((0, side.columns), np.float32)

    @property
    def warnings(self) -> list[Message]:
        """Complete once all was read."""
        return [*self._remarks, *self.recording.warnings]

    def read(self, n: int) -> Frames:
        """The next n samples, shape (n, columns); fewer only at the end."""
        parts, have = [self._left], len(self._left)
        while have < n and (block := next(self._blocks, None)) is not None:
            parts.append(block)
            have += len(block)
        joined = np.concatenate(parts) if len(parts) > 1 else parts[0]
        self._left = joined[n:]
        self.read_so_far += min(n, have)
        return joined[:n]

    def _checked(self) -> Iterator[Frames]:
        """The decoded blocks. Raises `InputError` for samples that are no numbers: one would spoil all that follow."""
        done = 0
        offset = OffsetRemoval(SAMPLE_RATE, self.recording.channels)
        for block in _of_one_size(self.recording.blocks()):
            if not np.isfinite(block.sum(dtype=np.float64)):
                at = done + int(np.argmax(~np.isfinite(block).all(axis=1)))
                raise InputError("file-samples-invalid", path=str(self.path), seconds=at / SAMPLE_RATE)
            done += len(block)
            yield offset.push(block)


def _of_one_size(blocks: Iterator[Frames]) -> Iterator[Frames]:
    """The same sound in blocks of `BLOCK` samples, so that what is done to it does not depend on the file's own."""
    waiting: list[Frames] = []
    have = 0
    for block in blocks:
        waiting.append(block)
        have += len(block)
        if have >= BLOCK:
            sound = np.concatenate(waiting)
            for at in range(0, have - BLOCK + 1, BLOCK):
                yield sound[at : at + BLOCK]
            have %= BLOCK
            waiting = [sound[len(sound) - have :]]
    if have:
        yield np.concatenate(waiting)


class CallFile:
    """A recorded call. Opening it checks the files; `blocks` gives the sound, once.

    Raises `InputError` when a file cannot be used, also while it is being read.
    """

    def __init__(self, sides: Sides) -> None:
        self._sides = dict(with_tracks(sides))
        if len(self._sides) == 2 and len(set(self._sides.values())) == 1:
            raise UsageError("same-file-twice")
        self._tracks: dict[tuple[Path, int | None], _Track] = {}
        try:
            for side in self._sides.values():
                if side.place not in self._tracks:
                    self._tracks[side.place] = _Track(side)
        except BaseException:
            self.close()
            raise
        self._warnings: list[Message] = []
        self._peak = dict.fromkeys(self._sides, 0.0)
        self._same = 0

    @property
    def name(self) -> str:
        """The files, for people."""
        return ", ".join(dict.fromkeys(str(path) for path, _ in self._tracks))

    @property
    def has_agent(self) -> bool:
        return Channel.AGENT in self._sides

    @property
    def seconds(self) -> float | None:
        """Length by the files' headers; None when one announces none. The truth is known at the end."""
        lengths = [track.recording.seconds for track in self._tracks.values()]
        return None if None in lengths else max(s for s in lengths if s is not None)

    @property
    def warnings(self) -> tuple[Message, ...]:
        """What makes the files doubtful; complete once `blocks` came to its end."""
        return tuple(self._warnings)

    @property
    def silent(self) -> frozenset[Channel]:
        """Sides without any sound; complete once `blocks` came to its end."""
        return frozenset(channel for channel, peak in self._peak.items() if peak < SILENT_PEAK)

    def blocks(self, n: int = BLOCK) -> Iterator[tuple[Samples | None, Samples]]:
        """(agent, caller) in blocks of n samples, float32 mono 16 kHz, equal lengths, the last one shorter; agent None
        when there is only the caller's file. A file that ends earlier is filled up with silence."""
        while True:
            frames = {place: track.read(n) for place, track in self._tracks.items()}
            length = max(len(f) for f in frames.values())
            if length == 0:
                break
            sides = {}
            for channel, side in self._sides.items():
                samples = np.zeros(length, np.float32)
                found = frames[side.place][:, side.column]
                samples[: len(found)] = found
                self._peak[channel] = max(self._peak[channel], float(np.abs(samples).max()))
                sides[channel] = samples
            if self._same >= 0 and len(self._tracks) == 1 and len(sides) == 2:
                self._compare(sides[Channel.AGENT], sides[Channel.CALLER])
            yield sides.get(Channel.AGENT), sides[Channel.CALLER]
        self._conclude()

    def reopened(self) -> CallFile:
        """The same call from its beginning, to be closed by itself. Raises `InputError` when a file has gone."""
        return CallFile(self._sides)

    def close(self) -> None:
        for track in self._tracks.values():
            track.recording.close()

    def __enter__(self) -> CallFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _compare(self, agent: Samples, caller: Samples) -> None:
        """Whether this is a mono recording saved as stereo: no result about either side would be true."""
        if not np.array_equal(agent, caller):
            self._same = -1
            return
        self._same += int(np.count_nonzero(np.abs(agent) > SILENT_PEAK))
        if self._same >= SAME_SOUND:
            raise InputError("file-sides-identical", path=self.name)

    def _conclude(self) -> None:
        """At the end of every file: adds the warnings known only now. Raises `InputError` when there was no sound."""
        lengths = {place: track.read_so_far / SAMPLE_RATE for place, track in self._tracks.items()}
        if max(lengths.values()) == 0:
            raise InputError("file-without-sound", path=self.name)
        for track in self._tracks.values():
            self._warnings += [warning for warning in track.warnings if warning not in self._warnings]
        if len({path for path, _ in lengths}) > 1 and max(lengths.values()) - min(lengths.values()) > UNEQUAL:
            each: list[str | Message] = [
                message("file-length", path=str(path), seconds=length) for (path, _), length in lengths.items()
            ]
            self._warnings.append(message("files-differ-in-length", lengths=each))
        for channel, peak in self._peak.items():
            silent, overloud = _SIDE_WARNINGS[channel]
            path = str(self._sides[channel].path)
            if peak < SILENT_PEAK:
                self._warnings.append(message(silent, path=path))
            elif peak > OVERLOUD_PEAK:
                self._warnings.append(message(overloud, path=path, factor=peak))
        if self._same > 0 and len(self._tracks) == 1:
            self._warnings.append(message("file-sides-identical", path=self.name))


# --- paced in real time -----------------------------------------------------------------------------------------------


class Playback:
    """When the playing of a call began, by its clock: the same moment for both sides, whichever opens first."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._start: float | None = None

    def start(self) -> float:
        """The moment sample 0 is heard. The first call decides it."""
        with self._lock:
            if self._start is None:
                self._start = self.clock()
            return self._start


class FileSource:
    """One side of a recorded call, delivered as a device would: each block once its last sample has been "heard"."""

    def __init__(self, side: Side, playback: Playback, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._side = side
        self._playback = playback
        self._sleep = sleep
        self._track: _Track | None = None
        self._start = 0.0
        self._sequence = 0
        self._position = 0
        self._next: Samples | None = None

    def open(self) -> Description:
        self.close()
        self._track = _Track(self._side)
        self._start = self._playback.start()
        self._sequence = self._position = 0
        self._next = None
        return Description(kind="file", name=self._side.path.name, rate=SAMPLE_RATE)

    def read(self, timeout: float) -> Block | None:
        if self._track is None:
            raise EndOfSource
        if self._next is None:
            samples = np.ascontiguousarray(self._track.read(BLOCK)[:, self._side.column])
            if len(samples) == 0:
                raise EndOfSource
            self._next = samples
        due = self._start + (self._position + len(self._next)) / SAMPLE_RATE
        waited = 0.0
        while self._playback.clock() < due:
            if waited >= timeout:
                return None
            step = min(WAIT_STEP, timeout - waited)
            self._sleep(step)
            waited += step
        block = Block(self._next, self._start + self._position / SAMPLE_RATE, self._sequence)
        self._position += len(self._next)
        self._sequence += 1
        self._next = None
        return block

    def close(self) -> None:
        if self._track is not None:
            self._track.recording.close()
            self._track = None


def file_sources(
    sides: Sides, clock: Callable[[], float] = capture_clock, *, sleep: Callable[[float], None] = time.sleep
) -> dict[Channel, Callable[[], Source]]:
    """For each side of a recorded call what makes its source, as `AlignedCapture` wants them. Both sides start at the
    same moment of `clock`; a clock that runs eight times as fast plays the call in an eighth of the time."""
    playback = Playback(clock)

    def factory(side: Side) -> Callable[[], Source]:
        return lambda: FileSource(side, playback, sleep=sleep)

    return {channel: factory(side) for channel, side in sides.items()}
