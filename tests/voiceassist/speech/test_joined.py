"""Utterances recognized together: each gets its own words, and what a window loses or makes up is found out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.voiceassist.speech.conftest import speech
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Word
from voiceassist.speech import joined
from voiceassist.speech.messages import Piece
from voiceassist.speech.recognition_result import RecognitionResult, Rejection

LENGTH = 3.0
"""Seconds of each utterance's sound; speech from 0.5 to 2.75."""


def piece(sound: Samples | None = None) -> Piece:
    sound = speech(LENGTH) if sound is None else sound
    return Piece(sound=sound.astype("<f4").tobytes(), start=0.5, end=2.75)


def heard(*words: tuple[str, float, float], logprob: float = -0.2, text: str | None = None) -> RecognitionResult:
    return RecognitionResult(
        " ".join(word for word, _, _ in words) if text is None else text,
        words=tuple(Word(start, end, word, 0.9) for word, start, end in words),
        logprob=logprob,
        no_speech=0.01,
    )


class Scripted:
    """Answers windows, and utterances alone, as it is told, in this order."""

    def __init__(self, windows: Sequence[RecognitionResult], alone: Sequence[RecognitionResult] = ()) -> None:
        self._windows, self._alone = list(windows), list(alone)
        self.lengths: list[float] = []
        self.befores: list[str] = []

    def recognize_window(self, sound: Samples, before: str) -> RecognitionResult:
        self.lengths.append(len(sound) / SAMPLE_RATE)
        self.befores.append(before)
        return self._windows.pop(0)

    def recognize(self, sound: Samples, *, final: bool) -> RecognitionResult:
        assert final
        return self._alone.pop(0)


def texts(results: Sequence[RecognitionResult]) -> list[str]:
    return [result.text for result in results]


def test_words_go_to_the_utterance_they_lie_in_with_times_from_its_own_first_sample() -> None:
    window = heard(("Hello,", 0.5, 1.5), ("you.", 1.5, 2.7), ("Yes.", 3.6, 4.0))
    (first, second), after = joined.transcribe(Scripted([window]), [piece(), piece()], "")
    assert (first.text, second.text) == ("Hello, you.", "Yes.")
    assert [(w.start, w.end) for w in second.words] == [(pytest.approx(0.6), pytest.approx(1.0))]
    assert after == "Hello, you. Yes."


def test_a_word_whose_time_reaches_over_the_pause_stays_where_it_was_said() -> None:
    """The time of a word reaches into the pause after it, or before it where it begins a sentence."""
    after = heard(("one", 0.5, 1.7), ("two", 2.5, 3.9), ("three", 3.9, 4.5))
    (first, second), _ = joined.transcribe(Scripted([after]), [piece(), piece()], "")
    assert (first.text, second.text) == ("one two", "three")
    before = heard(("One.", 0.5, 1.2), ("Two", 1.2, 3.9), ("three", 3.9, 4.5))
    (first, second), _ = joined.transcribe(Scripted([before]), [piece(), piece()], "")
    assert (first.text, second.text) == ("One.", "Two three")


def test_text_without_spaces_stays_so() -> None:
    window = heard(("你", 0.5, 1.0), ("好", 1.0, 1.5), ("吗", 3.6, 4.0), text="你好吗")
    (first, second), _ = joined.transcribe(Scripted([window]), [piece(), piece()], "")
    assert (first.text, second.text) == ("你好", "吗")


def test_the_next_window_is_told_what_was_said_before() -> None:
    recognizer = Scripted([heard(("Kelly.", 0.6, 1.0))])
    _, after = joined.transcribe(recognizer, [piece()], "My name is Jack")
    assert recognizer.befores == ["My name is Jack"]
    assert after == "My name is Jack Kelly."


def test_what_follows_the_last_word_of_a_window_is_recognized_as_a_window_of_its_own() -> None:
    """In noise Whisper takes a pause for the end and writes nothing of what follows."""
    recognizer = Scripted([heard(("One.", 0.6, 1.0)), heard(("Two.", 0.6, 1.0), ("Three.", 3.6, 4.0))])
    results, after = joined.transcribe(recognizer, [piece(), piece(), piece()], "")
    assert texts(results) == ["One.", "Two.", "Three."]
    assert recognizer.lengths == [3 * LENGTH, 2 * LENGTH]
    assert after == "One. Two. Three."


def test_an_utterance_without_a_word_between_others_is_recognized_alone() -> None:
    window = heard(("One.", 0.6, 1.0), ("Three.", 6.6, 7.0))
    results, _ = joined.transcribe(Scripted([window], [heard(("Two.", 0.6, 1.0))]), [piece(), piece(), piece()], "")
    assert texts(results) == ["One.", "Two.", "Three."]


def test_a_word_that_is_too_long_has_its_utterance_recognized_again() -> None:
    window = heard(("press", 0.6, 2.7), ("one", 2.7, 2.75))
    words = ["press", "two", "to", "go", "to", "one"]
    whole = heard(*((word, 0.6 + n / 5, 0.8 + n / 5) for n, word in enumerate(words)))
    (result,), _ = joined.transcribe(Scripted([window], [whole]), [piece()], "")
    assert result.text == "press two to go to one"


@pytest.mark.parametrize(
    "lost",
    [
        heard(("the", 0.6, 1.0), logprob=-1.4),
        heard(*((word, 0.6, 1.0) for word in 6 * ["press", "one"])),
        heard(*((f"word{n}", 0.5 + n / 30, 0.5 + (n + 1) / 30) for n in range(60))),
    ],
    ids=["guessed", "went round in circles", "wrote more than anybody can say"],
)
def test_a_window_in_which_the_model_lost_its_way_is_recognized_one_by_one_and_not_told_on(
    lost: RecognitionResult,
) -> None:
    alone = [heard(("One.", 0.6, 1.0)), heard(("Two.", 0.6, 1.0))]
    results, after = joined.transcribe(Scripted([lost], alone), [piece(), piece()], "before")
    assert texts(results) == ["One.", "Two."]
    assert after == ""


def test_what_is_no_speech_is_in_no_window() -> None:
    silence = np.zeros(round(LENGTH * SAMPLE_RATE), np.float32)
    recognizer = Scripted([heard(("One.", 0.6, 1.0))])
    results, _ = joined.transcribe(recognizer, [piece(silence), piece()], "")
    assert recognizer.lengths == [LENGTH]
    assert texts(results) == ["", "One."]
    assert results[0].rejected is Rejection.SILENCE
    assert joined.transcribe(Scripted([]), [piece(silence)], "so far")[1] == "so far"


def test_phantom_text_of_an_utterance_alone_is_rejected() -> None:
    nothing = RecognitionResult("", logprob=-0.5)
    thanks = RecognitionResult("Thank you.", logprob=-0.9, no_speech=0.7)
    (result,), _ = joined.transcribe(Scripted([nothing], [thanks]), [piece()], "")
    assert (result.text, result.rejected) == ("", Rejection.STOCK_PHRASE)
