"""What the live path measures, against librosa, which measures the same another way and far too slowly for a call."""

from __future__ import annotations

import numpy as np
import pytest

from models.activity import FRAME
from tests.calls.demo import BILL
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.voice.frames import BLOCK_FRAMES, FrameAnalyzer, PitchTracker

pytestmark = pytest.mark.slow  # librosa compiles for some 16 s at its first use


@pytest.fixture(scope="module")
def caller() -> np.ndarray:
    """Twenty seconds of a demo call's caller, whole blocks."""
    block = BLOCK_FRAMES * FRAME
    sound = BILL.sound(5.0, 25.0)[1]
    return sound[: len(sound) // block * block]


@pytest.fixture(scope="module")
def measured(caller: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level in dBFS and pitch in Hz of every frame, as in a call."""
    analyzer = FrameAnalyzer(PitchTracker())
    level = [analyzer.push(block).level_db for block in caller.reshape(-1, BLOCK_FRAMES * FRAME)]
    pitch = []
    while (more := analyzer.pitch(last=True)) is not None:
        pitch.append(more.hz)
    return np.concatenate(level), np.concatenate(pitch)


def test_level_is_librosas_root_mean_square_in_decibels(
    caller: np.ndarray, measured: tuple[np.ndarray, np.ndarray]
) -> None:
    import librosa

    rms = librosa.feature.rms(y=caller, frame_length=FRAME, hop_length=FRAME, center=False)[0]
    np.testing.assert_allclose(measured[0], librosa.amplitude_to_db(rms, ref=1.0, amin=1e-5, top_db=None), atol=0.01)


def test_pitch_is_that_of_probabilistic_yin_where_both_hear_one(
    caller: np.ndarray, measured: tuple[np.ndarray, np.ndarray]
) -> None:
    import librosa

    hz, voiced, _ = librosa.pyin(
        caller, fmin=60, fmax=600, sr=SAMPLE_RATE, frame_length=4 * FRAME, hop_length=FRAME, center=True
    )
    # pYIN's frames are centred on the grid, ours lie between its points.
    both = voiced[:-1] & voiced[1:] & (measured[1] > 0)
    assert both.sum() > 100
    octaves = np.log2(measured[1][both]) - (np.log2(hz[:-1][both]) + np.log2(hz[1:][both])) / 2
    apart = 12 * np.abs(octaves)  # semitones
    assert np.median(apart) < 0.25
    assert np.mean(apart > 1.0) < 0.1  # at the edges of words the two take another octave now and then
