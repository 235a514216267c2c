"""Headers of uncompressed sound: WAV (RIFF, RIFX, RF64, W64), AIFF and AU. Where the sound lies, and whether the
header's sizes can be true.

A recorder that was killed leaves sizes of 0, one that is still running the sizes of some moment ago, one that wrote to
a pipe the largest number there is. In all of these the sound goes on to the end of the file.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import BinaryIO

SLACK = 0.05
"""Seconds by which the sizes may be wrong without a word: some writers count the header as sound."""

NO_SIZE = 0x7FFF_F000
"""From here a size of 32 bits that the file does not have means that its writer did not know it."""

TAIL = 1 << 20
"""Bytes behind the sound that are all looked at."""

LOOKS = 256
"""Places at which what is longer is looked at."""

CODECS = {
    0x0001: "PCM",
    0x0002: "MS ADPCM",
    0x0003: "IEEE float",
    0x0006: "A-law",
    0x0007: "µ-law",
    0x0010: "OKI ADPCM",
    0x0011: "IMA ADPCM",
    0x0014: "G.723 ADPCM",
    0x0022: "DSP Group TrueSpeech",
    0x0028: "LRC",
    0x0031: "GSM 6.10",
    0x0036: "Philips LPCBB",
    0x0038: "G.728",
    0x0040: "G.721 ADPCM",
    0x0041: "G.728 CELP",
    0x0042: "G.723.1",
    0x0045: "G.726 ADPCM",
    0x0050: "MPEG layer 2",
    0x0055: "MP3",
    0x0064: "G.726 ADPCM",
    0x0065: "G.722 ADPCM",
    0x0083: "G.729",
    0x0085: "G.723.1",
    0x00FF: "AAC",
    0x0130: "ACELP.net",
    0x0131: "ACELP 4800",
    0x0132: "ACELP 8V3",
    0x0133: "Sipro G.729",
    0x0134: "Sipro G.729A",
    0x0135: "Sipro Kelvin",
    0x0140: "DICTAPHONE CELP 6.8",
    0x0141: "DICTAPHONE CELP 5.4",
    0x0160: "Windows Media Audio 1",
    0x0161: "Windows Media Audio 2",
    0x0162: "Windows Media Audio Professional",
    0x0270: "ATRAC3",
    0x0401: "Intel Music Coder",
    0x1610: "AAC",
    0x2222: "Speex",
    0xA100: "G.723.1",
    0xA109: "Speex",
    0xA106: "AAC",
    0xF1AC: "FLAC",
}
"""Names of codecs by the tag that WAV files give them, for people."""


class Sizes(Enum):
    TRUE = "true"
    UNKNOWN = "unknown"
    """Never written, because the writer wrote to a pipe."""
    STALE = "stale"
    """Not updated at the end: the recorder stopped suddenly, or is still running."""
    TOO_LARGE = "too-large"
    """More is announced than the file holds."""


@dataclass(frozen=True, slots=True)
class Header:
    channels: int
    rate: int
    """Hz"""
    coding: str
    """The subtype that libsndfile gives sound of this kind, "" when it is not plain samples."""
    big_endian: bool
    codec: str
    """Name of the codec, for people."""
    start: int
    """Byte at which the sound begins."""
    end: int
    """Byte at which it ends, by what the file holds."""
    per_second: float
    """Bytes of a second of sound; 0 when the header does not say."""
    announced: float | None
    """Seconds the header announces, None when it announces nothing or nothing true."""
    sizes: Sizes


def read_headers(file: BinaryIO) -> list[Header]:
    """The header of the file, and of every further one that was appended to it. Empty for other kinds of file."""
    length = file.seek(0, 2)
    found: list[Header] = []
    at = 0
    while at < length:
        file.seek(at)
        magic = file.read(16)
        if magic[:4] in (b"RIFF", b"RIFX", b"RF64") and magic[8:12] == b"WAVE":
            header, at = _riff(file, at, length, ">" if magic[:4] == b"RIFX" else "<")
        elif magic[:4] == b"riff" and magic[4:8] == b"\x2e\x91\xcf\x11":
            header, at = _w64(file, at, length)
        elif magic[:4] == b"FORM" and magic[8:12] in (b"AIFF", b"AIFC"):
            header, at = _aiff(file, at, length)
        elif magic[:4] == b".snd":
            header, at = _au(file, at, length)
        else:
            break
        if header is None:
            break
        found.append(header)
    return found


def _chunks(file: BinaryIO, at: int, length: int, order: str) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and size of each chunk, as announced."""
    while at + 8 <= length:
        file.seek(at)
        name, size = struct.unpack(f"{order}4sI", file.read(8))
        yield name, at + 8, size
        at += 8 + size + size % 2


def _riff(file: BinaryIO, origin: int, length: int, order: str) -> tuple[Header | None, int]:
    form, big_size = b"", 0
    for name, at, size in _chunks(file, origin + 12, length, order):
        file.seek(at)
        if name == b"ds64":
            body = file.read(16)
            big_size = struct.unpack("<Q", body[8:16])[0] if len(body) == 16 else 0
        elif name == b"fmt ":
            form = file.read(min(size, 40))
        elif name == b"data" and len(form) >= 16:
            announced = big_size if size == 0xFFFFFFFF and big_size else size
            return _wave(file, form, order, at, announced, length)
    return None, length


def _wave(file: BinaryIO, form: bytes, order: str, start: int, announced: int, length: int) -> tuple[Header, int]:
    tag, channels, rate, per_second, align, bits = struct.unpack(f"{order}HHIIHH", form[:16])
    if tag == 0xFFFE and len(form) >= 26:
        tag = struct.unpack(f"{order}H", form[24:26])[0]
    width = align // channels if channels else 0
    coding = {
        (1, 1): "PCM_U8",
        (1, 2): "PCM_16",
        (1, 3): "PCM_24",
        (1, 4): "PCM_32",
        (3, 4): "FLOAT",
        (3, 8): "DOUBLE",
        (6, 1): "ALAW",
        (7, 1): "ULAW",
    }.get((tag, width), "")
    if coding and bits and (bits + 7) // 8 != width:
        coding = ""
    header = Header(
        channels=channels,
        rate=rate,
        coding=coding,
        big_endian=order == ">",
        codec=CODECS.get(tag, f"0x{tag:04X}"),
        start=start,
        end=length,
        per_second=float(rate * align if coding else per_second),
        announced=None,
        sizes=Sizes.TRUE,
    )
    return _sized(file, header, announced, length)


def _w64(file: BinaryIO, origin: int, length: int) -> tuple[Header | None, int]:
    form, at = b"", origin + 40
    while at + 24 <= length:
        file.seek(at)
        name, size = struct.unpack("<4s12xQ", file.read(24))
        if name == b"fmt ":
            form = file.read(40)
        elif name == b"data" and len(form) >= 16:
            return _wave(file, form, "<", at + 24, max(size - 24, 0), length)
        at += max(size + 7 & ~7, 24)
    return None, length


def _aiff(file: BinaryIO, origin: int, length: int) -> tuple[Header | None, int]:
    common = b""
    for name, at, size in _chunks(file, origin + 12, length, ">"):
        file.seek(at)
        if name == b"COMM":
            common = file.read(min(size, 22))
        elif name == b"SSND" and len(common) >= 18:
            channels, _, bits, exponent, mantissa = struct.unpack(">HIHHQ", common[:18])
            rate = round(mantissa * 2.0 ** (exponent - 16383 - 63)) if 16383 < exponent < 16383 + 32 else 0
            kind = common[18:22] or b"NONE"
            width = (bits + 7) // 8
            coding = {
                b"NONE": {1: "PCM_S8", 2: "PCM_16", 3: "PCM_24", 4: "PCM_32"}.get(width, ""),
                b"sowt": "PCM_16" if width == 2 else "",
                b"fl32": "FLOAT",
                b"FL32": "FLOAT",
                b"ulaw": "ULAW",
                b"alaw": "ALAW",
            }.get(kind, "")
            width = 1 if kind in (b"ulaw", b"alaw") else width
            header = Header(
                channels=channels,
                rate=rate,
                coding=coding,
                big_endian=kind != b"sowt",
                codec=kind.decode("latin-1").strip(),
                start=at + 8,
                end=length,
                per_second=float(rate * width * channels) if coding else 0.0,
                announced=None,
                sizes=Sizes.TRUE,
            )
            return _sized(file, header, max(size - 8, 0), length)
    return None, length


def _au(file: BinaryIO, origin: int, length: int) -> tuple[Header | None, int]:
    file.seek(origin)
    head = file.read(24)
    if len(head) < 24:
        return None, length
    _, offset, size, encoding, rate, channels = struct.unpack(">4s5I", head)
    coding, width = {
        1: ("ULAW", 1),
        2: ("PCM_S8", 1),
        3: ("PCM_16", 2),
        4: ("PCM_24", 3),
        5: ("PCM_32", 4),
        6: ("FLOAT", 4),
        7: ("DOUBLE", 8),
        27: ("ALAW", 1),
    }.get(encoding, ("", 0))
    header = Header(
        channels=channels,
        rate=rate,
        coding=coding,
        big_endian=True,
        codec=f"AU {encoding}",
        start=origin + offset,
        end=length,
        per_second=float(rate * width * channels),
        announced=None,
        sizes=Sizes.TRUE,
    )
    return _sized(file, header, size, length)


def _sized(file: BinaryIO, header: Header, announced: int, length: int) -> tuple[Header, int]:
    """The header with its end and what its size is worth, and where the next file begins if one was appended."""
    there = max(length - header.start, 0)
    per_second = header.per_second
    slack = SLACK * per_second
    if announced > there:
        if announced >= NO_SIZE and announced < 1 << 32:
            return replace(header, sizes=Sizes.UNKNOWN), length
        if announced - there <= slack or 0 <= announced - there <= header.start:
            return header, length
        seconds = announced / per_second if per_second else None
        return replace(header, announced=seconds, sizes=Sizes.TOO_LARGE), length
    end = header.start + announced
    following = _following(file, end, length)
    if following is not None and (announced > 0 or following < length or there == 0):
        seconds = announced / per_second if per_second else None
        return replace(header, end=end, announced=seconds), following
    if announced > 0 and length - end <= slack:
        return replace(header, end=end), length
    if there == 0:
        return header, length
    return replace(header, sizes=Sizes.STALE), length


def _following(file: BinaryIO, end: int, length: int) -> int | None:
    """Where the next file begins behind the sound, the length when only chunks, tags or zeros follow, and None when
    what follows is neither: then it is sound."""
    at = end
    while at < length:
        file.seek(at)
        head = file.read(12)
        if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"FORM") and head[8:12] in (b"WAVE", b"AIFF", b"AIFC"):
            return at
        if head[:4] == b".snd":
            return at
        if head[:3] in (b"TAG", b"ID3") or head[:8] == b"APETAGEX":
            return length
        name, size = head[:4], head[4:8]
        if len(size) == 4 and name.isascii() and all(0x20 <= c < 0x7F for c in name):
            little, big = struct.unpack("<I", size)[0], struct.unpack(">I", size)[0]
            after = [at + 8 + n + n % 2 for n in (little, big)]
            fits = [to for to in after if to <= length + 1]
            if fits:
                at = min(fits, key=lambda to: abs(to - length))
                continue
        if at % 2:
            at += 1  # a chunk of odd size is filled up
            continue
        return length if _only_zeros(file, at, length) else None
    return length


def _only_zeros(file: BinaryIO, start: int, end: int) -> bool:
    """Whether nothing but zeros is there: of what is long, its beginning and places all over the rest."""
    file.seek(start)
    if any(file.read(min(end - start, TAIL))):
        return False
    for at in range(start + TAIL, end, max((end - start) // LOOKS, 4_096)):
        file.seek(at)
        if any(file.read(4_096)):
            return False
    return True
