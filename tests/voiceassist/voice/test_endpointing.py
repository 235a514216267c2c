"""Where speech begins and ends."""

from __future__ import annotations

import pytest

from voiceassist.core.tuning import SpeechTuning
from voiceassist.voice.endpointing import Endpointer, Step
from voiceassist.voice.frames import FRAME_SECONDS


def frames(seconds: float) -> int:
    return round(seconds / FRAME_SECONDS)


class Line:
    """A channel on which somebody speaks or does not."""

    def __init__(self) -> None:
        self.segmenter = Endpointer(SpeechTuning(), 0.5)
        self.steps: list[Step] = []

    def play(self, seconds: float, probability: float, level_db: float) -> None:
        for _ in range(frames(seconds)):
            self.steps.append(self.segmenter.step(probability, level_db))

    def speech(self, seconds: float, probability: float = 0.95) -> None:
        self.play(seconds, probability, -25.0)

    def silence(self, seconds: float) -> None:
        self.play(seconds, 0.02, -65.0)

    @property
    def stretches(self) -> list[tuple[float, float]]:
        return [(a * FRAME_SECONDS, b * FRAME_SECONDS) for s in self.steps if s.ended for a, b in [s.ended]]

    @property
    def utterances(self) -> list[tuple[float, float]]:
        return [(a * FRAME_SECONDS, b * FRAME_SECONDS) for s in self.steps if s.utterance for a, b in [s.utterance]]


def test_speech_events_have_the_times_of_the_speech_itself() -> None:
    line = Line()
    line.silence(0.96)
    line.speech(1.92)
    line.silence(1.0)
    assert line.stretches == [(pytest.approx(0.96), pytest.approx(2.88))]
    assert line.utterances == line.stretches


def test_a_click_is_not_speech() -> None:
    line = Line()
    line.silence(1.0)
    line.speech(0.064)
    line.silence(2.0)
    assert line.stretches == line.utterances == []


def test_a_short_pause_ends_a_stretch_but_not_the_utterance() -> None:
    line = Line()
    line.silence(0.5)
    line.speech(1.0)
    line.silence(0.35)
    line.speech(1.0)
    line.silence(1.0)
    assert len(line.stretches) == 2
    assert len(line.utterances) == 1


def test_the_closure_of_a_consonant_ends_no_speech() -> None:
    line = Line()
    line.silence(0.5)
    line.speech(1.0)
    line.silence(0.16)
    line.speech(1.0)
    line.silence(1.0)
    assert len(line.stretches) == 1


def test_steady_noise_that_looks_like_speech_but_is_no_louder_than_the_line_takes_no_turn() -> None:
    line = Line()
    line.play(5.0, 0.02, -50.0)
    line.play(3.0, 0.9, -47.0)
    line.play(1.0, 0.02, -50.0)
    assert line.stretches == []


def test_speech_that_hardly_rises_out_of_the_noise_is_one_utterance() -> None:
    line = Line()
    line.play(16.0, 0.02, -40.0)
    for level in (-30.0, -36.0, -32.0, -37.0):
        line.play(0.64, 0.9, level)
    line.play(1.0, 0.02, -40.0)
    assert line.utterances == [(pytest.approx(16.0, abs=0.04), pytest.approx(18.56, abs=0.04))]


def test_a_long_utterance_is_cut_in_the_first_pause_after_eight_seconds() -> None:
    line = Line()
    line.silence(0.5)
    line.speech(9.0)
    line.silence(0.32)
    line.speech(3.0)
    line.silence(1.0)
    assert len(line.utterances) == 2
    (_, first_end), (second_start, _) = line.utterances
    assert first_end == pytest.approx(9.5, abs=0.04)
    assert 9.5 < second_start < 9.8


def test_a_long_utterance_is_not_cut_at_the_closure_of_a_consonant() -> None:
    line = Line()
    line.silence(0.5)
    line.speech(9.0)
    line.silence(0.128)
    line.speech(3.0)
    line.silence(1.0)
    assert len(line.utterances) == 1


def test_an_utterance_without_pause_is_cut_in_its_lowest_dip_before_fifteen_seconds() -> None:
    line = Line()
    line.silence(0.512)
    line.speech(8.96)
    line.silence(0.032)
    line.speech(1.504)
    line.play(0.192, 0.6, -40.0)
    line.speech(9.0)
    line.silence(1.0)
    assert len(line.utterances) == 2
    assert line.utterances[0][1] == pytest.approx(11.1, abs=0.05)
    assert max(end - start for start, end in line.utterances) <= 15.0


def test_open_speech_is_closed_at_the_end_of_the_call() -> None:
    line = Line()
    line.silence(0.5)
    line.speech(1.0)
    last = line.segmenter.finish()
    assert last.ended == last.utterance
    assert last.utterance is not None
