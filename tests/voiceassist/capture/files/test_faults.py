"""What people reported of programs that read sound, made again here, each kind in a few forms: sound keeps its time,
all that is there is used, and what is missing is told. The table of kinds: docs/faults.md."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.voiceassist.capture.files.makers import (
    RATE,
    SECONDS,
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
from voiceassist.capture.files.file import CallFile, stereo_call, two_file_call
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, render


class Heard:
    """A stereo file, read."""

    def __init__(self, path: Path) -> None:
        with CallFile(stereo_call(path)) as call:
            blocks = list(call.blocks())
            self.warnings = call.warnings
        self.agent = np.concatenate([agent for agent, _ in blocks if agent is not None])
        self.caller = np.concatenate([caller for _, caller in blocks])

    @property
    def seconds(self) -> float:
        return len(self.caller) / SAMPLE_RATE

    @property
    def keys(self) -> list[str]:
        return [warning.key for warning in self.warnings]

    def on_time(self, seconds: float = SECONDS) -> bool:
        """Every burst of both sides, where it was."""
        return at(starts(self.agent), expected(0, seconds)) and at(starts(self.caller), expected(1, seconds))


def whole(heard: Heard) -> bool:
    return abs(heard.seconds - SECONDS) < 0.05 and heard.on_time()


def refused(path: Path) -> Message:
    with pytest.raises(InputError) as error:
        Heard(path)
    for language in ("en", "de"):
        assert "{" not in render(error.value.message, language)
    return error.value.message


def outside(times: list[float], start: float, end: float) -> list[float]:
    return [t for t in times if not start - 0.6 < t < end]


# --- time stamps ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "codec"), [("ogg", "libopus"), ("webm", "libopus"), ("flac", "flac"), ("m4a", "aac")]
)
def test_files_put_together_are_read_to_the_end(tmp_path: Path, ending: str, codec: str) -> None:
    one = encode(tmp_path / f"a.{ending}", codec=codec)
    both = tmp_path / f"both.{ending}"
    both.write_bytes(one.read_bytes() * 2)
    heard = Heard(both)
    assert abs(heard.seconds - 2 * SECONDS) < 0.05
    assert heard.on_time(2 * SECONDS)
    assert heard.keys == ["file-joined"]


def test_wav_files_put_together_are_read_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "both.wav").write_bytes(wav() + wav(after=chunk(b"LIST", b"INFOabc")))
    heard = Heard(tmp_path / "both.wav")
    assert abs(heard.seconds - 2 * SECONDS) < 0.01
    assert heard.on_time(2 * SECONDS)
    assert heard.keys == ["file-joined"]


@pytest.mark.parametrize("zeroed", [True, False])
@pytest.mark.parametrize("codec", ["libopus", "vorbis"])
def test_missing_ogg_pages_are_silence_and_told(tmp_path: Path, zeroed: bool, codec: str) -> None:
    options = {"strict": "experimental"} if codec == "vorbis" else {}
    path = encode(tmp_path / "a.ogg", codec=codec, codec_options=options)
    content = path.read_bytes()
    start, end = int(len(content) * 0.35), int(len(content) * 0.55)
    path.write_bytes(content[:start] + (bytes(end - start) if zeroed else b"") + content[end:])
    heard = Heard(path)
    assert abs(heard.seconds - SECONDS) < 0.05
    assert set(heard.keys) & {"file-holes", "file-damaged"}
    assert at(starts(heard.caller)[-3:], expected(1)[-3:])
    assert at(starts(heard.caller)[:2], expected(1)[:2])


@pytest.mark.parametrize(("ending", "codec"), [("webm", "libopus"), ("mkv", "aac"), ("m4a", "aac"), ("ogg", "libopus")])
def test_a_hole_in_the_time_stamps_stays_a_hole(tmp_path: Path, ending: str, codec: str) -> None:
    path = encode(tmp_path / f"a.{ending}", codec=codec, drop=lambda t: 6.0 < t < 10.0)
    heard = Heard(path)
    assert abs(heard.seconds - SECONDS) < 0.05
    for side, sound in ((0, heard.agent), (1, heard.caller)):
        assert at(outside(starts(sound), 6, 10.1), outside(expected(side), 6, 10.1))
    (warning,) = heard.warnings
    assert warning.key == "file-holes"
    assert warning.args["seconds"] == pytest.approx(4.0, abs=0.1)
    assert "6.0–10.0 s" in render(warning)


def test_silence_that_was_not_sent_keeps_its_time(tmp_path: Path) -> None:
    """A browser sends a packet now and then while nobody speaks (DTX)."""
    silent = lambda t: t % 1.0 > 0.12 and t % 1.0 < 0.42  # noqa: E731
    heard = Heard(encode(tmp_path / "a.webm", drop=silent))
    assert whole(heard)
    assert heard.keys == ["file-holes"]
    assert "more places" in render(heard.warnings[0])


@pytest.mark.parametrize(("ending", "codec"), [("m4a", "aac"), ("mkv", "aac"), ("webm", "libopus")])
def test_two_mono_tracks_are_the_two_sides_each_at_its_own_start(tmp_path: Path, ending: str, codec: str) -> None:
    sound = spoken(rate=48_000)
    path = encode_tracks(tmp_path / f"a.{ending}", [sound[:, :1], sound[:, 1:]], codec, late=5.0)
    heard = Heard(path)
    assert at(starts(heard.agent), expected(0))
    assert at(starts(heard.caller), expected(1, shift=5.0))
    assert heard.seconds == pytest.approx(SECONDS + 5, abs=0.05)


def test_tracks_that_are_no_two_sides_are_named(tmp_path: Path) -> None:
    sound = spoken(6, rate=48_000)
    mono = sound[:, :1]
    path = encode_tracks(tmp_path / "a.mkv", [mono, mono, mono], "aac", names=("Mix", "Microphone", "Desktop"))
    sentence = render(refused(path))
    assert all(name in sentence for name in ("Mix", "Microphone", "Desktop"))
    path = encode_tracks(tmp_path / "b.mkv", [sound, mono], "aac", names=("Call", "Music"))
    heard = Heard(path)
    assert at(starts(heard.agent), expected(0, 6))
    assert heard.keys == ["file-tracks-unused"]
    assert "Music" in render(heard.warnings[0])


def test_a_rate_that_changes_leaves_times_and_pitch_as_they_were(tmp_path: Path) -> None:
    parts = [
        encode(tmp_path / f"{rate}.mp3", spoken(10, rate), "libmp3lame", rate=rate).read_bytes()
        for rate in (44_100, 48_000)
    ]
    (tmp_path / "both.mp3").write_bytes(b"".join(parts))
    heard = Heard(tmp_path / "both.mp3")
    assert heard.seconds == pytest.approx(20, abs=0.15)
    assert at(starts(heard.caller), expected(1), 0.12)
    assert heard.keys == ["file-joined"]
    last = heard.caller[int(15.65 * RATE) : int(15.65 * RATE) + 4800] * np.hanning(4800)
    assert np.abs(np.fft.rfft(last)).argmax() * RATE / 4800 == pytest.approx(150, abs=4)


# --- announcements and guesses --------------------------------------------------------------------------------------


def test_a_cut_webm_is_used_and_told(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.webm")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    heard = Heard(path)
    assert 8 < heard.seconds < 12
    (warning,) = heard.warnings
    assert warning.key == "file-cut-off"
    assert "20.0 s" in render(warning)


def test_a_damaged_webm_keeps_the_time_of_what_follows(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.webm")
    content = bytearray(path.read_bytes())
    start, end = int(len(content) * 0.35), int(len(content) * 0.5)
    content[start:end] = bytes(end - start)
    path.write_bytes(content)
    heard = Heard(path)
    assert abs(heard.seconds - SECONDS) < 0.05
    assert set(heard.keys) & {"file-holes", "file-damaged"}
    assert at(starts(heard.caller)[-3:], expected(1)[-3:])


HALF = len(pcm()) // 2


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (wav(data_size=HALF, riff_size=HALF + 36), "file-not-finished"),
        (wav(data_size=0, riff_size=0), "file-not-finished"),
        (wav(data_size=0, riff_size=0, before=chunk(b"JUNK", bytes(4040))), "file-not-finished"),
        (wav(data_size=0, riff_size=0, before=chunk(b"FLLR", bytes(4040))), "file-not-finished"),
        (wav(data_size=0xFFFFFFFF, riff_size=0xFFFFFFFF), None),
        (wav(data_size=0x7FFFF000, riff_size=0x7FFFF024), None),
        (wav(data_size=0x7FFFFFFF, riff_size=0x7FFFFFFF), None),
        (wav(data_size=len(pcm()) + 44), None),
        (wav(data_size=len(pcm()) + 36, riff_size=len(pcm()) + 36), None),
        (wav(riff_size=0), None),
        (wav(riff_size=4), None),
        (wav(after=chunk(b"LIST", b"INFOabc")), None),
        (wav(after=chunk(b"bext", bytes(602)) + chunk(b"id3 ", bytes(99))), None),
        (wav(after=bytes(4096)), None),
        (wav(before=chunk(b"LIST", b"INFOabc")), None),
        (wav(before=chunk(b"odd ", b"abc")), None),
        (wav(bits=0), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_all_that_is_in_a_wav_file_is_read_whatever_its_header_says(tmp_path: Path, content: bytes, key: str) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    heard = Heard(tmp_path / "a.wav")
    assert whole(heard)
    assert heard.keys == ([key] if key else [])


def test_a_wav_cut_by_a_second_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav()[: -RATE * 4])
    heard = Heard(tmp_path / "a.wav")
    assert heard.keys == ["file-cut-off"]
    assert heard.seconds == pytest.approx(19, abs=0.01)


@pytest.mark.parametrize(
    ("name", "subtype", "zero"),
    [
        ("a.rf64", "PCM_16", [(4, 4)]),
        ("a.w64", "PCM_16", [(16, 8)]),
        ("a.aiff", "PCM_16", [(4, 4)]),
        ("a.au", "PCM_16", [(8, 4)]),
        ("a.wav", "ULAW", [(4, 4)]),
        ("a.wav", "PCM_24", [(4, 4)]),
    ],
)
def test_sizes_of_a_killed_recorder_lose_nothing(
    tmp_path: Path, name: str, subtype: str, zero: list[tuple[int, int]]
) -> None:
    path = tmp_path / name
    soundfile.write(path, spoken(), RATE, subtype=subtype, format={"rf64": "RF64"}.get(path.suffix[1:]))
    content = bytearray(path.read_bytes())
    for start, length in zero:
        content[start : start + length] = bytes(length)
    for mark, offset, length in ((b"ds64", 8, 24), (b"data", 4, 4), (b"SSND", 4, 4), (b"COMM", 10, 4)):
        where = content.find(mark, 12)
        if where < 0:
            continue
        if name.endswith("w64"):
            offset, length = 16, 8
        content[where + offset : where + offset + length] = bytes(length)
    if name.endswith("rf64"):
        where = content.find(b"data", 12)
        content[where + 4 : where + 8] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert whole(Heard(path))


def test_flac_of_unknown_length_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    soundfile.write(path, spoken(), RATE)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0
    content[22:26] = bytes(4)
    content[26:42] = bytes(16)
    path.write_bytes(content)
    heard = Heard(path)
    assert whole(heard)
    assert heard.keys == []


def test_damaged_flac_keeps_the_time_of_what_follows(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.flac", codec="flac")
    content = bytearray(path.read_bytes())
    start, end = len(content) // 3, len(content) // 2
    content[start:end] = bytes(end - start)
    path.write_bytes(content)
    heard = Heard(path)
    assert abs(heard.seconds - SECONDS) < 0.05
    assert set(heard.keys) & {"file-holes", "file-damaged"}
    assert at(starts(heard.caller)[-3:], expected(1)[-3:])


def test_guesses_of_the_length_raise_no_alarm(tmp_path: Path) -> None:
    quiet_then_loud = np.concatenate([np.zeros((48_000 * 10, 2), np.float32), spoken(10, 48_000)])
    vbr = encode(
        tmp_path / "a.mp3",
        quiet_then_loud,
        "libmp3lame",
        options={"write_xing": "0"},
        codec_options={"compression_level": "5", "global_quality": "472", "flags": "+qscale"},
    )
    bare = encode(tmp_path / "a.aac", quiet_then_loud, "aac", form="adts")
    for path in (vbr, bare):
        heard = Heard(path)
        assert heard.keys == []
        assert heard.seconds == pytest.approx(20, abs=0.1)


def amr(tmp_path: Path, form: str = "amr") -> bytes:
    mono = spoken(rate=8000)[:, 1:]
    return encode(tmp_path / f"a.{form}", mono, "libopencore_amrnb", rate=8000).read_bytes()


def one_side(path: Path) -> tuple[np.ndarray, list[str]]:
    with CallFile(two_file_call(None, path)) as call:
        caller = np.concatenate([caller for _, caller in call.blocks()])
        return caller, [warning.key for warning in call.warnings]


def test_amr_is_whole_and_its_silence_frames_are_silence(tmp_path: Path) -> None:
    content = amr(tmp_path)
    caller, keys = one_side(tmp_path / "a.amr")
    assert keys == []
    assert at(starts(caller), expected(1))
    size = (len(content) - 6) // round(SECONDS / 0.02)
    frames = [content[6 + k * size : 6 + (k + 1) * size] for k in range((len(content) - 6) // size)]
    silent = [b"\x7c" if k * 0.02 % 1.0 < 0.3 else frame for k, frame in enumerate(frames)]
    (tmp_path / "b.amr").write_bytes(b"#!AMR\n" + b"".join(silent))
    caller, keys = one_side(tmp_path / "b.amr")
    assert keys == []
    assert abs(len(caller) / SAMPLE_RATE - SECONDS) < 0.1
    assert at([t for t in starts(caller) if t % 1.0 > 0.4], expected(1))


def test_mp3_damaged_in_the_middle_keeps_the_time_of_what_follows(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mp3", codec="libmp3lame")
    content = bytearray(path.read_bytes())
    start, end = len(content) // 3, len(content) // 2
    content[start:end] = bytes(end - start)
    path.write_bytes(content)
    heard = Heard(path)
    assert heard.seconds == pytest.approx(SECONDS, abs=0.1)
    assert heard.keys == ["file-damaged-about"]
    assert at(starts(heard.caller)[-4:], expected(1)[-4:])


def test_m4a_without_its_index_is_refused_as_cut(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.m4a", codec="aac")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert refused(path).key == "file-cut-before-index"


# --- codecs ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tag", "name"), [(0x0133, "G.729"), (0x0131, "ACELP"), (0x7777, "0x7777")])
def test_an_unknown_codec_is_named(tmp_path: Path, tag: int, name: str) -> None:
    (tmp_path / "a.wav").write_bytes(wav(tag=tag))
    told = refused(tmp_path / "a.wav")
    assert told.key == "file-codec-unknown"
    assert name in render(told)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.sph", "NIST"),
        ("a.voc", "VOC"),
        ("a.caf", "CAF"),
        ("a.w64", "W64"),
        ("a.au", "AU"),
        ("a.aiff", "AIFF"),
        ("a.rf64", "RF64"),
        ("a.avr", "AVR"),
        ("a.sf", "IRCAM"),
    ],
)
def test_other_containers_of_plain_sound_are_read(tmp_path: Path, name: str, form: str) -> None:
    soundfile.write(tmp_path / name, spoken(), RATE, format=form, subtype="PCM_16")
    heard = Heard(tmp_path / name)
    assert whole(heard)
    assert heard.keys == []


def test_sphere_of_a_telephone_corpus_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.sph", spoken(rate=8000), 8000, format="NIST", subtype="ULAW")
    heard = Heard(tmp_path / "a.sph")
    assert whole(heard)
    assert heard.keys == []


@pytest.mark.parametrize("subtype", ["ULAW", "ALAW", "IMA_ADPCM", "MS_ADPCM"])
def test_telephone_codings_in_wav_are_read(tmp_path: Path, subtype: str) -> None:
    soundfile.write(tmp_path / "a.wav", spoken(rate=8000), 8000, subtype=subtype)
    heard = Heard(tmp_path / "a.wav")
    assert heard.seconds == pytest.approx(SECONDS, abs=0.1)
    assert heard.on_time()
    assert heard.keys == []


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "g726", 8000),
        ("a.wav", "g723_1", 8000),
        ("a.wav", "adpcm_ima_wav", 16000),
        ("a.wav", "mp2", 16000),
        ("a.mka", "g722", 16000),
        ("a.mka", "alac", 16000),
        ("a.tta", "tta", 16000),
        ("a.wv", "wavpack", 16000),
        ("a.ts", "aac", 16000),
        ("a.flv", "libmp3lame", 44100),
    ],
)
def test_one_side_in_other_codings_is_read(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    mono = spoken(rate=rate)[:, 1:]
    options = {"b": "32000"} if codec == "g726" else {"b": "6300"} if codec == "g723_1" else {}
    caller, keys = one_side(encode(tmp_path / name, mono, codec, rate=rate, codec_options=options))
    assert keys == []
    assert len(caller) / SAMPLE_RATE == pytest.approx(SECONDS, abs=0.15)
    assert at(starts(caller), expected(1), 0.1)


def test_gsm_in_wav_is_read(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", spoken(rate=8000)[:, 1], 8000, subtype="GSM610")
    caller, keys = one_side(tmp_path / "a.wav")
    assert keys == []
    assert at(starts(caller), expected(1))


def test_webm_without_a_duration_is_whole(tmp_path: Path) -> None:
    heard = Heard(encode(tmp_path / "a.webm", options={"live": "1"}))
    assert whole(heard)
    assert heard.keys == []


# --- what a recording does ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [0.01, 0.05, 0.1, -0.1])
def test_a_constant_offset_is_taken_out(tmp_path: Path, offset: float) -> None:
    soundfile.write(tmp_path / "a.wav", spoken() + np.float32(offset), RATE, subtype="FLOAT")
    soundfile.write(tmp_path / "b.wav", spoken(), RATE, subtype="FLOAT")
    with_offset, without = Heard(tmp_path / "a.wav"), Heard(tmp_path / "b.wav")
    assert np.abs(with_offset.caller - without.caller).max() < 0.01
    assert with_offset.on_time()


def test_sound_without_an_offset_is_not_touched(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", spoken(), RATE, subtype="FLOAT")
    assert np.array_equal(Heard(tmp_path / "a.wav").caller, spoken()[:, 1])


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [b"caf\xe9", b"\xff\xfe", "späße 通話 📞".encode(), b"a\nb", b"\x1b[31mred", b"%s {path}"]
)
@pytest.mark.parametrize("ending", ["wav", "webm", "flac"])
def test_any_byte_in_a_name_is_fine(tmp_path: Path, name: bytes, ending: str) -> None:
    if ending == "wav":
        content = wav()
    else:
        content = encode(tmp_path / f"x.{ending}", codec={"webm": "libopus", "flac": "flac"}[ending]).read_bytes()
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name + b"." + ending.encode()))
    path.write_bytes(content)
    assert Heard(path).on_time()
    path.write_bytes(content[: len(content) // 2])
    Heard(path)


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav())
    (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
    assert whole(Heard(tmp_path / "b.wav"))


@pytest.mark.parametrize("size", [1, 4, 11, 12, 20, 36, 43, 44])
def test_a_header_cut_anywhere_is_refused_in_one_sentence(tmp_path: Path, size: int) -> None:
    (tmp_path / "a.wav").write_bytes(wav()[:size])
    refused(tmp_path / "a.wav")


@pytest.mark.parametrize("ending", ["ogg", "webm", "m4a", "mp3", "flac"])
def test_only_a_head_of_a_file_is_read_or_refused_but_never_a_traceback(tmp_path: Path, ending: str) -> None:
    codec = {"ogg": "libopus", "webm": "libopus", "m4a": "aac", "mp3": "libmp3lame", "flac": "flac"}[ending]
    content = encode(tmp_path / f"a.{ending}", spoken(2, 48_000), codec).read_bytes()
    for size in (5, 13, 40, 100, 300, 700):
        (tmp_path / "b").write_bytes(content[:size])
        try:
            heard = Heard(tmp_path / "b")
        except InputError:
            continue
        assert heard.warnings
        assert heard.seconds < 2.1


def test_struct_of_the_makers_is_what_the_world_writes(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(wav())
    assert soundfile.info(tmp_path / "a.wav").frames == SECONDS * RATE
    assert struct.unpack("<I", wav()[40:44])[0] == len(pcm())
