"""Every sentence for people, by key: one table, `messages.toml`, with English beside the translations.

The program passes `Message` values around: a key and what fills its blanks, as numbers, names and further messages.
Only the edges (command line, window) turn one into a sentence, with `render`, in the language of whoever reads it.
Nothing ever compares or takes apart a sentence.
"""

from __future__ import annotations

import os
import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import msgspec

ENGLISH = "en"
"""The language of logs and of JSON for programs, and of what a translation lacks."""

DECIMAL_COMMA = frozenset({"de", "es", "fr"})
"""Languages that write 0,5 for 0.5."""


Argument: TypeAlias = "str | int | float | Message | list[str | Message]"
"""What may fill a blank. A list is joined with commas, or by lines with `{blank:lines}`; paths are passed as text."""


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is to be said. `args` fill the blanks of the sentence that `key` names in the table."""

    key: str
    args: dict[str, str | int | float | Message | list[str | Message]] = {}

    def __str__(self) -> str:
        return render(self)


def message(key: str, /, **args: Argument) -> Message:
    """`message("speech-behind", seconds=3.2)`. A name that is no Unicode (a byte of a file's name) is spelt out."""
    return Message(key, {name: unicode(value) if isinstance(value, str) else value for name, value in args.items()})


def unicode(text: str) -> str:
    """The text, with halves of surrogate pairs, as file names bring them, spelt out: it can be written anywhere."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def verbatim(text: str) -> Message:
    """Words that come from outside and are passed on as they are: the reason an operating system or a library gives."""
    return Message("verbatim", {"text": text})


def render(message: Message, language: str = ENGLISH) -> str:
    """The sentence in that language (an ISO 639-1 code), or in English where it is not translated.

    A key that the table lacks, from a journal that a later version wrote, is given as it is.
    """
    entry = table().get(message.key)
    if entry is None:
        return message.key
    template = entry.get(language) or entry[ENGLISH]
    if not isinstance(template, str):
        template = template["one" if message.args.get("count") == 1 else "other"]
    return _Formatter(language).vformat(template, (), message.args)


_LINES = (9, 10)
_DIRECTIONS = (0x061C, 0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Characters that turn the direction of what follows, or end a line unseen."""
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code not in _LINES} | {
    code: f"\\u{code:04x}" for code in _DIRECTIONS
}


def printable(text: str) -> str:
    """Text from outside (a call folder, a pack, a device's name) as a terminal may be given it: nothing in it acts.

    Control characters and escape sequences are spelt out, as is half of a surrogate pair; tab and line end stay.
    """
    return text.translate(_ESCAPES).encode("utf-8", "backslashreplace").decode()


def system_language() -> str:
    """The language of the person at this terminal, as the environment names it."""
    named = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), "")
    return named[:2].lower() if named[:2].isalpha() else ENGLISH


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """By key and language: a template, or its forms `one` and `other`, chosen by the argument `count`."""
    data = files("voiceassist.core").joinpath("messages.toml").read_text(encoding="utf-8")
    return {key: entry for section in tomllib.loads(data).values() for key, entry in section.items()}


class _Formatter(string.Formatter):
    """Fills blanks in one language: messages inside messages, lists, and the decimal sign."""

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list):
            return ("\n" if format_spec == "lines" else ", ").join(str(self._plain(one)) for one in value)
        value = self._plain(value)
        text: str = super().format_field(value, format_spec)
        return text.replace(".", ",") if isinstance(value, float) and self._language in DECIMAL_COMMA else text

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Message):
            return render(value, self._language)
        return value
