"""Sound files of any kind as blocks of float32 at the file's own rate.

WAV, FLAC, Ogg and the like are read by libsndfile, everything else (MP3, M4A, ...) by FFmpeg through PyAV. Blocks are
read as they are asked for, so memory does not grow with the length of a file. Knows nothing of calls or channels.

What cannot be used raises `InputError`. What can be used in part is used: `warnings` tells of it once the end has been
reached.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import numpy as np
import numpy.typing as npt

from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.messages import Message, message

Frames = npt.NDArray[np.float32]
"""Sound of several channels, float32 in [-1, 1], shape (n, channels)."""

LOWEST_RATE, HIGHEST_RATE = 4_000, 384_000
"""Hz. Telephones use 8 kHz; below 4 kHz no speech can be made out, above 384 kHz no equipment records."""

FRAMES_AT_ONCE = 16_384
"""Frames read from libsndfile in one go."""

CUT_SHORT = 1.0
"""Seconds by which a file may hold less than its header announces before it counts as cut off."""

SNDFILE_MAGIC = (b"RIFF", b"RIFX", b"RF64", b"riff", b"fLaC", b"OggS", b"FORM", b"caff", b".snd")

FFMPEG_FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,asf,au,avi,caf,eac3,flac,flv,gsm,m4a,matroska,mov,mp3,mp4,mpeg,mpegts,ogg,w64,wav,"
    "webm,3gp"
)
"""Containers of sound. FFmpeg also opens playlists, and what they name: other files, or addresses in a network."""

FFMPEG_OPTIONS = {"format_whitelist": FFMPEG_FORMATS, "protocol_whitelist": "file"}


class Decoder(Protocol):
    """An open sound file. `seconds` is the length its header announces, None when it announces none."""

    rate: int
    channels: int
    seconds: float | None
    warnings: list[Message]

    def blocks(self) -> Iterator[Frames]:
        """The sound from the start, in blocks of the file's own size. To be called once."""
        ...

    def close(self) -> None: ...


def open_sound(path: Path) -> Decoder:
    """Open a sound file. Raises `InputError` when there is none, it may not be read, or it holds no usable sound."""
    file = _open(path)
    try:
        magic = file.read(12)
        if not magic:
            raise InputError("file-empty", path=str(path))
        header = _riff_header(file) if magic[:4] == b"RIFF" and magic[8:12] == b"WAVE" else None
        if header is not None:
            channels, rate = header
            _check(path, channels, rate)
        known = _Sndfile.attempt(path, file) if magic.startswith(SNDFILE_MAGIC) else None
        decoder: Decoder = known or _Ffmpeg(path, file)
        _check(path, decoder.channels, decoder.rate)
    except BaseException:
        file.close()
        raise
    return decoder


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


def _check(path: Path, channels: int, rate: int) -> None:
    if channels < 1:
        raise InputError("file-without-channels", path=str(path))
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise InputError("file-rate-invalid", path=str(path), rate=rate)


def _not_sound(path: Path) -> InputError:
    return InputError("file-not-sound", path=str(path))


# --- libsndfile -----------------------------------------------------------------------------------------------------


class _Sndfile:
    def __init__(self, path: Path, file: BinaryIO, sound: Any) -> None:
        self.rate: int = sound.samplerate
        self.channels: int = sound.channels
        self.warnings: list[Message] = []
        self._path, self._file, self._sound = path, file, sound
        known = 0 < sound.frames < 2**62
        self.seconds: float | None = sound.frames / sound.samplerate if known else None
        self._cut_off = _is_cut_off(file)
        file.seek(0, 2)

    @classmethod
    def attempt(cls, path: Path, file: BinaryIO) -> _Sndfile | None:
        """None when libsndfile does not know the coding inside the container; FFmpeg may."""
        import soundfile

        try:
            sound = soundfile.SoundFile(str(path))
        except (soundfile.SoundFileError, TypeError):
            return None
        if sound.format == "MP3":  # mp3 in a wav: FFmpeg knows its delay
            sound.close()
            return None
        return cls(path, file, sound)

    def blocks(self) -> Iterator[Frames]:
        import soundfile

        read = 0
        while True:
            try:
                block = self._sound.read(FRAMES_AT_ONCE, dtype="float32", always_2d=True)
            except soundfile.SoundFileError:
                self._cut_off = True
                break
            if len(block) == 0:
                break
            read += len(block)
            yield block
        got = read / self.rate
        if self._cut_off or (self.seconds is not None and got < self.seconds - CUT_SHORT):
            self.warnings.append(message("file-cut-off", path=str(self._path), seconds=got))

    def close(self) -> None:
        self._sound.close()
        self._file.close()


def _riff_header(file: BinaryIO) -> tuple[int, int] | None:
    """Channels and rate in the header of a WAV file; None when it has no format chunk."""
    file.seek(12)
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"fmt ":
            body = file.read(8)
            if len(body) < 8:
                return None
            _, channels, rate = struct.unpack("<HHI", body)
            return channels, rate
        file.seek(size + size % 2, 1)
    return None


def _is_cut_off(file: BinaryIO) -> bool:
    """Whether a WAV or Ogg file holds less than it says: libsndfile reads what is there and reports nothing."""
    file.seek(0)
    head = file.read(12)
    length = file.seek(0, 2)
    if head[:4] == b"RIFF":
        announced: int = struct.unpack("<I", head[4:8])[0] + 8
        # A writer that was killed, or wrote to a pipe, leaves no length or the largest: then nobody knows.
        return 44 < announced < 0xFFFFFFFF and announced > length + 1
    if head[:4] == b"OggS":
        file.seek(max(length - 65_536, 0))
        tail = file.read()
        at = tail.rfind(b"OggS")
        if at < 0 or len(tail) < at + 27:
            return True
        last_of_stream, segments = tail[at + 5] & 4, tail[at + 26]
        lacing = tail[at + 27 : at + 27 + segments]
        whole = len(lacing) == segments and len(tail) >= at + 27 + segments + sum(lacing)
        return not (last_of_stream and whole)
    return False


# --- FFmpeg ---------------------------------------------------------------------------------------------------------


class _Ffmpeg:
    def __init__(self, path: Path, file: BinaryIO) -> None:
        import av

        self._path, self._file = path, file
        self.warnings: list[Message] = []
        file.seek(0)
        try:
            self._container = av.open(file, mode="r", options=FFMPEG_OPTIONS)
        except (av.FFmpegError, OSError, ValueError):
            raise _not_sound(path) from None
        streams = self._container.streams.audio
        if not streams:
            self._container.close()
            raise InputError("file-without-sound", path=str(path))
        self._stream = streams[0]
        self.rate: int = self._stream.rate or 0
        self.channels: int = self._stream.codec_context.channels if self._stream.codec_context else 0
        duration, base = self._stream.duration, self._stream.time_base
        self.seconds: float | None = float(duration * base) if duration and base else None

    def blocks(self) -> Iterator[Frames]:
        import av

        # Only the form of the samples is changed here: rate and channels stay the file's.
        convert = av.AudioResampler(format="fltp")
        read = damaged = 0
        # The last block of an AAC file in an MP4 container is filled up; the container knows the true length.
        exact = self.seconds is not None and "mp4" in self._container.format.name
        limit = round(self.seconds * self.rate) if exact and self.seconds else None
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.FFmpegError:
                packet, damaged = None, damaged + 1
            if packet is None:
                break
            try:
                decoded = [sound.to_ndarray().T for frame in packet.decode() for sound in convert.resample(frame)]
            except av.FFmpegError:
                # Silence in place of what is damaged, so that what follows keeps its time.
                damaged += 1
                lost = round((packet.duration or 0) * (packet.time_base or 0) * self.rate)
                decoded = [np.zeros((lost, self.channels), np.float32)]
            for block in decoded:
                if block.shape[1] != self.channels:
                    raise InputError("file-channels-change", path=str(self._path))
                block = block if limit is None else block[: max(limit - read, 0)]
                read += len(block)
                if len(block):
                    yield np.ascontiguousarray(block, dtype=np.float32)
        got = read / self.rate
        if self.seconds is not None and got < self.seconds - CUT_SHORT:
            self.warnings.append(message("file-cut-off", path=str(self._path), seconds=got))
        elif damaged:
            self.warnings.append(message("file-damaged", path=str(self._path), count=damaged))

    def close(self) -> None:
        self._container.close()
        self._file.close()
