"""Figures of the spectrum: the same on any line, whatever its loudness and colour."""

from __future__ import annotations

import numpy as np
import pytest

from models.agitation.spectrum import MOVEMENT, SLOPE, SpectralFigures

FREQUENCIES = np.linspace(0, 8000, 257)


def figures(power: np.ndarray) -> np.ndarray:
    return SpectralFigures(FREQUENCIES)(power)


def slope(power: np.ndarray) -> np.ndarray:
    return figures(power)[:, SLOPE]


def falling(db_an_octave: float) -> np.ndarray:
    return 10 ** (db_an_octave / 10 * np.log2(np.maximum(FREQUENCIES, 1)))[None, :]


@pytest.mark.parametrize("db_an_octave", [-12.0, -9.0, -6.0, -3.0, 0.0])
def test_slope_is_in_decibels_an_octave(db_an_octave: float) -> None:
    assert slope(falling(db_an_octave))[0] == pytest.approx(db_an_octave, abs=0.5)


@pytest.mark.parametrize("gain", [1e-8, 1e-3, 1e3])
def test_gain_does_not_change_the_slope(gain: float) -> None:
    assert slope(falling(-9) * gain)[0] == pytest.approx(slope(falling(-9))[0])


def test_a_line_shifts_the_slope_of_every_voice_equally() -> None:
    colour = 1 / (1 + (FREQUENCIES / 1500) ** 2)
    soft, raised = falling(-9), falling(-6)
    plain = slope(raised)[0] - slope(soft)[0]
    coloured = slope(raised * colour)[0] - slope(soft * colour)[0]
    assert coloured == pytest.approx(plain, abs=0.15)


def test_sound_outside_the_telephone_band_does_not_change_the_slope() -> None:
    outside = np.where((FREQUENCIES < 300) | (FREQUENCIES > 3400), 1e6, 0.0)
    assert slope(falling(-9) + outside)[0] == pytest.approx(slope(falling(-9))[0])


def test_silence_has_no_slope() -> None:
    assert slope(np.zeros((2, 257))).tolist() == pytest.approx([0.0, 0.0])


def test_movement_is_the_change_of_shape_not_of_loudness() -> None:
    louder = np.vstack([falling(-9), 10 * falling(-9)])
    other = np.vstack([falling(-9), falling(-3)])
    assert figures(louder)[:, MOVEMENT].tolist() == pytest.approx([0.0, 0.0])
    assert figures(other)[1, MOVEMENT] > 1.0


def test_movement_goes_on_from_one_piece_to_the_next() -> None:
    sound = np.vstack([falling(db) for db in (-9, -3, -6, -12)])
    whole, cut = figures(sound), SpectralFigures(FREQUENCIES)
    assert np.vstack([cut(sound[:2]), cut(sound[2:])]) == pytest.approx(whole)
