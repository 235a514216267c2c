"""The recipe's files of sentences: read whole or refused with path and line."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from models.acts.recipe.corpus import CALM, CorpusError, cleaned, left_out, read_sentences, split, training_examples
from models.acts.recipe.noise import misheard, plain


def read(tmp_path: Path, text: str) -> list[tuple[str, str, set[str]]]:
    file = tmp_path / "hand-caller.txt"
    file.write_text(text, encoding="utf-8")
    return [(e.previous, e.text, {*e.labels}) for e in read_sentences(file, "caller", "en", "hand")]


def test_lines_give_text_the_turn_before_and_further_acts(tmp_path: Path) -> None:
    text = "## insults\nyou clown\nhow are you >> worse than you, you fool | states-problem\n\n## none\nyes"
    assert read(tmp_path, text) == [
        ("", "you clown", {"insults"}),
        ("how are you", "worse than you, you fool", {"insults", "states-problem"}),
        ("", "yes", set()),
    ]


def test_acts_in_doubt_count_neither_way_for_a_line_or_a_whole_section(tmp_path: Path) -> None:
    file = tmp_path / "hand-caller.txt"
    file.write_text("## none | ?insults\nyes\n## blames-company\nyou did | ?states-problem\n", encoding="utf-8")
    yes, did = read_sentences(file, "caller", "en", "hand")
    assert (yes.labels, yes.unsure) == (frozenset(), {"insults"})
    assert (did.labels, did.unsure) == ({"blames-company"}, {"states-problem"})


def test_sentences_that_scores_are_set_on_are_never_trained_on() -> None:
    kept = {e.text for e in training_examples() if left_out(e, CALM)}
    assert kept
    for without in ("", "en1", CALM):
        assert kept.isdisjoint(e.text for e in split(training_examples(), without)[0] if e.hand == CALM)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("## apologises\nsorry", "line 1: 'apologises' is not an act of the caller"),
        ("hello", "line 1: a sentence before the first section"),
        ("## insults\nyou fool | sings", "line 2: sings: not an act of the caller"),
        ("## none | ?sings\nyes", "line 2: sings: not an act of the caller"),
        ("## insults\nhow are you >> ", "line 2: no text"),
    ],
)
def test_wrong_line_is_refused_with_path_and_number(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(CorpusError, match=r"hand-caller\.txt") as caught:
        read(tmp_path, text)
    assert problem in str(caught.value)


def test_repeated_words_are_one_example_with_all_their_labels(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("## insults\nYou fool!\n## blames-company\nyou fool\n", encoding="utf-8")
    (one,) = cleaned(read_sentences(file, "caller", "en", "a"))
    assert one.labels == {"insults", "blames-company"}


def test_all_committed_sentences_are_right() -> None:
    assert len(training_examples()) > 1000


def test_noise_loses_punctuation_and_about_one_word_in_twelve() -> None:
    text = "Well, " + "I said it to your colleague yesterday, twice! " * 50
    heard = misheard(text, random.Random(1)).split()
    assert not set("".join(heard)) & set(",.!W")
    changed = sum(a != b for a, b in zip(plain(text).split(), heard, strict=False))
    assert changed > 0
    assert 0.9 < len(heard) / len(plain(text).split()) < 1.0
