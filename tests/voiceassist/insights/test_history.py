"""What was before with the same caller, known by a reference alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from voiceassist.cli.main import app
from voiceassist.core.events import SCHEMA, CallEnded, CallStarted, Channel, Event, Note, Text
from voiceassist.insights.history import history
from voiceassist.storage import CallMeta, CallWriter, Library


def keep(root: Path, day: int, reference: str, said: str = "", promised: str = "", *, closed: bool = True) -> str:
    """A kept call of November 2026; its id."""
    writer = CallWriter.create(root, CallMeta(origin="live", created=datetime(2026, 11, day, 9).astimezone()))
    events: list[Event] = [CallStarted(t=0.0, schema=SCHEMA)]
    if reference:
        events.append(Note(t=0.0, text=f"Reference: {reference}", author="softphone"))
    if said:
        events.append(Text(t=5.0, utterance=1, channel=Channel.CALLER, start=2.0, end=4.0, text=said))
    if promised:
        events.append(Text(t=9.0, utterance=2, channel=Channel.AGENT, start=6.0, end=8.0, text=promised))
    writer.write([*events, CallEnded(t=10.0)])
    if closed:
        writer.close()
    return writer.meta.id


def test_the_last_call_with_the_same_reference_is_reported_with_its_promises(tmp_path: Path) -> None:
    keep(tmp_path, 3, "AB 12-34", "I am calling about the old machine of ours.")
    wanted = keep(
        tmp_path, 9, "ab1234", "I am calling because the machine is broken.", "I will call you back on Friday."
    )
    keep(tmp_path, 12, "AB 99", "I would like to change my address please.")
    found = history(Library(tmp_path), "AB1234")
    assert found is not None
    assert found.call == wanted
    assert found.began.day == 9
    assert found.earlier == 1
    assert str(found.summary.about) == "About: “I am calling because the machine is broken”"
    (promise,) = found.promises
    assert promise.what == "call you back on Friday"
    assert promise.when is not None
    assert promise.when.day == 13


@pytest.mark.parametrize("reference", ["", "  ", "AB 1235", "1234", "AB"])
def test_another_reference_is_another_caller(tmp_path: Path, reference: str) -> None:
    keep(tmp_path, 3, "AB 1234", "I am calling about the old machine of ours.")
    assert history(Library(tmp_path), reference) is None


def test_words_of_a_call_are_not_taken_for_a_reference(tmp_path: Path) -> None:
    keep(tmp_path, 3, "", 'He said "Reference: AB 1234" on the telephone.')
    assert history(Library(tmp_path), "AB 1234") is None


def test_the_call_that_still_goes_on_is_not_its_own_history(tmp_path: Path) -> None:
    keep(tmp_path, 3, "AB 1234", closed=False)
    assert history(Library(tmp_path), "AB 1234") is None


def test_calls_history_prints_the_last_call(tmp_path: Path) -> None:
    keep(tmp_path, 9, "AB 1234", "I am calling because the machine is broken.")
    told = CliRunner().invoke(app, ["calls", "history", "ab1234", "--library", str(tmp_path)])
    assert "I am calling because the machine is broken" in told.output
    none = CliRunner().invoke(app, ["calls", "history", "XY", "--library", str(tmp_path)])
    assert none.output == "No kept call has the reference XY.\n"


def test_there_is_no_history_before_the_first_call(tmp_path: Path) -> None:
    assert history(Library(tmp_path / "none"), "AB 1234") is None
