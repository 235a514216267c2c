from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QTextCursor
from pytestqt.qtbot import QtBot

from tests.ui import scripted
from ui.theme import Scheme, Theme
from ui.window.call_model import CallModel
from ui.window.transcript import Transcript
from voiceassist.core.events import Channel, Component, ComponentState, ComponentStatus, Note
from voiceassist.core.messages import message


@pytest.fixture
def transcript(model: CallModel, theme: Theme, qtbot: QtBot) -> Transcript:
    view = Transcript(model, theme)
    qtbot.addWidget(view)
    view.resize(480, 300)
    view.show()
    qtbot.waitExposed(view)
    return view


def lines(view: Transcript) -> list[str]:
    return [text.replace("\u2028", " | ") for text in view.document().toPlainText().split("\n")]


def colour_at_end(view: Transcript, block: int) -> QColor:
    cursor = QTextCursor(view.document().findBlockByNumber(block))
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
    return cursor.charFormat().foreground().color()


def say(model: CallModel, number: int, words: str, final: bool = True, who: Channel = Channel.CALLER) -> None:
    model.take(scripted.text(number, who, float(number), number + 0.5, words, final=final))


def test_each_side_is_named_and_timed(model: CallModel, transcript: Transcript) -> None:
    say(model, 1, "It never came.")
    say(model, 2, "Let me look.", who=Channel.AGENT)
    assert [line.replace("\u2028", " | ") for line in transcript.toPlainText().split("\n")] == [
        "Caller  0:01",
        "It never came.",
        "You  0:02",
        "Let me look.",
    ] or lines(transcript) == ["Caller  0:01 | It never came.", "You  0:02 | Let me look."]


def test_partial_words_are_grey_and_final_ones_solid(model: CallModel, transcript: Transcript, theme: Theme) -> None:
    say(model, 1, "I want my", final=False)
    assert colour_at_end(transcript, 0) == QColor(theme.colours.muted)
    say(model, 1, "I want my money")
    assert colour_at_end(transcript, 0) == QColor(theme.colours.text)
    assert transcript.document().blockCount() == 1


def test_what_is_settled_of_partial_words_is_solid_already(
    model: CallModel, transcript: Transcript, theme: Theme
) -> None:
    say(model, 1, "I want my", final=False)  # the script settles the first half
    block = transcript.document().findBlockByNumber(0)
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + block.text().index("I want") + 2)
    assert cursor.charFormat().foreground().color() == QColor(theme.colours.text)


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_empty_final_text_removes_the_partial(model: CallModel, transcript: Transcript, gone: int) -> None:
    for number in (1, 2, 3):
        say(
            model, number, f"words {number}", final=number != gone, who=Channel.AGENT if number == 2 else Channel.CALLER
        )
    say(model, gone, "")
    assert (
        lines(transcript) == [f"{'You' if n == 2 else 'Caller'}  0:0{n} | words {n}" for n in (1, 2, 3) if n != gone]
        or transcript.document().blockCount() == 2
    )
    assert [row.utterance for row in model.call.lines] == [n for n in (1, 2, 3) if n != gone]
    margins = [transcript.document().findBlockByNumber(n).blockFormat().leftMargin() for n in range(2)]
    assert [m > 50 for m in margins] == [row.channel is Channel.AGENT for row in model.call.lines]


def test_an_empty_final_text_restores_the_empty_transcript(model: CallModel, transcript: Transcript) -> None:
    say(model, 1, "thank you", final=False)
    say(model, 1, "")
    assert transcript.toPlainText() == ""
    say(model, 2, "Hello", who=Channel.AGENT)
    assert transcript.document().blockCount() == 1
    assert transcript.document().firstBlock().blockFormat().leftMargin() > 50


def test_late_words_and_notes_stand_in_the_order_of_the_call(model: CallModel, transcript: Transcript) -> None:
    say(model, 5, "five")
    say(model, 9, "nine")
    say(model, 1, "one")
    model.take(Note(t=7.0, text="seven"))
    order = [
        transcript.document().findBlockByNumber(n).text().split("\u2028")[1]
        for n in range(transcript.document().blockCount())
    ]
    assert order == ["one", "five", "seven", "nine"]


def test_the_two_sides_are_indented_differently(model: CallModel, transcript: Transcript) -> None:
    say(model, 1, "caller")
    say(model, 2, "agent", who=Channel.AGENT)
    caller, agent = (transcript.document().findBlockByNumber(n).blockFormat() for n in (0, 1))
    assert caller.leftMargin() < agent.leftMargin()
    assert caller.rightMargin() > agent.rightMargin()


def test_it_follows_the_newest_words(model: CallModel, transcript: Transcript, qtbot: QtBot) -> None:
    for n in range(40):
        say(model, n, f"line {n}")
    bar = transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())


def test_it_stays_where_the_person_scrolled_until_asked_back(
    model: CallModel, transcript: Transcript, qtbot: QtBot
) -> None:
    for n in range(40):
        say(model, n, f"line {n}")
    bar = transcript.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and bar.value() == bar.maximum())
    bar.setValue(50)
    say(model, 50, "more")
    assert bar.value() == 50
    assert transcript.newest.isVisible()
    transcript.newest.click()
    assert bar.value() == bar.maximum()
    assert not transcript.newest.isVisible()


def test_the_words_survive_a_change_of_look(model: CallModel, transcript: Transcript, theme: Theme) -> None:
    for event in scripted.call():
        model.take(event)
    before = transcript.toPlainText()
    theme.choose(scheme=Scheme.DARK)
    assert transcript.toPlainText() == before
    theme.choose(scheme=Scheme.LIGHT)


def test_without_a_speech_model_it_says_why_it_is_empty(model: CallModel, transcript: Transcript) -> None:
    assert "will appear here" in transcript.placeholderText()
    model.take(
        ComponentStatus(
            t=0.0, component=Component.TRANSCRIPTION, state=ComponentState.DISABLED, reason=message("speech-model-none")
        )
    )
    assert "no speech model" in transcript.placeholderText()


def test_a_new_call_empties_it(model: CallModel, transcript: Transcript) -> None:
    say(model, 1, "old words")
    model.restart()
    assert transcript.toPlainText() == ""


def test_the_words_can_be_selected_by_keyboard_but_not_changed(
    model: CallModel, transcript: Transcript, qtbot: QtBot
) -> None:
    say(model, 1, "my words")
    transcript.setFocus()
    qtbot.keyClicks(transcript, "xyz")
    assert "xyz" not in transcript.toPlainText()
    transcript.selectAll()
    assert "my words" in transcript.textCursor().selectedText()
