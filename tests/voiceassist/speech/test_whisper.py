"""The recognizer itself, in this process, with the real tiny.en."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.voiceassist.speech.conftest import speech
from voiceassist.speech import tuning
from voiceassist.speech import whisper as whisper_module
from voiceassist.speech.whisper import WhisperRecognizer


@pytest.fixture(scope="module")
def recognizer(model: Path) -> WhisperRecognizer:
    return WhisperRecognizer(model, threads=1)


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many frames were encoded, pass by pass."""
    seen: list[int] = []
    inner = WhisperRecognizer._window

    def window(self: WhisperRecognizer, features: np.ndarray, count: int, *more: Any, **options: Any) -> Any:
        seen.append(count)
        return inner(self, features, count, *more, **options)

    monkeypatch.setattr(WhisperRecognizer, "_window", window)
    return seen


def believe(monkeypatch: pytest.MonkeyPatch, verdict: bool) -> None:
    monkeypatch.setattr(whisper_module, "trusted", lambda found, duration: verdict)


def test_only_what_was_said_is_encoded(
    recognizer: WhisperRecognizer, frames: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    believe(monkeypatch, True)
    recognizer.recognize(speech(2.0), final=True)
    recognizer.recognize(speech(15.0), final=True)
    assert frames == [tuning.FLOOR_FRAMES, 1756]


def test_a_result_that_is_not_trusted_is_run_again_with_longer_input_but_not_for_a_partial(
    recognizer: WhisperRecognizer, frames: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    believe(monkeypatch, False)
    assert recognizer.recognize(speech(2.0), final=True).padded
    assert not recognizer.recognize(speech(2.0), final=False).padded
    assert frames == [tuning.FLOOR_FRAMES, tuning.AGAIN_FRAMES, tuning.PARTIAL_FLOOR_FRAMES]


def test_short_input_can_be_switched_off(model: Path, frames: list[int]) -> None:
    WhisperRecognizer(model, threads=1, short_input=False).recognize(speech(1.0), final=True)
    assert frames == [tuning.PADDED_FRAMES]


def test_words_follow_each_other_inside_the_sound_and_make_up_the_text(
    recognizer: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    believe(monkeypatch, True)
    found = recognizer.recognize(speech(3.0), final=True)
    assert found.words
    # Made-up words hold signs at which the alignment parts what is written in one.
    assert "".join("".join(w.text for w in found.words).split()) == "".join(found.text.split())
    times = [t for w in found.words for t in (w.start, w.end)]
    assert all(0.0 <= t <= 3.1 for t in times)
    assert [w.start for w in found.words] == sorted(w.start for w in found.words)
    assert all(0.0 <= w.probability <= 1.0 for w in found.words)


def test_a_partial_costs_no_word_times(recognizer: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch) -> None:
    believe(monkeypatch, True)
    partial = recognizer.recognize(speech(10.0), final=False)
    assert partial.text
    assert partial.words == ()


def test_the_text_never_has_more_tokens_than_its_length_allows(
    recognizer: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper_module, "token_cap", lambda duration: 7)
    found = recognizer.recognize(speech(3.0), final=False)
    assert found.capped


def test_terms_are_given_to_the_model_as_hot_words(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    believe(monkeypatch, True)
    given = WhisperRecognizer(model, threads=1, terms=("Zephyrine", "Quillon 3"))
    prompts: list[list[int]] = []
    inner = given._model.get_prompt

    def prompt(*arguments: Any, **options: Any) -> Any:
        prompts.append(inner(*arguments, **options))
        return prompts[-1]

    monkeypatch.setattr(given._model, "get_prompt", prompt)
    given.recognize(speech(1.0), final=True)
    assert "Zephyrine, Quillon 3" in given._model.hf_tokenizer.decode(prompts[0])


def test_more_than_whisper_can_take_is_refused(recognizer: WhisperRecognizer) -> None:
    with pytest.raises(ValueError, match="30 s"):
        recognizer.recognize(np.zeros(31 * 16000, np.float32), final=True)


def test_the_machine_is_measured_by_a_real_encoding(recognizer: WhisperRecognizer) -> None:
    assert recognizer.probe() > 0.0


def test_nothing_is_ever_looked_up_on_the_network(recognizer: WhisperRecognizer) -> None:
    import huggingface_hub.constants

    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert huggingface_hub.constants.HF_HUB_OFFLINE


def test_the_text_goes_on_after_what_was_said_before(
    recognizer: WhisperRecognizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    believe(monkeypatch, True)
    monkeypatch.setattr(whisper_module, "is_stock_phrase", lambda text: False)
    before = speech(4.0, first=1)
    with_context = recognizer.recognize(speech(3.0), final=True, context="my name is", context_sound=before)
    assert not with_context.text.startswith("my name is")
    assert "".join("".join(w.text for w in with_context.words).split()) == "".join(with_context.text.split())
    assert all(0.0 <= t <= 3.1 for w in with_context.words for t in (w.start, w.end))


@pytest.mark.parametrize("lost", ["is_stock_phrase", "repeats"])
def test_a_text_after_context_that_may_be_the_contexts_doing_is_looked_at_without_it(
    recognizer: WhisperRecognizer, frames: list[int], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    believe(monkeypatch, True)
    alone = recognizer.recognize(speech(3.0), final=True)
    monkeypatch.setattr(whisper_module, lost, lambda *_: True)
    found = recognizer.recognize(speech(3.0), final=True, context="my name is", context_sound=speech(4.0, first=1))
    assert found == alone
    assert len(frames) == 3
