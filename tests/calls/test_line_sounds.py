from __future__ import annotations

import numpy as np
import pytest

from tests.calls import line_sounds as sounds


def level(samples: np.ndarray) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.square(samples))) + 1e-9))


def sine(hertz: float) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(16_000) / 16_000)).astype(np.float32)


def test_telephone_keeps_the_length_and_the_middle_of_the_band() -> None:
    heard = sounds.telephone(sine(1000))
    assert heard.shape == (16_000,)
    assert heard.dtype == np.float32
    assert level(heard) == pytest.approx(level(sine(1000)), abs=1.0)


@pytest.mark.parametrize("hertz", [60.0, 5000.0])
def test_telephone_takes_away_what_is_outside_the_band(hertz: float) -> None:
    assert level(sounds.telephone(sine(hertz))) < level(sine(hertz)) - 20


@pytest.mark.parametrize("kind", list(sounds.NON_SPEECH))
def test_every_sound_has_its_length_and_is_the_same_for_a_seed(kind: str) -> None:
    make = sounds.NON_SPEECH[kind]
    first, again = make(2.0, np.random.default_rng(7)), make(2.0, np.random.default_rng(7))
    assert first.shape == (32_000,)
    assert np.abs(first).max() <= 1.0
    np.testing.assert_array_equal(first, again)
