"""Speaking; skipped where the synthesisers are not installed, which only makers of sound need."""

from __future__ import annotations

import numpy as np
import pytest

from models.demo import corpus
from models.demo.synthesis import SynthesisError, Voice, pronounce, speak

TEXT = "Good morning, it's eight o'clock in the morning."


@pytest.fixture(autouse=True)
def _synthesisers() -> None:
    try:
        speak("Yes.", Voice("espeak", "en-us"))
        speak("Yes.", Voice("flite", "kal16"))
    except SynthesisError as error:
        pytest.skip(str(error))


VOICES = [
    Voice("espeak", "en-gb+f2", 180.0, 2.0),
    Voice("espeak", "en-us"),
    Voice("flite", "slt"),
    Voice("flite", "rms"),
]


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.name)
def test_every_word_has_times_inside_the_sound(voice: Voice) -> None:
    spoken = speak(TEXT, voice)
    assert [word for _, _, word in spoken.words] == TEXT.split()
    starts = [start for start, _, _ in spoken.words]
    assert starts == sorted(starts)
    assert all(0 <= start < end <= spoken.seconds + 0.05 for start, end, _ in spoken.words)
    assert spoken.samples.dtype == np.float32


@pytest.mark.parametrize("voice", VOICES, ids=lambda voice: voice.name)
def test_same_text_and_voice_give_the_same_samples(voice: Voice) -> None:
    first = speak(TEXT, voice)
    speak("Something else altogether.", voice)
    again = speak(TEXT, voice)
    np.testing.assert_array_equal(first.samples, again.samples)
    assert first.words == again.words


@pytest.mark.parametrize(("engine", "name"), [("espeak", "en-us+m3"), ("flite", "slt")])
def test_a_faster_voice_is_shorter(engine: str, name: str) -> None:
    slow, fast = (speak(TEXT, Voice(engine, name, rate)).seconds for rate in (140.0, 200.0))  # type: ignore[arg-type]
    assert fast < 0.85 * slow


def test_an_unknown_voice_is_named_in_the_error() -> None:
    with pytest.raises(SynthesisError, match="nobody"):
        speak(TEXT, Voice("espeak", "nobody"))
    with pytest.raises(SynthesisError, match="nobody"):
        speak(TEXT, Voice("flite", "nobody"))


def test_sounds_of_a_word() -> None:
    assert pronounce("hello") == ["h", "@", "l", "oU"]


def test_an_utterance_of_the_corpus_is_the_same_every_time() -> None:
    first, again = corpus.clip("train", 4), corpus.clip("train", 4)
    np.testing.assert_array_equal(first.samples, again.samples)
    assert (first.text, first.words) == (again.text, again.words)


def test_held_out_texts_are_marked_and_held_out_voices_are_not_trained_on() -> None:
    for index in range(25):
        assert corpus.is_held_out(corpus.clip("same", index).text)
        assert corpus.clip("voices", index).kind.endswith(corpus.HELD_OUT_VARIANTS)
        assert not corpus.clip("train", index).kind.endswith(tuple(f"+{name}" for name in corpus.HELD_OUT_VARIANTS))
