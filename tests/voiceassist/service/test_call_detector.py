"""A call begins and ends by itself: once, and not for a ring tone or a hold."""

from __future__ import annotations

from voiceassist.capture.devices.pulse import choose_sink
from voiceassist.capture.devices.sound_server import Sink, Stream
from voiceassist.service.call_detector import CallDetector, Change, on_a_call


def changes(looks: list[tuple[float, bool]]) -> list[tuple[float, Change]]:
    detector = CallDetector()
    return [(now, change) for now, active in looks if (change := detector.look(now, active)) is not None]


def every_quarter(*stretches: tuple[float, bool]) -> list[tuple[float, bool]]:
    looks, now = [], 0.0
    for seconds, active in stretches:
        for _ in range(round(seconds * 4)):
            looks.append((now, active))
            now += 0.25
    return looks


def test_a_call_is_one_start_and_one_stop() -> None:
    assert changes(every_quarter((2, False), (60, True), (10, False))) == [(3.0, Change.START), (65.0, Change.STOP)]


def test_half_a_second_of_sound_is_no_call() -> None:
    assert changes(every_quarter((2, False), (0.5, True), (10, False))) == []


def test_two_seconds_on_hold_do_not_end_a_call() -> None:
    assert changes(every_quarter((10, True), (2, False), (10, True))) == [(1.0, Change.START)]


def stream(process: str, program: str = "softphone", device: int = 0, **also: bool) -> Stream:
    flags = {"corked": False, "muted": False, "phone": False, **also}
    return Stream(1, device, program, process, **flags)


def test_a_program_that_plays_and_records_is_on_a_call() -> None:
    assert on_a_call([stream("10")], [stream("10")])


def test_music_beside_a_recorder_is_no_call() -> None:
    assert not on_a_call([stream("10", "music")], [stream("11", "recorder")])


def test_a_softphone_that_is_ready_but_paused_is_not_on_a_call() -> None:
    assert not on_a_call([stream("10", corked=True)], [stream("10")])
    assert not on_a_call([stream("10")], [stream("10", corked=True)])


def test_only_the_named_softphone_counts_when_one_is_named() -> None:
    assert not on_a_call([stream("10", "browser")], [stream("10", "browser")], "baresip")
    assert on_a_call([stream("10", "ALSA plug-in [baresip]")], [stream("10")], "baresip")


def sink(index: int, name: str) -> Sink:
    return Sink(index, name, f"The {name}", f"{name}.monitor", 48_000, False)


SINKS = [sink(0, "headset"), sink(1, "speakers"), sink(2, "beamer")]


def chosen(streams: list[Stream], **options: str) -> str:
    found = choose_sink(SINKS, streams, "speakers", **options)
    return found.name if found else ""


def test_the_caller_is_heard_where_the_softphone_plays_not_on_the_default_output() -> None:
    assert chosen([stream("1", device=0)]) == "headset"


def test_with_nothing_playing_it_is_the_default_output() -> None:
    assert chosen([]) == "speakers"


def test_a_telephone_call_comes_before_music() -> None:
    assert chosen([stream("1", "music", 1), stream("2", "call", 2, phone=True)]) == "beamer"


def test_the_named_softphone_comes_before_everything() -> None:
    assert chosen([stream("1", "music", 1), stream("2", "Linphone", 2)], softphone="linphone") == "beamer"


def test_a_pause_in_the_softphones_sound_changes_no_output() -> None:
    assert chosen([], now="headset") == "headset"
    assert chosen([stream("1", device=0, corked=True)], now="headset") == "headset"


def test_a_call_that_went_elsewhere_is_followed() -> None:
    assert chosen([stream("1", device=2)], now="headset") == "beamer"


def test_an_output_the_settings_name_is_never_left() -> None:
    assert chosen([stream("1", device=2)], wanted="headset") == "headset"
    assert chosen([stream("1", device=2)], wanted="The headset") == "headset"


def test_an_output_the_settings_name_that_is_gone_is_not_replaced() -> None:
    assert chosen([], wanted="AirPods") == ""
