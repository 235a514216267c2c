"""Cards outside the call: what was before with this caller, and three lines after it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ui.preferences import Preferences
from ui.window import after_call
from ui.window.after_call import BREAK, AfterCall
from ui.window.call_model import CallModel
from ui.window.history_card import HistoryCard
from voiceassist import insights
from voiceassist.core.events import (
    SCHEMA,
    Agitation,
    AgitationState,
    CallEnded,
    CallStarted,
    Channel,
    CueShown,
    Event,
    Note,
    Text,
)
from voiceassist.insights import Summary
from voiceassist.storage import CallMeta, CallWriter


def said(channel: Channel, text: str, t: float) -> Text:
    return Text(t=t, utterance=int(t), channel=channel, start=t, end=t + 2, text=text)


def call(high: float = 70.0) -> list[Event]:
    """A call in which the caller was agitated for `high` seconds."""
    curve = [
        Agitation(t=10 + i / 4, score=0.8, confidence=1.0, state=AgitationState.HIGH) for i in range(int(high * 4))
    ]
    return [
        CallStarted(t=0.0, schema=SCHEMA),
        Agitation(t=1.0, score=0.1, confidence=1.0, state=AgitationState.CALM),
        said(Channel.CALLER, "I am calling because the machine arrived broken.", 4.0),
        *curve,
        CueShown(t=30.0, number=1, id="pause", headline="Pause two beats", why=""),
        said(Channel.AGENT, "I will call you back tomorrow.", 90.0),
        CallEnded(t=100.0),
    ]


def take(model: CallModel, events: list[Event]) -> None:
    for event in events:
        model.take(event)


def end(card: AfterCall, model: CallModel, qtbot: QtBot, events: list[Event]) -> None:
    """The whole call, and the card that is made of it beside the Qt thread."""
    take(model, events)
    qtbot.waitUntil(lambda: card._summarising is None)


@pytest.fixture
def card(model: CallModel, preferences: Preferences) -> Iterator[AfterCall]:
    card = AfterCall(model, preferences)
    yield card
    card.close()


def test_after_a_call_three_lines_and_what_was_promised_are_there(
    card: AfterCall, model: CallModel, qtbot: QtBot
) -> None:
    take(model, call()[:-1])
    assert not card.isVisible()
    end(card, model, qtbot, call()[-1:])
    assert card.isVisible()
    heading, about, course, promised, *_ = card.words().splitlines()
    assert heading == "After the call"
    assert about == "About: “I am calling because the machine arrived broken”"
    assert "agitated for 70 s" in course
    assert promised.startswith("Promised: call you back tomorrow")


def test_the_model_of_acts_reads_the_call_beside_the_qt_thread(
    card: AfterCall, model: CallModel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[threading.Thread] = []

    def summarise(*given: object) -> Summary:
        read.append(threading.current_thread())
        return insights.summarise(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(after_call, "summarise", summarise)
    end(card, model, qtbot, call())
    assert card.isVisible()
    assert [thread is threading.main_thread() for thread in read] == [False]


def test_a_call_that_begins_meanwhile_gets_no_card_of_the_last_one(
    card: AfterCall, model: CallModel, qtbot: QtBot
) -> None:
    take(model, call())
    making = card._summarising
    assert making is not None
    model.restart()
    making.wait(10.0)
    qtbot.waitUntil(lambda: not making._thread.is_alive())
    assert not card.isVisible()


def test_the_card_goes_when_the_next_call_begins(card: AfterCall, model: CallModel, qtbot: QtBot) -> None:
    end(card, model, qtbot, call())
    model.restart()
    assert not card.isVisible()


def test_a_hard_call_offers_a_minute_to_breathe_and_counts_it_down(
    card: AfterCall, model: CallModel, qtbot: QtBot
) -> None:
    end(card, model, qtbot, call())
    assert card.breathe.isVisible()
    card.breathe.click()
    assert "Breathe in" in card.words()
    for _ in range(6):
        card._clock.timeout.emit()
    assert "Breathe out" in card.words()
    for _ in range(BREAK):
        card._clock.timeout.emit()
    assert not card._clock.isActive()
    assert "the machine arrived broken" in card.words()


def test_an_ordinary_call_offers_none(card: AfterCall, model: CallModel, qtbot: QtBot) -> None:
    end(card, model, qtbot, call(high=20.0))
    assert not card.breathe.isVisible()
    assert "hard call" not in card.words()


def test_the_break_can_be_turned_off(card: AfterCall, model: CallModel, preferences: Preferences, qtbot: QtBot) -> None:
    preferences.change(breather=False)
    end(card, model, qtbot, call())
    assert not card.breathe.isVisible()


def test_the_break_ends_with_the_card(card: AfterCall, model: CallModel, qtbot: QtBot) -> None:
    end(card, model, qtbot, call())
    card.breathe.click()
    model.restart()
    assert not card._clock.isActive()


def test_promised_dates_can_be_saved_to_a_calendar_file(
    card: AfterCall, model: CallModel, tmp_path: Path, qtbot: QtBot
) -> None:
    end(card, model, qtbot, call())
    assert card.calendar.isVisible()
    card.save(tmp_path / "promises.ics")
    assert b"Call you back tomorrow" in (tmp_path / "promises.ics").read_bytes()
    with qtbot.waitSignal(card.failed) as failed:
        card.save(tmp_path / "none" / "promises.ics")
    assert "cannot be written" in str(failed.args[0])


def test_a_call_of_which_nothing_was_heard_leaves_no_card(card: AfterCall, model: CallModel, qtbot: QtBot) -> None:
    end(card, model, qtbot, [CallStarted(t=0.0, schema=SCHEMA), CallEnded(t=3.0)])
    assert not card.isVisible()


@pytest.fixture
def history(preferences: Preferences) -> Iterator[HistoryCard]:
    card = HistoryCard(preferences)
    yield card
    card.stop()
    card.close()


def keep(root: Path, reference: str) -> None:
    """A kept call of last year with this caller."""
    writer = CallWriter.create(root, CallMeta(origin="live", created=datetime(2025, 3, 3, 9).astimezone()))
    reference_note = Note(t=0.0, text=f"Reference: {reference}", author="softphone")
    writer.write([reference_note, *call()])
    writer.close()


def test_a_known_caller_gets_a_history_card(history: HistoryCard, preferences: Preferences, qtbot: QtBot) -> None:
    keep(preferences.now.library, "AB 1234")
    history.look_up("ab1234")
    qtbot.waitUntil(history.isVisible)
    words = history.words()
    assert "Last call with this caller: 3 Mar 2025, 09:00" in words
    assert "I am calling because the machine arrived broken" in words
    assert "Promised for 4 Mar 2025, a day that has passed: call you back tomorrow" in words


def test_an_unknown_caller_has_no_card(history: HistoryCard, preferences: Preferences, qtbot: QtBot) -> None:
    keep(preferences.now.library, "AB 1234")
    history.look_up("CD 5678")
    looking = history._looking
    qtbot.waitUntil(lambda: history._looking is None)
    assert looking is not None
    assert not history.isVisible()
