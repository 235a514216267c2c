"""`voiceassist calls after`: a kept call in three lines, and its promises as a calendar file."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from voiceassist.cli.calls import app
from voiceassist.core.errors import StorageError
from voiceassist.core.events import CallEnded, Channel, Text
from voiceassist.storage import CallMeta, CallWriter


@pytest.fixture
def library(tmp_path: Path) -> Path:
    writer = CallWriter.create(tmp_path / "calls", CallMeta(origin="live", pack="en"))
    said = "I will call you back on Friday."
    writer.write([Text(t=3.0, utterance=1, channel=Channel.AGENT, start=1.0, end=3.0, text=said), CallEnded(t=5.0)])
    writer.close()
    return tmp_path / "calls"


def test_a_kept_call_is_reported_in_three_lines(library: Path) -> None:
    result = CliRunner().invoke(app, ["after", "last", "--library", str(library)])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 3
    assert "Promised: call you back on Friday (Fri" in result.stdout


def test_promises_become_a_calendar_file(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "promises.ics"
    result = CliRunner().invoke(app, ["after", "last", "--ics", str(file), "--library", str(library)])
    assert "1 entry." in result.stdout
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_calendar_file_that_cannot_be_written_is_said_in_one_sentence(library: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["after", "last", "--ics", str(tmp_path), "--library", str(library)])
    assert isinstance(result.exception, StorageError)
    assert result.exception.message.key == "calendar-not-written"
