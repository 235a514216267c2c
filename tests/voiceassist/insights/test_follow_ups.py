"""Promises of the agent, with their dates."""

from __future__ import annotations

from datetime import datetime

import icalendar
import pytest

from models.acts import Act, ActModel, Point
from tests.voiceassist.insights.spoken import caller, text
from voiceassist.insights import follow_ups, to_calendar

SUNDAY = datetime(2026, 11, 22, 10, 0).astimezone()


@pytest.mark.parametrize(
    ("said", "what", "day", "hour"),
    [
        ("I will call you back on Friday.", "call you back on Friday", 27, None),
        ("I'll send you an email tomorrow.", "send you an email tomorrow", 23, None),
        ("We will refund the money in three days.", "refund the money in three days", 25, None),
        ("I'm going to call you tomorrow at 3 pm.", "call you tomorrow at 3 pm", 23, 15),
    ],
)
def test_a_promise_is_found_with_its_day(said: str, what: str, day: int, hour: int | None) -> None:
    (promise,) = follow_ups([text(said)], SUNDAY)
    assert promise.what == what
    assert promise.when is not None
    assert promise.when.day == day
    if hour is None:
        assert promise.whole_day
    else:
        assert promise.when.hour == hour


@pytest.mark.parametrize(
    ("said", "who", "day", "clock"),
    [
        ("Ich rufe Sie am Freitag zurück.", "i", 27, None),
        ("Wir erstatten Ihnen das Geld in drei Tagen.", "we", 25, None),
        ("Ich werde Sie morgen um 15 Uhr anrufen.", "i", 23, (15, 0)),
        ("Ich melde mich übermorgen um halb vier bei Ihnen.", "i", 24, (15, 30)),
        ("Am 4. Dezember schicken wir den Techniker.", "we", 4, None),
        ("Ich prüfe das bis Mittwoch.", "i", 25, None),
        ("Le llamo el viernes.", "i", 27, None),
        ("Le llamaré mañana a las tres.", "i", 23, (15, 0)),
        ("Mañana por la mañana le envío un correo.", "i", 23, None),
        ("Vamos a devolverle el dinero en tres días.", "we", 25, None),
        ("Le llamaremos el lunes a las once y media.", "we", 23, (11, 30)),
        ("Le confirmo la cita pasado mañana.", "i", 24, None),
        ("Voy a volver a llamarle el 4 de diciembre.", "i", 4, None),
        ("Je vous rappelle vendredi.", "i", 27, None),
        ("Nous vous rembourserons dans trois jours.", "we", 25, None),
        ("Je vais vous rappeler demain à quinze heures.", "i", 23, (15, 0)),
        ("On vous enverra un technicien le 4 décembre.", "we", 4, None),
        ("Je vous écrirai après-demain.", "i", 24, None),
    ],
)
def test_a_promise_in_another_language_is_found_in_its_words_with_its_day(
    said: str, who: str, day: int, clock: tuple[int, int] | None
) -> None:
    (promise,) = follow_ups([text(said)], SUNDAY)
    assert (promise.who, promise.what) == (who, said.rstrip("."))
    assert promise.when is not None
    assert promise.when.day == day
    assert promise.whole_day is (clock is None)
    if clock:
        assert (promise.when.hour, promise.when.minute) == clock


def test_filler_words_are_left_off_a_promise() -> None:
    said = "Kein Problem, ich schicke Ihnen eine E-Mail, und ich rufe Sie morgen an."
    assert [p.what for p in follow_ups([text(said)], SUNDAY)] == [
        "ich schicke Ihnen eine E-Mail",
        "ich rufe Sie morgen an",
    ]
    (spanish,) = follow_ups([text("No se preocupe, le llamaremos.")], SUNDAY)
    assert spanish.what == "le llamaremos"


@pytest.mark.parametrize(
    "said",
    [
        "Ich rufe Sie nicht zurück.",
        "Ich rufe Sie an, weil eine Rechnung offen ist.",
        "Ich prüfe das gerade.",
        "Ich frage Sie zuerst nach Ihrer Kundennummer.",
        "Ich rufe Sie an wegen Ihrer Rechnung vom Montag.",
        "Soll ich Sie morgen anrufen?",
        "Sie rufen mich am Freitag an.",
        "Es wird am Freitag regnen.",
        "No le llamaré.",
        "Le llamo por una factura pendiente.",
        "Ahora mismo lo compruebo.",
        "Le confirmo que su cita es el viernes.",
        "Le paso con una compañera.",
        "¿Le llamo mañana?",
        "Usted me llamará el viernes.",
        "Je ne vous rappellerai pas.",
        "Je vous rappelle pas.",
        "Je vous appelle au sujet de votre facture.",
        "Je vérifie tout de suite.",
        "Je vous rappelle que le bureau est fermé lundi.",
        "Je vous passe une collègue.",
        "Vous me rappellerez vendredi.",
    ],
)
def test_sentences_without_a_promise_are_not_listed_in_other_languages(said: str) -> None:
    assert follow_ups([text(said)], SUNDAY) == []


def test_a_clock_time_in_words_lies_in_office_hours() -> None:
    morning, afternoon = follow_ups(
        [text("I will call you at eight o'clock."), text("I will send it at three o'clock.")], SUNDAY
    )
    assert morning.when is not None
    assert afternoon.when is not None
    assert (morning.when.hour, afternoon.when.hour) == (8, 15)


def test_two_promises_in_one_sentence_are_two() -> None:
    promises = follow_ups([text("I will send it tomorrow, and I will call you myself.")], SUNDAY)
    assert [p.what for p in promises] == ["send it tomorrow", "call you myself"]
    assert promises[1].when is None


@pytest.mark.parametrize(
    "said",
    ["I will not call you.", "It will rain on Friday.", "I will check that right now.", "You will call me on Friday."],
)
def test_sentences_without_a_promise_are_not_listed(said: str) -> None:
    assert follow_ups([text(said)], SUNDAY) == []


def test_promises_of_the_caller_are_not_listed() -> None:
    assert follow_ups([caller("I will call you on Friday.")], SUNDAY) == []


def test_a_promise_made_twice_counts_once_with_its_time() -> None:
    (promise,) = follow_ups([text("I will call you back."), text("I will call you back Friday.", t=20.0)], SUNDAY)
    assert promise.when is not None


def test_the_calendar_file_has_an_entry_for_every_dated_promise() -> None:
    promises = follow_ups([text("I will call you back on Friday."), text("I will send a letter.", t=20.0)], SUNDAY)
    calendar = icalendar.Calendar.from_ical(to_calendar(promises, "call-1"))
    (entry,) = calendar.walk("VEVENT")
    assert str(entry["summary"]) == "Call you back on Friday"
    assert entry["dtstart"].dt.day == 27


def test_tomorrow_morning_is_the_day_and_not_six_o_clock() -> None:
    (promise,) = follow_ups([text("I will call you back tomorrow morning.")], SUNDAY)
    assert promise.when is not None
    assert (promise.when.day, promise.whole_day) == (23, True)
    (timed,) = follow_ups([text("I will call you back tomorrow afternoon at 3.")], SUNDAY)
    assert timed.when is not None
    assert (timed.when.day, timed.when.hour) == (23, 15)


def test_a_day_named_two_sentences_before_is_the_day_of_the_promise() -> None:
    talk = [caller("Can you do it on Friday?"), text("Yes, that works for me. I will call you back then.")]
    (promise,) = follow_ups(talk, SUNDAY)
    assert promise.when is not None
    assert promise.when.day == 27


def test_a_promise_in_other_words_is_understood() -> None:
    (promise,) = follow_ups([text("Somebody from our team will get back to you by tomorrow.")], SUNDAY)
    assert promise.when is not None
    assert promise.when.day == 23


def test_a_promise_is_understood_after_what_the_caller_said_last(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Listening:
        def acts(self, role: str, previous: str, said: str) -> tuple[Act, ...]:
            asked.append(previous)
            return (Act("promises-follow-up", 0.0, said, 0, len(said)),)

        def threshold(self, name: str, point: Point) -> float:
            return 1.0

    monkeypatch.setattr(ActModel, "load", classmethod(lambda cls: Listening()))
    follow_ups([caller("Who will tell me?"), text("Let me see. It is late. Somebody is at the desk.", t=20.0)], SUNDAY)
    assert asked == ["Who will tell me?"]
