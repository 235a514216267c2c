"""The demo in the terminal: the same pipeline as a live call, as words or as JSON lines, kept when asked for."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner, Result

from tests.support.messages import raises
from voiceassist.cli import main as cli
from voiceassist.cli.demo import Call
from voiceassist.config import settings
from voiceassist.core.errors import ModelError, StorageError
from voiceassist.core.events import CallEnded, CallStarted, CueShown, Meter, decode
from voiceassist.core.messages import message, render
from voiceassist.session.demo_assets import CALLS

FAST = ("demo", "--speed", "64")

pytestmark = pytest.mark.slow


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, without_screen: None) -> Callable[..., Result]:
    """Runs the demo without words, which other tests are about."""
    from voiceassist.session import build
    from voiceassist.speech import SpeechOptions, Transcriber

    monkeypatch.setattr(build, "transcriber", lambda *_, **__: Transcriber(None, SpeechOptions()))

    def run(*arguments: str, input: str | None = None) -> Result:
        return CliRunner().invoke(cli.app, [*FAST, *arguments], input=input, catch_exceptions=False)

    return run


def test_without_a_screen_it_runs_in_the_terminal_and_says_so_in_one_line(demo: Callable[..., Result]) -> None:
    lines = demo().stdout.splitlines()
    assert lines[0] == render(message("demo-without-screen"))
    assert any("CUE" in line and "Show you understand" in line for line in lines)
    assert "of call" in " ".join(lines[-2:])


def test_as_json_every_line_is_an_event_of_the_call_and_nothing_is_kept(demo: Callable[..., Result]) -> None:
    events = [decode(line) for line in demo("--json", "-").stdout.splitlines()]
    assert isinstance(events[0], CallStarted)
    assert isinstance(events[-1], CallEnded)
    assert any(isinstance(event, CueShown) for event in events)
    assert not any(isinstance(event, Meter) for event in events)
    assert not settings.load().settings.library.exists()


def test_kept_it_is_a_call_in_the_library(demo: Callable[..., Result], tmp_path: Path) -> None:
    result = demo("--json", str(tmp_path / "events.jsonl"), "--keep")
    (folder,) = settings.load().settings.library.iterdir()
    assert f"voiceassist calls show {folder.name}" in result.stderr
    assert json.loads((folder / "call.json").read_bytes())["state"] == "closed"
    cues = [line for line in (folder / "journal.jsonl").read_bytes().splitlines() if b'"cue-shown"' in line]
    written = (tmp_path / "events.jsonl").read_bytes().splitlines()
    assert cues
    assert set(cues) <= set(written)


def test_on_a_full_disk_it_is_not_said_to_be_kept(
    demo: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: object, data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("voiceassist.storage.writer._write_all", full)
    with pytest.raises(StorageError, match="no space left on device"):
        demo("--json", str(tmp_path / "events.jsonl"), "--keep")
    assert b'"call-ended"' in (tmp_path / "events.jsonl").read_bytes()


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is fetched; nothing really is."""
    names: list[str] = []
    monkeypatch.setattr("voiceassist.cli.models.fetch", lambda name: names.append(name))
    return names


@pytest.mark.parametrize(("answer", "fetches"), [("\n", True), ("yes\n", True), ("n\n", False), ("", False)])
def test_a_missing_speech_model_is_fetched_if_the_person_agrees(
    demo: Callable[..., Result], fetched: list[str], monkeypatch: pytest.MonkeyPatch, answer: str, fetches: bool
) -> None:
    monkeypatch.setattr("voiceassist.cli.demo._can_ask", lambda: True)
    result = demo("--call", "calm", input=answer)
    assert "78 MB" in result.stderr
    assert fetched == (["tiny.en"] if fetches else [])
    assert "of call" in result.stdout


def test_where_nobody_can_be_asked_nothing_is_fetched_unless_told(
    demo: Callable[..., Result], fetched: list[str]
) -> None:
    demo("--call", "calm")
    assert fetched == []
    demo("--call", "calm", "--words")
    assert fetched == ["tiny.en"]
    demo("--call", "heating", "--no-words")
    assert fetched == ["tiny.en"]


def test_a_fetch_that_fails_or_is_stopped_is_told_in_one_line_and_the_demo_plays(
    demo: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[BaseException] = [ModelError("speech-model-not-in-index", name="tiny.en"), KeyboardInterrupt()]
    lines = []

    def fail(name: str) -> None:
        raise failures.pop()

    monkeypatch.setattr("voiceassist.cli.models.fetch", fail)
    while failures:
        result = demo("--call", "calm", "--words")
        assert "of call" in result.stdout
        lines += result.stderr.splitlines()
    assert lines == [
        render(message("demo-download-stopped")),
        render(message("demo-download-failed", name="tiny.en")),
    ]


def test_every_bundled_call_can_be_chosen() -> None:
    assert get_args(Call) == tuple(CALLS)


def test_a_file_that_cannot_be_written_is_named_before_the_call_begins(without_screen: None, tmp_path: Path) -> None:
    path = str(tmp_path / "no" / "x.jsonl")
    with raises(StorageError, "target-not-written", path=path, reason="no such file or directory"):
        CliRunner().invoke(cli.app, [*FAST, "--json", path], catch_exceptions=False)
