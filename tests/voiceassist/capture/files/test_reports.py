"""Public reports about other programs, made again: see the table in docs/faults.md."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from tests.voiceassist.capture.files.makers import (
    RATE,
    at,
    chunk,
    encode,
    encode_tracks,
    expected,
    pcm,
    spoken,
    starts,
    wav,
)
from tests.voiceassist.capture.files.test_faults import Heard, whole
from voiceassist.capture.files.headers import Sizes, read_headers


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_list_chunk_of_zeros_before_the_sound(tmp_path: Path) -> None:
    """libsndfile 370, 542: recorders of Zoom."""
    heard = Heard(write(tmp_path / "a.wav", wav(before=chunk(b"LIST", bytes(393_164)))))
    assert whole(heard)
    assert heard.keys == []


def test_sound_of_an_odd_number_of_bytes(tmp_path: Path) -> None:
    """libsndfile 331, pure-data 1786: the pad byte is there, or missing."""
    mono = wav(pcm(spoken()[:, :1])[:-1], channels=1) + chunk(b"LIST", b"INFOabc")
    for content in (wav(pcm() + b"\0"), wav(pcm()[:-1]), wav(pcm()[:-1], after=b"\0" + chunk(b"LIST", b"INFOabc"))):
        assert whole(Heard(write(tmp_path / "a.wav", content)))
    assert mono


def test_a_peak_chunk_with_its_numbers_the_wrong_way_round(tmp_path: Path) -> None:
    """libsndfile 1046: Adobe Audition."""
    peak = chunk(b"fact", struct.pack(">I", 12_009_287)) + chunk(b"PEAK", bytes(range(16)))
    heard = Heard(write(tmp_path / "a.wav", wav(before=peak)))
    assert whole(heard)
    assert heard.keys == []


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF, 3, 0])
def test_an_info_chunk_of_an_impossible_size_does_not_hang(tmp_path: Path, size: int) -> None:
    """libsndfile 1118."""
    info = chunk(b"LIST", b"INFO" + b"INAM" + struct.pack("<I", size) + b"abcd")
    heard = Heard(write(tmp_path / "a.wav", wav(before=info)))
    assert whole(heard)


def test_a_caf_with_a_large_free_chunk(tmp_path: Path) -> None:
    """libsndfile 191: Metric Halo."""
    sound = np.asarray(spoken() * 32767, ">i2").tobytes()
    desc = struct.pack(">d4sIIIII", float(RATE), b"lpcm", 0, 4, 1, 2, 16)
    content = b"caff" + struct.pack(">HH", 1, 0) + b"desc" + struct.pack(">q", 32) + desc
    content += b"free" + struct.pack(">q", 24_496) + bytes(24_496)
    for size in (len(sound) + 4, -1):
        whole_file = content + b"data" + struct.pack(">q", size) + bytes(4) + sound
        heard = Heard(write(tmp_path / "a.caf", whole_file))
        assert whole(heard)
        assert heard.keys == []


@pytest.mark.parametrize(("ending", "codec"), [("mp3", "libmp3lame"), ("m4a", "aac"), ("webm", "libopus")])
def test_noise_at_the_end_costs_only_the_end(tmp_path: Path, ending: str, codec: str) -> None:
    """faster-whisper 988, 89: PyAV stops where FFmpeg goes on."""
    path = encode(tmp_path / f"a.{ending}", codec=codec)
    content = bytearray(path.read_bytes())
    start = int(len(content) * 0.8) if ending != "m4a" else int(len(content) * 0.7)
    end = len(content) if ending != "m4a" else int(len(content) * 0.8)
    content[start:end] = np.random.default_rng(2).bytes(end - start)
    heard = Heard(write(path, bytes(content)))
    assert at(starts(heard.caller)[:5], expected(1)[:5])
    assert heard.warnings


def test_a_wav_of_more_than_four_gigabytes_whose_size_began_anew(tmp_path: Path) -> None:
    """python-soundfile 228, SDR++ 556, rubberband 101: all 4.5 GB are there, the header says 0.5."""
    path = tmp_path / "long.wav"
    size = 4_800_000_000
    with path.open("wb") as file:
        file.write(wav(b"", data_size=size % 2**32, riff_size=(size + 36) % 2**32))
        for place in (44, 44 + size % 2**32, 3_000_000_000, size - 4_096):
            file.seek(place)
            file.write(b"\x11" * 4_096)
    with path.open("rb") as file:
        (header,) = read_headers(file)
    assert header.end - header.start > 0.99 * size
    assert header.sizes is Sizes.STALE


def test_a_second_track_that_nobody_can_decode_is_no_obstacle(tmp_path: Path) -> None:
    """chatto 1602, ab-av1 351: iPhones add a track of spatial sound."""
    sound = spoken(rate=48_000)
    path = encode_tracks(tmp_path / "a.m4a", [sound, sound[:, :1]], "aac")
    content = bytearray(path.read_bytes())
    second = (
        content.rfind(b"mp4a", 0, content.rfind(b"mp4a") - 1) if content.count(b"mp4a") > 2 else content.rfind(b"mp4a")
    )
    content[second : second + 4] = b"zpac"
    heard = Heard(write(path, bytes(content)))
    assert whole(heard)


def test_stamps_that_begin_at_the_clock_of_the_day(tmp_path: Path) -> None:
    """picamera2 1274: one track counts from 0, the other from 1970."""
    sound = spoken(rate=48_000)
    heard = Heard(encode_tracks(tmp_path / "a.mkv", [sound[:, :1], sound[:, 1:]], "aac", late=1_750_000_000.0))
    assert at(starts(heard.agent), expected(0))
    assert at(starts(heard.caller), expected(1))
    assert heard.seconds < 21
    assert heard.keys == ["file-joined"]


def test_a_tag_with_a_picture_and_a_wrong_size_is_passed_over(tmp_path: Path) -> None:
    """mediaelement 504: the tag says less, or more, than it is."""
    path = encode(tmp_path / "a.mp3", codec="libmp3lame")
    content = path.read_bytes()
    picture = np.random.default_rng(1).integers(0, 255, 100_000, dtype=np.uint8).tobytes()
    body = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    for claimed in (len(body), len(body) - 5_000, 10):
        size = bytes(claimed >> shift & 0x7F for shift in (21, 14, 7, 0))
        heard = Heard(write(path, b"ID3\3\0\0" + size + body + content[content.find(b"\xff\xfb") :]))
        assert at(starts(heard.caller)[-8:], expected(1)[-8:], 0.1) or heard.warnings
