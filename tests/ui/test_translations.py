from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QMenu, QPushButton

from ui import wording
from ui.app import TRANSLATIONS
from ui.live_window import LiveWindow
from voiceassist.timeline import AgitationState

FILES = sorted(TRANSLATIONS.glob("*.ts"))


def messages(file: Path) -> dict[tuple[str, str], ElementTree.Element]:
    found = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            found[context.findtext("name", ""), message.findtext("source", "")] = message.find("translation")
    return found  # type: ignore[return-value]


def test_there_is_a_second_language() -> None:
    assert [file.stem for file in FILES] == ["voiceassist_de"]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_text_is_translated_with_its_placeholders(file: Path) -> None:
    for (context, source), translation in messages(file).items():
        assert translation.text, f"{context}: {source}"
        assert "type" not in translation.attrib, f"unfinished: {source}"
        assert ("{0}" in source) == ("{0}" in translation.text), source
        assert ("&" in source) == ("&" in translation.text), source


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_file_has_exactly_the_texts_of_the_program(file: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.ts"
    sources = sorted(str(path) for path in TRANSLATIONS.parent.glob("*.py"))
    lupdate = Path(sys.executable).with_name("pyside6-lupdate")
    subprocess.run([lupdate, *sources, "-ts", fresh], check=True, capture_output=True)
    assert set(messages(file)) == set(messages(fresh))


def test_the_words_come_out_in_german(qapp, qtbot) -> None:
    translator = QTranslator()
    assert translator.load(QLocale("de_AT"), "voiceassist", "_", str(TRANSLATIONS))
    QCoreApplication.installTranslator(translator)
    try:
        assert wording.agitation(AgitationState.RISING) == "Steigt"
        assert QCoreApplication.translate("LiveWindow", "Start call") == "Gespräch beginnen"
    finally:
        QCoreApplication.removeTranslator(translator)
    assert wording.agitation(AgitationState.RISING) == "Rising"


@pytest.mark.parametrize("file", [None, *FILES], ids=lambda f: f.stem if f else "voiceassist")
def test_no_two_things_in_reach_answer_to_the_same_letter(file: Path | None, program, qtbot) -> None:
    translator = QTranslator()
    assert file is None or translator.load(str(file.with_suffix(".qm")))
    QCoreApplication.installTranslator(translator)
    try:
        window = LiveWindow(program.model, program.bridge, program.theme, program.preferences, program.overlay)
        qtbot.addWidget(window)
        buttons = [b.text() for b in window.findChildren(QPushButton) if "&" in b.text()]
        bar = [a.text() for a in window.menuBar().actions()]
        menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu.actions()]
        for texts in (bar + buttons, *([a.text() for a in menu.actions() if "&" in a.text()] for menu in menus)):
            letters = [text[text.index("&") + 1].casefold() for text in texts]
            assert len(letters) == len(set(letters)), texts
    finally:
        QCoreApplication.removeTranslator(translator)
