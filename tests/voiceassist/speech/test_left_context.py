"""What was said shortly before an utterance goes with it: whole utterances, and the last words of a long one."""

from __future__ import annotations

import numpy as np
import pytest

from voiceassist.core.events import Word
from voiceassist.speech import tuning
from voiceassist.speech.left_context import LeftContext

RATE = 16_000


def said(context: LeftContext, start: float, text: str, seconds: float = 2.0) -> None:
    """A word every second, its sound full of its own number."""
    each = seconds / max(len(text.split()), 1)
    words = tuple(Word(i * each, (i + 1) * each, word, 0.9) for i, word in enumerate(text.split()))
    sound = np.repeat(np.arange(max(len(words), 1), dtype=np.float32), round(each * RATE))
    context.add(start, start + seconds, sound, words)


def test_what_was_said_before_goes_with_an_utterance_the_oldest_first() -> None:
    context = LeftContext()
    said(context, 0.0, "my name is", 1.5)
    said(context, 3.0, "F I", 1.0)
    sound, text = context.before(6.0, 1.0)
    assert text == "my name is F I"
    assert len(sound) == pytest.approx(2.5 * RATE, abs=2)


def test_nothing_goes_with_the_first_utterance_or_after_a_long_silence() -> None:
    context = LeftContext()
    assert context.before(0.0, 1.0)[1] == ""
    said(context, 0.0, "hello there")
    assert context.before(2.1 + tuning.CONTEXT_GAP, 1.0)[1] == ""


def test_of_a_long_utterance_only_the_last_words_go_with_the_next_one() -> None:
    context = LeftContext()
    said(context, 0.0, "one two three four five six seven eight nine ten eleven twelve", 12.0)
    sound, text = context.before(12.0, 1.0)
    assert text == "ten eleven twelve"
    assert len(sound) == pytest.approx((3.0 + tuning.CONTEXT_EDGE) * RATE, abs=2)


def test_a_long_utterance_leaves_less_room() -> None:
    context = LeftContext()
    said(context, 0.0, "one two three four five six", 6.0)
    assert context.before(6.0, tuning.CONTEXT_WHOLE - 3.2)[1] == "four five six"
    assert context.before(6.0, tuning.CONTEXT_WHOLE - 0.2)[1] == ""


def test_sound_without_words_is_passed_over() -> None:
    context = LeftContext()
    said(context, 0.0, "hello there")
    said(context, 3.0, "")
    sound, text = context.before(6.0, 1.0)
    assert (text, len(sound)) == ("hello there", 2 * RATE)
