"""Brings the window's translations up to date: every text of `ui/`, and what the option table and the model catalogue
say, into each `ui/i18n/*.ts`, and those into the `.qm` files the program reads.

.venv/bin/python packaging/translations.py

New texts come in as unfinished: translate them (Qt Linguist comes with PySide6), and run this again. Qt's tools look
for texts in calls of `tr` and `translate`; the two tables are no such calls, so they are written out as some first.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from models.speech import catalogue
from voiceassist.config.options import options

UI = Path(__file__).resolve().parent.parent / "ui"
TRANSLATIONS = UI / "i18n"


def table_texts() -> Iterable[tuple[str, str]]:
    """Context and text of what comes from tables, in their order."""
    for option in options().values():
        about = option.about
        for text in (about.section, about.label, about.help, about.unit, about.empty, *about.choices):
            if text:
                yield "Settings", str(text)
    for entry in catalogue():
        for text in (entry.title, entry.speed, entry.note):
            yield "Catalogue", text


def collect(file: Path) -> None:
    """Bring one .ts file up to date; texts that are gone leave it."""
    with tempfile.TemporaryDirectory() as folder:
        tables = Path(folder) / "tables.py"
        lines = (f"QT_TRANSLATE_NOOP({context!r}, {text!r})\n" for context, text in table_texts())
        tables.write_text("".join(lines), encoding="utf-8")
        sources = [*sorted(UI.rglob("*.py")), tables]
        _tool("lupdate", "-no-obsolete", "-locations", "none", *sources, "-ts", file)


def _tool(name: str, *arguments: str | Path) -> None:
    tool = Path(sys.executable).with_name(f"pyside6-{name}")
    subprocess.run([tool, *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    for file in sorted(TRANSLATIONS.glob("*.ts")):
        collect(file)
        unfinished = file.read_text(encoding="utf-8").count('type="unfinished"')
        print(f"{file.name}: {unfinished or 'nothing'} to translate")
        new = file.with_suffix(".new")
        _tool("lrelease", file, "-qm", new)
        new.replace(file.with_suffix(".qm"))  # a program that is running has the old one mapped into its memory


if __name__ == "__main__":
    main()
