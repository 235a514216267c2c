"""Frames do not depend on how sound arrives, and say what the sound is."""

from __future__ import annotations

import numpy as np
import pytest

from models.activity import FRAME
from tests.calls.demo import DELIVERY
from voiceassist.voice.frames import BLOCK_FRAMES, FRAME_SECONDS, FrameAnalyzer, Pitch, PitchTracker
from voiceassist.voice.measure import active_level

BLOCK = BLOCK_FRAMES * FRAME


def voice(seconds: float, hz: float, level_db: float = -20.0) -> np.ndarray:
    """A buzz with a voice's harmonics, so that the pitch network takes it for one."""
    t = np.arange(round(seconds * 16_000) // BLOCK * BLOCK) / 16_000
    wave = sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, int(4000 / hz)))
    wave *= 10 ** (level_db / 20) / np.sqrt(np.mean(np.square(wave)))
    return np.asarray(wave, np.float32)


def all_pitch(sound: np.ndarray, wanted: int = 0) -> np.ndarray:
    analyzer = FrameAnalyzer(PitchTracker())
    found: list[Pitch] = []
    for at in range(0, len(sound), BLOCK):
        analyzer.push(sound[at : at + BLOCK])
        pitch = analyzer.pitch(wanted=wanted)
        if pitch is not None:
            found.append(pitch)
    rest = analyzer.pitch(last=True)
    found += [rest] if rest is not None else []
    assert [p.first for p in found] == list(np.cumsum([0, *(len(p) for p in found)])[:-1])
    return np.concatenate([p.hz for p in found])


def test_pitch_in_pieces_equals_pitch_of_the_whole_call() -> None:
    agent, _ = DELIVERY.sound(0.0, 14.0)
    sound = agent[: len(agent) // BLOCK * BLOCK]
    pieces = all_pitch(sound)
    whole = PitchTracker().hz(sound)
    assert len(pieces) == len(whole)
    voiced = (pieces > 0) & (whole > 0)
    assert voiced.sum() > 0.9 * (whole > 0).sum()
    np.testing.assert_allclose(pieces[voiced], whole[voiced], rtol=1e-3)


def test_pitch_can_be_had_early_for_an_utterance_that_has_ended() -> None:
    agent, _ = DELIVERY.sound(1.0, 3.0)
    analyzer = FrameAnalyzer(PitchTracker())
    given = 0
    for at in range(0, 6 * BLOCK, BLOCK):
        analyzer.push(agent[at : at + BLOCK])
        pitch = analyzer.pitch(wanted=12)
        given += len(pitch) if pitch is not None else 0
        if given >= 12:
            break
    assert given >= 12
    assert at // BLOCK < 5


def test_pitch_of_a_buzz_is_its_frequency() -> None:
    hz = PitchTracker().hz(voice(1.5, 150))
    assert np.median(hz[hz > 0]) == pytest.approx(150, rel=0.02)


def test_no_pitch_is_computed_where_there_is_no_speech() -> None:
    class Refuses(PitchTracker):
        def hz(self, samples: np.ndarray) -> np.ndarray:
            raise AssertionError("the pitch network was run on silence")

    analyzer = FrameAnalyzer(Refuses())
    for _ in range(12):
        analyzer.push(np.zeros(BLOCK, np.float32))
    assert analyzer.pitch() is not None


def test_level_is_in_decibels_of_full_scale() -> None:
    frames = FrameAnalyzer(PitchTracker()).push(voice(0.2, 200, level_db=-23.0)[:BLOCK])
    assert active_level(frames.level_db) == pytest.approx(-23.0, abs=0.6)


def test_digital_silence_has_a_level_and_no_pitch() -> None:
    analyzer = FrameAnalyzer(PitchTracker())
    frames = analyzer.push(np.zeros(BLOCK, np.float32))
    assert (frames.level_db == -100.0).all()
    assert not analyzer.pitch(last=True).hz.any()


def test_a_frame_lasts_thirty_two_milliseconds() -> None:
    assert FRAME_SECONDS == 0.032
