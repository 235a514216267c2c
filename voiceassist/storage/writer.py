"""Keeps a call while it happens, so that a process killed at any instant loses the last second or so and no more.

Events are appended to the journal and handed to the system with every `write`. Sound goes into files of 60 s, each
closed and forced to disk as the next begins; inside a file the Ogg container hands over a page a second.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from voiceassist import __version__
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.call_figures import CallFigures
from voiceassist.core.errors import StorageError, system_reason
from voiceassist.core.events import Event, Meter, Text, encode, seconds
from voiceassist.core.files import private_opener
from voiceassist.storage.meta import JOURNAL, SEGMENT, SOUND, CallMeta, RecordingState, segment_name, write_meta
from voiceassist.storage.mute import mute

NAME_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""For the random end of a call's id: nothing that is mistaken for something else when read aloud."""

OVERLAP = SAMPLE_RATE // 50
"""Samples written beyond a segment's end, and left out by the reader. Opus fades the last 5 ms of a file by 8 to 10 dB,
as there is nothing after them to overlap with; with 20 ms more a joint can't be told from the sound around it."""

ROOM_TO_RESUME = 5_000_000
"""Bytes that must be free before a recording that had no room goes on: ten minutes of a call."""


def new_id(meta: CallMeta) -> str:
    """Sorts by time; two calls begun in the same second differ in the random end (31^6, near a thousand million)."""
    end = "".join(secrets.choice(NAME_ALPHABET) for _ in range(6))
    return f"{meta.created:%Y%m%d-%H%M%S}-{end}"


class CallWriter:
    """Writes one call folder. The first thing that can't be written raises `StorageError`; from then on every method
    does nothing, so that the call can go on without being kept, until `resume` succeeds."""

    def __init__(self, path: Path, meta: CallMeta) -> None:
        """Use `create`, or `create_or_wait`."""
        self.path = path
        self.failure: StorageError | None = None
        """Why nothing is written, if so."""
        self._meta = meta
        self._closed = False
        self._samples = 0
        self._journal_bytes = 0
        """Those that were written whole."""
        self._figures = CallFigures()
        self._segment: _Segment | None = None
        self._ending: _Segment | None = None
        """The segment before, until it has its overlap."""
        self._journal: io.FileIO | None = None
        self._wiped: list[tuple[float, float]] = []

    @classmethod
    def create(cls, root: Path, meta: CallMeta) -> CallWriter:
        """Begin a call folder in `root`, which is made if need be. Raises `StorageError` when that can't be done;
        nothing is left behind then."""
        writer = cls.create_or_wait(root, meta)
        if writer.failure is not None:
            raise writer.failure
        return writer

    @classmethod
    def create_or_wait(cls, root: Path, meta: CallMeta) -> CallWriter:
        """As `create`; when that can't be done, `failure` says why, and `resume` tries again."""
        meta = msgspec.structs.replace(meta, id=new_id(meta), state=RecordingState.OPEN, program=__version__)
        writer = cls(root / meta.id, meta)
        try:
            writer._open()
        except OSError as error:
            writer.discard()
            writer.failure = writer._error(error)
        except BaseException:  # a signal: nobody has the writer yet to discard it
            writer.discard()
            raise
        return writer

    def _open(self) -> None:
        """Make what is missing of the folder. Raises `OSError`."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # For nobody but the person whose calls these are.
        self.path.mkdir(mode=0o700, exist_ok=True)
        (self.path / SOUND).mkdir(mode=0o700, exist_ok=True)
        write_meta(self.path, self._meta)
        self._journal = io.FileIO(self.path / JOURNAL, "ab", opener=private_opener)
        self._journal.truncate(self._journal_bytes)  # of the last line half may be there

    def resume(self, at: int) -> None:
        """Go on after a failure, with the sound from sample `at` on, a multiple of `SEGMENT`. Raises `StorageError`
        while there is no room for some minutes."""
        try:
            there = next(folder for folder in self.path.parents if folder.exists())
            if shutil.disk_usage(there).free < ROOM_TO_RESUME:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            self._open()
        except OSError as error:
            raise self._error(error) from None
        self.failure, self._closed, self._samples = None, False, at

    @property
    def meta(self) -> CallMeta:
        return self._meta

    def write(self, events: Iterable[Event]) -> None:
        """Append events to the journal. Meters are not kept, nor is partial text: the final has all of it."""
        if self._closed:
            return
        kept = [e for e in events if not isinstance(e, Meter) and not (isinstance(e, Text) and not e.final)]
        if not kept:
            return
        assert self._journal is not None
        lines = b"".join(encode(event) + b"\n" for event in kept)
        try:
            _write_all(self._journal, lines)
        except OSError as error:
            self._give_up(error)
        self._journal_bytes += len(lines)
        for event in kept:
            self._figures.add(event)

    def sound(self, agent: Samples | None, caller: Samples | None) -> None:
        """More sound of both sides, equal lengths, 16 kHz; None is silence (not both)."""
        if self._closed:
            return
        length = len(agent if agent is not None else caller)  # type: ignore[arg-type]
        both = np.zeros((length, 2), np.float32)
        for column, samples in enumerate((agent, caller)):
            if samples is not None:
                both[:, column] = samples
        try:
            while len(both):
                at = self._samples % SEGMENT
                if at == 0:
                    name = segment_name(self._samples // SEGMENT)
                    self._ending, self._segment = self._segment, _Segment(self.path / SOUND / name)
                now = both[: (OVERLAP if self._ending else SEGMENT) - at]
                if self._ending is not None:
                    self._ending.write(now)
                assert self._segment is not None
                self._segment.write(now)
                self._samples += len(now)
                if self._ending is not None and at + len(now) == OVERLAP:
                    ending, self._ending = self._ending, None
                    ending.close()
                    self._mute((self._samples - 1) // SEGMENT - 1)
                both = both[len(now) :]
        except OSError as error:
            self._give_up(error)

    def wipe(self, start: float, end: float) -> None:
        """Of the sound from second `start` to `end` nothing is to be kept. Files that are complete are silent there
        when this returns, the one being written once it is."""
        self._wiped.append((start, end))
        try:
            for index in range(self._open_segments()):
                self._mute(index)
        except OSError as error:
            self._give_up(error)

    def _open_segments(self) -> int:
        """Index of the first sound file that is not complete."""
        return max(self._samples - 1, 0) // SEGMENT - (self._ending is not None)

    def _mute(self, index: int) -> None:
        path = self.path / SOUND / segment_name(index)
        if self._wiped and path.exists():
            mute(path, index, self._wiped)

    def close(self, warnings: Sequence[str] = ()) -> None:
        """The call is over: everything on disk, `call.json` completed. May be called twice."""
        if self._closed:
            return
        assert self._journal is not None
        try:
            while (segment := self._take_segment()) is not None:
                segment.close()
            for index in range(self._samples // SEGMENT + 1):
                self._mute(index)
            os.fsync(self._journal.fileno())
            self._meta = msgspec.structs.replace(
                self._meta,
                state=RecordingState.CLOSED,
                duration=seconds(self._samples / SAMPLE_RATE),
                cues=self._figures.cues,
                peak_agitation=self._figures.peak.score if self._figures.peak else None,
                warnings=tuple(warnings),
            )
            write_meta(self.path, self._meta)
        except OSError as error:
            self._give_up(error)
        self._let_go()

    def discard(self) -> None:
        """Remove the folder: nothing half-written stays behind. Also after a failure, or in place of `close`."""
        self._let_go()
        shutil.rmtree(self.path, ignore_errors=True)

    def _let_go(self) -> None:
        self._closed = True
        while (segment := self._take_segment()) is not None:
            segment.abandon()
        if self._journal is not None:
            self._journal.close()

    def _take_segment(self) -> _Segment | None:
        """A segment that is still open, the earlier one first; it is the caller's to close."""
        ending, self._ending = self._ending, None
        if ending is not None:
            return ending
        segment, self._segment = self._segment, None
        return segment

    def _give_up(self, error: OSError) -> None:
        self._let_go()
        self.failure = self._error(error)
        raise self.failure

    def _error(self, error: OSError) -> StorageError:
        return StorageError("call-not-kept", folder=str(self.path.parent), reason=system_reason(error))


def _write_all(file: io.FileIO, data: bytes) -> None:
    """A full disk may take the first part of the data and refuse only the next."""
    while data:
        data = data[file.write(data) or 0 :]


class _Sink:
    """A file for libsndfile to write to. An error can't pass through its callbacks, so it is remembered instead."""

    def __init__(self, path: Path) -> None:
        self._file = io.FileIO(path, "xb", opener=private_opener)
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        if self.error is not None or self._file.closed:
            return 0
        try:
            _write_all(self._file, bytes(data))
        except OSError as error:
            self.error = error
            return 0
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return 0 if self._file.closed else self._file.seek(offset, whence)

    def tell(self) -> int:
        return 0 if self._file.closed else self._file.tell()

    def sync(self) -> None:
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()


class _Segment:
    """One Ogg Opus file. Every method raises `OSError` when the file can't be written."""

    def __init__(self, path: Path) -> None:
        import soundfile

        self._errors = soundfile.SoundFileError
        self._sink = _Sink(path)
        try:
            self._sound = soundfile.SoundFile(self._sink, "w", SAMPLE_RATE, 2, format="OGG", subtype="OPUS")
        except self._errors as error:
            self._sink.close()
            raise self._sink.error or OSError(str(error)) from None

    def write(self, both: np.ndarray) -> None:
        self._guarded(lambda: self._sound.write(both))

    def close(self) -> None:
        try:
            self._guarded(self._sound.close)
            self._sink.sync()
        finally:
            self._sink.close()

    def abandon(self) -> None:
        """Close without caring: something else has failed already."""
        with contextlib.suppress(OSError):
            self.close()

    def _guarded(self, action: Any) -> None:
        trouble = ""
        try:
            action()
        except (self._errors, AssertionError) as error:
            trouble = str(error) or type(error).__name__
        if self._sink.error is not None:
            raise self._sink.error
        if trouble:
            raise OSError(trouble)
