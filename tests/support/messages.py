"""Expecting a message of the table by its key, so that a sentence may be made better without a test noticing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.messages import Argument, Message


@contextmanager
def raises(
    kind: type[VoiceAssistError], key: str, **args: Argument
) -> Iterator[pytest.ExceptionInfo[VoiceAssistError]]:
    """An error of this kind whose message, or one inside it, has this key and at least these arguments."""
    with pytest.raises(kind) as caught:
        yield caught
    messages = list(every(caught.value.message))
    assert any(message.key == key and args.items() <= message.args.items() for message in messages), messages


def keys(message: Message | None) -> list[str]:
    """The keys of a message and of those inside it, the outermost first."""
    return [] if message is None else [one.key for one in every(message)]


def every(message: Message) -> Iterator[Message]:
    """A message and those inside it."""
    yield message
    for value in message.args.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Message):
                yield from every(one)
