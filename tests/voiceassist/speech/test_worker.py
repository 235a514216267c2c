"""The real child process with the real tiny.en: nothing that happens to it loses text."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.messages import keys
from tests.voiceassist.speech.conftest import speech, utterance
from voiceassist.core.child_process import ChildProcess
from voiceassist.core.events import Channel, ComponentState, ComponentStatus, Event, Text
from voiceassist.speech import SpeechOptions, Transcriber, tuning
from voiceassist.speech.transcriber import launch_recognizer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signal")

MOST = 300.0
"""Seconds nothing here may take, on however busy a machine."""


class Launcher:
    """Starts real children and remembers them, so that a test can hurt them."""

    def __init__(self) -> None:
        self.all: list[ChildProcess[Any]] = []

    def __call__(self, inbox: Any) -> ChildProcess[Any]:
        self.all.append(launch_recognizer(inbox))
        return self.all[-1]

    @property
    def pid(self) -> int:
        return self.all[-1].process.pid


@pytest.fixture
def launcher() -> Iterator[Any]:
    made = Launcher()
    yield made
    for child in made.all:
        child.end()


def states(events: Iterable[Event]) -> list[ComponentState]:
    return [e.state for e in events if isinstance(e, ComponentStatus)]


def reasons(events: Iterable[Event]) -> list[str]:
    return [key for e in events if isinstance(e, ComponentStatus) for key in keys(e.reason)]


def texts(events: Iterable[Event]) -> list[Text]:
    return [e for e in events if isinstance(e, Text)]


def run_to_end(transcriber: Transcriber, count: int) -> list[Any]:
    for number in range(1, count + 1):
        transcriber.wait_for(number, MOST)
    return transcriber.poll()


def test_every_utterance_gets_its_text_with_word_times_inside_its_sound(model: Path, launcher: Launcher) -> None:
    transcriber = Transcriber(model, launch=launcher)
    transcriber.start()
    for number in (1, 2, 3):
        transcriber.submit(utterance(number, start=10.0 * number), speech(1.5, number), 10.0 * number - 0.3)
    events = run_to_end(transcriber, 3)
    assert [t.utterance for t in texts(events)] == [1, 2, 3]
    events += transcriber.close(MOST)
    assert states(events)[0] is ComponentState.STARTING
    assert states(events)[-1] in (ComponentState.OK, ComponentState.DEGRADED)
    for text in texts(events):
        assert text.final
        assert text.model == "tiny.en"
        assert all(10.0 * text.utterance - 0.3 <= w.start <= w.end <= 10.0 * text.utterance + 1.3 for w in text.words)


def test_the_same_sound_gives_the_same_text_whatever_came_before(model: Path, launcher: Launcher) -> None:
    results = []
    for order in ((1, 2), (2, 1)):
        transcriber = Transcriber(model, SpeechOptions(live=False), launch=launcher)
        transcriber.start()
        for number in order:
            transcriber.submit(utterance(number), speech(1.5, number), 0.0)
        results.append(sorted(texts(run_to_end(transcriber, 2)), key=lambda t: t.utterance))
        transcriber.close(MOST)
    assert results[0] == results[1]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_killed_child_is_started_again_and_no_text_is_lost(model: Path, launcher: Launcher, how: int) -> None:
    transcriber = Transcriber(model, launch=launcher)
    transcriber.start()
    transcriber.submit(utterance(1), speech(1.0, 1), 0.0)
    events = run_to_end(transcriber, 1)
    for number in (2, 3):
        transcriber.submit(utterance(number), speech(1.0, number), 0.0)
    os.kill(launcher.pid, how)
    for number in (2, 3):
        transcriber.wait_for(number, MOST)
    events += transcriber.close(MOST)
    assert {t.utterance for t in texts(events)} == {1, 2, 3}
    assert ComponentState.FAILED in states(events)
    assert states(events)[-1] in (ComponentState.OK, ComponentState.DEGRADED)
    assert len(launcher.all) == 2


def test_a_hung_child_is_replaced_and_no_text_is_lost(
    model: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcriber = Transcriber(model, launch=launcher)
    transcriber.start()
    transcriber.submit(utterance(1), speech(1.0, 1), 0.0)
    transcriber.wait_for(1, MOST)
    os.kill(launcher.pid, signal.SIGSTOP)
    with monkeypatch.context() as patient:
        patient.setattr(tuning, "HUNG_LEAST", 0.5)
        patient.setattr(tuning, "HUNG_TIMES", 0.0)
        transcriber.submit(utterance(2), speech(10.0, 2), 0.0)  # more than the pipe holds: nothing may wait for it
    transcriber.submit(utterance(3), speech(10.0, 3), 0.0)
    for number in (2, 3):
        transcriber.wait_for(number, MOST)
    events = transcriber.close(MOST)
    assert {t.utterance for t in texts(events)} == {1, 2, 3}
    assert "transcriber-hung" in reasons(events)


def test_a_model_damaged_during_the_call_is_reported_and_the_text_comes_when_it_is_repaired(
    model: Path, launcher: Launcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "RESTART_MOST", 0.2)
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    transcriber = Transcriber(folder, launch=launcher)
    transcriber.start()
    transcriber.submit(utterance(1), speech(1.0, 1), 0.0)
    transcriber.wait_for(1, MOST)
    whole = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(whole[: len(whole) // 2])
    os.kill(launcher.pid, signal.SIGKILL)
    transcriber.submit(utterance(2), speech(1.0, 2), 0.0)
    events: list[Event] = []
    while "sound-only-retrying" not in reasons(events):
        transcriber.wait_for(2, 0.5)
        events += transcriber.poll()
    assert {t.utterance for t in texts(events)} == {1}
    (folder / "model.bin").write_bytes(whole)
    transcriber.wait_for(2, MOST)
    events += transcriber.close(MOST)
    assert {t.utterance for t in texts(events)} == {1, 2}


def test_a_recorded_call_does_not_wait_for_a_model_that_does_not_load(
    model: Path, launcher: Launcher, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    (folder / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:5000])
    transcriber = Transcriber(folder, SpeechOptions(live=False), launch=launcher)
    transcriber.start()
    transcriber.submit(utterance(1), speech(1.0, 1), 0.0)
    transcriber.wait_for(1, MOST)
    assert states(transcriber.poll())[-1] is ComponentState.DISABLED
    assert transcriber.close(0.0) == [], "nothing is left waiting for it"


def test_a_recorded_call_is_transcribed_at_the_priority_of_its_parent(model: Path) -> None:
    transcriber = Transcriber(model, SpeechOptions(live=False))
    transcriber.start()
    child = transcriber._child
    assert isinstance(child, ChildProcess)
    transcriber.submit(utterance(1), speech(1.0), 0.0)
    transcriber.wait_for(1, MOST)
    assert os.getpriority(os.PRIO_PROCESS, child.process.pid) == os.getpriority(os.PRIO_PROCESS, 0)
    transcriber.close(MOST)


def test_the_child_runs_at_lower_priority(model: Path, launcher: Launcher) -> None:
    transcriber = Transcriber(model, launch=launcher)
    transcriber.start()
    transcriber.submit(utterance(1, Channel.AGENT), speech(1.0), 0.0)
    transcriber.wait_for(1, MOST)
    assert os.getpriority(os.PRIO_PROCESS, launcher.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    transcriber.close(MOST)
    assert launcher.all[-1].process.wait(MOST) is not None


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux")
def test_the_child_ends_when_its_parent_is_killed(model: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\nfrom voiceassist.speech import Transcriber\n"
        "t = Transcriber(Path(sys.argv[1]))\nt.start()\nprint(t._child.process.pid, flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", program, str(model)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
    ended, _, _ = select.select([child], [], [], MOST)
    os.close(child)
    assert ended


def test_importing_the_package_brings_no_recognizer() -> None:
    program = (
        "import sys, voiceassist.speech\n"
        "print([m for m in ('faster_whisper', 'ctranslate2', 'av', 'onnxruntime') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
