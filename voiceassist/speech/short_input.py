"""How much is encoded for an utterance, and when its result is not trusted and longer input is tried.

Whisper was trained on 30 s of input and everybody pads to that, which makes a 2-s utterance cost as much as a long
one. The encoder takes shorter input; what can go wrong then (loops, guesses, no end) shows in the numbers below.
"""

from __future__ import annotations

import re

from voiceassist.speech import tuning
from voiceassist.speech.recognition_result import RecognitionResult


def frames_for(duration: float, floor: int = tuning.FLOOR_FRAMES) -> int:
    """Frames (10 ms) to encode for `duration` seconds of sound: what was said and a margin, within floor and ceiling.

    Even, because the encoder halves them.
    """
    frames = int(100 * duration) + tuning.MARGIN_FRAMES
    frames += frames % 2
    return min(max(frames, floor), tuning.PADDED_FRAMES)


def token_cap(duration: float) -> int:
    """The most tokens an utterance of `duration` seconds may have."""
    return min(int(tuning.TOKENS_A_SECOND * duration) + tuning.TOKENS_EXTRA, tuning.TOKENS_MOST)


def trusted(found: RecognitionResult, duration: float) -> bool:
    """False when the result of a short input looks like the model lost its way: it is then run again with a longer one.

    A doubt whether there was speech is no such sign when the model is sure of the words: in noise it often doubts, and
    longer input changes nothing.
    """
    return not (
        found.capped
        or found.compression > tuning.COMPRESSION
        or (bool(found.text) and found.logprob < tuning.LOGPROB)
        or too_fast(found, duration)
        or doubled(found.text)
    )


def too_fast(found: RecognitionResult, duration: float) -> bool:
    """More words than anybody says in that time. One or two short ones never count."""
    count = len(found.text.split())
    return count > 3 and count > tuning.WORDS_A_SECOND * max(duration, 0.1)


def repeats(text: str, before: str) -> bool:
    """Whether the text is, word for word, what was said just before it. People do that, and so does a lost decoder."""
    words, last = _bare(text), _bare(before)
    return bool(words) and last[-len(words) :] == words


def doubled(text: str) -> bool:
    """Whether the text is one group of words said two or three times and nothing else. People do say "yes yes", so this
    is a reason to look again, not to drop it."""
    words = _bare(text)
    return any(
        len(words) == times * size and words == times * words[:size]
        for times in (2, 3)
        for size in [len(words) // times]
        if size
    )


def said_once(text: str) -> str:
    """The text without the circle it ends in: "Monday, are you Monday, are you Mon" is "Monday, are you". For partial
    text, which very short input makes go round; whoever says "no, no, no" has it all in the final."""
    words = text.split()
    bare = [_bare(word) for word in words]
    for begin in range(len(words)):
        for size in range(1, len(words) - begin):
            again = len(words) - begin - size
            # A name may come twice in a sentence: what goes before a circle makes it less likely to be one.
            if again >= (min(size, 2) if begin == 0 else 2 * size) and bare[begin + size :] == bare[begin:-size]:
                return " ".join(words[: begin + size])
    return text


def _bare(text: str) -> list[str]:
    return re.sub(r"[^\w\s]", " ", text.lower()).split()
