"""Each kind of mistake in a pack, and the message a coach sees: the table of docs/cues.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from voiceassist.core.errors import InputError
from voiceassist.cues import load_pack

PAGE = Path(__file__).parents[3] / "docs" / "cues.md"

PACK = """[pack]
name = "Ours"
version = 3

[phrases]
refunds = ["money back"]

[cue.wait]
headline = "Wait a little"
why = "You spoke after {gap} s"
kind = "tip"
priority = 50
when = [{ quick-answers = { count = 1 } }]
"""

MISTAKES = [
    ("no valid TOML", "[cue.wait]", "[cue.wait"),
    ("a section that is not known", "[phrases]", "[phrase]"),
    ("a key that is not known", "priority = 50", "colour = 50"),
    ("a key of [pack] that is not known", "version = 3", "vesion = 3"),
    ("a text that is missing", 'headline = "Wait a little"', ""),
    ("a text that is no text", 'headline = "Wait a little"', "headline = 5"),
    ("more than five words", '"Wait a little"', '"Please do wait a little longer"'),
    ("a blank that nothing fills", "{gap}", "{pause}"),
    ("half a brace", "{gap}", "{gap"),
    ("one of a few words, and another", '"tip"', '"loud"'),
    ("a number that is none", "priority = 50", 'priority = "high"'),
    ("a number under 0", "priority = 50", "priority = -1"),
    ("no conditions", "[{ quick-answers = { count = 1 } }]", "[]"),
    ("conditions that are no list", "[{ quick-answers = { count = 1 } }]", '"quick-answers"'),
    ("two conditions in one pair of braces", "{ count = 1 } }", "{ count = 1 }, dead-air = {} }"),
    ("a condition that there is not", "quick-answers", "quick-anwsers"),
    ("a condition without a table", "{ count = 1 }", "1"),
    ("a parameter that it has not", "count = 1", "cuont = 1"),
    ("a parameter of another type", "count = 1", 'count = "one"'),
    ("a parameter that is missing", "quick-answers = { count = 1 }", 'said = { who = "agent" }'),
    ("a parameter's word that is not one of a few", "quick-answers = { count = 1 }", 'stage = { at = "end" }'),
    ("phrases that there are not", "quick-answers = { count = 1 }", 'said = { who = "agent", phrases = "refund" }'),
    ("`not` of several", "{ quick-answers = { count = 1 } }", "{ not = [{ dead-air = {} }, { agent-speaks = {} }] }"),
    ("phrases that are no list", '["money back"]', '"money back"'),
    ("a pack to lie over that there is not", "version = 3", 'extends = "nl"'),
]


def message(folder: Path, old: str, new: str) -> str:
    """What `voiceassist cues check` says, with the folder left out."""
    assert PACK.count(old) >= 1
    path = folder / "ours.toml"
    path.write_text(PACK.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_pack(path)
    return str(caught.value).replace(str(folder) + "/", "")


def row(kind: str, new: str, told: str) -> str:
    lines = "<br>".join(line.replace("|", "\\|") for line in told.splitlines())
    return f"| {kind} | {f'`{new}`' if new else 'nothing'} | {lines} |"


def test_the_pack_without_a_mistake_is_fine(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(PACK, encoding="utf-8")
    assert load_pack(tmp_path / "ours.toml").label == "Ours 3"


@pytest.mark.parametrize(("kind", "old", "new"), MISTAKES, ids=[kind for kind, _, _ in MISTAKES])
def test_a_mistake_is_reported_with_file_and_line(tmp_path: Path, kind: str, old: str, new: str) -> None:
    told = message(tmp_path, old, new)
    assert "ours.toml" in told
    assert "line" in told
    assert told.endswith((".", "?"))


def test_the_page_shows_every_message_as_it_is(tmp_path: Path) -> None:
    rows = [row(kind, new, message(tmp_path, old, new)) for kind, old, new in MISTAKES]
    table = "\n".join(["| mistake | written | what you are told |", "|---|---|---|", *rows])
    page = PAGE.read_text(encoding="utf-8")
    assert table in page, f"docs/cues.md is behind; the table of mistakes is now:\n{table}"
