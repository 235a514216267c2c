from __future__ import annotations

import pytest

from models.demo.scores import alignment, time_errors, word_error_rate


def test_case_and_punctuation_are_no_errors() -> None:
    assert word_error_rate(["Good morning, I'm here."], ["good morning I'm here"]) == 0


def test_every_kind_of_edit_counts_once() -> None:
    assert word_error_rate(["one two three four"], ["one three five four six"]) == pytest.approx(3 / 4)


def test_texts_are_weighed_by_their_words() -> None:
    assert word_error_rate(["one two three", "four"], ["one two three", ""]) == pytest.approx(1 / 4)


def test_alignment_pairs_the_words_heard_rightly() -> None:
    assert alignment(["a", "b", "c"], ["a", "x", "c"]) == (1, [(0, 0), (2, 2)])


def test_times_are_compared_for_words_heard_rightly_only() -> None:
    said = [(0.0, 0.5, "Good"), (0.5, 1.0, "morning,"), (1.0, 1.5, "all")]
    heard = [(0.1, 0.5, "good"), (0.5, 0.9, "mourning"), (1.0, 1.7, "all.")]
    assert time_errors(said, heard) == pytest.approx([0.1, 0.0, 0.0, 0.2])
