"""Packs: what a coach writes, and what a coach is told when it is wrong."""

from pathlib import Path

import pytest

from voiceassist.cues import load_pack
from voiceassist.cues.pack import SHIPPED
from voiceassist.errors import InputError

GOOD = """
[pack]
name = "Ours"
language = "en"
version = 3

[cue.wait]
headline = "Wait a little"
why = "You spoke at once"
when = [{ quick-answers = { count = 1 } }]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "ours.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistake(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        load_pack(write(folder, text))
    return str(caught.value)


def test_a_coach_can_write_a_cue_without_code(tmp_path):
    pack = load_pack(write(tmp_path, GOOD))
    assert pack.label == "Ours 3"
    assert [cue.id for cue in pack.cues] == ["wait"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('headline = "Wait a little"', 'headline = "Please do wait a little longer"', 8, "more than 5 words"),
        ('headline = "Wait a little"', "", 7, "cue.wait.headline is missing"),
        ('why = "You spoke at once"', "why = 3", 9, "cue.wait.why must be a text"),
        ("quick-answers", "quick-anwsers", 10, "there is no condition 'quick-anwsers'"),
        ("count = 1", "cuont = 1", 10, "quick-answers has no parameter 'cuont'"),
        ("count = 1", 'count = "one"', 10, "count must be a whole number, not 'one'"),
        ("[{ quick-answers = { count = 1 } }]", "[]", 10, "must be a list of conditions"),
        (
            "[{ quick-answers = { count = 1 } }]",
            '[{ said = { who = "agent", phrases = "no" } }]',
            10,
            "no phrases 'no'",
        ),
        ("[{ quick-answers = { count = 1 } }]", '[{ said = { who = "agent" } }]', 10, "said needs phrases"),
        ('why = "You spoke at once"', 'why = "a"\nkind = "loud"', 10, "must be one of tip, safety, good"),
        ('why = "You spoke at once"', 'why = "a"\npriority = -1', 10, "must be a number from 0 up"),
        ('why = "You spoke at once"', 'why = "a"\ncolour = "red"', 10, "cue.wait.colour is not known"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path, old, new, line, words):
    assert old in GOOD
    told = mistake(tmp_path, GOOD.replace(old, new))
    assert told.startswith(f"{tmp_path / 'ours.toml'}, line {line}: ")
    assert words in told


def test_every_mistake_is_told_at_once(tmp_path):
    told = mistake(tmp_path, GOOD.replace("count = 1", "cuont = 1").replace('why = "You spoke at once"', ""))
    assert len(told.splitlines()) == 2


def test_broken_toml_is_told_with_its_line(tmp_path):
    assert "line 2" in mistake(tmp_path, "\n[pack\n")


def test_a_pack_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(InputError, match=r"Shipped packs: .*en"):
        load_pack("klingon")


def test_a_teams_pack_lies_over_the_shipped_one(tmp_path):
    pack = load_pack(
        write(
            tmp_path,
            '[pack]\nname = "Team"\nextends = "en"\n[cue.pause]\nheadline = "Breathe"\n[cue.acknowledge]\noff = true\n',
        )
    )
    cues = {cue.id: cue for cue in pack.cues}
    assert cues["pause"].headline == "Breathe"
    assert cues["pause"].why == next(c for c in load_pack("en").cues if c.id == "pause").why
    assert "acknowledge" not in cues


NEVER = [
    "calm down",
    "relax",
    "policy",
    "you have to",
    "you should have",
    "i understand how you feel",
    "always",
    "never",
]


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda p: p.stem)
def test_no_shipped_cue_says_what_must_never_be_said(path):
    for cue in load_pack(path).cues:
        said = f"{cue.headline} {cue.why} {cue.phrase}".lower()
        assert not [word for word in NEVER if word in said]
        assert len(cue.headline.split()) <= 5
