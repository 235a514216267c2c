from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from voiceassist.coach.playback import BOTH, FADE, Feed, Player, mix
from voiceassist.core.errors import InputError
from voiceassist.core.events import Channel
from voiceassist.storage.segment_reader import SegmentReader, Stereo

N = 160_000
RAMP = np.stack((np.linspace(0, 0.5, N), np.zeros(N)), axis=1).astype(np.float32)
"""The value says which sample it is."""


def read(start: int, stop: int) -> Stereo:
    out = np.zeros((stop - start, 2), np.float32)
    first, last = max(0, start), min(stop, N)
    if first < last:
        out[first - start : last - start] = RAMP[first:last]
    return out


def feed() -> Feed:
    made = Feed(read, N)
    made.play()
    return made


def taken(one: Feed, n: int, at: float = 0.0) -> Stereo:
    """What the callback gets of `n` samples, with everything made ready in time."""
    parts = []
    for k in range(0, n, 160):
        while one.fill():
            pass
        out = np.empty((160, 2), np.float32)
        one.take(out, at + k / 16_000)
        parts.append(out)
    return np.concatenate(parts)


def test_a_seek_is_exact_to_the_sample() -> None:
    one = feed()
    for at in (0, 12_345, 99_999, 777):
        one.restart(at)
        sound = taken(one, 1_600)[2 * FADE :, 0] / BOTH[0, 0]
        np.testing.assert_allclose(sound, RAMP[at + 2 * FADE : at + 1_600, 0][-len(sound) :], atol=4e-4)


def test_the_position_is_the_sample_that_is_heard() -> None:
    one = feed()
    one.restart(16_000)
    taken(one, 8_000, at=10.0)
    assert one.heard(10.0) == pytest.approx(16_000)
    assert one.heard(10.25) == pytest.approx(20_000, abs=1)
    assert one.heard(10.5) == pytest.approx(24_000, abs=1)
    assert one.heard(99.0) == pytest.approx(24_000, abs=1)


@pytest.mark.parametrize("speed", [0.5, 1.5, 2.0])
def test_the_position_follows_the_source_at_any_speed(speed: float) -> None:
    one = feed()
    one.speed = speed
    one.restart(16_000)
    taken(one, 8_000, at=0.0)
    assert one.heard(0.25) == pytest.approx(16_000 + 4_000 * speed, abs=2)


def test_a_loop_comes_round_without_a_click() -> None:
    one = feed()
    one.loop = (20_000, 36_000)
    one.restart(20_000)
    sound = taken(one, 40_000)[:, 0]
    steps = np.abs(np.diff(sound[2 * FADE :]))
    assert steps.max() < 2 * BOTH[0, 0] * (RAMP[36_000, 0] - RAMP[20_000, 0]) / FADE
    assert 20_000 <= one.heard(99.0) < 36_000


def test_stopping_and_seeking_fade() -> None:
    one = feed()
    one.restart(80_000)
    taken(one, 3_200)
    one.restart(10_000)
    sound = taken(one, 1_600)[:, 0]
    assert np.abs(np.diff(sound)).max() < 0.02


def test_a_pause_goes_on_where_it_was_heard_not_where_it_was_made_ready() -> None:
    one = feed()
    taken(one, 16_000, at=0.0)
    one.pause(0.5)
    assert one.position == pytest.approx(8_000, abs=2)
    assert not one.playing


def test_the_end_of_the_call_ends_playing() -> None:
    one = feed()
    one.restart(N - 1_000)
    taken(one, 3_200)
    assert one.over
    assert one.heard(99.0) >= N


def test_a_side_alone_is_in_the_middle_and_none_is_silence() -> None:
    sides = np.array([[0.5, -0.25]], np.float32)
    np.testing.assert_array_equal(mix(sides, frozenset({Channel.AGENT})), [[0.5, 0.5]])
    np.testing.assert_array_equal(mix(sides, frozenset({Channel.CALLER})), [[-0.25, -0.25]])
    assert not mix(sides, frozenset()).any()
    assert mix(np.ones((1, 2), np.float32), frozenset(Channel)).max() == 1.0


class Device:
    """A sound output that plays when the test asks for it."""

    def __init__(self, refuses: bool = False) -> None:
        self.refuses, self.works, self.opened, self.running = refuses, True, 0, False
        self.now = 0.0
        self.callback: Callable[[Stereo, float], None] = lambda out, at: None

    def open(self, callback: Callable[[Stereo, float], None]) -> None:
        if self.refuses:
            raise InputError("playback-device-missing", error="none")
        self.opened += 1
        self.callback = callback

    def start(self) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False

    def close(self) -> None:
        self.running = False

    @property
    def working(self) -> bool:
        return self.works


@pytest.fixture
def reader(tmp_path) -> SegmentReader:  # type: ignore[no-untyped-def]
    from tests.voiceassist.coach.calls import keep, noise

    return SegmentReader(keep(tmp_path, noise(4.0)))


def test_without_a_device_there_is_a_sentence_and_the_next_play_tries_again(reader: SegmentReader) -> None:
    device = Device(refuses=True)
    player = Player(reader, device)
    player.play()
    player.close()
    assert player.join(5.0)
    assert player.trouble is not None
    assert player.trouble.key == "playback-device-missing"
    assert not player.playing


def test_a_device_that_goes_away_pauses_with_a_sentence(reader: SegmentReader) -> None:
    device = Device()
    player = Player(reader, device)
    player._open_output()
    player._feed.play()
    player.poll(0.0)
    device.works = False
    player.poll(0.1)
    assert not player.playing
    assert player.trouble is not None
    assert player.trouble.key == "playback-device-lost"
    player.close()
    assert player.join(5.0)


def test_a_device_that_takes_nothing_counts_as_gone(reader: SegmentReader) -> None:
    player = Player(reader, Device())
    player._open_output()
    player._feed.play()
    player.poll(0.0)
    player.poll(2.0)
    assert player.playing
    player.poll(4.0)
    assert not player.playing
    player.close()
    assert player.join(5.0)
