"""Recorded calls: what one side says is joined to windows of up to 28 s, and the text of a window given back to its
utterances.

Whisper was trained on 30 s of running speech and knows words by their neighbours, and a window costs the same however
much of it is speech. So the utterances of a side follow each other without the silence between them; with the silence
left in, Whisper takes it for the end and writes nothing of what follows. Which words are whose is decided by their
times. Where a window looks as if the model had lost its way, or an utterance comes out empty, each is recognized alone,
as in a live call.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np

from voiceassist.core.audio_types import Samples
from voiceassist.core.events import Word
from voiceassist.speech import hallucination_filter, tuning
from voiceassist.speech.messages import Piece
from voiceassist.speech.recognition_result import RecognitionResult, Rejection
from voiceassist.speech.short_input import doubled


class Recognizer(Protocol):
    """`voiceassist.speech.whisper.WhisperRecognizer`; tests have one that needs no model."""

    def recognize(self, sound: Samples, *, final: bool) -> RecognitionResult: ...
    def recognize_window(self, sound: Samples, before: str) -> RecognitionResult: ...


def transcribe(recognizer: Recognizer, pieces: Sequence[Piece], before: str) -> tuple[list[RecognitionResult], str]:
    """For each utterance of a window what was said in it, its word times from its own first sample on; and what the
    next window of this side is to be told was said before."""
    sounds = [np.frombuffer(piece.sound, dtype="<f4") for piece in pieces]
    reasons = [hallucination_filter.reject_audio(sound) for sound in sounds]
    found = [RecognitionResult("", rejected=reason) for reason in reasons]
    left = [n for n, reason in enumerate(reasons) if reason is None]
    while left:
        whole = recognizer.recognize_window(np.concatenate([sounds[n] for n in left]), before)
        if not _believed(whole, sum(pieces[n].seconds for n in left), before):
            for n in left:
                found[n] = _alone(recognizer, pieces[n], sounds[n])
            return found, ""
        own = _by_utterance(whole, [pieces[n] for n in left])
        # The model may take a pause for the end of it all: what comes after its last word is a window of its own.
        covered = max((i + 1 for i, result in enumerate(own) if result.text), default=len(left))
        for n, result in zip(left[:covered], own, strict=False):
            if not result.text:
                result = _alone(recognizer, pieces[n], sounds[n], unheard=True)
            elif hallucination_filter.reject_text(result, pieces[n].seconds):
                result = _alone(recognizer, pieces[n], sounds[n])
            elif _has_hole(result, pieces[n]):
                result = _fuller(result, _alone(recognizer, pieces[n], sounds[n]))
            found[n] = result
        before = f"{before} {whole.text}".strip()[-tuning.CONTEXT_CHARACTERS :]
        left = left[covered:]
    return found, before


def _by_utterance(whole: RecognitionResult, pieces: Sequence[Piece]) -> list[RecognitionResult]:
    """What of the text of a window is whose."""
    starts = np.cumsum([0.0, *(piece.seconds for piece in pieces)]).tolist()
    given = _given_back(
        whole.words, [(at + piece.start, at + piece.end) for at, piece in zip(starts, pieces, strict=False)]
    )
    return [
        msgspec.structs.replace(
            whole,
            text=text,
            words=tuple(_moved(word, -at, piece.seconds) for word in words),
            compression=_compression(text),
        )
        for at, piece, words, text in zip(starts, pieces, given, _slices(whole.text, given), strict=False)
    ]


def _believed(whole: RecognitionResult, duration: float, before: str) -> bool:
    """Whether the text of a window may stand: not when the model guessed, ran on, went round in circles, or only said
    what it was told."""
    return not (
        whole.capped
        or (whole.text and whole.text in before)
        or whole.logprob < tuning.LOGPROB
        or whole.no_speech > tuning.NO_SPEECH
        or whole.compression > tuning.WINDOW_COMPRESSION
        or doubled(whole.text)
        or hallucination_filter.reject_text(msgspec.structs.replace(whole, compression=0.0), duration)
    )


def _alone(recognizer: Recognizer, piece: Piece, sound: Samples, *, unheard: bool = False) -> RecognitionResult:
    """An utterance by itself. A short one of which its window had nothing (`unheard`) must be sure to count."""
    result = recognizer.recognize(sound, final=True)
    reason = hallucination_filter.reject_text(result, piece.seconds)
    if unheard and piece.end - piece.start < tuning.PHANTOM_SHORT and result.logprob < tuning.UNHEARD_LOGPROB:
        reason = reason or Rejection.GUESS
    return result if reason is None else result.without_text(reason)


def _has_hole(result: RecognitionResult, piece: Piece) -> bool:
    """Whether words are missing: one lasts so long that others must be under it."""
    return any(
        min(word.end, piece.end) - max(word.start, piece.start) > tuning.LONGEST_WORD
        for word in result.words
        if not any(sign.isdigit() for sign in word.text)
    )


def _fuller(one: RecognitionResult, other: RecognitionResult) -> RecognitionResult:
    """The one that has more to say, the first unless it is several words."""
    return other if len(other.words) > len(one.words) + 1 else one


def _given_back(words: Sequence[Word], spans: Sequence[tuple[float, float]]) -> list[list[Word]]:
    """For each stretch of speech its words: a word belongs where most of it lies, one that lies in a pause to the
    nearest."""
    given: list[list[Word]] = [[] for _ in spans]
    last, ended = 0, True
    for word in words:
        start, end = word.start, word.end
        # The time of a word reaches into the pause or noise before it when it begins a sentence, or else after it.
        if end - start > tuning.USUAL_WORD:
            start, end = (end - tuning.USUAL_WORD, end) if ended else (start, start + tuning.USUAL_WORD)
        last = max(range(last, len(spans)), key=lambda n: min(end, spans[n][1]) - max(start, spans[n][0]))
        given[last].append(word)
        ended = word.text.endswith((".", "?", "!"))
    return given


def _slices(text: str, given: Sequence[Sequence[Word]]) -> list[str]:
    """The text of each list of words, with the spaces it has in the whole."""
    at, texts = 0, []
    for words in given:
        begin = at
        for word in words:
            at = max(at, text.find(word.text, at) + len(word.text))
        texts.append(text[begin:at].strip())
    return texts


def _compression(text: str) -> float:
    """As Whisper measures it."""
    data = text.encode()
    return len(data) / len(zlib.compress(data))


def _moved(word: Word, by: float, length: float) -> Word:
    start, end = (min(max(t + by, 0.0), length) for t in (word.start, word.end))
    return msgspec.structs.replace(word, start=start, end=end)
