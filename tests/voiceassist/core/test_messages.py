"""The one table of sentences: complete in every language, and filled the same way everywhere."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path
from typing import Any

import msgspec
import pytest

from voiceassist.core.messages import Message, message, render, system_language, table, verbatim

LANGUAGES = ("en", "de")

ROOT = Path(__file__).resolve().parents[3]

ERRORS = ("VoiceAssistError", "UsageError", "InputError", "StorageError", "ModelError", "SourceLost", "AlreadyRunning")
ROOT = Path(__file__).parents[3]
PACKAGES = [ROOT / name for name in ("voiceassist", "models", "ui")]


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def forms(entry: object) -> list[str]:
    return list(entry.values()) if isinstance(entry, dict) else [str(entry)]


@pytest.mark.parametrize("key", table())
def test_every_sentence_is_there_in_every_language_with_the_same_blanks(key: str) -> None:
    entry = table()[key]
    assert set(entry) == set(LANGUAGES)
    wanted = set().union(*(blanks(form) for form in forms(entry["en"])))
    for language in LANGUAGES:
        assert set().union(*(blanks(form) for form in forms(entry[language]))) == wanted
        if isinstance(entry[language], dict):
            assert set(entry[language]) == {"one", "other"}


def test_every_key_is_used() -> None:
    """Written out, or put together from a beginning or an end that is written out and a value."""
    source = "\n".join(path.read_text(encoding="utf-8") for folder in PACKAGES for path in folder.rglob("*.py"))
    whole = set(re.findall(r"[\"']([a-z0-9-]+)[\"']", source))
    beginnings = set(re.findall(r"f[\"']([a-z0-9-]+-)\{", source))
    ends = set(re.findall(r"\}(-[a-z0-9-]+)[\"']", source))
    built = re.compile("|".join([*(f"{text}.+" for text in beginnings), *(f".+{text}" for text in ends)]))
    assert [key for key in table() if key not in whole and not built.fullmatch(key)] == []


def test_a_count_chooses_between_one_and_many() -> None:
    assert render(message("change-higher", count=1)) == "1 semitone higher"
    assert render(message("change-higher", count=2), "de") == "2 Halbtöne höher"


def test_messages_and_lists_fill_blanks_in_the_language_of_the_whole() -> None:
    inner = message("change-higher", count=3)
    assert render(message("changes-since-start", changes=inner), "de") == "3 Halbtöne höher als am Anfang"
    assert render(message("changes", changes=[inner, "x"])) == "3 semitones higher, x"


def test_a_list_can_fill_one_line_each() -> None:
    assert render(message("pack-mistakes", mistakes=["x", verbatim("y")])) == "x\ny"


def test_a_language_without_a_translation_is_reported_in_english() -> None:
    assert render(message("change-faster"), "fi") == "faster"


def test_a_message_survives_json() -> None:
    nested = message("changes", changes=[message("change-louder", amount=5), verbatim("x")])
    assert msgspec.json.decode(msgspec.json.encode(nested), type=Message) == nested


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LC_ALL": "fr_FR", "LANG": "de_DE"}, "fr"),
        ({}, "en"),
    ],
)
def test_the_language_of_the_terminal_is_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, environment: Any, expected: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert system_language() == expected


SOURCES = [path for room in ("voiceassist", "models", "ui") for path in sorted((ROOT / room).rglob("*.py"))]


def keys_asked_for(path: Path) -> list[str]:
    """What is given to `message` or to one of our errors as a key."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = ((call, ast.unparse(call.func).rpartition(".")[2]) for call in calls if call.args)
    return [
        str(call.args[0].value)
        for call, name in named
        if (name == "message" or name in ERRORS) and isinstance(call.args[0], ast.Constant)
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_key_that_is_asked_for_is_in_the_table(path: Path) -> None:
    assert [key for key in keys_asked_for(path) if key not in table()] == []
