from __future__ import annotations

import numpy as np
import pytest

from voiceassist.coach.stretch import HOP, SEARCH, Stretcher
from voiceassist.storage.segment_reader import Stereo

SPEEDS = (0.5, 0.75, 1.25, 1.5, 2.0)


def source(sound: Stereo):  # type: ignore[no-untyped-def]
    def read(start: int, stop: int) -> Stereo:
        out = np.zeros((stop - start, 2), np.float32)
        first, last = max(0, start), min(stop, len(sound))
        if first < last:
            out[first - start : last - start] = sound[first:last]
        return out

    return read


def played(sound: Stereo, speed: float, at: int = 0) -> Stereo:
    stretcher = Stretcher(source(sound), at, speed)
    return np.concatenate([stretcher.next() for _ in range(round((len(sound) - at) / speed / HOP))])


def voice(hz: float, seconds: float = 4.0) -> Stereo:
    """A buzz with the harmonics of a voice, the same on both sides."""
    t = np.arange(round(seconds * 16_000)) / 16_000
    tone = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 12))
    return np.stack((tone, tone), axis=1).astype(np.float32) * 0.1


def pitch(sound: np.ndarray) -> float:
    """Hz, from the best lag of the autocorrelation, with the place between the lags."""
    sound = sound - sound.mean()
    spectrum = np.fft.rfft(sound * np.hanning(len(sound)), 1 << 20)
    product = np.abs(spectrum)
    at = int(np.argmax(product[: (1 << 20) * 400 // 16_000]))
    return at * 16_000 / (1 << 20)


def test_at_its_own_speed_the_sound_is_passed_on_as_it_is() -> None:
    sound = np.random.default_rng(0).standard_normal((20_000, 2)).astype(np.float32)
    np.testing.assert_array_equal(played(sound, 1.0, 777), sound[777 : 777 + len(played(sound, 1.0, 777))])


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("hz", [90.0, 140.0, 220.0, 330.0])
def test_the_pitch_stays_within_a_fifth_of_a_semitone(speed: float, hz: float) -> None:
    out = played(voice(hz), speed)[:, 0]
    assert abs(12 * np.log2(pitch(out) / hz)) <= 0.2


@pytest.mark.parametrize("speed", SPEEDS)
def test_it_takes_the_time_that_the_speed_says(speed: float) -> None:
    stretcher = Stretcher(source(voice(150.0)), 0, speed)
    for _ in range(100):
        stretcher.next()
    assert stretcher.position == pytest.approx(100 * HOP * speed)


@pytest.mark.parametrize("speed", SPEEDS)
def test_both_sides_stay_aligned(speed: float) -> None:
    tone = voice(130.0)
    sides = np.stack((tone[:, 0], -tone[:, 0]), axis=1) + np.float32(0.001)
    sides[:, 1] *= 0.5
    out = played(sides, speed) - np.float32(0.001)
    np.testing.assert_allclose(out[:, 1], -0.5 * out[:, 0], atol=2e-3)


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_click_is_heard_where_the_position_says(speed: float) -> None:
    """Clicks of 10 ms, 0.7 s apart; where each is heard is the middle of its energy."""
    sound = np.zeros((160_000, 2), np.float32)
    clicks = np.arange(8_000, 150_000, 11_117)
    for click in clicks:
        sound[click - 80 : click + 80] = 0.9 * np.sin(np.arange(160) / 2.0, dtype=np.float32)[:, None]
    energy = played(sound, speed)[:, 0].astype(np.float64) ** 2
    for click in clicks:
        around = slice(int((click - 5_000) / speed), int((click + 5_000) / speed))
        heard = (energy[around] * np.arange(around.start, around.stop)).sum() / energy[around].sum()
        assert abs(heard * speed - click) <= 0.02 * 16_000


def test_a_speed_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="speed"):
        Stretcher(source(voice(100.0)), 0, 3.0)
    assert SEARCH == 192
