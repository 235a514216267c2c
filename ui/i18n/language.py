"""Messages of the engine as sentences in the language of the window."""

from __future__ import annotations

from voiceassist.core.messages import ENGLISH, Message, render

_language = ENGLISH


def use_language(code: str) -> None:
    """The language of the window, as an ISO 639-1 code."""
    global _language
    _language = code


def say(what: Message | None) -> str:
    """A message as a sentence in the person's language; nothing for None."""
    return "" if what is None else render(what, _language)
