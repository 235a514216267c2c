"""Live calls without a window: shown in the terminal, and open to other programs and to a window."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.service.fake import Maker
from voiceassist.cli.devices import FLOOR_DB, bar, level_db
from voiceassist.cli.run import Inbox, follow
from voiceassist.config.options import Settings
from voiceassist.core.errors import InputError, ModelError
from voiceassist.core.events import CallEnded, CallStarted, Event
from voiceassist.core.messages import verbatim
from voiceassist.service.host import CallService
from voiceassist.service.ipc import send
from voiceassist.service.messages import Command


class Desk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = Maker()
        self.shown: list[Event] = []
        self.told: Inbox = queue.SimpleQueue()
        self.service = CallService(self.made, also=self.told.put, settings=Settings, folder=folder)
        self.service.open()

    def start(self) -> None:
        self.service.command(Command("start"))

    def follow(self, stay: bool = False) -> None:
        follow(self.service, self.told, self.shown.append, stay=stay)


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("r"))
    yield desk
    desk.service.close()


def test_a_call_is_shown_to_its_end(desk: Desk) -> None:
    desk.start()
    assert send(Command("stop"), desk.folder).done
    desk.follow()
    assert [type(e) for e in desk.shown] == [CallStarted, CallEnded]


def test_what_ends_a_call_early_is_raised(desk: Desk) -> None:
    desk.start()
    desk.made.calls[0].error = ModelError(verbatim("the model is damaged"))
    desk.made.calls[0].stop()
    with pytest.raises(ModelError):
        desk.follow()


def test_a_call_that_cannot_be_put_together_is_raised(desk: Desk) -> None:
    desk.made.refuse = InputError(verbatim("the cue pack has mistakes"))
    desk.start()
    with pytest.raises(InputError):
        desk.follow()


def test_waiting_for_calls_goes_on_after_one_until_ctrl_c(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0

    def look() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            desk.start()
        if looks == 2:
            desk.service.command(Command("stop"))
            assert desk.service.calls.wait(PATIENCE)
        if looks == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(desk.service, "look", look)
    with pytest.raises(KeyboardInterrupt):
        desk.follow(stay=True)
    assert [type(e) for e in desk.shown] == [CallStarted, CallEnded]


def test_a_call_that_breaks_off_while_others_are_waited_for_is_reported_and_no_reason_to_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.made.refuse = InputError(verbatim("the cue pack has mistakes"))
    looks = iter([desk.start] + [lambda: None] * 5)

    def look() -> None:
        try:
            next(looks)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(desk.service, "look", look)
    with pytest.raises(KeyboardInterrupt):
        desk.follow(stay=True)
    assert capsys.readouterr().err == "voiceassist: the cue pack has mistakes\n"


def test_a_level_bar_is_empty_for_silence_and_full_for_full_scale() -> None:
    assert level_db(0.0) == FLOOR_DB
    assert bar(0.0) == ("·" * 24, "silent")
    assert bar(1.0) == ("█" * 24, "0 dB")
    assert bar(0.0158)[0] == "█" * 12 + "·" * 12
