"""Every sentence of the engine's that can come into the window is in the table of the window's translations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from ui.app import TRANSLATIONS
from ui.i18n.sentences import _find, translated

ROOT = Path(__file__).parents[3]

SAYING = (
    "voiceassist/capture/aligner.py",
    "voiceassist/capture/devices/child.py",
    "voiceassist/capture/devices/coreaudio.py",
    "voiceassist/capture/devices/listing.py",
    "voiceassist/capture/echo.py",
    "voiceassist/capture/devices/microphone.py",
    "voiceassist/capture/devices/pulse.py",
    "voiceassist/capture/reader.py",
    "voiceassist/capture/devices/sound_server.py",
    "voiceassist/capture/supervisor.py",
    "voiceassist/capture/devices/wasapi.py",
    "voiceassist/insights/summary.py",
    "voiceassist/session/live.py",
    "voiceassist/core/notices.py",
    "voiceassist/session/build.py",
    "voiceassist/storage/writer.py",
    "voiceassist/service/client.py",
    "voiceassist/speech/transcriber.py",
    "voiceassist/service/client.py",
    "voiceassist/speech/worker.py",
    "models/speech/fetch.py",
    "models/speech/folder.py",
    "models/speech/store.py",
    "ui/bridge.py",
    "ui/bridge.py",
    "ui/task.py",
)
"""Modules whose sentences reach the window. (Those of the command line alone are English, as the command line is.)"""

NOT_SHOWN = {
    "I can't hear {0}: {1}",  # in the table once for either side
    "the caller",
    "{0} (Core Audio {1})",  # a sentence of the table with a number behind it
    "I can't hear the caller: ",  # begins a sentence whose rest is in the table
    "--stream-name=far end",
    "Error querying device -1",
    "Error opening InputStream: ",
    "VoiceAssist far end",
    "{0}; too little of the caller's voice for more; {1}",  # in the table with the "min" of what stands first
    "{0}; calm throughout; {1}",
    "{0}; agitated for {1} s, most at {2}, {3}; {4}",
    "a source is opened before it is read",
    "The speech model {0} could not be removed: {1}",  # the command line's
    "The speech model {0} is shared by everybody on this PC; only IT can remove it",
    "There is no speech model {0} to remove",
    "sentence is",  # begin with a figure
    "sentences are",
    "stretch of speech",
    "stretches of speech",
    " ({0} is too slow for this PC)",  # ends a model's name
}
"""Without their full stops."""


def template(node: ast.AST) -> str:
    """A string of the source, with {0}, {1} for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    text, count = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        elif not text.endswith("}"):
            text += f"{{{count}}}"
            count += 1
    return text


def sentences(path: Path) -> Iterator[str]:
    """The strings of at least two words in a module, without docstrings and what goes to the log."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            passed |= {id(inner) for inner in ast.walk(node)}
        if isinstance(node, ast.JoinedStr):
            passed |= {id(inner) for part in node.values for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if id(node) not in passed:
            text = template(node)
            if " " in text.strip() and len(re.findall(r"[a-z']{2,}", text, re.IGNORECASE)) >= 2:
                yield text


@pytest.mark.parametrize("module", SAYING)
def test_every_sentence_is_in_the_table(module: str) -> None:
    missing = []
    for text in sentences(ROOT / module):
        # What stands before or after whole sentences is another sentence.
        example = re.sub(r"\{\d\}", "Aldebaran", re.sub(r"^\{\d\} (?=[A-Z])|(?<=[.]) \{\d\}$", "", text))
        known = _find(example) or all(_find(sentence) for sentence in re.split(r"(?<=[.?!]) ", example))
        if text.rstrip(".") not in NOT_SHOWN and not known:
            missing.append(text)
    assert not missing, "put these into ui/i18n/sentences.py, then run packaging/translations.py and translate them"


def test_without_a_translation_the_engines_words_are_left_as_they_are(qapp) -> None:
    for text in (
        "I can't hear the caller (USB Headset): its sound stopped.",
        "Words come 3 s late. This PC is busy: words come after each sentence.",
        "Something the table does not know.",
        "",
    ):
        assert translated(text) == text


@pytest.fixture
def german(qapp) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load("voiceassist_de", str(TRANSLATIONS))
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.mark.parametrize(
    ("said", "german_words"),
    [
        (
            "I can't hear the caller (USB Headset): its sound stopped.",
            "Ich höre den Anrufer nicht (USB Headset): der Ton hat aufgehört.",
        ),
        (
            "I can't hear the caller: Zoom is muted in the sound settings.",
            "Ich höre den Anrufer nicht: Zoom ist in den Klangeinstellungen stumm.",
        ),
        (
            "Words come 3 s late. This PC is busy: words come after each sentence.",
            "Die Worte kommen 3 s zu spät. Dieser PC ist ausgelastet: die Worte kommen nach jedem Satz.",
        ),
        ("Words by base.en; 2 sentences are still to come.", "Worte von base.en; es fehlen noch: 2 Sätze."),
        (
            "1:52 min; agitated for 52 s, most at 1:37, and not yet calm at the end; 2 cues.",
            "1:52 min; 52 s lang erregt, am meisten bei 1:37, und am Ende noch nicht ruhig; 2 Hinweise.",
        ),
        (
            "The setting Colours is managed by your organisation and cannot be changed here.",
            "Die Einstellung Farben wurde von Ihrer Organisation festgelegt und lässt sich hier nicht ändern.",
        ),
        ("A sentence that the table lacks.", "A sentence that the table lacks."),
    ],
)
def test_a_sentence_comes_out_in_german_with_its_values(german, said: str, german_words: str) -> None:
    assert translated(said) == german_words
