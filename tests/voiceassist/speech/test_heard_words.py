"""What the recognizer makes of people who speak and of sounds in which nobody does, with the real tiny.en."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import jiwer
import numpy as np
import pytest

from tests.calls import line_sounds
from tests.calls.demo import DELIVERY, Line
from tests.calls.words import plain
from voiceassist.core.audio_types import Samples
from voiceassist.core.events import Channel
from voiceassist.speech import worker
from voiceassist.speech.messages import Done, Job
from voiceassist.speech.recognition_result import RecognitionResult
from voiceassist.speech.whisper import WhisperRecognizer

LINES = [line for line in DELIVERY.lines if line.end - line.start > 2.0][:10]
"""Calm and angry ones, of both."""


@pytest.fixture(scope="module")
def recognizer(model: Path) -> WhisperRecognizer:
    return WhisperRecognizer(model, threads=1)


@pytest.fixture(scope="module")
def heard(recognizer: WhisperRecognizer) -> list[RecognitionResult]:
    return [hear(recognizer, sound_of(line)) for line in LINES]


def sound_of(line: Line) -> Samples:
    return DELIVERY.sound(line.start, line.end)[0 if line.who is Channel.AGENT else 1]


def hear(
    recognizer: WhisperRecognizer, sound: Samples, before: Samples = np.zeros(0, np.float32), said: str = ""
) -> RecognitionResult:
    """As the recognizer's process does it, after what was `said` before."""
    data = np.concatenate([before, sound]).astype("<f4").tobytes()
    done = worker._answer(recognizer, Job(number=1, sound=data, final=True, context=said, context_samples=len(before)))
    assert isinstance(done, Done)
    return done.result


def test_calm_and_angry_lines_are_written_as_they_were_said(heard: list[RecognitionResult]) -> None:
    said, written = ([plain(one.text, "en") for one in texts] for texts in (LINES, heard))
    assert jiwer.wer(said, written) <= 0.08


def test_words_have_the_times_at_which_they_were_said(heard: list[RecognitionResult]) -> None:
    late: list[float] = []
    for line, found in zip(LINES, heard, strict=True):
        said, written = ([plain(word.text, "en") for word in words] for words in (line.words, found.words))
        for at, other, count in SequenceMatcher(None, said, written, autojunk=False).get_matching_blocks():
            for word, same in zip(line.words[at : at + count], found.words[other : other + count], strict=True):
                late += [same.start - (word.start - line.start), same.end - (word.end - line.start)]
    assert len(late) > 200
    assert np.median(np.abs(late)) <= 0.15


@pytest.mark.parametrize("kind", list(line_sounds.NON_SPEECH))
def test_nothing_is_written_when_nobody_speaks(recognizer: WhisperRecognizer, kind: str) -> None:
    for seed, seconds in ((1, 1.5), (2, 6.0)):
        sound = line_sounds.NON_SPEECH[kind](seconds, np.random.default_rng(seed))
        assert hear(recognizer, line_sounds.telephone(sound)).text == ""


@pytest.mark.parametrize("kind", list(line_sounds.NON_SPEECH))
def test_nothing_is_written_of_what_follows_speech(
    recognizer: WhisperRecognizer, heard: list[RecognitionResult], kind: str
) -> None:
    before = line_sounds.telephone(sound_of(LINES[0]))
    for seed, seconds in ((1, 1.5), (2, 6.0)):
        sound = line_sounds.telephone(line_sounds.NON_SPEECH[kind](seconds, np.random.default_rng(seed)))
        assert hear(recognizer, sound, before, heard[0].text).text == ""
