"""Reads a kept call back, also one whose writer was killed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.events import SCHEMA, AnyEvent, CallStarted, Channel, decode, seconds
from voiceassist.core.formatting import clock
from voiceassist.core.messages import Message, message
from voiceassist.storage import schema1
from voiceassist.storage.meta import JOURNAL, LONGEST, SEGMENT, SOUND, CallMeta, RecordingState, read_meta, segment_name

BLOCK = 1_600
"""Samples a side in one block of `CallFolder.sound`: 0.1 s."""


class CallFolder:
    """One kept call. `meta` is what it is, `events` what happened, `sound` what was heard."""

    def __init__(self, path: Path, meta: CallMeta) -> None:
        """Use `open`."""
        self.path = path
        self.meta = meta
        self.warnings: list[Message] = []
        """What was found damaged; grows while `events` and `sound` are read."""
        if self.cut_off:
            self._warn(message("call-cut-off"))

    @classmethod
    def open(cls, path: Path) -> CallFolder:
        """Raises `InputError` when the folder is no kept call, or one of a newer version."""
        if not path.is_dir():
            raise InputError("call-folder-missing", folder=str(path))
        return cls(path, read_meta(path))

    @property
    def cut_off(self) -> bool:
        """Whoever wrote it did not come to the end: it was killed, the disk was full, or the call still goes on."""
        return self.meta.state is not RecordingState.CLOSED

    @property
    def duration(self) -> float:
        """Seconds of sound that can be read."""
        if self.meta.duration is not None:
            return self.meta.duration
        indices = self.segments()
        if not indices:
            return 0.0
        return seconds((indices[-1] * SEGMENT + self._length(indices[-1])) / SAMPLE_RATE)

    def events(self) -> Iterator[AnyEvent]:
        """The journal, in order. A last line that was not finished is left out, as are damaged ones (with a word)."""
        path = self.path / JOURNAL
        damaged = 0
        read = _read
        try:
            with path.open("rb") as lines:
                for line in lines:
                    if not line.endswith(b"\n"):
                        break
                    try:
                        events = read(line)
                    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
                        damaged += 1
                        continue
                    for event in events:
                        if isinstance(event, CallStarted):
                            if event.schema > SCHEMA:
                                raise InputError("call-newer", path=str(path))
                            if event.schema == 1:
                                read = schema1.decode
                        yield event
        except OSError as error:
            raise InputError("call-unreadable", path=str(path), reason=system_reason(error)) from None
        if damaged:
            self._warn(message("journal-damaged", count=damaged, file=str(path)))

    def sound(self, n: int = BLOCK) -> Iterator[tuple[Samples | None, Samples | None]]:
        """(agent, caller) in blocks of n samples, 16 kHz, the last one shorter; None for a side without a source.

        A segment that is missing or damaged counts as silence (with a warning), so that the rest keeps its time.
        """
        left = np.zeros((0, 2), np.float32)
        for part in self._parts():
            left = np.concatenate((left, part)) if len(left) else part
            whole = len(left) // n * n
            for at in range(0, whole, n):
                yield self._sides(left[at : at + n])
            left = left[whole:]
        if len(left):
            yield self._sides(left)

    def _sides(self, both: np.ndarray) -> tuple[Samples | None, Samples | None]:
        agent, caller = (
            np.ascontiguousarray(both[:, column]) if channel in self.meta.channels else None
            for column, channel in enumerate((Channel.AGENT, Channel.CALLER))
        )
        return agent, caller

    def segments(self) -> list[int]:
        """Indices of the sound files there are, in order."""
        found = (re.fullmatch(r"(\d{4,})\.ogg", path.name) for path in (self.path / SOUND).glob("*.ogg"))
        return sorted(int(match[1]) for match in found if match)

    def _length(self, index: int) -> int:
        """Samples in a segment; 0 when nothing of it can be read."""
        import soundfile

        try:
            return min(int(soundfile.info(str(self.path / SOUND / segment_name(index))).frames), SEGMENT)
        except soundfile.SoundFileError:
            return 0

    def _parts(self) -> Iterator[np.ndarray]:
        indices = self.segments()
        last = indices[-1] if indices else -1
        for index in range(last + 1):
            read = 0
            for part in self._decoded(index):
                part = part[: SEGMENT - read]
                read += len(part)
                yield part
            if index < last and read < SEGMENT:
                lost_from, lost_to = clock(60 * index + read / SAMPLE_RATE), clock(60 * (index + 1))
                self._warn(message("sound-lost", start=lost_from, end=lost_to))
                yield np.zeros((SEGMENT - read, 2), np.float32)

    def _decoded(self, index: int) -> Iterator[np.ndarray]:
        """What can be read of a segment; nothing when it is missing, or was cut off before its first second."""
        import soundfile

        try:
            with soundfile.SoundFile(str(self.path / SOUND / segment_name(index))) as file:
                if (file.samplerate, file.channels) != (SAMPLE_RATE, 2):
                    return
                while len(part := file.read(SAMPLE_RATE, dtype="float32", always_2d=True)):
                    yield part
        except soundfile.SoundFileError:
            return

    def _warn(self, warning: Message) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)


def _read(line: bytes) -> list[AnyEvent]:
    event = decode(line)
    if any(isinstance(value, float) and not -LONGEST <= value <= LONGEST for value in msgspec.structs.astuple(event)):
        raise ValueError("a time or a figure beyond any call")
    return [event]
