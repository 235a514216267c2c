"""A demo call written down as a recorded one by the real tiny.en: what was said, by whom, and the same every time."""

from __future__ import annotations

from pathlib import Path

import jiwer
import numpy as np
import pytest

from tests.calls import line_sounds
from tests.calls.demo import DELIVERY, SpokenWord
from tests.calls.words import plain
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Channel
from voiceassist.core.tuning import SpeechTuning
from voiceassist.speech import RecordedTranscriber, SpeechOptions, joined
from voiceassist.speech.messages import Piece
from voiceassist.speech.recorded import SpokenUtterance, Transcript
from voiceassist.speech.whisper import WhisperRecognizer
from voiceassist.voice.utterance_finder import UtteranceFinder

SECONDS = 50.0


def utterances() -> list[SpokenUtterance]:
    """Of the beginning of the call, both sides."""
    found = []
    for channel, sound in zip(Channel, DELIVERY.sound(0, SECONDS), strict=True):
        finder = UtteranceFinder(SpeechTuning(), 0.5)
        for u in [*finder.push(sound), *finder.finish()]:
            found.append(SpokenUtterance(channel, u.start, u.end, u.sound, u.offset))
    return sorted(found, key=lambda u: u.end)


def written(model: Path) -> Transcript:
    return RecordedTranscriber(model, SpeechOptions()).transcribe(utterances())


@pytest.fixture(scope="module")
def transcript(model: Path) -> Transcript:
    return written(model)


def said(channel: Channel, start: float, end: float) -> list[SpokenWord]:
    words = [word for line in DELIVERY.lines if line.who is channel for word in line.words]
    return [word for word in words if start - 0.25 <= (word.start + word.end) / 2 <= end + 0.25]


def test_every_utterance_gets_the_words_that_were_said_in_it(transcript: Transcript) -> None:
    assert len(transcript.texts) == len(utterances()) > 8
    pairs = [
        (plain(" ".join(w.text for w in said(t.channel, t.start, t.end)), "en"), plain(t.text, "en"))
        for t in transcript.texts.values()
    ]
    assert jiwer.wer([truth for truth, _ in pairs], [heard for _, heard in pairs]) <= 0.05
    assert transcript.problems == ()


def test_words_lie_in_the_sound_of_their_utterance_in_order(transcript: Transcript) -> None:
    for text in transcript.texts.values():
        times = [t for word in text.words for t in (word.start, word.end)]
        assert times == sorted(times)
        assert text.start - 0.51 <= times[0] <= times[-1] <= text.end + 0.26


def test_the_environments_threads_change_no_word_and_no_figure(
    transcript: Transcript, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for threads in ("1", "3"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        assert written(model) == transcript


@pytest.fixture(scope="module")
def recognizer(model: Path) -> WhisperRecognizer:
    return WhisperRecognizer(model, threads=1)


@pytest.mark.parametrize("kind", list(line_sounds.NON_SPEECH))
def test_sound_without_speech_adds_no_word_also_between_what_is_said(recognizer: WhisperRecognizer, kind: str) -> None:
    """Where the search for utterances takes it for speech."""
    talk = [piece(u.sound) for u in utterances() if u.channel is Channel.AGENT][:2]
    sound = piece(line_sounds.telephone(line_sounds.NON_SPEECH[kind](4.0, np.random.default_rng(3))))
    assert words(recognizer, [talk[0], sound, talk[1], sound]) == words(recognizer, talk)
    assert words(recognizer, [sound] * 3, "Thank you for calling. How can I help you?") == ""


def words(recognizer: WhisperRecognizer, pieces: list[Piece], before: str = "") -> str:
    results, _ = joined.transcribe(recognizer, pieces, before)
    return plain(" ".join(result.text for result in results), "en")


def piece(sound: Samples) -> Piece:
    return Piece(sound=sound.astype("<f4").tobytes(), start=0.5, end=len(sound) / SAMPLE_RATE - 0.25)
