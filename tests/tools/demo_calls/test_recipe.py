"""The parts of the recipe that need no voice model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tools.demo_calls.call import Turn, noise, truth
from tools.demo_calls.kokoro import HOP, RATE, Said
from tools.demo_calls.make import CALLS, FOLDER
from tools.demo_calls.packages import keep
from tools.demo_calls.script import STYLES, Line, Script, Speaker, read_script
from tools.demo_calls.telephone import CODECS, over_the_line
from tools.demo_calls.turns import SAMPLE_RATE, active_level_db, speak_line

SPEAKER = Speaker("nobody", "en-us")


class OneTone:
    """Speaks every word as half a second of tone and a tenth of silence."""

    def say(self, text: str, voice: str, *, language: str, speed: float, pitch: tuple[float, float]) -> Said:
        words = text.split()
        sound = np.zeros(round(0.6 * len(words) * RATE), np.float32)
        times = []
        for n, word in enumerate(words):
            first, last = round(0.6 * n * RATE), round((0.6 * n + 0.5) * RATE)
            sound[first:last] = 0.3 * np.sin(2 * np.pi * 200 * np.arange(last - first) / RATE)
            times.append((first / RATE, last / RATE, word))
        return Said(sound, tuple(times), np.full(len(sound) // HOP, 200.0, np.float32))


def spoken(text: str, style: str = "calm"):  # type: ignore[no-untyped-def]
    return speak_line(OneTone(), Line("caller", text, 0.0, style), SPEAKER)  # type: ignore[arg-type]


def test_pause_in_a_text_is_silence_of_that_length_and_moves_later_words() -> None:
    plain, paused = spoken("It is, four nine"), spoken("It is, [1.0] four nine")
    assert paused.seconds - plain.seconds == pytest.approx(0.9, abs=0.01)
    assert paused.words[2][0] - paused.words[1][1] == pytest.approx(1.0, abs=0.02)
    silent = paused.samples[
        round((paused.words[1][1] + 0.1) * SAMPLE_RATE) : round((paused.words[2][0] - 0.1) * SAMPLE_RATE)
    ]
    assert np.abs(silent).max() < 1e-3


def test_speaker_who_breaks_off_is_not_heard_after_that_word() -> None:
    cut = spoken("The next free | day is Thursday")
    assert [word for _, _, word in cut.words] == ["The", "next", "free"]
    assert cut.seconds == pytest.approx(1.7, abs=0.05)


def test_angry_line_is_as_much_louder_as_its_style_says() -> None:
    calm, angry = spoken("one two three four"), spoken("one two three four", "angry")
    wanted = angry.style.level_db - calm.style.level_db
    assert active_level_db(angry.samples) - active_level_db(calm.samples) == pytest.approx(wanted, abs=0.3)


def test_same_text_is_spoken_the_same_way_every_time() -> None:
    assert np.array_equal(spoken("one two", "upset").samples, spoken("one two", "upset").samples)
    assert spoken("one two", "upset").style == spoken("one two", "upset").style


@pytest.mark.parametrize("codec", CODECS)
def test_line_keeps_the_telephone_band_and_the_time(codec: str) -> None:
    rng = np.random.default_rng(1)
    sound = np.zeros(4 * SAMPLE_RATE, np.float32)
    burst = 0.1 * rng.standard_normal(SAMPLE_RATE).astype(np.float32)
    sound[2 * SAMPLE_RATE : 3 * SAMPLE_RATE] = burst
    heard = over_the_line(sound, codec)
    assert len(heard) == len(sound)
    power = np.abs(np.fft.rfft(heard[2 * SAMPLE_RATE : 3 * SAMPLE_RATE])) ** 2
    assert power[4200:].sum() < 1e-3 * power.sum()
    assert power[:150].sum() < 1e-2 * power.sum()
    loud = np.flatnonzero(np.abs(heard) > 0.05)
    assert loud[0] / SAMPLE_RATE == pytest.approx(2.0, abs=0.03)


def test_truth_says_what_was_done_to_the_voice_at_each_moment() -> None:
    line = Line("caller", "one two three", 0.5, "furious", "talks-over", "let-them-finish")
    script = Script("A call", {"agent": SPEAKER, "caller": SPEAKER}, "alaw", (line,))
    turn = Turn(line, speak_line(OneTone(), line, SPEAKER), 0.5)  # type: ignore[arg-type]
    told = truth(script, np.zeros((2, 3 * SAMPLE_RATE), np.float32), [turn])
    [only] = told["lines"]
    assert only["voice"]["level_db"] == pytest.approx(STYLES["caller"]["furious"].level_db, abs=1.0)
    assert only["pitch_hz"][3] == 200
    assert only["words"][0]["start"] == pytest.approx(0.5, abs=0.02)
    assert told["events"] == [
        {"event": "talks-over", "t": 0.5, "cue": "let-them-finish", "due": [1.5, 3.0], "needs": "sound"}
    ]


@pytest.mark.parametrize("name", CALLS)
def test_every_script_can_be_read(name: str) -> None:
    script = read_script(FOLDER / f"{name}.toml")
    assert {line.who for line in script.lines} == {"agent", "caller"}
    assert script.codec in CODECS


def test_calls_differ_in_voices_and_one_is_german() -> None:
    scripts = [read_script(FOLDER / f"{name}.toml") for name in CALLS]
    callers = {script.speakers["caller"].voice for script in scripts}
    assert len(callers) == len(scripts)
    assert {script.language for script in scripts} == {"en", "de"}
    assert {"en-us", "en-gb"} <= {script.speakers["caller"].phonemes for script in scripts}


def test_script_with_an_unknown_style_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    speaker = '{ voice = "x", phonemes = "en-us" }'
    path.write_text(
        f'title = "x"\ncodec = "alaw"\nagent = {speaker}\ncaller = {speaker}\n'
        '[[line]]\nwho = "agent"\ntext = "Hello."\ngap = 0.5\nstyle = "furious"\n'
    )
    with pytest.raises(ValueError, match="line 1: agent has no style 'furious'"):
        read_script(path)


def test_file_with_another_hash_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not the pinned"):
        keep(tmp_path / "part.bin", b"wrong", "0" * 64)
    assert not (tmp_path / "part.bin").exists()


def test_noise_is_the_same_for_the_same_seed_and_as_loud_as_asked() -> None:
    one = noise(SAMPLE_RATE, 3, (150.0, 3800.0))
    assert np.array_equal(one, noise(SAMPLE_RATE, 3, (150.0, 3800.0)))
    assert 10 * np.log10(np.mean(one**2)) == pytest.approx(-62, abs=0.1)
