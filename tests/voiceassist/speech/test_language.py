"""A side that is in another language than expected is found out after two sure utterances, and not by one odd one."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.support.messages import keys
from tests.voiceassist.speech.conftest import Children, Clock, FakeChild, speech, utterance
from tests.voiceassist.speech.test_transcriber import parts, speaking, started, texts
from voiceassist.core.events import Channel, ComponentState, Event, StatusCause, Text
from voiceassist.core.languages import KNOWN, language_codes
from voiceassist.core.messages import render
from voiceassist.speech import Transcriber
from voiceassist.speech.language import LanguageCheck, language_name, most_likely
from voiceassist.speech.messages import Done
from voiceassist.speech.recognition_result import RecognitionResult, Rejection

SPANISH = {"es": 0.95, "it": 0.02, "en": 0.01}
ENGLISH = {"en": 0.97, "cy": 0.01, "es": 0.005}
ODD = {"cy": 0.5, "en": 0.3}
LONG = 5.0


def found(check: LanguageCheck, said: Iterable[dict[str, float]]) -> list[str]:
    return [check.other for probabilities in said if check.add(probabilities, LONG)]


@pytest.mark.parametrize(
    ("setting", "languages"), [("", ()), ("en", ("en",)), ("EN, es", ("en", "es")), ("de fr", ("de", "fr"))]
)
def test_the_setting_names_one_language_several_or_any(setting: str, languages: tuple[str, ...]) -> None:
    assert language_codes(setting) == languages


def test_the_known_languages_are_those_of_whisper() -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    assert set(_LANGUAGE_CODES) == KNOWN


def test_two_sure_utterances_in_another_language_decide() -> None:
    check = LanguageCheck(("en",))
    assert found(check, [SPANISH]) == []
    assert check.doubtful
    assert found(check, [SPANISH]) == ["es"]


def test_utterances_that_sound_like_expected_languages_only_decide_nothing() -> None:
    assert found(LanguageCheck(("en", "es")), [{"en": 0.6, "es": 0.4}] * 20) == []


def test_one_odd_utterance_in_three_decides_nothing() -> None:
    assert found(LanguageCheck(("en",)), [SPANISH, ENGLISH, ENGLISH] * 20) == []


def test_doubts_that_go_on_for_a_while_decide_nothing() -> None:
    assert found(LanguageCheck(("en",)), [ODD, ODD, ENGLISH] * 20) == []


def test_a_caller_who_changes_to_the_expected_language_is_written_down_again() -> None:
    check = LanguageCheck(("en",))
    assert found(check, [SPANISH] * 20) == ["es"]
    assert not check.is_foreign(ENGLISH, LONG)
    assert found(check, [ENGLISH] * 4) == [""]


def test_short_utterances_say_nothing_and_go_with_the_long_ones() -> None:
    check = LanguageCheck(("en",))
    assert not any(check.add(SPANISH, 1.0) for _ in range(10))
    found(check, [SPANISH, SPANISH])
    assert check.is_foreign(ENGLISH, 1.0)


def test_where_any_language_is_expected_none_is_another() -> None:
    assert found(LanguageCheck(()), [SPANISH, ENGLISH] * 5) == []


def test_of_several_expected_languages_the_likelier_is_taken() -> None:
    assert most_likely({"it": 0.6, "es": 0.3, "en": 0.1}, ("en", "es")) == "es"
    assert most_likely({"it": 0.6, "es": 0.3, "en": 0.1}, ()) == "it"


def test_a_language_has_its_name_in_the_readers_language() -> None:
    assert render(language_name("es"), "de") == "Spanisch"
    assert render(language_name("jw")) == "another language (jw)"


# --- in a call ------------------------------------------------------------------------------------------------------


def say(
    transcriber: Transcriber, child: FakeChild, number: int, languages: dict[str, float], text: str, **more: object
) -> list[Event]:
    transcriber.submit(utterance(number, Channel.CALLER), speech(LONG, number), 0.0)
    language = most_likely(languages, ("en",)) if languages else "en"
    result = RecognitionResult(text, language=language, languages=languages, logprob=-0.3, **more)  # type: ignore[arg-type]
    child.inbox.put((child, Done(child.jobs[-1].number, result, 0.1)))
    return list(transcriber.poll())


def written(events: Iterable[Event]) -> list[tuple[int, str]]:
    return [(t.utterance, t.text) for t in texts(events)]


def test_a_call_in_another_language_is_reported_and_its_nonsense_taken_back(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    assert written(say(transcriber, child, 1, SPANISH, "when is this today")) == [(1, "when is this today")]
    events = say(transcriber, child, 2, SPANISH, "come essay thus")
    assert written(events) == [(2, ""), (1, "")]
    (status,) = parts(events)
    assert (status.state, status.cause) == (ComponentState.DEGRADED, StatusCause.OTHER_LANGUAGE)
    assert status.reason is not None
    assert keys(status.reason) == ["other-language-caller", "language-es", "language-en"]
    assert "sounds like Spanish" in render(status.reason)


def test_no_partial_text_is_made_of_a_side_in_another_language(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    for number in (1, 2):
        say(transcriber, child, number, SPANISH, "nonsense")
    transcriber.offer(speaking(3, Channel.CALLER))
    transcriber.poll()
    assert len(child.jobs) == 2


def test_when_the_expected_language_is_spoken_again_that_is_reported_and_written_down(
    clock: Clock, children: Children
) -> None:
    transcriber, child = started(clock, children)
    for number in (1, 2):
        say(transcriber, child, number, SPANISH, "nonsense")
    events = [e for n in (3, 4, 5, 6) for e in say(transcriber, child, n, ENGLISH, "good morning")]
    assert written(events) == [(n, "good morning") for n in (3, 4, 5, 6)]
    assert [p.state for p in parts(events)] == [ComponentState.OK]


def test_noise_is_in_no_language(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    events = [
        event
        for number in range(1, 6)
        for event in say(transcriber, child, number, SPANISH, "", rejected=Rejection.NO_SPEECH)
    ]
    assert parts(events) == []


def test_short_sound_is_taken_to_be_in_the_language_of_what_was_said_before(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children, languages=("en", "es"))
    transcriber.submit(utterance(1), speech(LONG, 1), 0.0)
    result = RecognitionResult("hola", language="es", languages=SPANISH, logprob=-0.3)
    child.inbox.put((child, Done(child.jobs[-1].number, result, 0.1)))
    transcriber.poll()
    transcriber.submit(utterance(2), speech(1.0, 2), 0.0)
    assert [job.likely for job in child.jobs] == ["", "es"]


def test_a_text_before_the_doubt_stays(clock: Clock, children: Children) -> None:
    transcriber, child = started(clock, children)
    events: list[Event] = []
    for number, languages in enumerate((ENGLISH, SPANISH, SPANISH, SPANISH), 1):
        events += say(transcriber, child, number, languages, "words")
    last: dict[int, Text] = {t.utterance: t for t in texts(events)}
    assert [n for n, t in last.items() if t.text] == [1]
