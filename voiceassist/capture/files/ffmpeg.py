"""Everything that is no plain sound, read by FFmpeg through PyAV: each frame at the time its file gives it.

Formats without time stamps (MP3, bare AAC, AMR) are placed by their bytes: where some are damaged or missing, there is
silence of their length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from voiceassist.capture.files.placing import Frames, Piece
from voiceassist.capture.files.window import Window
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message

FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dss,eac3,flac,flv,g722,gsm,ircam,loas,m4a,matroska,mov,mp3,mp4,"
    "mpc,mpc8,mpeg,mpegts,nistsphere,nut,ogg,qcp,rm,shn,sln,tta,voc,w64,wav,webm,wtv,wv,3gp"
)
"""Containers of sound. FFmpeg also opens playlists, and what they name: other files, or addresses in a network."""

OPTIONS = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}

UNSTAMPED = frozenset(
    {
        *("aac", "ac3", "aiff", "amr", "amrnb", "amrwb", "ape", "au", "caf", "dss", "eac3", "g722", "gsm"),
        *("ircam", "loas", "mp3", "mpc", "mpc8", "nistsphere", "qcp", "shn", "sln", "tta", "voc", "w64", "wav", "wv"),
    }
)
"""Formats without time stamps of their own; what FFmpeg gives as such is counted, or guessed."""

FRAMED = frozenset({"aac", "ac3", "amr", "amrnb", "amrwb", "eac3", "loas", "mp3"})
"""Those that are nothing but frames, so that missing bytes are missing sound."""

FROM_ZERO = frozenset({"avi", "flv", "matroska", "mov", "mp4", "nut", "webm"})
"""Formats whose time begins at 0, so that a first stamp behind it is sound that came late."""

LATEST_START = 600.0
"""Seconds. A first stamp beyond it is the time of a longer recording from which this was cut."""

ANNOUNCING = frozenset({"asf", "flac", "matroska", "mov", "mp4", "webm"})
"""Formats whose header says how long the sound is. For the others FFmpeg guesses by bit rate and size."""

ERRORS_IN_A_ROW = 1_000
"""Packets the container fails to give, one after the other, after which the file counts as over."""

HEAD = 1 << 16
"""Bytes at the start of an MP3 file in which its index frame is looked for, behind its tags."""

AAC_DELAY = 1_024
"""Samples by which every AAC coder begins early. Bare streams do not say so; some coders take twice as long."""

MP3_DELAY = 1_105
"""Samples by which MP3 sound comes late where no index frame says by how much: 576 of the usual coder, 529 of the
decoder."""

NO_SOUND_AMR = frozenset(range(8, 16))
"""Frame types of AMR that hold no speech: comfort noise, and nothing to send."""


@dataclass(frozen=True, slots=True)
class Track:
    """One of the tracks of sound in a file."""

    number: int
    name: str
    """Its title, or its language, or "" """
    channels: int


def tracks(path: Path) -> list[Track]:
    """The tracks of sound in a file, those of unknown codec left out. Empty for what is no container."""
    window = Window(path, 0, path.stat().st_size)
    try:
        with _opened(path, window, {}) as container:
            return [
                Track(number, _title(stream), stream.codec_context.channels)
                for number, stream in enumerate(container.streams.audio)
                if stream.codec_context is not None and stream.codec_context.channels
            ]
    except InputError:
        return []
    finally:
        window.close()


def _title(stream: Any) -> str:
    tags = {key.lower(): value for key, value in stream.metadata.items()}
    name = tags.get("title") or tags.get("handler_name") or tags.get("language") or ""
    return "" if name in ("SoundHandler", "und") else str(name)


def _opened(path: Path, window: Window, options: dict[str, str]) -> Any:
    import av

    try:
        return av.open(window, mode="r", options={**OPTIONS, **options}, metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError):
        raise InputError(
            "file-cut-before-index" if _lacks_index(window) else "file-not-sound", path=str(path)
        ) from None


def _lacks_index(window: Window) -> bool:
    """Whether this is an MP4 file without the part that says where the sound is: it is written last."""
    at, found = 0, set()
    while True:
        window.seek(at)
        head = window.read(16)
        if len(head) < 8:
            return b"ftyp" in found and b"moov" not in found
        size, name = struct.unpack(">I4s", head[:8])
        if not name.isalnum():
            return b"ftyp" in found and b"moov" not in found
        found.add(name)
        size = struct.unpack(">Q", head[8:16])[0] if size == 1 and len(head) == 16 else size
        if size < 8:
            return b"ftyp" in found and b"moov" not in found
        at += size


class Ffmpeg:
    """One track of a file; or of a part of it, where several files were put together."""

    def __init__(
        self, path: Path, window: Window, track: int = 0, *, to_the_end: bool = False, codec: str = ""
    ) -> None:
        """`to_the_end`: the sizes in a WAV header are wrong. `codec`: its name, for people, if it is known."""
        self._path, self._window = path, window
        self.warnings: list[Message] = []
        self._container = _opened(path, window, {"ignore_length": "1"} if to_the_end else {})
        try:
            self._stream = self._chosen(track, codec)
        except BaseException:
            self._container.close()
            raise
        context = self._stream.codec_context
        self.rate: int = context.sample_rate or 0
        self.channels: int = context.channels
        self._formats = set(self._container.format.name.split(","))
        self._stamped = not self._formats & UNSTAMPED
        start = self._container.start_time
        self._zero = (start or 0) / 1e6
        self.guesses_damage = bool(self._formats & FRAMED)
        if self._formats & FROM_ZERO and self._zero < LATEST_START:
            self._zero = min(self._zero, 0.0)
        self.announced = self._announced()
        self._skip = self._delay()
        if self._skip and self._stamped:
            self._zero += self._skip / self.rate
        if "ogg" in self._formats and not _ends_whole(window):
            self.warnings.append(message("file-not-finished", path=str(path)))
        self.seconds = self.announced or (self._container.duration / 1e6 if self._container.duration else None)

    def _chosen(self, track: int, codec: str) -> Any:
        streams = self._container.streams.audio
        if not streams:
            raise InputError("file-without-sound", path=str(self._path))
        stream = streams[min(track, len(streams) - 1)]
        if stream.codec_context is None:
            if codec:
                raise InputError("file-codec-unknown", path=str(self._path), codec=codec)
            raise InputError("file-codec-unnamed", path=str(self._path))
        return stream

    def _announced(self) -> float | None:
        """Where the sound ends by the header, seconds from 0, if that is more than a guess."""
        stream, container = self._stream, self._container
        own = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else None
        if self._formats & {"mov", "mp4", "flac"}:
            late = float(stream.start_time * stream.time_base) if stream.start_time else 0.0
            return None if own is None else own + late - self._zero
        if self._formats & {"matroska", "webm"}:
            told = stream.metadata.get("DURATION", "")
            if told:
                hours, minutes, seconds = told.split(":")
                return int(hours) * 3600 + int(minutes) * 60 + float(seconds) - self._zero
            if len(container.streams) > 1:
                return None
        if self._formats & ANNOUNCING:
            return container.duration / 1e6 if container.duration else None
        if "mp3" in self._formats and _has_index(self._window):
            return own
        return None

    def _delay(self) -> int:
        """Samples at the start that are the coder's own, where the file does not say so."""
        if self._formats & {"aac", "loas", "mpegts", "flv"} and self._stream.codec_context.name == "aac":
            return AAC_DELAY
        if "mp3" in self._formats and not _has_index(self._window):
            return MP3_DELAY
        return 0

    def pieces(self) -> Iterator[Piece]:
        """The sound from the start, without the coder's delay."""
        skip = self._skip
        for piece in self._decoded():
            if skip and not piece.damaged:
                some = min(skip, len(piece.sound))
                skip -= some
                at = None if piece.at is None else piece.at + some / piece.rate
                piece = Piece(piece.sound[some:], piece.rate, at)
            if len(piece.sound):
                yield piece

    def _decoded(self) -> Iterator[Piece]:
        import av

        bytes_read, seconds_read, next_byte = 0, 0.0, None
        broken_end = False
        exact = self.announced if self._formats & {"mov", "mp4"} else None
        for packet in self._packets():
            if packet is None:
                continue
            length = float((packet.duration or 0) * (packet.time_base or 0))
            lost = 0.0
            if self._formats & FRAMED and packet.pos is not None and packet.size:
                per_second = bytes_read / seconds_read if seconds_read > 0.2 else 0.0
                if next_byte is not None and per_second and packet.pos > next_byte:
                    lost = self._sound_bytes(next_byte, packet.pos) / per_second
                next_byte = packet.pos + packet.size
            if lost > length / 2:
                yield self._silence(lost, None)
            if packet.size:
                broken_end = False
            try:
                frames = packet.decode()
            except (av.FFmpegError, ValueError):
                broken_end = True
                if self._formats & {"amr", "amrnb", "amrwb"} and packet.size and self._amr_type(packet) in NO_SOUND_AMR:
                    broken_end = False
                    yield Piece(np.zeros((round(0.02 * self.rate), self.channels), np.float32), self.rate)
                    continue
                if self._formats & FRAMED and seconds_read > 0.2:
                    length = packet.size * seconds_read / bytes_read
                yield self._silence(length, self._time(packet))
                continue
            decoded = 0.0
            for frame in frames:
                piece = self._piece(frame)
                if exact is not None and piece.at is not None:
                    piece = Piece(piece.sound[: max(round((exact - piece.at) * piece.rate), 0)], piece.rate, piece.at)
                decoded += len(piece.sound) / piece.rate
                if len(piece.sound):
                    yield piece
            if packet.size and frames:
                bytes_read, seconds_read = bytes_read + packet.size, seconds_read + decoded
        if broken_end and self.announced is None:
            self.warnings.append(message("file-not-finished", path=str(self._path)))

    def _packets(self) -> Iterator[Any]:
        """The packets of the track. One that cannot be read is passed over: what follows it may be whole."""
        import av

        errors = 0
        packets = self._container.demux(self._stream)
        while errors < ERRORS_IN_A_ROW:
            try:
                yield next(packets)
                errors = 0
            except StopIteration:
                return
            except (av.FFmpegError, OSError, ValueError):
                errors += 1
                packets = self._container.demux(self._stream)

    def _time(self, of: Any) -> float | None:
        """Seconds of a packet or frame in the recording."""
        if not self._stamped or of.pts is None or of.time_base is None:
            return None
        return float(of.pts * of.time_base) - self._zero

    def _piece(self, frame: Any) -> Piece:
        sound = _as_float(frame)
        if sound.shape[1] != self.channels:
            raise InputError("file-channels-change", path=str(self._path))
        return Piece(sound, frame.sample_rate, self._time(frame))

    def _silence(self, seconds: float, at: float | None) -> Piece:
        return Piece(np.zeros((round(seconds * self.rate), self.channels), np.float32), self.rate, at, damaged=True)

    def _amr_type(self, packet: Any) -> int:
        return bytes(packet)[0] >> 3 & 15

    def _sound_bytes(self, start: int, end: int) -> int:
        """Bytes between two frames that are no tag."""
        at = self._window.tell()
        self._window.seek(start)
        head = self._window.read(10)
        self._window.seek(at)
        tag = 0
        if head[:3] == b"ID3" and len(head) == 10:
            tag = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        elif head[:3] == b"TAG":
            tag = 128 + (self._sound_bytes(start + 128, end) and 0)
        return max(end - start - tag, 0)

    def close(self) -> None:
        self._container.close()
        self._window.close()


def _has_index(window: Window) -> bool:
    """Whether an MP3 file begins with a frame that says how long it is (Xing, Info or VBRI)."""
    at = window.tell()
    window.seek(0)
    head = window.read(10)
    if head[:3] == b"ID3" and len(head) == 10:
        window.seek(10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True)))
    else:
        window.seek(0)
    first = window.read(256)
    window.seek(at)
    for name in (b"Xing", b"Info"):
        found = first.find(name)
        if found >= 0 and first[found + 7 : found + 8] and first[found + 7] & 1:
            return True
    return b"VBRI" in first


def _ends_whole(window: Window) -> bool:
    """Whether the last page of an Ogg file is whole and says that it is the last."""
    at = window.tell()
    length = window.seek(0, 2)
    window.seek(max(length - 65_536, 0))
    tail = window.read()
    window.seek(at)
    page = tail.rfind(b"OggS")
    if page < 0 or len(tail) < page + 27:
        return False
    last_of_stream, segments = tail[page + 5] & 4, tail[page + 26]
    lacing = tail[page + 27 : page + 27 + segments]
    whole = len(lacing) == segments and len(tail) >= page + 27 + segments + sum(lacing)
    return bool(last_of_stream) and whole


def _as_float(frame: Any) -> Frames:
    """The frame's samples as float32, shape (n, channels)."""
    samples = frame.to_ndarray()
    name, channels = frame.format.name, frame.layout.nb_channels
    samples = samples.T if frame.format.is_planar else samples.reshape(-1, channels)
    if samples.dtype.kind == "f":
        return np.ascontiguousarray(samples, dtype=np.float32)
    if name.startswith("u8"):
        samples = samples.astype(np.int16) - 128
        return np.asarray(samples / np.float32(128.0), dtype=np.float32)
    scale = np.float32(2.0 ** (8 * samples.dtype.itemsize - 1))
    scaled: Frames = np.ascontiguousarray(samples).astype(np.float32) / scale
    return scaled
