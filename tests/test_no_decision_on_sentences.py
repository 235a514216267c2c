"""Nobody decides by a sentence: sentences are made better and translated, and what is decided must not change with it.

Walks the syntax tree of the program for comparisons with and searches in sentences. A decision is made by a type, an
enumeration, the key of a table or a field.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("voiceassist", "models", "ui")

EXCUSED = {
    "voiceassist/storage/schema1.py": "reads journals whose statuses were English sentences",
    "voiceassist/coach/migrations/versions/0001_calls.py": "holds SQL, statement by statement",
    "voiceassist/core/languages.py": "lists the codes of languages",
    "voiceassist/core/sensitive.py": "knows how numbers are said in a call",
    "voiceassist/insights/follow_ups.py": "looks for promises in what people say in a call",
    "voiceassist/speech/hallucination_filter.py": "knows what Whisper writes where nobody spoke",
    "voiceassist/capture/devices/coreaudio.py": "finds the audio device it made by its name",
    "voiceassist/capture/devices/microphone.py": "takes PortAudio's own words out of the reason PortAudio gives",
    "ui/dialogs/settings_window.py": "takes the code marks out of the help of an option",
}
"""Files in which text is decided by, and why that is right there."""

SEARCHES = {"startswith", "endswith", "removeprefix", "removesuffix", "replace", "find", "index", "count", "partition"}
SEARCHES |= {"rpartition", "split", "rsplit"}
EXPRESSIONS = {"search", "match", "fullmatch", "sub", "split", "findall", "finditer", "compile"}
RENDERED = {"say", "words", "render", "translated"}
"""Functions that return a sentence."""


def is_sentence(text: str) -> bool:
    """Words with spaces between them, rather than a name, a symbol or a regular expression."""
    return bool(re.search(r"(^| )[a-z]{3,}( |$|[.,;:!?])", text)) and " " in text.strip()


@cache
def constants() -> frozenset[str]:
    """Names of the program's constants that are sentences, or tuples, sets, lists or tables of them."""
    names: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                match node:
                    case ast.Assign(targets=[ast.Name(id=name)], value=value) if holds_sentence(value):
                        names.add(name)
                    case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if holds_sentence(value):
                        names.add(name)
    return frozenset(names)


def holds_sentence(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return is_sentence(text)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.Dict(values=parts):
            return any(holds_sentence(part) for part in parts)
        case ast.Call(args=parts):
            return any(holds_sentence(part) for part in parts)
    return False


def speaks(node: ast.expr) -> bool:
    """Whether this expression is a sentence: written here, rendered from a message, or the words of an error."""
    match node:
        case ast.Name(id=name) if name in constants():
            return True
        case ast.Constant(value=str(text)):
            return is_sentence(text)
        case ast.JoinedStr(values=parts):
            return any(speaks(part) for part in parts)
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return any(speaks(part) for part in parts)
        case ast.Attribute(attr="detail"):
            return True
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id="error" | "exception" | "message" | "reason")]):
            return True
        case ast.Call(func=ast.Name(id="str"), args=[ast.Attribute(attr="error" | "message" | "reason")]):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in RENDERED:
            return True
    return False


def decisions(tree: ast.AST) -> Iterator[int]:
    """The lines in which a sentence is compared, searched or taken apart."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=others) if any(speaks(one) for one in (left, *others)):
                yield node.lineno
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=name), args=args) if name in EXPRESSIONS:
                if any(speaks(one) for one in args):
                    yield node.lineno
            case ast.Call(func=ast.Attribute(value=text, attr=name), args=args) if name in SEARCHES:
                if speaks(text) or any(speaks(one) for one in args):
                    yield node.lineno
            case ast.MatchValue(value=value) if speaks(value):
                yield value.lineno


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_decided_by_a_sentence(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / package).rglob("*.py"))
        if path.relative_to(ROOT).as_posix() not in EXCUSED
        for line in sorted(set(decisions(ast.parse(path.read_text(encoding="utf-8")))))
    ]
    assert found == []


@pytest.mark.parametrize("place", EXCUSED)
def test_an_excuse_is_still_needed(place: str) -> None:
    assert list(decisions(ast.parse((ROOT / place).read_text(encoding="utf-8"))))


@pytest.mark.parametrize(
    "code",
    [
        'status.reason == "The disk is full."',
        'text in ("", "The disk is full.")',
        '"cut in" in reason',
        'text.startswith("I can\'t hear")',
        'text.removesuffix(" than at the start")',
        'text.replace("the demo\'s model", "")',
        're.sub(r" than at the start", "", text)',
        'part.detail != ""',
        "text in STOCK_PHRASES",
        '"full" in str(error)',
        "say(message) == shown",
        "render(one).endswith(x)",
        'match text:\n    case "The disk is full.": pass',
    ],
)
def test_a_decision_by_a_sentence_is_found(code: str) -> None:
    assert list(decisions(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'kind == "cue-shown"',
        'text.split(" ")',
        'name.replace("-", "_")',
        'key in ("Ctrl+Shift+F9", "not-found")',
        're.match(r"^\\s*\\[", line)',
        "message == other",
        'raise InputError("file-not-found")',
        'print("the disk is full")',
    ],
)
def test_what_is_no_decision_by_a_sentence_is_let_be(code: str) -> None:
    assert not list(decisions(ast.parse(code)))
