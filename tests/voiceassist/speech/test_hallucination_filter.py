"""No text out of what is no speech; and no speech lost over it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.voiceassist.speech.conftest import speech
from voiceassist.speech import hallucination_filter
from voiceassist.speech.recognition_result import RecognitionResult, Rejection

RATE = 16000
T = np.arange(3 * RATE) / RATE


def telephone(sound: np.ndarray) -> np.ndarray:
    """A little line noise on top."""
    return np.asarray(sound + noise(0.0005, len(sound)), np.float32)


def noise(level: float, samples: int) -> np.ndarray:
    return np.random.default_rng(1).normal(0, level, samples).astype(np.float32)


def cadence(sound: np.ndarray, on: float, off: float) -> np.ndarray:
    return sound * ((T % (on + off)) < on)


def dialled(number: str) -> np.ndarray:
    """Each digit its two tones for 100 ms and 100 ms of nothing."""
    keys = {"0": (941, 1336), "1": (697, 1209), "5": (770, 1336), "7": (852, 1209), "9": (852, 1477)}
    t = np.arange(RATE // 10) / RATE
    tones = [0.1 * sum(np.sin(2 * np.pi * f * t) for f in keys[d]) for d in number if d in keys]
    return np.concatenate([np.concatenate([tone, np.zeros(RATE // 10)]) for tone in tones])


SIGNALS = {
    "ring-back, Europe": cadence(0.1 * np.sin(2 * np.pi * 425 * T), 1.0, 4.0),
    "ring-back, America": cadence(0.1 * (np.sin(2 * np.pi * 440 * T) + np.sin(2 * np.pi * 480 * T)), 2.0, 4.0),
    "busy, Europe": cadence(0.1 * np.sin(2 * np.pi * 425 * T), 0.48, 0.48),
    "busy, America": cadence(0.1 * (np.sin(2 * np.pi * 480 * T) + np.sin(2 * np.pi * 620 * T)), 0.5, 0.5),
    "DTMF, a number being dialled": dialled("0171 5509"),
    "DTMF, one key": cadence(0.1 * (np.sin(2 * np.pi * 770 * T) + np.sin(2 * np.pi * 1336 * T)), 0.12, 0.08),
    "dial tone": 0.1 * (np.sin(2 * np.pi * 350 * T) + np.sin(2 * np.pi * 440 * T)),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_call_progress_tones_are_rejected(name: str) -> None:
    assert hallucination_filter.reject_audio(telephone(SIGNALS[name])) is Rejection.SIGNAL_TONES


@pytest.mark.parametrize("level", [0.0, 0.0001, 0.01, 0.1])
def test_silence_and_steady_noise_are_rejected(level: float) -> None:
    assert hallucination_filter.reject_audio(noise(level, 2 * RATE)) in (Rejection.SILENCE, Rejection.NOISE)


def test_less_than_a_quarter_of_a_second_is_rejected() -> None:
    assert hallucination_filter.reject_audio(speech(0.2)) is Rejection.TOO_SHORT


@pytest.mark.parametrize("seed", range(8))
def test_speech_is_not_rejected(seed: int) -> None:
    assert hallucination_filter.reject_audio(speech(2.0, seed)) is None


def said(text: str, **measures: float | bool) -> RecognitionResult:
    return RecognitionResult(text=text, **{"logprob": -0.3, "no_speech": 0.02, "compression": 1.0, **measures})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "duration"),
    [
        (said("Thanks for watching!", no_speech=0.5), 3.0),
        (said("Thank you.", logprob=-0.9, no_speech=0.2), 3.0),
        (said("you", no_speech=0.3), 0.9),
        (said("I will, I will, I will, I will, I will, I will."), 4.0),
        (said("blah blah", compression=2.6), 4.0),
        (said("a b c d e f g h i j"), 1.0),
        (said("♪♪♪", no_speech=0.3), 3.0),
        (said("(upbeat music)"), 3.0),
        (said("[BLANK_AUDIO]"), 3.0),
        (said("what is that", no_speech=0.9, logprob=-1.4), 3.0),
        (said("of the", no_speech=0.1, logprob=-2.27, padded=True), 3.0),
        (said("I'm sorry.", no_speech=0.1, logprob=-1.74, padded=True), 3.0),
    ],
)
def test_hallucinated_text_is_rejected(found: RecognitionResult, duration: float) -> None:
    assert hallucination_filter.reject_text(found, duration)


@pytest.mark.parametrize(
    "found",
    [
        said("Thank you."),
        said("Bye.", logprob=-0.5),
        said("No, no, no, no."),
        said("I have waited three weeks and nobody called me back."),
        said("Order four four four one."),
        said("So I called again (twice) last week."),
    ],
)
def test_text_of_real_speech_is_kept(found: RecognitionResult) -> None:
    assert hallucination_filter.reject_text(found, 2.5) is None


@pytest.mark.parametrize("text", ["Bye-bye.", "Thank you.", "Bye.", "Oh."])
def test_a_short_answer_the_model_is_sure_of_is_kept(text: str) -> None:
    assert hallucination_filter.reject_text(said(text, logprob=-0.38, no_speech=0.16), 1.3) is None
