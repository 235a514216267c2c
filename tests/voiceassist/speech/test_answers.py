"""What the recognizer's process makes of what the recognizer heard, with a recognizer that hears what the test says."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.voiceassist.speech.conftest import speech
from voiceassist.speech import worker
from voiceassist.speech.messages import Done, Job
from voiceassist.speech.recognition_result import RecognitionResult, Rejection


class Hears:
    def __init__(self, text: str) -> None:
        self._text = text

    def recognize(self, *_: Any, **__: Any) -> RecognitionResult:
        return RecognitionResult(self._text, logprob=-0.2, capped=True, compression=3.0)


@pytest.mark.parametrize(("final", "text"), [(False, "Monday, are you serious?"), (True, "")])
def test_partial_text_that_goes_round_is_shown_once_and_a_final_is_not_believed(final: bool, text: str) -> None:
    heard = Hears("Monday, are you serious? " * 3)
    done = worker._answer(cast(Any, heard), Job(number=1, sound=speech(1.1).astype("<f4").tobytes(), final=final))
    assert isinstance(done, Done)
    assert (done.result.text, done.result.rejected) == (text, Rejection.REPETITION if final else None)
