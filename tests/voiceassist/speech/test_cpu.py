from __future__ import annotations

import pytest

from voiceassist.speech.cpu import available_cores, keeps_up, threads_for


@pytest.mark.parametrize(("cores", "threads"), [(1, 1), (2, 2), (4, 2), (8, 4), (32, 4)])
def test_the_recognizer_leaves_cores_to_the_softphone(cores: int, threads: int) -> None:
    assert threads_for(cores) == threads


def test_there_is_at_least_one_core() -> None:
    assert available_cores() >= 1


def test_a_model_keeps_up_when_its_finals_fit_the_budget() -> None:
    assert keeps_up(0.05)
    assert not keeps_up(1.0)
