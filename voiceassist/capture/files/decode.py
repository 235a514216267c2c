"""Sound files of any kind, opened with the library that reads their kind best.

Plain samples (WAV, AIFF, AU) go through libsndfile, from where the header says and as far as the file goes; everything
else (FLAC, Ogg, MP3, M4A, WebM, ...) through FFmpeg, and what FFmpeg does not know through libsndfile again. Blocks are
read as they are asked for, so memory does not grow with the length of a file. Knows nothing of calls.

What cannot be used raises `InputError`. What can be used in part is used, and `warnings` tells of it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from voiceassist.capture.files.decoder import Decoder, check
from voiceassist.capture.files.ffmpeg import Ffmpeg, Track, tracks
from voiceassist.capture.files.headers import Header, Sizes, read_headers
from voiceassist.capture.files.placing import LONGEST_HOLE, Frames, Piece, Timeline
from voiceassist.capture.files.sndfile import Plain, Sndfile
from voiceassist.capture.files.window import Window
from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.messages import Argument, Message, message

CUT_SHORT = 0.1
"""Seconds by which a file may hold less than its header announces before it counts as cut off."""

TOLD = 0.06
"""Seconds of damage below which nothing is said: a frame or two."""

TOLD_HOLES = 0.5
"""Seconds without sound, all together, from which they are told."""

SPANS = 3
"""Spans of time that are named one by one."""

__all__ = ["Decoder", "Frames", "Recording", "Track", "open_sound", "tracks_of"]


class Recording:
    """One track of a sound file as one timeline at 16 kHz."""

    def __init__(self, path: Path, decoder: Decoder) -> None:
        self.channels, self.seconds = decoder.channels, decoder.seconds
        self.warnings: list[Message] = []
        self._path, self._decoder = path, decoder

    def blocks(self) -> Iterator[Frames]:
        """The sound from second 0, float32, shape (n, channels). To be called once. `warnings` is complete after it."""
        timeline = Timeline(self.channels)
        yield from timeline.lay(self._decoder.pieces())
        self.warnings += self._decoder.warnings
        self.warnings += _remarks(self._path, timeline, self._decoder)

    def close(self) -> None:
        self._decoder.close()


def open_sound(path: Path, track: int = 0) -> Recording:
    """Open a track of a sound file. Raises `InputError` when there is none, it may not be read, or it holds no usable
    sound."""
    with _open(path) as file:
        magic = file.read(16)
        if not magic:
            raise InputError("file-empty", path=str(path))
        headers = read_headers(file)
        parts = [] if headers else _parts(file, magic)
    return Recording(path, _decoder(path, headers, parts, track))


def tracks_of(path: Path) -> list[Track]:
    """The tracks of sound in a file, where it can hold several. Raises `InputError` when it cannot be opened."""
    with _open(path) as file:
        magic = file.read(12)
    several = (
        magic[4:8] == b"ftyp" or magic[:4] in (b"\x1aE\xdf\xa3", b"OggS", b"0&\xb2u", b"RIFF") or magic[:1] == b"G"
    )
    return tracks(path) if several and magic[8:12] != b"WAVE" else []


def _open(path: Path) -> BinaryIO:
    try:
        if path.is_dir():
            raise InputError("file-is-folder", path=str(path))
        if path.exists() and not path.is_file():
            raise InputError("file-not-regular", path=str(path))
        return path.open("rb")
    except FileNotFoundError:
        raise InputError("file-not-found", path=str(path)) from None
    except PermissionError:
        raise InputError("file-not-permitted", path=str(path)) from None
    except (OSError, ValueError) as error:
        raise InputError("file-not-opened", path=str(path), reason=system_reason(error)) from None


def _decoder(path: Path, headers: list[Header], parts: list[tuple[int, int]], track: int) -> Decoder:
    for header in headers:
        check(path, header.channels, header.rate)
    if headers and all(header.coding and header.per_second for header in headers):
        return Plain(path, headers)
    size = path.stat().st_size
    decoder: Decoder
    if headers:
        decoder = _coded(path, headers[0], size)
    elif len(parts) > 1:
        decoder = _Joined(path, parts, track)
    else:
        decoder = _foreign(path, size, track)
    try:
        check(path, decoder.channels, decoder.rate)
    except BaseException:
        decoder.close()
        raise
    return decoder


def _coded(path: Path, header: Header, size: int) -> Decoder:
    """A WAV or AIFF file of other than plain samples."""
    if header.sizes is Sizes.TRUE:
        window = Window(path, 0, size)
        known = Sndfile.attempt(path, window)
        if known is not None:
            return known
        window.close()
    window = Window(path, 0, size)
    try:
        decoder = Ffmpeg(path, window, to_the_end=header.sizes is not Sizes.TRUE, codec=header.codec)
    except InputError as error:
        window.close()
        if error.message.key == "file-not-sound":
            raise InputError("file-codec-unknown", path=str(path), codec=header.codec) from None
        raise
    decoder.announced = header.announced
    if header.sizes is Sizes.STALE:
        decoder.warnings.append(message("file-not-finished", path=str(path)))
    return decoder


def _foreign(path: Path, size: int, track: int) -> Decoder:
    window = Window(path, 0, size)
    try:
        return Ffmpeg(path, window, track)
    except InputError as error:
        window.close()
        if error.message.key == "file-not-sound":
            window = Window(path, 0, size)
            known = Sndfile.attempt(path, window)
            if known is not None:
                return known
            window.close()
        raise


def _parts(file: BinaryIO, magic: bytes) -> list[tuple[int, int]]:
    """Where each of several MP4 files begins and ends that were put together. FFmpeg reads only the first by itself."""
    if magic[4:8] != b"ftyp":
        return []
    length = file.seek(0, 2)
    starts: list[int] = []
    at = 0
    indexed = False
    while at + 8 <= length:
        file.seek(at)
        head = file.read(16)
        size, name = struct.unpack(">I4s", head[:8])
        if name == b"ftyp" and (not starts or indexed):
            starts.append(at)
            indexed = False
        indexed = indexed or name == b"moov"
        size = struct.unpack(">Q", head[8:16])[0] if size == 1 and len(head) == 16 else size
        if size < 8:
            break
        at += size
    return list(pairwise([*starts, length]))


class _Joined:
    """Files put together, read one after the other."""

    def __init__(self, path: Path, parts: list[tuple[int, int]], track: int) -> None:
        self._path, self._parts, self._track = path, parts, track
        self._now = self._open(0)
        self.guesses_damage = self._now.guesses_damage
        self.rate, self.channels = self._now.rate, self._now.channels
        self.seconds: float | None = None
        self.announced: float | None = None
        self.warnings: list[Message] = []

    def pieces(self) -> Iterator[Piece]:
        for number in range(len(self._parts)):
            if number:
                self._now.close()
                self._now = self._open(number)
            begins = number > 0
            for piece in self._now.pieces():
                yield Piece(piece.sound, piece.rate, piece.at, damaged=piece.damaged, begins=begins)
                begins = False

    def _open(self, number: int) -> Ffmpeg:
        return Ffmpeg(self._path, Window(self._path, *self._parts[number]), self._track)

    def close(self) -> None:
        self._now.close()


def _remarks(path: Path, timeline: Timeline, decoder: Decoder) -> Iterator[Message]:
    """What is missing in a file, where, and why the rest can be trusted."""
    name, end, announced = str(path), timeline.seconds, decoder.announced
    damaged = [span for span in timeline.damaged if span[1] - span[0] > TOLD]
    # A header that announces hours more was written from stamps that were not believed either.
    if announced is not None and CUT_SHORT < announced - end < LONGEST_HOLE:
        damaged = [span for span in damaged if span[1] < end]
        yield message("file-cut-off", path=name, seconds=end, announced=announced)
    if damaged:
        key = "file-damaged-about" if decoder.guesses_damage else "file-damaged"
        yield message(key, path=name, spans=_spans(damaged))
    missing = sum(end - start for start, end in timeline.missing)
    if missing >= TOLD_HOLES or any(end - start > TOLD for start, end in timeline.missing):
        spans = [span for span in timeline.missing if span[1] - span[0] > TOLD] or timeline.missing
        yield message("file-holes", path=name, spans=_spans(spans), seconds=missing)
    if timeline.joined:
        at: list[str | Message] = [message("moment", seconds=moment) for moment in timeline.joined[:SPANS]]
        if len(timeline.joined) > SPANS:
            at.append("…")
        yield message("file-joined", path=name, at=at)


def _spans(spans: list[tuple[float, float]]) -> Argument:
    """The first few spans, and how many there are besides."""
    named: list[str | Message] = [message("span", start=start, end=end) for start, end in spans[:SPANS]]
    if len(spans) > SPANS:
        named.append(message("more-spans", count=len(spans) - SPANS))
    return named
