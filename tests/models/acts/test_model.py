"""What the model of acts promises whatever its weights: order, pieces, determinism, and sense on strange input."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.acts import ACTS, ActModel, Point
from models.acts.pieces import LONGEST, pieces

RAMBLING = (
    "so I rang on Monday and then again on Wednesday, and a lady told me it would be there. It was not there and now "
    "my mother sits in the cold and I want to speak to your manager because this can't go on like that any more"
)


@pytest.fixture(scope="module")
def model() -> ActModel:
    return ActModel.load()


@pytest.mark.parametrize("role", ACTS)
def test_every_act_of_the_role_has_a_score_in_a_fixed_order(model: ActModel, role: str) -> None:
    acts = model.acts(role, "", RAMBLING)
    assert tuple(act.name for act in acts) == ACTS[role]
    assert all(0 <= act.score <= 1 for act in acts)


@pytest.mark.parametrize("role", ACTS)
@pytest.mark.parametrize("text", ["", "   ", "...", "?!"])
def test_text_without_words_does_nothing(model: ActModel, role: str, text: str) -> None:
    assert model.acts(role, "", text) == ()


def test_piece_is_the_part_of_the_utterance_that_carries_the_act(model: ActModel) -> None:
    acts = {act.name: act for act in model.acts("caller", "", RAMBLING)}
    superior = acts["asks-for-superior"]
    assert "manager" in superior.piece
    assert superior.piece == RAMBLING[superior.start : superior.end]
    assert len(superior.piece.split()) <= LONGEST


@given(st.text(max_size=300), st.text(max_size=60))
def test_pieces_lie_inside_any_text_and_begin_and_end_with_words(text: str, previous: str) -> None:
    for role, act in product(ACTS, ActModel.load().acts("caller", previous, text)):
        assert role in ACTS
        assert act.piece == text[act.start : act.end] != ""
        assert act.piece == act.piece.strip()
        assert 0 <= act.score <= 1


@given(st.lists(st.sampled_from(["one", "two", "three", "four."]), min_size=1, max_size=60))
def test_every_word_is_in_a_piece_and_no_piece_is_longer_than_a_window(words: list[str]) -> None:
    text = " ".join(words)
    covered = {i for piece in pieces(text) for i in range(piece.start, piece.end)}
    assert all(i in covered or text[i] in " ." for i in range(len(text)))
    # a last sentence of one or two words joins the one before
    assert all(len(text[piece.start : piece.end].split()) <= LONGEST + 2 for piece in pieces(text))


def test_same_words_get_same_answer_whatever_was_asked_before(model: ActModel) -> None:
    first = model.acts("caller", "How can I help?", RAMBLING)
    model.acts("agent", RAMBLING, "Let me check that for you, one moment.")
    assert model.acts("caller", "How can I help?", RAMBLING) == first


def test_after_preload_the_weights_are_read() -> None:
    ActModel.preload()
    assert ActModel.load() is ActModel.load()


def test_unknown_role_is_an_error(model: ActModel) -> None:
    with pytest.raises(KeyError):
        model.acts("robot", "", "hello")


@pytest.mark.parametrize("name", [name for names in ACTS.values() for name in names])
def test_working_points_are_ordered_by_what_hangs_on_them(model: ActModel, name: str) -> None:
    assert (
        model.threshold(name, Point.FOLLOWED)
        <= model.threshold(name, Point.NAG)
        <= model.threshold(name, Point.INTERRUPT)
    )
