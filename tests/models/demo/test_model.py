"""The bundled model hears what it says it hears, as faster-whisper opens it, with faster-whisper's own options."""

from __future__ import annotations

import json
import statistics
from typing import Any

import numpy as np
import pytest

from models.demo import WEIGHTS, sounds
from models.demo.evaluate import hear
from models.demo.scores import time_errors, word_error_rate
from tests.models.demo.conftest import utterances


def test_model_is_small_and_whole() -> None:
    names = {path.name for path in WEIGHTS.iterdir()}
    assert names >= {"model.bin", "config.json", "tokenizer.json", "vocabulary.json", "preprocessor_config.json"}
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) <= 8_000_000


def test_vocabulary_has_a_piece_for_what_faster_whisper_suppresses() -> None:
    # Else it would suppress the bare blank, and no word could begin.
    vocabulary = json.loads((WEIGHTS / "vocabulary.json").read_text())
    assert {"Ġ-", "Ġ'"} <= set(vocabulary)


def test_model_counts_as_english_only(model: Any) -> None:
    assert not model.model.is_multilingual


@pytest.mark.parametrize(("kind", "limit"), [("same", 0.15), ("voices", 0.3)])
def test_held_out_sentences_are_transcribed(model: Any, kind: str, limit: float) -> None:
    # A constant text, or none, would be wrong nearly everywhere: no two of the sentences are alike.
    clips = utterances(kind)
    heard = [hear(model, clip.samples)[0] for clip in clips]
    assert word_error_rate([clip.text for clip in clips], heard) <= limit
    assert len(set(heard)) == len({clip.text for clip in clips})


def test_words_come_when_they_are_said(model: Any) -> None:
    errors = []
    for clip in utterances("same"):
        errors += time_errors(clip.words, hear(model, clip.samples)[1])
    assert statistics.median(errors) <= 0.15


def test_transcribes_without_timestamps_too(model: Any) -> None:
    clips = utterances("same")
    heard = []
    for clip in clips:
        segments, _ = model.transcribe(clip.samples, language="en", without_timestamps=True, beam_size=1)
        heard.append("".join(segment.text for segment in segments))
    assert word_error_rate([clip.text for clip in clips], heard) <= 0.15


@pytest.mark.parametrize("kind", list(sounds.NON_SPEECH))
def test_writes_nothing_when_nobody_speaks(model: Any, kind: str) -> None:
    for seed, seconds in ((1, 1.5), (2, 6.0)):
        samples = sounds.NON_SPEECH[kind](seconds, np.random.default_rng(seed))
        assert hear(model, sounds.telephone(samples))[0] == ""
