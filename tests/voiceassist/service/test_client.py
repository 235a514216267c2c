"""The window's end: starts the service, attaches to it, and says when it is gone."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.service.fake import Heard, Maker, event
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.events import CallStarted
from voiceassist.core.notices import NOT_ANSWERING
from voiceassist.service import client, ipc
from voiceassist.service.client import CallServiceClient, log_file, start_service
from voiceassist.service.host import CallService
from voiceassist.service.ipc import Command, connect
from voiceassist.service.messages import Attached, Begun, Lost, Taken, decode


class Services:
    """Starts call services in this process, and ends them as a kill would: with the call still under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = Maker()
        self.started: list[CallService] = []
        self.refuse = ""

    def start(self) -> bool:
        if self.refuse:
            raise VoiceAssistError(self.refuse)
        service = CallService(self.made, folder=self.folder)
        service.open()
        self.started.append(service)
        return True

    def kill(self) -> None:
        self.started[-1]._control.close()
        self.started[-1]._relay.close()

    def close(self) -> None:
        for service in self.started:
            service.close()


@pytest.fixture
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    services = Services(tmp_path_factory.mktemp("c"))
    yield services
    services.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def attached(services: Services, heard: Heard) -> Iterator[Callable[[], CallServiceClient]]:
    lines = []

    def attached() -> CallServiceClient:
        lines.append(CallServiceClient(services.folder, services.start))
        lines[-1].open(heard.all)
        return lines[-1]

    yield attached
    for line in lines:
        line.close()


def test_the_service_is_started_when_there_is_none(services: Services, heard: Heard, attached) -> None:
    attached()
    heard.has(Attached())
    assert len(services.started) == 1


def test_a_service_that_runs_is_attached_to_with_its_call(services: Services, heard: Heard, attached) -> None:
    services.start()
    services.started[0].command(Command("start"))
    attached()
    heard.has(CallStarted(t=0.0, schema=1))
    assert heard.told[:2] == [Attached(), Begun()]
    assert len(services.started) == 1


def test_a_start_given_before_the_service_is_there_is_not_lost(services: Services, heard: Heard) -> None:
    line = CallServiceClient(services.folder, services.start)
    line.do(Command("start", "case 8"))
    line.open(heard.all)
    heard.has(CallStarted(t=0.0, schema=1))
    assert services.made.calls[0].reference == "case 8"
    line.close()


def test_a_service_that_dies_is_told_at_once_and_another_one_started(
    services: Services, heard: Heard, attached
) -> None:
    line = attached()
    line.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=1))
    services.kill()
    heard.until(lambda told: told.count(Attached()) == 2)
    assert heard.of(Lost) == [Lost()]
    line.do(Command("start"))
    heard.until(lambda told: told.count(Begun()) == 2)
    assert len(services.started) == 2


def test_services_that_die_young_one_after_another_are_started_again_only_when_the_person_wants_it(
    services: Services, heard: Heard, attached, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MIN_UPTIME_S", float("inf"))  # a busy machine takes its time to kill them
    line = attached()
    heard.has(Attached())
    services.kill()
    heard.until(lambda told: told.count(Attached()) == 2)
    services.kill()
    heard.until(lambda told: len(heard.of(Lost)) == 3)
    assert heard.of(Lost)[2].error
    assert len(services.started) == 2
    line.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=1))
    assert len(services.started) == 3


def test_a_service_that_cannot_be_started_is_told_in_its_words_and_tried_again_when_wanted(
    services: Services, heard: Heard, attached
) -> None:
    services.refuse = "The folder belongs to somebody else."
    line = attached()
    heard.has(Lost("The folder belongs to somebody else."))
    services.refuse = ""
    line.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=1))


def test_a_window_that_was_too_slow_begins_anew_without_alarm(services: Services, heard: Heard, attached) -> None:
    attached()
    heard.has(Attached())
    services.started[0].command(Command("start"))
    heard.has(CallStarted(t=0.0, schema=1))
    services.started[0]._relay.close()
    heard.until(lambda told: told.count(Attached()) == 2)
    services.made.calls[0].tell(event(7))
    heard.has(event(7))
    assert heard.of(Lost) == []


def test_a_second_window_hears_that_it_is_one_too_many(services: Services, heard: Heard, attached) -> None:
    services.start()
    with connect(Command("watch"), services.folder) as first:
        assert decode(first.recv_bytes()) == [Attached()]  # it has been let in, not only heard
        line = attached()
        heard.has(Taken())
        line.close()
    assert heard.of(Lost) == []


def test_leaving_waits_until_the_call_is_closed(services: Services, heard: Heard, attached) -> None:
    services.start()
    services.started[0]._for_window = True
    line = attached()
    line.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=1))
    line.close()
    assert services.made.calls[0].ended.is_set()


def test_leaving_before_the_service_was_there_leaves_none_behind(services: Services, heard: Heard) -> None:
    line = CallServiceClient(services.folder, services.start)
    line.close()  # never opened
    assert services.started == []


# --- the process ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('The folder is not safe.')", "The folder is not safe"),
        ("raise RuntimeError('boom')", "service.log"),
    ],
)
def test_a_service_that_will_not_start_says_why_or_where_to_look(code: str, words: str) -> None:
    with pytest.raises(VoiceAssistError, match=words):
        start_service((sys.executable, "-c", code))
    assert "boom" in log_file().read_text() or "boom" not in code


def test_that_another_service_runs_is_no_error() -> None:
    assert not start_service((sys.executable, "-c", "print('running')"))


def test_a_disk_that_takes_no_log_keeps_nobody_from_a_call(home: Path) -> None:
    (home / "state").write_bytes(b"")  # where the folder of the log should be
    assert start_service((sys.executable, "-c", "print('started')"))


# --- a service that is stopped or hangs -------------------------------------------------------------------------------

SERVE = """
from tests.voiceassist.service.fake import FakeCall
from voiceassist.service.__main__ import serve
serve(FakeCall)
"""

stops = pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipc, "GREETING_TIMEOUT_S", 3.0)  # a busy machine takes one for a service that is well
    monkeypatch.setattr(client, "PING_AFTER_S", 0.2)
    monkeypatch.setattr(client, "RECONNECT_S", 0.2)


@pytest.fixture
def far(tmp_path_factory: pytest.TempPathFactory, heard: Heard, hurried, monkeypatch) -> Iterator[CallServiceClient]:
    """A line to a call service that is a process."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("r")))
    line = CallServiceClient(start=lambda: start_service((sys.executable, "-c", SERVE)))
    line.open(heard.all)
    heard.has(Attached())
    yield line
    line.close()


def service_process() -> int:
    return int((ipc.default_folder() / "pid").read_text())


def stop(process: int) -> None:
    os.kill(process, signal.SIGSTOP)
    os.waitpid(process, os.WUNTRACED)


@stops
def test_a_service_that_is_stopped_in_a_call_is_told_and_its_call_is_there_again_when_it_goes_on(
    far: CallServiceClient, heard: Heard
) -> None:
    far.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=1))
    service = service_process()
    stop(service)
    heard.has(Lost(NOT_ANSWERING))
    os.kill(service, signal.SIGCONT)
    heard.until(lambda told: told.count(CallStarted(t=0.0, schema=1)) == 2)
    assert service_process() == service


@stops
def test_whoever_starts_a_call_with_a_stopped_service_is_told_each_time(far: CallServiceClient, heard: Heard) -> None:
    service = service_process()
    stop(service)
    heard.has(Lost(NOT_ANSWERING))
    far.do(Command("start"))
    heard.until(lambda told: told.count(Lost(NOT_ANSWERING)) == 2)
    os.kill(service, signal.SIGCONT)
    heard.until(lambda told: told.count(Attached()) == 2)
    assert heard.of(Begun) == []


@stops
def test_a_window_that_is_quit_ends_a_service_that_hangs(far: CallServiceClient, heard: Heard) -> None:
    service = service_process()
    stop(service)
    far.close()
    for thread in threading.enumerate():
        if thread.name == "service-end":
            thread.join(PATIENCE)
    with pytest.raises(ProcessLookupError):
        os.kill(service, 0)


@stops
def test_a_service_that_is_stopped_before_it_says_anything_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "STARTUP_TIMEOUT_S", 0.3)
    stops_itself = "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)"
    with pytest.raises(VoiceAssistError, match="cannot be started"):
        start_service((sys.executable, "-c", stops_itself))
