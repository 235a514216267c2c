from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voiceassist.speech.agreement import Agreement

HYPOTHESES = st.lists(
    st.lists(st.sampled_from(["the", "a", "Parcel", "parcel,", "came", "broken", "Broken."]), max_size=8)
)


def shown(hypotheses: list[str]) -> list[tuple[str, str]]:
    agreement = Agreement()
    results = [agreement.add(h) for h in hypotheses]
    return [(text[:stable], text) for text, stable in results]


def test_no_word_is_certain_before_two_partials_agree() -> None:
    assert shown(["it came"]) == [("", "it came")]


def test_words_two_partials_agree_on_are_certain_whatever_their_case() -> None:
    assert shown(["It came", "it came, broken"])[-1] == ("it came,", "it came, broken")


def test_a_word_in_the_middle_that_changed_stops_the_certain_part() -> None:
    assert shown(["it game broken", "it came broken"])[-1][0] == "it"


@given(HYPOTHESES)
def test_certain_text_only_grows_and_begins_every_later_text(hypotheses: list[list[str]]) -> None:
    certain = ""
    for stable, text in shown([" ".join(h) for h in hypotheses]):
        assert stable.startswith(certain)
        assert text.startswith(stable)
        certain = stable


def test_a_contraction_in_the_certain_part_neither_doubles_nor_loses_the_words_after_it() -> None:
    said = shown(["I am calling about", "I am calling about my", "I'm calling about my parcel that"])
    assert said[-1][1] == "I am calling about my parcel that"


def test_certain_text_goes_on_growing_when_its_beginning_is_heard_differently_each_time() -> None:
    heard = ["I am so sorry", "I am so sorry but", "I'm so sorry but the", "I am so sorry but the parcel"]
    assert shown(heard)[-1] == ("I am so sorry but the", "I am so sorry but the parcel")
