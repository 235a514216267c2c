"""What the recognizer found in the sound of one utterance: made in the child, sent to the parent as it is."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from voiceassist.core.events import Channel, Text, Word, seconds


class Rejection(StrEnum):
    """Why an utterance has no text."""

    TOO_SHORT = "too-short"
    SILENCE = "silence"
    SIGNAL_TONES = "signal-tones"
    """Dial, ring-back and busy tones, DTMF."""
    NOISE = "noise"
    """Nothing in the sound rises out of it."""
    NO_WORDS = "no-words"
    """Punctuation only."""
    REPETITION = "repetition"
    TOO_FAST = "too-fast"
    """More words than anybody says in that time."""
    NO_SPEECH = "no-speech"
    """The model itself doubts that there was any."""
    GUESS = "guess"
    """The model was guessing, with longer input as well."""
    STOCK_PHRASE = "stock-phrase"
    """What Whisper writes when there is nothing."""
    DESCRIPTION = "description"
    """"[music]" and the like."""
    OTHER_LANGUAGE = "other-language"
    """This side of the call is in a language that is not expected."""
    NOT_TRANSCRIBED = "not-transcribed"
    """The recognizer failed."""


NOT_SPOKEN = frozenset(
    {
        Rejection.TOO_SHORT,
        Rejection.SILENCE,
        Rejection.SIGNAL_TONES,
        Rejection.NOISE,
        Rejection.NO_WORDS,
        Rejection.NO_SPEECH,
        Rejection.STOCK_PHRASE,
        Rejection.DESCRIPTION,
        Rejection.NOT_TRANSCRIBED,
    }
)
"""Reasons for which nobody spoke, as far as is known."""


WITHOUT_WORDS = frozenset(
    {
        Rejection.REPETITION,
        Rejection.TOO_FAST,
        Rejection.GUESS,
        Rejection.STOCK_PHRASE,
        Rejection.OTHER_LANGUAGE,
        Rejection.NOT_TRANSCRIBED,
    }
)
"""Reasons for which speech may stand there without words: it is said that it does."""


class RecognitionResult(msgspec.Struct, frozen=True):
    text: str
    words: tuple[Word, ...] = ()
    """With times in seconds from the first sample; only for finals."""
    language: str = ""
    """Code of the language it was transcribed in."""
    languages: dict[str, float] = {}
    """How likely each language is for this sound, the likeliest few and the expected ones; of finals, by multilingual
    models."""
    logprob: float = 0.0
    """Mean log probability of the tokens; 0 when there are none."""
    no_speech: float = 0.0
    """Probability that there was no speech."""
    compression: float = 0.0
    """How well the text packs; over about 2.4 it repeats itself."""
    capped: bool = False
    """It was still writing when it had used up its tokens."""
    padded: bool = False
    """Recognized a second time with longer input, or with Whisper's full input in the first place."""
    rejected: Rejection | None = None

    def without_text(self, reason: Rejection) -> RecognitionResult:
        """The same, of which nothing is believed."""
        return msgspec.structs.replace(self, text="", words=(), language="", rejected=reason)


def text_event(
    result: RecognitionResult,
    *,
    utterance: int,
    channel: Channel,
    start: float,
    end: float,
    offset: float,
    model: str,
) -> Text:
    """The final text of an utterance. `offset` is the time of the sound's first sample in the call, in seconds."""
    words = tuple(
        Word(
            start=seconds(offset + word.start),
            end=seconds(offset + word.end),
            text=word.text,
            probability=round(word.probability, 3),
        )
        for word in result.words
    )
    return Text(
        t=0.0,
        utterance=utterance,
        channel=channel,
        start=start,
        end=end,
        text=result.text,
        words=words if result.text else (),
        language=result.language,
        logprob=round(result.logprob, 3),
        no_speech=round(result.no_speech, 3),
        model=model,
        rejected=str(result.rejected) if result.rejected in WITHOUT_WORDS else "",
    )


def partial_text_event(
    result: RecognitionResult,
    *,
    utterance: int,
    channel: Channel,
    start: float,
    end: float,
    text: str,
    stable: int,
    model: str,
) -> Text:
    """Text of an open utterance, of which the first `stable` characters will not change any more."""
    return Text(
        t=0.0,
        utterance=utterance,
        channel=channel,
        start=seconds(start),
        end=seconds(end),
        text=text,
        final=False,
        stable=stable,
        language=result.language,
        model=model,
    )
