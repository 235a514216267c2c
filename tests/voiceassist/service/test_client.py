"""The window's end: starts the service, attaches to it, and says when it is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.service.fake import Heard, Maker, event
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.events import SCHEMA, CallStarted
from voiceassist.core.messages import message, verbatim
from voiceassist.core.process import child_environment
from voiceassist.service import client, ipc
from voiceassist.service.client import CallServiceClient, log_file, start_service
from voiceassist.service.host import CallService
from voiceassist.service.instance import default_folder
from voiceassist.service.ipc import connect, send
from voiceassist.service.messages import Attached, Begun, Command, Lost, Taken

SERVE = """
from tests.voiceassist.service.fake import FakeCall
from voiceassist.service.process import serve
serve(FakeCall)
"""

ANNOUNCE = (
    "from voiceassist.core.messages import verbatim; from voiceassist.service.messages import Startup; "
    "from voiceassist.service.process import announce; "
    "announce(Startup({}))"
)


class Services:
    """Starts call services in this process, and ends them as a kill would: with the call still under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = Maker()
        self.started: list[CallService] = []
        self.refuse = ""

    def start(self) -> bool:
        if self.refuse:
            raise VoiceAssistError(verbatim(self.refuse))
        service = CallService(self.made, folder=self.folder)
        service.open()
        self.started.append(service)
        return True

    def kill(self) -> None:
        self.started[-1]._control.close()
        self.started[-1]._hub.close()

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


def test_the_service_is_started_when_there_is_none(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    attached()
    heard.has(Attached())
    assert len(services.started) == 1


def test_a_service_that_runs_is_attached_to_with_its_call(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    services.start()
    services.started[0].command(Command("start"))
    attached()
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    assert heard.told[:2] == [Attached(), Begun()]
    assert len(services.started) == 1


def test_a_start_given_before_the_service_is_there_is_not_lost(services: Services, heard: Heard) -> None:
    line = CallServiceClient(services.folder, services.start)
    line.do(Command("start", "case 8"))
    line.open(heard.all)
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    assert services.made.calls[0].reference == "case 8"
    line.close()


def test_a_service_that_dies_is_reported_at_once_and_another_one_started(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    line = attached()
    line.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    services.kill()
    heard.until(lambda told: told.count(Attached()) == 2)
    assert heard.of(Lost) == [Lost()]
    line.do(Command("start"))
    heard.until(lambda told: told.count(Begun()) == 2)
    assert len(services.started) == 2


def test_services_that_keep_exiting_early_are_restarted_only_on_request(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient], monkeypatch: pytest.MonkeyPatch
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
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    assert len(services.started) == 3


def test_a_service_that_cannot_be_started_is_reported_in_its_words_and_tried_again_when_wanted(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    services.refuse = "The folder belongs to somebody else."
    line = attached()
    heard.has(Lost(verbatim("The folder belongs to somebody else.")))
    services.refuse = ""
    line.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=SCHEMA))


def test_a_window_that_was_too_slow_begins_anew_without_alarm(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    attached()
    heard.has(Attached())
    services.started[0].command(Command("start"))
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    services.started[0]._hub.close()
    heard.until(lambda told: told.count(Attached()) == 2)
    services.made.calls[0].tell(event(7))
    heard.has(event(7))
    assert heard.of(Lost) == []


def test_a_second_window_is_refused(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    services.start()
    with connect(Command("watch"), services.folder) as first:
        assert first.receive(PATIENCE)[0] == Attached()  # it has been let in, not only heard
        line = attached()
        heard.has(Taken())
        line.close()
    assert heard.of(Lost) == []


def test_leaving_waits_until_the_call_is_closed(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    services.start()
    services.started[0]._for_window = True
    line = attached()
    line.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    line.close()
    assert services.made.calls[0].ended.is_set()


def test_leaving_before_the_service_was_there_leaves_none_behind(services: Services, heard: Heard) -> None:
    line = CallServiceClient(services.folder, services.start)
    line.close()  # never opened
    assert services.started == []


# --- what is not known ------------------------------------------------------------------------------------------------


class Later(msgspec.Struct, frozen=True, tag="from-a-later-version"):
    words: str


def test_a_message_of_an_unknown_kind_is_skipped_and_logged_and_ends_nothing(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient], caplog: pytest.LogCaptureFixture
) -> None:
    attached()
    heard.has(Attached())
    services.started[0]._hub.tell(Later("the card number"))  # type: ignore[arg-type]
    services.started[0]._hub.tell(event(7))
    heard.has(event(7))
    assert heard.of(Lost) == []
    assert "from-a-later-version" in caplog.text
    assert "card" not in caplog.text


def test_a_service_that_sends_invalid_messages_is_reported_and_reconnected(
    services: Services, heard: Heard, attached: Callable[[], CallServiceClient]
) -> None:
    attached()
    heard.has(Attached())
    hub = services.started[0]._hub
    with hub._lock:
        hub._put(b"\xff" * 100, passing=False)
    heard.until(lambda told: told.count(Attached()) == 2)
    assert heard.of(Lost) == [Lost()]
    hub.tell(event(7))
    heard.has(event(7))


# --- another version --------------------------------------------------------------------------------------------------

OTHER = """
import sys
from voiceassist.core import framing
framing.PROTOCOL += int(sys.argv[1])
from tests.voiceassist.service.fake import FakeCall
from voiceassist.service import host
from voiceassist.service.messages import Command
from voiceassist.service.process import serve
class Service(host.CallService):
    def open(self):
        super().open()
        if "call" in sys.argv:
            self.command(Command("start"))
import voiceassist.service.process
voiceassist.service.process.CallService = Service
serve(FakeCall)
"""


@pytest.fixture
def other_version(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a call service that another version of VoiceAssist would."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("r")))
    monkeypatch.setattr(client, "RECONNECT_S", 0.2)
    processes = []

    def start(difference: int, *what: str) -> subprocess.Popen[bytes]:
        command = (sys.executable, "-c", OTHER, str(difference), *what)
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, env=child_environment()))
        assert processes[-1].stdout is not None
        assert processes[-1].stdout.read(1)  # it is there
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def window(heard: Heard) -> Iterator[CallServiceClient]:
    """A window of this version, not yet open."""
    window = CallServiceClient(start=lambda: start_service((sys.executable, "-c", SERVE)))
    yield window
    window.close()


def test_an_older_service_without_a_call_is_ended_and_restarted_and_that_is_reported(
    other_version: Callable[..., subprocess.Popen[bytes]], window: CallServiceClient, heard: Heard
) -> None:
    older = other_version(-1)
    window.open(heard.all)
    window.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    assert heard.of(Lost) == [Lost(message("service-replaced"))]
    assert older.wait(PATIENCE) == 0


def test_an_older_service_in_a_call_is_reported_and_replaced_only_when_the_call_has_ended(
    other_version: Callable[..., subprocess.Popen[bytes]], window: CallServiceClient, heard: Heard
) -> None:
    older = other_version(-1, "call")
    window.open(heard.all)
    heard.has(Lost(message("other-version")))
    window.do(Command("start"))
    heard.until(lambda told: told.count(Lost(message("other-version"))) == 2)
    assert older.poll() is None
    assert heard.of(Begun) == []
    assert send(Command("stop")).done  # as `voiceassist ctl stop`
    heard.has(Attached())
    assert older.wait(PATIENCE) == 0
    window.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=SCHEMA))


def test_a_window_that_is_older_than_the_service_says_so_and_ends_nothing(
    other_version: Callable[..., subprocess.Popen[bytes]], window: CallServiceClient, heard: Heard
) -> None:
    newer = other_version(+1, "call")
    window.open(heard.all)
    heard.has(Lost(message("program-outdated")))
    window.close()
    assert newer.poll() is None


# --- the process ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ANNOUNCE.format("'failed', verbatim('The folder is not safe.')"), "The folder is not safe"),
        ("raise RuntimeError('boom')", "service.log"),
        ("print('boom, and no frame')", "service.log"),
        ("from voiceassist.core import framing; framing.PROTOCOL += 1; " + ANNOUNCE.format("'started'"), "was updated"),
    ],
)
def test_a_service_that_will_not_start_says_why_or_where_to_look(code: str, words: str) -> None:
    with pytest.raises(VoiceAssistError, match=words):
        start_service((sys.executable, "-c", code))
    assert "boom" in log_file().read_text() or "raise" not in code


def test_that_another_service_runs_is_no_error() -> None:
    assert not start_service((sys.executable, "-c", ANNOUNCE.format("'running'")))


def test_a_log_that_cannot_be_written_prevents_no_call(home: Path) -> None:
    (home / "state").write_bytes(b"")  # where the folder of the log should be
    assert start_service((sys.executable, "-c", ANNOUNCE.format("'started'")))


# --- a service that is stopped or hangs -------------------------------------------------------------------------------

stops = pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ipc, "GREETING_TIMEOUT_S", 3.0)  # a busy machine takes one for a service that is well
    monkeypatch.setattr(client, "PING_AFTER_S", 0.2)
    monkeypatch.setattr(client, "RECONNECT_S", 0.2)


@pytest.fixture
def far(
    tmp_path_factory: pytest.TempPathFactory, heard: Heard, hurried: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CallServiceClient]:
    """A line to a call service that is a process."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("r")))
    line = CallServiceClient(start=lambda: start_service((sys.executable, "-c", SERVE)))
    line.open(heard.all)
    heard.has(Attached())
    yield line
    line.close()


def service_process() -> int:
    return int((default_folder() / "pid").read_text())


def stop(process: int) -> None:
    os.kill(process, signal.SIGSTOP)
    os.waitpid(process, os.WUNTRACED)


@stops
def test_a_suspended_service_is_reported_and_its_call_returns_when_it_resumes(
    far: CallServiceClient, heard: Heard
) -> None:
    far.do(Command("start"))
    heard.has(CallStarted(t=0.0, schema=SCHEMA))
    service = service_process()
    stop(service)
    heard.has(Lost(message("service-not-answering")))
    os.kill(service, signal.SIGCONT)
    heard.until(lambda told: told.count(CallStarted(t=0.0, schema=SCHEMA)) == 2)
    assert service_process() == service


@stops
def test_starting_a_call_with_a_suspended_service_is_reported_each_time(far: CallServiceClient, heard: Heard) -> None:
    service = service_process()
    stop(service)
    heard.has(Lost(message("service-not-answering")))
    far.do(Command("start"))
    heard.until(lambda told: told.count(Lost(message("service-not-answering"))) == 2)
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
