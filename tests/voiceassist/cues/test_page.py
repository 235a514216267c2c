"""docs/cues.md says of the conditions what the code does."""

from __future__ import annotations

from pathlib import Path

from voiceassist.cues.conditions import CONDITIONS
from voiceassist.cues.page import condition_rows, markdown

PAGE = Path(__file__).parents[3] / "docs" / "cues.md"


def test_the_page_lists_every_condition_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8").split("<!-- conditions -->\n")[1] == markdown(), (
        "docs/cues.md is behind: put the output of voiceassist.cues.page.markdown() after <!-- conditions -->"
    )


def test_every_condition_says_when_it_is_true() -> None:
    assert len(list(condition_rows())) == len(CONDITIONS)
    assert all(meaning.endswith(".") for _, _, meaning in condition_rows())
