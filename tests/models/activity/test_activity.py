"""The speech activity network is the one it says it is, and hears speech."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from models.activity import FRAME, NETWORK, SpeechActivity

SHA256 = "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85"


def test_the_network_is_the_published_file() -> None:
    assert hashlib.sha256(NETWORK.read_bytes()).hexdigest() == SHA256


def test_silence_and_noise_are_not_speech() -> None:
    noise = 0.01 * np.random.default_rng(0).standard_normal(100 * FRAME).astype(np.float32)
    activity = SpeechActivity()
    assert (activity.probabilities(np.zeros(100 * FRAME, np.float32)) < 0.3).all()
    assert np.median(activity.probabilities(noise)) < 0.3


def test_memory_is_kept_between_calls_and_forgotten_on_reset() -> None:
    sound = 0.1 * np.sin(np.arange(40 * FRAME) / 20).astype(np.float32)
    whole = SpeechActivity().probabilities(sound)
    pieces = SpeechActivity()
    halves = np.concatenate([pieces.probabilities(sound[: 20 * FRAME]), pieces.probabilities(sound[20 * FRAME :])])
    np.testing.assert_allclose(halves, whole, atol=1e-4)
    pieces.reset()
    np.testing.assert_allclose(pieces.probabilities(sound), whole, atol=1e-4)


def test_broken_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="whole frames"):
        SpeechActivity().probabilities(np.zeros(FRAME + 1, np.float32))
