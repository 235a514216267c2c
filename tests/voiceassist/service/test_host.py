"""Who may ask the service what, when calls begin and end by themselves, and when the service ends."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.service.fake import Heard, Maker
from tests.voiceassist.service.test_event_hub import hung_up, read
from tests.voiceassist.service.test_ipc import greet_as
from voiceassist.config.options import Settings
from voiceassist.core.errors import InputError
from voiceassist.core.events import SCHEMA, CallEnded, CallStarted, Meter
from voiceassist.core.framing import PROTOCOL, Greeting, Stream
from voiceassist.core.messages import message, verbatim
from voiceassist.service import host
from voiceassist.service.host import SILENCE_TIMEOUT_S, CallService
from voiceassist.service.instance import AlreadyRunning
from voiceassist.service.ipc import NotRunning, connect, send
from voiceassist.service.messages import Attached, Begun, Command, Over, Reply, Show, Taken


class Softphone:
    """What the sound server knows of it."""

    def __init__(self) -> None:
        self.on_a_call = False
        self.watched: list[str] = []
        self.closed = 0

    def __call__(self, name: str) -> Softphone:
        self.watched.append(name)
        return self

    def active(self) -> bool:
        return self.on_a_call

    def close(self) -> None:
        self.closed += 1


class Desk:
    """A service, and a clock that stands still until it is told to go on."""

    def __init__(self, folder: Path, *, for_window: bool = True) -> None:
        self.folder = folder
        self.made = Maker()
        self.heard = Heard()
        self.softphone = Softphone()
        self.settings = Settings()
        self.now = 0.0
        self.service = CallService(
            self.made,
            also=self.heard,
            settings=lambda: self.settings,
            for_window=for_window,
            folder=folder,
            watch=self.softphone,
            clock=lambda: self.now,
        )
        self.service.open()

    def ask(self, action: Any, text: str = "") -> Reply:
        return send(Command(action, text), self.folder)

    def window(self) -> Stream[Any]:
        return connect(Command("watch"), self.folder)

    def pass_time(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.25)):
            self.now += 0.25
            self.service.look()

    def in_call(self) -> bool:
        return self.service.calls.under_way


def say(window: Stream[Any], action: Any) -> None:
    window.send(Command(action))


@pytest.fixture
def make_desk(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Desk]]:
    monkeypatch.setattr("sys.platform", "linux")
    desks = []

    def make(**options: Any) -> Desk:
        desks.append(Desk(tmp_path_factory.mktemp("s"), **options))
        return desks[-1]

    yield make
    for desk in desks:
        desk.service.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture
def serving(desk: Desk) -> Iterator[threading.Thread]:
    """The service at work on a thread of its own, until it has ended."""
    thread = threading.Thread(target=desk.service.run)
    thread.start()
    yield thread
    desk.service.end()
    thread.join()


def hearing(desk: Desk, speaking: bool) -> Meter:
    return Meter(t=desk.now, agent_db=-20, caller_db=-60, agent_speaking=speaking, caller_speaking=False)


# --- who asks ---------------------------------------------------------------------------------------------------------


def test_window_and_other_programs_speak_of_the_same_call(desk: Desk) -> None:
    with desk.window() as window:
        assert desk.ask("start", "case 5").done
        read(window, CallStarted(t=0.0, schema=SCHEMA))
        say(window, "pause")
        desk.heard.until(lambda told: desk.made.calls[0].paused)
        assert desk.ask("status").said == message("call-under-way-paused", minutes=0, seconds=0)
        say(window, "stop")
        read(window, Over())
    assert desk.ask("status") == Reply(True, message("no-call"))


def test_show_reaches_the_window_and_says_when_there_is_none(desk: Desk) -> None:
    assert desk.ask("show") == Reply(False, message("no-window"))
    with desk.window() as window:
        read(window, Attached())
        assert desk.ask("show").done
        read(window, Show())


def test_a_second_window_yields_to_the_first(desk: Desk) -> None:
    with desk.window() as first:
        read(first, Attached())  # it has been let in, not only heard
        with desk.window() as second:
            assert read(second, Taken()) == [Taken()]
            read(first, Show())


def test_a_window_that_sends_invalid_messages_is_disconnected(desk: Desk) -> None:
    with desk.window() as window:
        window.transport.write(b"{" * 100, None)
        assert hung_up(window)
    with desk.window() as window:
        read(window, Attached())


def test_a_second_service_does_not_start(desk: Desk) -> None:
    with pytest.raises(AlreadyRunning):
        CallService(desk.made, folder=desk.folder).open()


# --- calls that begin and end by themselves ---------------------------------------------------------------------------


def test_a_call_begins_and_ends_with_the_softphones(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(for_window=False)
    desk.settings = Settings(call_start="automatic", softphone="baresip")
    desk.pass_time(5)
    assert not desk.in_call()
    desk.softphone.on_a_call = True
    desk.pass_time(5)
    assert desk.in_call()
    desk.softphone.on_a_call = False
    desk.pass_time(5)
    assert desk.service.calls.wait(PATIENCE)
    assert desk.softphone.watched == ["baresip"]
    assert [type(e) for e in desk.heard.told if isinstance(e, CallStarted | CallEnded)] == [CallStarted, CallEnded]


def test_calls_begin_by_themselves_from_the_moment_the_settings_say_so(desk: Desk) -> None:
    desk.softphone.on_a_call = True
    desk.pass_time(5)
    assert desk.softphone.watched == []
    desk.settings = Settings(call_start="automatic")
    desk.ask("settings")
    desk.pass_time(5)
    assert desk.in_call()


def test_while_a_window_watches_a_call_only_people_end_it(desk: Desk) -> None:
    with desk.window() as window:
        read(window, Attached())
        desk.ask("start")
        desk.softphone.on_a_call = True
        desk.pass_time(5)
        desk.softphone.on_a_call = False
        desk.pass_time(SILENCE_TIMEOUT_S * 2)
        assert desk.in_call()


def test_a_call_nobody_watches_ends_with_the_softphones_call(desk: Desk) -> None:
    desk.ask("start")
    desk.softphone.on_a_call = True
    desk.pass_time(60)
    assert desk.in_call()
    desk.softphone.on_a_call = False
    desk.pass_time(5)
    assert desk.service.calls.wait(PATIENCE)
    desk.pass_time(1)
    assert desk.softphone.closed


def test_a_call_nobody_watches_ends_when_nobody_has_spoken_for_long(desk: Desk) -> None:
    desk.ask("start")
    desk.pass_time(SILENCE_TIMEOUT_S - 10)
    desk.made.calls[0].tell(hearing(desk, True))
    desk.pass_time(SILENCE_TIMEOUT_S - 10)
    desk.made.calls[0].tell(hearing(desk, False))
    assert desk.in_call()
    desk.pass_time(20)
    assert desk.service.calls.wait(PATIENCE)


def test_where_no_sound_server_answers_a_call_nobody_watches_still_ends_in_silence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(name: str) -> Softphone:
        raise InputError(verbatim("There is no sound server."))

    monkeypatch.setattr(desk.service, "_make_watch", none)
    desk.ask("start")
    desk.pass_time(SILENCE_TIMEOUT_S + 10)
    assert desk.service.calls.wait(PATIENCE)


def test_a_call_in_the_terminal_goes_on_without_a_window(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(for_window=False)
    desk.ask("start")
    desk.pass_time(SILENCE_TIMEOUT_S * 2)
    assert desk.in_call()


# --- when the service ends --------------------------------------------------------------------------------------------


def test_a_window_that_is_quit_ends_the_call_in_order_and_then_the_service(
    desk: Desk, serving: threading.Thread
) -> None:
    with desk.window() as window:
        desk.ask("start")
        say(window, "quit")
        assert hung_up(window)  # the sign that everything is closed
        assert desk.made.calls[0].ended.is_set()
    serving.join(PATIENCE)
    assert not serving.is_alive()


def test_a_window_that_dies_leaves_the_call_to_go_on(desk: Desk, serving: threading.Thread) -> None:
    with desk.window() as window:
        desk.ask("start")
        read(window, CallStarted(t=0.0, schema=SCHEMA))
    with desk.window() as another:
        assert read(another, CallStarted(t=0.0, schema=SCHEMA))[:2] == [Attached(), Begun()]
    assert desk.in_call()


def test_without_window_and_call_the_service_ends_after_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "IDLE_TIMEOUT_S", 0.0)
    with desk.window() as window:
        read(window, Attached())
        serving = threading.Thread(target=desk.service.run)
        serving.start()
        desk.ask("start")
        read(window, CallStarted(t=0.0, schema=SCHEMA))
    assert serving.is_alive()
    desk.ask("stop")
    serving.join(PATIENCE)
    assert not serving.is_alive()


def test_a_window_that_comes_while_another_is_leaving_keeps_the_service(desk: Desk, serving: threading.Thread) -> None:
    desk.ask("start")
    call = desk.made.calls[0]
    stop, asked = call.stop, threading.Event()
    call.stop = asked.set  # type: ignore[method-assign]
    with desk.window() as leaving:
        say(leaving, "quit")
        assert asked.wait(PATIENCE)
        with desk.window() as coming:
            read(coming, Attached())
            stop()
            read(coming, Over())
            assert desk.ask("start").done
            assert serving.is_alive()


def test_the_window_of_a_call_in_the_terminal_leaves_it_alone(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(for_window=False)
    desk.ask("start")
    with desk.window() as window:
        say(window, "quit")
        assert hung_up(window)
    assert desk.in_call()


def test_what_ends_the_service_ends_its_call_and_tells_the_window(desk: Desk) -> None:
    with desk.window() as window:
        desk.ask("start")
        read(window, CallStarted(t=0.0, schema=SCHEMA))
        desk.service.close()
        assert read(window, Over())[-2:] == [CallEnded(t=1.0), Over()]
    with pytest.raises(NotRunning):
        desk.ask("status")


# --- a window of another version --------------------------------------------------------------------------------------


def test_a_service_without_a_call_makes_room_for_a_newer_one_at_once(desk: Desk, serving: threading.Thread) -> None:
    assert not greet_as(desk.folder, PROTOCOL + 1).in_use
    serving.join(PATIENCE)
    assert not serving.is_alive()


def test_a_service_in_a_call_goes_on_and_makes_room_when_it_has_ended(desk: Desk, serving: threading.Thread) -> None:
    desk.ask("start")
    assert greet_as(desk.folder, PROTOCOL + 1).in_use
    assert greet_as(desk.folder, PROTOCOL + 1).in_use
    assert desk.in_call()
    assert not desk.made.calls[0].ended.is_set()
    desk.made.calls[0].stop()
    serving.join(PATIENCE)
    assert not serving.is_alive()
    assert desk.heard.of(Over) == [Over()]


def test_the_person_can_end_a_call_of_an_older_service(desk: Desk, serving: threading.Thread) -> None:
    desk.ask("start")
    greet_as(desk.folder, PROTOCOL + 1, stop=True)
    serving.join(PATIENCE)
    assert not serving.is_alive()
    assert desk.heard.of(Over) == [Over()]


def test_a_service_whose_window_is_open_makes_room_when_that_is_closed(desk: Desk, serving: threading.Thread) -> None:
    with desk.window() as window:
        read(window, Attached())
        assert greet_as(desk.folder, PROTOCOL + 1).in_use
        assert serving.is_alive()
    serving.join(PATIENCE)
    assert not serving.is_alive()


def test_an_older_window_ends_no_newer_service(desk: Desk, serving: threading.Thread) -> None:
    assert greet_as(desk.folder, PROTOCOL - 1).in_use
    assert desk.ask("start").done


def test_a_call_in_the_terminal_makes_room_for_nobody(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(for_window=False)
    assert greet_as(desk.folder, PROTOCOL + 1).in_use
    assert desk.ask("start").done


def test_no_call_begins_once_a_newer_version_waits_to_start(desk: Desk) -> None:
    assert not greet_as(desk.folder, PROTOCOL + 1).in_use
    assert not desk.ask("start").done
    assert desk.made.calls == []


def test_a_command_of_an_unknown_kind_ends_no_windows_link(desk: Desk) -> None:
    class Later(msgspec.Struct, tag="from-a-later-version"):
        text: str = ""

    with desk.window() as window:
        read(window, Attached())
        window.send(Later(), Command("explode"), Command("start"))  # type: ignore[arg-type]
        read(window, CallStarted(t=0.0, schema=SCHEMA))


def test_a_service_ends_only_after_the_newer_version_was_told_that_it_does(desk: Desk) -> None:
    """Otherwise nobody would be told why it was started again."""
    newer = Greeting(PROTOCOL + 1, "0")
    assert not desk.service._greeted_by(newer, False)
    assert desk.service._needed()
    desk.service._make_room(newer)
    assert not desk.service._needed()
