"""The sound settings reach the capture of a call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from voiceassist.capture import echo
from voiceassist.capture.devices import listing
from voiceassist.capture.devices.listing import live_sources
from voiceassist.capture.devices.pulse import PulseMonitor
from voiceassist.config.options import Settings
from voiceassist.core.errors import InputError
from voiceassist.core.events import Channel
from voiceassist.core.messages import message
from voiceassist.service.call_manager import real_call
from voiceassist.service.host import CallService


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Any, ...]]:
    """What a call on this computer's devices was put together from."""
    asked: dict[str, tuple[Any, ...]] = {}
    real_sources, real_echo = live_sources, echo.EchoCancellingCapture

    def sources(*names: str) -> Any:
        asked["sources"] = names
        return real_sources(*names)

    def echo_free(capture: Any, *options: Any) -> Any:
        asked["echo"] = options
        return real_echo(capture, *options)

    monkeypatch.setattr(listing, "live_sources", sources)
    monkeypatch.setattr(echo, "EchoCancellingCapture", echo_free)
    return asked


def test_microphone_output_softphone_and_echo_are_those_of_the_settings(asked: dict[str, tuple[Any, ...]]) -> None:
    real_call(
        Settings(microphone="desk", far_end="headset", softphone="baresip", echo="on", keep_calls=False),
        lambda event: None,
    )
    assert asked == {"sources": ("desk", "headset", "baresip"), "echo": ("on",)}


def test_a_device_named_for_one_call_comes_before_the_settings(asked: dict[str, tuple[Any, ...]]) -> None:
    real_call(Settings(microphone="desk"), lambda event: None, microphone="lapel", far_end="beamer")
    assert asked["sources"] == ("lapel", "beamer", "")


def test_calls_that_start_by_themselves_are_those_of_the_softphone_in_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watched: list[str] = []

    class Watch:
        def __init__(self, softphone: str) -> None:
            watched.append(softphone)

        def active(self) -> bool:
            return False

        def close(self) -> None: ...

    monkeypatch.setattr("sys.platform", "linux")
    chosen = Settings(call_start="automatic", softphone="baresip")
    service = CallService(lambda *_: pytest.fail("no call"), settings=lambda: chosen, folder=tmp_path, watch=Watch)
    service.look()
    assert watched == ["baresip"]


def test_on_linux_the_caller_is_heard_where_the_named_softphone_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    source = live_sources("", "", "baresip")[Channel.CALLER]()
    assert isinstance(source, PulseMonitor)
    assert source._softphone == "baresip"


def test_unknown_echo_setting_is_refused() -> None:
    from voiceassist.config.options import options

    assert options()["echo"].choices == ("auto", "on", "off")
    with pytest.raises(ValueError):  # noqa: PT011
        options()["echo"].parse("loud")


def test_a_device_that_is_not_there_is_named_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    there = listing.Device(Channel.AGENT, "desk", "The desk", True, lambda: PulseMonitor())
    monkeypatch.setattr(listing, "list_devices", lambda: [there])
    listing.check("The desk", "")
    with pytest.raises(InputError) as refused:
        listing.check("lapel", "")
    assert refused.value.message == message("microphone-not-among", name="lapel", names=["desk"])
    with pytest.raises(InputError) as refused:
        listing.check("", "beamer")
    assert refused.value.message == message("output-none")
