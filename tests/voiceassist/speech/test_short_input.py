from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from voiceassist.speech import tuning
from voiceassist.speech.recognition_result import RecognitionResult
from voiceassist.speech.short_input import frames_for, repeats, said_once, token_cap, trusted

GOOD = RecognitionResult(text="my parcel came broken", logprob=-0.2, no_speech=0.01, compression=0.9)


@given(st.floats(0.1, 40.0))
def test_what_is_encoded_covers_what_was_said_and_a_margin(duration: float) -> None:
    frames = frames_for(duration)
    assert tuning.FLOOR_FRAMES <= frames <= tuning.PADDED_FRAMES
    assert frames % 2 == 0
    assert frames >= min(100 * duration + tuning.MARGIN_FRAMES - 1, tuning.PADDED_FRAMES)


def test_the_tokens_of_an_utterance_are_bounded() -> None:
    assert token_cap(1.0) < token_cap(5.0) < token_cap(1000.0) == tuning.TOKENS_MOST


@pytest.mark.parametrize("no_speech", [0.01, 0.8])
def test_a_good_result_is_trusted_whatever_the_model_thinks_of_the_noise(no_speech: float) -> None:
    assert trusted(replace(GOOD, no_speech=no_speech), 2.0)


@pytest.mark.parametrize(
    "bad",
    [
        {"compression": 2.5},
        {"logprob": -1.1},
        {"capped": True},
        {"text": "7, 7"},
        {"text": "10 of close 10 of close 10 of close."},
        {"text": "And so my fellow Americans. And so my fellow Americans."},
        {"text": "so many words that nobody could have said them in the time it took to say this one thing"},
    ],
)
def test_each_sign_of_a_bad_result_causes_a_run_with_the_full_input(bad: dict[str, Any]) -> None:
    assert not trusted(replace(GOOD, **bad), 2.0)


@pytest.mark.parametrize(
    ("text", "before", "same"),
    [
        ("See you soon.", "All right, see you soon", True),
        ("See you soon.", "All right.", False),
        ("", "All right.", False),
    ],
)
def test_a_text_that_was_said_just_before_is_a_reason_to_look_again(text: str, before: str, same: bool) -> None:
    assert repeats(text, before) == same


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Monday, are you serious? Monday are you serious?", "Monday, are you serious?"),
        ("Did you hear what I just did you hear what I", "Did you hear what I just"),
        ("I was was was", "I was"),
        ("Yes, I see. I see it.", "Yes, I see. I see it."),
        ("the more the merrier", "the more the merrier"),
        ("I T I L L", "I T I L L"),
        ("", ""),
    ],
)
def test_text_that_goes_round_is_told_once(text: str, once: str) -> None:
    assert said_once(text) == once
