"""Sound files as the world makes them: twenty seconds of a call in which one side speaks after the other, in containers
and codecs of all kinds, cut, damaged and put together."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

SECONDS = 20
RATE = 16_000
PERIOD = 2.0
"""Seconds from one burst of a side to its next."""
FIRST = (0.5, 1.5)
"""Seconds at which the first burst of the left and of the right side begins."""
LENGTH = 0.5


def spoken(seconds: float = SECONDS, rate: int = RATE) -> np.ndarray:
    """Bursts of a voice-like buzz, shape (n, 2): the left side at 0.5, 2.5, ... s, the right one at 1.5, 3.5, ... s."""
    t = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 150 * k * t) / k for k in range(1, 12)) * 0.15
    sides = [np.where(((t - first) % PERIOD < LENGTH) & (t >= first), buzz, 0.0) for first in FIRST]
    return np.stack(sides, axis=1).astype(np.float32)


def starts(sound: np.ndarray, rate: int = RATE) -> list[float]:
    """Seconds at which bursts begin: 5 ms frames over a tenth of the loudest after 0.2 s under it."""
    n = rate // 200
    level = np.abs(sound[: len(sound) // n * n]).reshape(-1, n).max(axis=1)
    loud = level > 0.15 * max(float(np.quantile(level, 0.98)), 1e-6)
    found: list[float] = []
    quiet = 1_000
    for index, now in enumerate(loud):
        if now and quiet >= 40:
            found.append(index * n / rate)
        quiet = 0 if now else quiet + 1
    return found


def expected(side: int, seconds: float = SECONDS, shift: float = 0.0) -> list[float]:
    """The true starts of a side's bursts."""
    return [t + shift for t in np.arange(FIRST[side], seconds, PERIOD)]


def at(found: list[float], wanted: list[float], tolerance: float = 0.05) -> bool:
    """Whether bursts begin where they should and nowhere else."""
    return len(found) == len(wanted) and all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def encoded(stream: Any, sound: np.ndarray, rate: int, start: float = 0.0) -> Iterator[Any]:
    """Packets of a stream, from sound of shape (n, channels)."""
    layout = {1: "mono", 2: "stereo"}[sound.shape[1]]
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout=layout)
    frame.rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    context = stream.codec_context
    convert = av.AudioResampler(format=context.format or "fltp", layout=layout, rate=rate)
    fifo = av.AudioFifo()
    for part in convert.resample(frame):
        fifo.write(part)
    size = context.frame_size or 1024
    while (block := fifo.read(size, partial=True)) is not None:
        block.pts = (block.pts or 0) + round(start * rate)
        yield from stream.encode(block)
    yield from stream.encode(None)


def encode(
    path: Path,
    sound: np.ndarray | None = None,
    codec: str = "libopus",
    *,
    rate: int = 48_000,
    form: str | None = None,
    options: dict[str, str] | None = None,
    codec_options: dict[str, str] | None = None,
    drop: Callable[[float], bool] = lambda _: False,
) -> Path:
    """One track by FFmpeg; packets at seconds for which `drop` says so are left out."""
    sound = spoken(rate=rate) if sound is None else sound
    with av.open(str(path), "w", format=form, options=options or {}) as container:
        stream: Any = container.add_stream(codec, rate=rate, options=codec_options or {})
        stream.layout = {1: "mono", 2: "stereo"}[sound.shape[1]]
        for packet in encoded(stream, sound, rate):
            if not drop(float((packet.pts or 0) * packet.time_base)):
                container.mux(packet)
    return path


def encode_tracks(
    path: Path,
    tracks: list[np.ndarray],
    codec: str,
    *,
    rate: int = 48_000,
    late: float = 0.0,
    names: tuple[str, ...] = (),
) -> Path:
    """Several tracks; all but the first begin `late` seconds later."""
    with av.open(str(path), "w") as container:
        streams: list[Any] = []
        for number, sound in enumerate(tracks):
            stream: Any = container.add_stream(codec, rate=rate)
            stream.layout = {1: "mono", 2: "stereo"}[sound.shape[1]]
            if names:
                stream.metadata["title"] = names[number]
            streams.append(stream)
        packets = [
            packet
            for number, (stream, sound) in enumerate(zip(streams, tracks, strict=True))
            for packet in encoded(stream, sound, rate, late if number else 0.0)
        ]
        for packet in sorted(packets, key=lambda packet: float((packet.pts or 0) * packet.time_base)):
            container.mux(packet)
    return path


def pcm(sound: np.ndarray | None = None) -> bytes:
    sound = spoken() if sound is None else sound
    return np.asarray(sound * 32767, "<i2").tobytes()


def wav(
    data: bytes | None = None,
    *,
    tag: int = 1,
    channels: int = 2,
    rate: int = RATE,
    bits: int = 16,
    riff_size: int | None = None,
    data_size: int | None = None,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    """A WAV file of 16-bit samples, with sizes and chunks as wanted."""
    data = pcm() if data is None else data
    align = channels * 2
    form = struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + before
    body += b"data" + struct.pack("<I", len(data) if data_size is None else data_size) + data + after
    return b"RIFF" + struct.pack("<I", len(body) if riff_size is None else riff_size) + body


def chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
