"""A constant offset goes, live and in files; sound without one is not touched."""

from __future__ import annotations

import numpy as np
import pytest

from voiceassist.capture.channel_buffer import DeviceBuffer
from voiceassist.capture.offset import OffsetRemoval
from voiceassist.capture.source import Block

RATE = 16_000


def voice(seconds: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    rng = np.random.default_rng(5)
    return (0.1 * np.sin(2 * np.pi * 140 * t) * (t % 1 < 0.6) + rng.normal(0, 1e-3, t.size)).astype(np.float32)


@pytest.mark.parametrize("offset", [0.01, 0.03, 0.1, -0.1])
@pytest.mark.parametrize("size", [160, 320, 1024])
def test_an_offset_is_gone_within_two_seconds_whatever_the_block(offset: float, size: int) -> None:
    removal = OffsetRemoval(RATE)
    sound = voice(10)
    out = np.concatenate(
        [removal.push(sound[at : at + size] + np.float32(offset)) for at in range(0, sound.size, size)]
    )
    assert abs(float((out - sound)[2 * RATE :].mean())) < 0.002
    assert float(np.abs(out - sound)[2 * RATE :].max()) < 0.005


def test_sound_without_an_offset_is_the_same_array() -> None:
    removal = OffsetRemoval(RATE)
    for at in range(0, 5 * RATE, 320):
        block = voice(5)[at : at + 320]
        assert removal.push(block) is block


def test_zeros_stay_zeros() -> None:
    removal = OffsetRemoval(RATE)
    for _ in range(50):
        removal.push(np.full(320, 0.05, np.float32))
    assert not removal.push(np.zeros(320, np.float32)).any()


def test_a_device_with_an_offset_is_heard_without_it() -> None:
    buffer = DeviceBuffer()
    buffer.opened(48_000)
    sound = np.repeat(voice(6), 3) + np.float32(0.08)
    for number, at in enumerate(range(0, sound.size, 960)):
        buffer.push(Block(sound[at : at + 960], at / 48_000, number))
    buffer.finish()
    heard, _ = buffer.take(5 * RATE)
    assert abs(float(heard[RATE:].mean())) < 0.002
