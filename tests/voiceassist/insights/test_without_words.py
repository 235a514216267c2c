"""What is dropped leaves a mark: speech without words, with its time and reason."""

from __future__ import annotations

import pytest

from voiceassist.core.events import Channel, Text
from voiceassist.core.messages import message, render
from voiceassist.insights.call_so_far import CallSoFar
from voiceassist.insights.report import analysis
from voiceassist.speech.recognition_result import WITHOUT_WORDS, RecognitionResult, Rejection, text_event


def heard(result: RecognitionResult, utterance: int = 1) -> Text:
    return text_event(result, utterance=utterance, channel=Channel.CALLER, start=3.0, end=4.5, offset=3.0, model="m")


@pytest.mark.parametrize("reason", sorted(WITHOUT_WORDS))
def test_dropped_words_leave_speech_without_words(reason: Rejection) -> None:
    call = CallSoFar()
    call.take(heard(RecognitionResult("no no no no no").without_text(reason)))
    (left,) = analysis(call, 10.0, Channel).without_words
    assert (left.channel, left.start, left.end, left.reason) == (Channel.CALLER, 3.0, 4.5, reason)
    for language in ("en", "de"):
        why = message(f"speech-without-{reason}")
        assert "{" not in render(message("speech-without-words", reason=why), language)


@pytest.mark.parametrize("reason", [Rejection.SILENCE, Rejection.SIGNAL_TONES, Rejection.NOISE])
def test_what_was_no_speech_leaves_nothing(reason: Rejection) -> None:
    call = CallSoFar()
    call.take(heard(RecognitionResult("", rejected=reason)))
    assert analysis(call, 10.0, Channel).without_words == []


def test_words_that_come_after_all_take_the_mark_away() -> None:
    call = CallSoFar()
    call.take(heard(RecognitionResult("").without_text(Rejection.GUESS)))
    call.take(heard(RecognitionResult("Hello.")))
    found = analysis(call, 10.0, Channel)
    assert found.without_words == []
    assert [segment.text for segment in found.segments] == ["Hello."]
