from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from ui.app import TRANSLATIONS, Desktop
from ui.i18n import wording
from ui.window.live_window import LiveWindow
from voiceassist.core.events import AgitationState

ROOT = Path(__file__).parents[3]
FILES = sorted(TRANSLATIONS.glob("*.ts"))


def messages(file: Path) -> dict[tuple[str, str], ElementTree.Element]:
    found = {}
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            found[context.findtext("name", ""), message.findtext("source", "")] = message.find("translation")
    return found  # type: ignore[return-value]


def test_there_is_a_second_language() -> None:
    assert [file.stem for file in FILES] == ["voiceassist_de"]


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{\d\}", text))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_text_is_translated_with_its_placeholders(file: Path) -> None:
    for (context, source), translation in messages(file).items():
        assert translation.text, f"{context}: {source}"
        assert "type" not in translation.attrib, f"unfinished: {source}"
        assert holes(source) == holes(translation.text), source
        assert ("&" in source) == ("&" in translation.text), source


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_file_has_exactly_the_texts_of_the_program(file: Path, tmp_path: Path) -> None:
    """Those of the windows, the option table and the catalogue of models."""
    fresh = tmp_path / "fresh.ts"
    path = ROOT / "packaging" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations", path)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.collect(fresh)
    assert set(script.table_texts()) <= set(messages(fresh))
    run = f"run .venv/bin/python packaging/translations.py, translate what is unfinished in {file.name}, run it again"
    assert not set(messages(fresh)) - set(messages(file)), run
    assert not set(messages(file)) - set(messages(fresh)), run


def test_texts_appear_in_german(qapp: QApplication, qtbot: QtBot) -> None:
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
def test_no_two_controls_share_a_shortcut_letter(file: Path | None, program: Desktop, qtbot: QtBot) -> None:
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
