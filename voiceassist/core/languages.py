"""The languages that the speech models know, and a list of them as a person writes it."""

from __future__ import annotations

import re

_CODES = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu "
    "hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt "
    "ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh "
)
KNOWN = frozenset(_CODES.split())
"""Codes of Whisper's languages."""


def language_codes(text: str) -> tuple[str, ...]:
    """The codes in "en", "en, es" or "", in that order."""
    return tuple(code for code in re.split(r"[,;\s]+", text.lower()) if code)


def unknown_language(text: str) -> str:
    """The first code in such a list that the speech models do not know; empty when they know all."""
    return next((code for code in language_codes(text) if code not in KNOWN), "")
