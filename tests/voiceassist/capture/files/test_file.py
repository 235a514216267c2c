"""Calls from files: times stay true at any rate and in any format, what cannot be used is refused and why."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voiceassist.capture.files.file import CallFile, Sides, file_sources, stereo_call, two_file_call
from voiceassist.capture.source import EndOfSource
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError, UsageError
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message, message, render

RATES = (8_000, 11_025, 16_000, 44_100, 48_000)
CLICK = 1.2345


def click(rate: int, at: float = CLICK, seconds: float = 3.0) -> np.ndarray:
    """Silence with one short click whose first sample is the last that begins before `at`."""
    sound = np.zeros(round(seconds * rate), np.float32)
    sound[int(at * rate) : int(at * rate) + 2] = 0.9
    return sound


def tone(seconds: float, rate: int = SAMPLE_RATE, hz: float = 300.0) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def encode_foreign(path: Path, sound: np.ndarray, rate: int, codec: str) -> Path:
    """A file libsndfile does not write, made by FFmpeg. `sound` has shape (n, channels)."""
    import av

    layout = "stereo" if sound.shape[1] == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T), format="fltp", layout=layout)
        frame.rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        fifo = av.AudioFifo()
        fifo.write(frame)
        size = stream.codec_context.frame_size or 1024
        while (part := fifo.read(size, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def whole(sides: Sides, n: int = 1600) -> tuple[np.ndarray | None, np.ndarray, tuple[Message, ...]]:
    with CallFile(sides) as call:
        blocks = list(call.blocks(n))
        agent = None if blocks[0][0] is None else np.concatenate([b[0] for b in blocks if b[0] is not None])
        return agent, np.concatenate([b[1] for b in blocks]), call.warnings


def loudest(samples: np.ndarray) -> float:
    """Seconds at which the click is."""
    return int(np.argmax(np.abs(samples))) / SAMPLE_RATE


def refusal(sides: Sides) -> Message:
    with pytest.raises(InputError) as caught, CallFile(sides) as call:
        for _ in call.blocks():
            pass
    return caught.value.message


# --- times and formats ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", RATES)
def test_a_click_stays_where_it_was_at_any_rate(tmp_path: Path, rate: int) -> None:
    soundfile.write(tmp_path / "a.wav", click(rate), rate)
    _, caller, warnings = whole(two_file_call(None, tmp_path / "a.wav"))
    assert abs(loudest(caller) - CLICK) < 0.001
    assert len(caller) == 3 * SAMPLE_RATE
    assert warnings == ()


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
@pytest.mark.parametrize(("ending", "codec"), [("mp3", "libmp3lame"), ("m4a", "aac")])
def test_a_click_stays_where_it_was_in_formats_of_ffmpeg(tmp_path: Path, rate: int, ending: str, codec: str) -> None:
    path = encode_foreign(tmp_path / f"a.{ending}", click(rate)[:, np.newaxis], rate, codec)
    _, caller, _ = whole(two_file_call(None, path))
    assert abs(loudest(caller) - CLICK) < 0.001
    assert abs(len(caller) / SAMPLE_RATE - 3) < 0.06


@pytest.mark.parametrize(
    ("name", "subtype"),
    [
        ("a.wav", "PCM_U8"),
        ("a.wav", "PCM_24"),
        ("a.wav", "PCM_32"),
        ("a.wav", "FLOAT"),
        ("a.wav", "DOUBLE"),
        ("a.wav", "ULAW"),
        ("a.wav", "ALAW"),
        ("a.flac", "PCM_16"),
        ("a.ogg", "VORBIS"),
        ("a.ogg", "OPUS"),
        ("a.aiff", "PCM_16"),
    ],
)
def test_every_sample_format_gives_the_same_level(tmp_path: Path, name: str, subtype: str) -> None:
    soundfile.write(tmp_path / name, tone(2.0, 8000), 8000, subtype=subtype)
    _, caller, _ = whole(two_file_call(None, tmp_path / name))
    middle = caller[8000:24000]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.05)


def test_left_channel_is_the_agent_by_default(tmp_path: Path) -> None:
    both = np.stack([tone(1.0), np.zeros(SAMPLE_RATE, np.float32)], axis=1)
    soundfile.write(tmp_path / "a.wav", both, SAMPLE_RATE)
    agent, caller, _ = whole(stereo_call(tmp_path / "a.wav"))
    assert agent is not None
    assert agent.any()
    assert not caller.any()
    agent, caller, _ = whole(stereo_call(tmp_path / "a.wav", (Channel.CALLER, Channel.AGENT)))
    assert agent is not None
    assert not agent.any()
    assert caller.any()


def test_stereo_mp3_keeps_its_sides_apart(tmp_path: Path) -> None:
    both = np.stack([click(44_100, 1.0), click(44_100, 2.0)], axis=1)
    agent, caller, _ = whole(stereo_call(encode_foreign(tmp_path / "a.mp3", both, 44_100, "libmp3lame")))
    assert agent is not None
    assert loudest(agent) == pytest.approx(1.0, abs=0.001)
    assert loudest(caller) == pytest.approx(2.0, abs=0.001)


def test_two_files_of_different_rate_and_length_are_one_timeline(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "agent.wav", click(8_000), 8_000)
    soundfile.write(tmp_path / "caller.flac", click(44_100, seconds=5.0), 44_100)
    agent, caller, warnings = whole(two_file_call(tmp_path / "agent.wav", tmp_path / "caller.flac"))
    assert agent is not None
    assert len(agent) == len(caller) == 5 * SAMPLE_RATE
    assert abs(loudest(agent) - loudest(caller)) < 0.001
    assert not agent[3 * SAMPLE_RATE + 100 :].any()
    lengths = [
        message("file-length", path=str(tmp_path / "agent.wav"), seconds=3.0),
        message("file-length", path=str(tmp_path / "caller.flac"), seconds=5.0),
    ]
    assert warnings == (message("files-differ-in-length", lengths=[*lengths]),)
    assert f"({tmp_path / 'agent.wav'} 3.0 s, {tmp_path / 'caller.flac'} 5.0 s)" in render(warnings[0])


def test_the_sound_does_not_depend_on_the_block_size(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.stack([tone(3.0, 44_100), tone(3.0, 44_100, 500)], axis=1), 44_100)
    agent, caller, _ = whole(stereo_call(tmp_path / "a.wav"), 160)
    other_agent, other_caller, _ = whole(stereo_call(tmp_path / "a.wav"), 50_000)
    assert agent is not None
    assert other_agent is not None
    assert np.array_equal(agent, other_agent)
    assert np.array_equal(caller, other_caller)


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    """The first block of a long file comes from its first second: memory does not grow with length."""
    soundfile.write(tmp_path / "a.wav", np.zeros((60 * 8000, 2), np.int16), 8000)
    with CallFile(stereo_call(tmp_path / "a.wav")) as call:
        assert call.seconds == 60
        next(call.blocks())
        track = next(iter(call._tracks.values()))
        assert len(track._left) < 3 * SAMPLE_RATE


# --- what can't be used ---------------------------------------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone.wav"
    told = refusal(stereo_call(gone))
    assert told == message("file-not-found", path=str(gone))
    assert render(told) == f"There is no file {gone}. Check its name."
    assert render(told, "de") == f"Es gibt keine Datei {gone}. Prüfen Sie den Namen."


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert refusal(stereo_call(tmp_path)) == message("file-is-folder", path=str(tmp_path))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").touch()
    assert refusal(stereo_call(tmp_path / "a.wav")) == message("file-empty", path=str(tmp_path / "a.wav"))


def test_a_file_without_permission_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "a.wav", tone(1), SAMPLE_RATE)

    def denied(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert refusal(two_file_call(None, tmp_path / "a.wav")).key == "file-not-permitted"


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.raw", "a"])
def test_text_file_is_refused_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("Dear all, the recording is attached.\n" * 50)
    assert refusal(stereo_call(tmp_path / name)) == message("file-not-sound", path=str(tmp_path / name))


def test_a_playlist_is_refused_and_nothing_it_names_is_opened(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "secret.wav", tone(1), SAMPLE_RATE)
    for name, text in [
        ("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://192.0.2.1/a.ts\n"),
        ("b.wav", f"ffconcat version 1.0\nfile '{tmp_path}/secret.wav'\n"),
    ]:
        (tmp_path / name).write_text(text)
        assert refusal(two_file_call(None, tmp_path / name)).key == "file-not-sound"


def with_header(path: Path, *, channels: int = 1, rate: int = 8000) -> Path:
    soundfile.write(path, np.zeros(8000, np.int16), 8000)
    content = bytearray(path.read_bytes())
    struct.pack_into("<HI", content, 22, channels, rate)
    path.write_bytes(content)
    return path


def test_zero_channels_are_refused(tmp_path: Path) -> None:
    told = refusal(two_file_call(None, with_header(tmp_path / "a.wav", channels=0)))
    assert told == message("file-without-channels", path=str(tmp_path / "a.wav"))


@pytest.mark.parametrize("rate", [0, 1, 400_000, 2**31])
def test_an_absurd_rate_is_refused(tmp_path: Path, rate: int) -> None:
    told = refusal(two_file_call(None, with_header(tmp_path / "a.wav", rate=rate)))
    assert told == message("file-rate-invalid", path=str(tmp_path / "a.wav"), rate=rate)


def test_six_channels_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((8000, 6), np.float32), 8000)
    told = refusal(stereo_call(tmp_path / "a.wav"))
    assert told == message("file-channels-unusable", path=str(tmp_path / "a.wav"), channels=6)


def test_a_mono_file_alone_is_refused_with_the_way_out(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(1), SAMPLE_RATE)
    told = refusal(stereo_call(tmp_path / "a.wav"))
    assert told == message("file-mono", path=str(tmp_path / "a.wav"))
    assert "--caller FILE" in render(told)


def test_a_stereo_file_for_one_side_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros((8000, 2), np.float32), 8000)
    assert refusal(two_file_call(None, tmp_path / "a.wav")).key == "file-stereo"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_no_numbers_are_refused_with_their_time(tmp_path: Path, bad: float) -> None:
    sound = tone(3.0)
    sound[2 * SAMPLE_RATE] = bad
    soundfile.write(tmp_path / "a.wav", sound, SAMPLE_RATE, subtype="FLOAT")
    told = refusal(two_file_call(None, tmp_path / "a.wav"))
    assert told == message("file-samples-invalid", path=str(tmp_path / "a.wav"), seconds=2.0)


def test_a_file_of_no_length_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(0, np.float32), SAMPLE_RATE)
    assert refusal(two_file_call(None, tmp_path / "a.wav")).key == "file-without-sound"


def test_mono_saved_as_stereo_is_refused(tmp_path: Path) -> None:
    mono = tone(8.0)
    soundfile.write(tmp_path / "a.wav", np.stack([mono, mono], axis=1), SAMPLE_RATE)
    assert refusal(stereo_call(tmp_path / "a.wav")).key == "file-sides-identical"


def test_one_file_for_both_sides_is_bad_usage(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(1), SAMPLE_RATE)
    with pytest.raises(UsageError) as refused:
        CallFile(two_file_call(tmp_path / "a.wav", tmp_path / "a.wav"))
    assert refused.value.message == message("same-file-twice")


# --- what can be used in part ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "subtype"), [("a.wav", "PCM_16"), ("a.flac", "PCM_16"), ("a.ogg", "OPUS")])
def test_cut_off_file_is_used_as_far_as_it_goes_with_a_warning(tmp_path: Path, name: str, subtype: str) -> None:
    path = tmp_path / name
    rng = np.random.default_rng(3)
    soundfile.write(path, rng.normal(0, 0.1, (20 * SAMPLE_RATE, 2)), SAMPLE_RATE, subtype=subtype)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    _, caller, warnings = whole(stereo_call(path))
    assert 7 < len(caller) / SAMPLE_RATE < 11
    (warning,) = warnings
    if name == "a.ogg":  # nothing in its header says how long it is
        assert warning.key == "file-not-finished"
        return
    assert warning.key == "file-cut-off"
    assert warning.args["seconds"] == pytest.approx(len(caller) / SAMPLE_RATE, abs=0.1)


def test_a_cut_off_mp3_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 0.1, (20 * 16_000, 1)).astype(np.float32)
    path = encode_foreign(tmp_path / "a.mp3", noise, 16_000, "libmp3lame")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    _, caller, warnings = whole(two_file_call(None, path))
    assert 8 < len(caller) / SAMPLE_RATE < 11
    (warning,) = warnings
    assert warning.key == "file-cut-off"
    assert warning.args["seconds"] == pytest.approx(len(caller) / SAMPLE_RATE, abs=0.1)


def test_a_silent_side_is_reported(tmp_path: Path) -> None:
    both = np.stack([tone(2.0), np.zeros(2 * SAMPLE_RATE, np.float32)], axis=1)
    soundfile.write(tmp_path / "a.wav", both, SAMPLE_RATE)
    _, _, warnings = whole(stereo_call(tmp_path / "a.wav"))
    assert warnings == (message("file-caller-silent", path=str(tmp_path / "a.wav")),)


def test_samples_far_over_full_scale_are_reported(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(2.0) * 32768, SAMPLE_RATE, subtype="FLOAT")
    _, _, warnings = whole(two_file_call(None, tmp_path / "a.wav"))
    assert [warning.key for warning in warnings] == ["file-caller-overloud"]
    assert warnings[0].args["factor"] == pytest.approx(0.3 * 32768, rel=0.01)


# --- paced in real time ---------------------------------------------------------------------------------------------


class Clock:
    """Goes on only while somebody sleeps, `speed` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        self.now, self.speed = 100.0, speed

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds * self.speed


@pytest.fixture
def call(tmp_path: Path) -> Sides:
    soundfile.write(tmp_path / "a.wav", np.stack([click(8000), click(8000)], axis=1), 8000)
    return stereo_call(tmp_path / "a.wav")


def test_a_block_comes_when_its_last_sample_was_heard_and_not_before(call: Sides) -> None:
    clock = Clock()
    source = file_sources(call, clock, sleep=clock.sleep)[Channel.AGENT]()
    assert source.open().kind == "file"
    assert source.read(0.05) is None
    block = source.read(1.0)
    assert block is not None
    assert block.time == 100.0
    assert clock.now >= 100.0 + len(block.samples) / SAMPLE_RATE
    source.close()


@pytest.mark.parametrize("speed", [1.0, 8.0])
def test_both_sides_share_one_start_and_every_stamp_is_exact(call: Sides, speed: float) -> None:
    clock = Clock(speed)
    sources = file_sources(call, clock, sleep=clock.sleep)
    heard = {}
    for channel, make in sources.items():
        source = make()
        source.open()
        blocks = [block for _ in range(30) if (block := source.read(10.0)) is not None]
        assert [b.sequence for b in blocks] == list(range(len(blocks)))
        heard[channel] = np.concatenate([b.samples for b in blocks])
        starts = np.cumsum([0] + [len(b.samples) for b in blocks[:-1]]) / SAMPLE_RATE
        assert np.allclose([b.time for b in blocks], 100.0 + starts, atol=1e-9)
        with pytest.raises(EndOfSource):
            source.read(1.0)
        source.close()
        source.close()
    assert np.array_equal(heard[Channel.AGENT], heard[Channel.CALLER])
    assert loudest(heard[Channel.CALLER]) == pytest.approx(CLICK, abs=0.001)


def test_file_source_reports_what_is_wrong_with_its_file(tmp_path: Path) -> None:
    source = file_sources(two_file_call(None, tmp_path / "gone.wav"))[Channel.CALLER]()
    with pytest.raises(InputError) as refused:
        source.open()
    assert refused.value.message == message("file-not-found", path=str(tmp_path / "gone.wav"))
    source.close()
