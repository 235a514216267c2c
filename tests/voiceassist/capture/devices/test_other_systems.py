"""Far ends on Windows and macOS, against recorded fakes of their sound systems: nothing here was run on either."""

from __future__ import annotations

import ctypes
import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from voiceassist.capture.devices.coreaudio import AGGREGATE, AudioSystem, Tap, listen
from voiceassist.capture.devices.wasapi import loop
from voiceassist.capture.source import Description, SourceLost
from voiceassist.capture.supervisor import QUIET_PEAK
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message

NOTHING = message("source-stopped")
"""Reported when the driver has no trouble."""


class BlockSender:
    """The child's end: what was opened and put. `run` lets the driver deliver, then asks once for trouble."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        self.description: Description | None = None
        self.piloted = False
        self.sound: list[tuple[np.ndarray, float]] = []
        self.overflows = 0
        self._deliver = deliver

    def opened(self, description: Description, *, piloted: bool = False) -> None:
        self.description, self.piloted = description, piloted

    def put(self, samples: np.ndarray, heard: float, *, overflow: bool = False) -> None:
        self.sound.append((samples, heard))
        self.overflows += overflow

    def run(self, trouble: Callable[[], Message | None]) -> None:
        self._deliver()
        assert trouble() is None
        self._deliver()
        raise SourceLost(trouble() or NOTHING)


# --- Windows ----------------------------------------------------------------------------------------------------------

SPEAKERS = {
    "index": 7,
    "name": "Speakers (USB Headset)",
    "maxInputChannels": 0,
    "maxOutputChannels": 2,
    "defaultSampleRate": 48000.0,
    "isLoopbackDevice": False,
}
LOOPBACK = {
    **SPEAKERS,
    "index": 15,
    "name": "Speakers (USB Headset) [Loopback]",
    "maxInputChannels": 2,
    "maxOutputChannels": 0,
    "isLoopbackDevice": True,
}


class Stream:
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.closed = False
        self.active = True

    def is_active(self) -> bool:
        return self.active

    def close(self) -> None:
        self.closed = True


class PyAudioPatch:
    """As pyaudiowpatch: one headset, and its loopback twin."""

    paFloat32, paContinue, paWASAPI, paInputOverflow = 1, 0, 13, 2

    def __init__(self, refuse: str = "") -> None:
        self.streams: list[Stream] = []
        self.status = 0
        self._refuse = refuse

    def PyAudio(self) -> PyAudioPatch:
        return self

    def __enter__(self) -> PyAudioPatch:
        return self

    def __exit__(self, *_: object) -> None: ...

    def get_default_wasapi_loopback(self) -> dict[str, Any]:
        return LOOPBACK

    def get_loopback_device_info_generator(self) -> Iterator[dict[str, Any]]:
        yield LOOPBACK

    def get_device_info_generator_by_host_api(self, *, host_api_type: int) -> Iterator[dict[str, Any]]:
        assert host_api_type == self.paWASAPI
        yield from (SPEAKERS, LOOPBACK)

    def open(self, **options: Any) -> Stream:
        if self._refuse in options:
            raise OSError(-9996, "Invalid device")
        self.streams.append(Stream(options))
        return self.streams[-1]

    def deliver(self) -> None:
        """The driver's thread: 40 ms of stereo, 60 ms old."""
        for stream in self.streams:
            frames = stream.options["frames_per_buffer"]
            times = {"current_time": 10.06, "input_buffer_adc_time": 10.0, "output_buffer_dac_time": 0.0}
            if stream.options.get("input"):
                data = np.tile(np.array([0.2, 0.4], np.float32), frames).tobytes()
                assert stream.options["stream_callback"](data, frames, times, self.status) == (None, self.paContinue)
            else:
                sound, go_on = stream.options["stream_callback"](None, frames, times, 0)
                samples = np.frombuffer(sound, np.float32)
                assert samples.size == frames * 2
                assert 0 < np.abs(samples).min() <= np.abs(samples).max() < QUIET_PEAK  # a pilot nobody hears
                assert go_on == self.paContinue


def test_windows_loopback_delivers_both_channels_as_one() -> None:
    pyaudio = PyAudioPatch()
    sender = BlockSender(pyaudio.deliver)
    with pytest.raises(SourceLost):
        loop(sender, "", pyaudio, lambda: "Speakers (USB Headset)")  # type: ignore[arg-type]
    assert sender.description == Description("far-end", "Speakers (USB Headset)", 48_000)
    sound, _ = sender.sound[0]
    assert sound.size == 1920
    np.testing.assert_allclose(sound, 0.3, rtol=1e-6)


def test_windows_driver_overflow_is_passed_on() -> None:
    pyaudio = PyAudioPatch()
    pyaudio.status = PyAudioPatch.paInputOverflow
    sender = BlockSender(pyaudio.deliver)
    with pytest.raises(SourceLost):
        loop(sender, "", pyaudio, lambda: "Speakers")  # type: ignore[arg-type]
    assert sender.overflows == len(sender.sound) > 0


def test_windows_loopback_is_kept_alive_by_a_pilot_on_the_same_output() -> None:
    pyaudio = PyAudioPatch()
    sender = BlockSender(pyaudio.deliver)
    with pytest.raises(SourceLost):
        loop(sender, "", pyaudio, lambda: "Speakers")  # type: ignore[arg-type]
    silence, heard = pyaudio.streams
    assert sender.piloted
    assert silence.options["output_device_index"] == SPEAKERS["index"]
    assert heard.options["input_device_index"] == LOOPBACK["index"]
    assert silence.closed
    assert heard.closed


def test_windows_loopback_works_without_the_pilot_too() -> None:
    pyaudio = PyAudioPatch(refuse="output")
    sender = BlockSender(pyaudio.deliver)
    with pytest.raises(SourceLost):
        loop(sender, "", pyaudio, lambda: "")  # type: ignore[arg-type]
    assert sender.sound
    assert not sender.piloted


def test_windows_another_default_output_is_followed_unless_one_was_named() -> None:
    moved = message("output-changed-to", name="Monitor")
    for name, told in (("", moved), ("speakers (usb headset)", NOTHING)):
        names = iter(["Speakers", "Speakers", "Monitor"])
        with pytest.raises(SourceLost) as lost:
            loop(BlockSender(lambda: None), name, PyAudioPatch(), lambda n=names: next(n))  # type: ignore[arg-type]
        assert lost.value.message == told


def test_windows_output_in_exclusive_mode_is_reported() -> None:
    with pytest.raises(InputError) as refused:
        loop(BlockSender(lambda: None), "", PyAudioPatch(refuse="input"), lambda: "")  # type: ignore[arg-type]
    assert refused.value.message == message(
        "output-not-opened", name="Speakers (USB Headset)", error="[Errno -9996] Invalid device"
    )


def test_windows_an_output_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError) as refused:
        loop(BlockSender(lambda: None), "Beamer", PyAudioPatch(), lambda: "")  # type: ignore[arg-type]
    assert refused.value.message == message("output-not-found", name="Beamer")


# --- macOS ------------------------------------------------------------------------------------------------------------


class CoreAudio:
    """PyObjC's module and the C functions in one, writing down what was asked of them."""

    def __init__(self, tap_status: int = 0, aggregate_status: int = 0) -> None:
        self.calls: list[str] = []
        self.aggregate: dict[str, Any] = {}
        self.output = "BuiltInSpeaker"
        self.CATapDescription = self
        self._status = tap_status, aggregate_status
        self._kept: dict[int, Any] = {}

    # PyObjC
    def alloc(self) -> CoreAudio:
        return self

    def initMonoGlobalTapButExcludeProcesses_(self, processes: list[int]) -> CoreAudio:
        assert processes == []
        return self

    def setName_(self, name: str) -> None: ...

    def setPrivate_(self, private: bool) -> None:
        assert private

    def UUID(self) -> CoreAudio:
        return self

    def UUIDString(self) -> str:
        return "tap-uid"

    def AudioHardwareCreateProcessTap(self, description: object, out: None) -> tuple[int, int]:
        self.calls.append("create tap")
        return self._status[0], 42

    def AudioHardwareDestroyProcessTap(self, tap: int) -> None:
        assert tap == 42
        self.calls.append("destroy tap")

    # ctypes
    def AudioHardwareCreateAggregateDevice(self, dictionary: ctypes.c_void_p, device: Any) -> int:
        self.calls.append("create aggregate")
        self.aggregate = json.loads(ctypes.cast(dictionary, ctypes.c_char_p).value or b"")
        ctypes.cast(device, ctypes.POINTER(ctypes.c_uint32))[0] = 77
        return self._status[1]

    def AudioHardwareDestroyAggregateDevice(self, device: ctypes.c_uint32) -> int:
        assert device.value == 77
        self.calls.append("destroy aggregate")
        return 0

    def AudioObjectGetPropertyData(self, device: Any, address: Any, _: int, __: None, size: Any, into: Any) -> int:
        selector = struct.pack(">I", address[0])
        if selector == b"dOut":
            assert device.value == 1
            ctypes.cast(into, ctypes.POINTER(ctypes.c_uint32))[0] = 5
        else:
            assert (selector, device.value) == (b"uid ", 5)
        return 0

    def CFStringGetCString(self, text: Any, buffer: Any, size: Any, encoding: Any) -> int:
        buffer.value = self.output.encode()
        return 1

    def CFRelease(self, text: Any) -> None: ...

    def system(self) -> AudioSystem:
        def address(dictionary: Any) -> int:
            self._kept[0] = dictionary
            return ctypes.addressof(dictionary)

        def to_dictionary(description: dict[str, Any]) -> Any:
            return ctypes.create_string_buffer(json.dumps(description).encode())

        return AudioSystem(self, to_dictionary, address, self)


def test_macos_tap_is_made_with_the_real_output_as_clock_and_taken_down_again() -> None:
    mac = CoreAudio()
    with Tap(mac.system()):
        assert mac.aggregate["name"] == AGGREGATE
        assert mac.aggregate["private"] is True
        assert mac.aggregate["master"] == "BuiltInSpeaker"
        assert mac.aggregate["subdevices"] == [{"uid": "BuiltInSpeaker", "drift": False}]
        assert mac.aggregate["taps"] == [{"uid": "tap-uid", "drift": True}]
    assert mac.calls == ["create tap", "create aggregate", "destroy aggregate", "destroy tap"]


def test_macos_missing_recording_permission_is_reported() -> None:
    with pytest.raises(InputError) as refused, Tap(CoreAudio(tap_status=-1).system()):
        pass
    assert refused.value.message == message("macos-not-allowed", status=-1)


def test_macos_a_failed_aggregate_leaves_no_tap_behind() -> None:
    mac = CoreAudio(aggregate_status=-1)
    with pytest.raises(InputError), Tap(mac.system()):
        pass
    assert mac.calls == ["create tap", "create aggregate", "destroy tap"]


class SoundDevice:
    """The aggregate as PortAudio lists it: the output's own two inputs, then the tap."""

    def __init__(self, names: tuple[str, ...] = ("MacBook Microphone", AGGREGATE)) -> None:
        self._names = names
        self.active = True
        self.refuse_output = False
        self.input_overflow = False
        self.options: dict[str, Any] = {}

    def query_devices(self) -> list[dict[str, Any]]:
        return [{"name": n, "max_input_channels": 3, "default_samplerate": 44100.0} for n in self._names]

    PortAudioError = OSError

    def InputStream(self, **options: Any) -> SoundDevice:
        self.options = options
        return self

    def OutputStream(self, **options: Any) -> SoundDevice:
        if self.refuse_output:
            raise self.PortAudioError("no output")
        played = np.zeros((480, 1), np.float32)
        options["callback"](played, 480, None, None)
        assert 0 < np.abs(played).min() <= np.abs(played).max() < QUIET_PEAK
        return self

    def __enter__(self) -> SoundDevice:
        return self

    def __exit__(self, *_: object) -> None: ...

    def deliver(self) -> None:
        class Times:
            currentTime, inputBufferAdcTime = 5.03, 5.0

        frames = self.options["blocksize"]
        self.options["callback"](np.tile(np.array([0, 0, 0.5], np.float32), (frames, 1)), frames, Times, self)


def test_macos_hears_the_tap_and_not_the_outputs_own_inputs() -> None:
    sounddevice, mac = SoundDevice(), CoreAudio()
    sender = BlockSender(sounddevice.deliver)
    with pytest.raises(SourceLost):
        listen(sender, sounddevice, mac.system())  # type: ignore[arg-type]
    assert sounddevice.options["device"] == 1
    assert all((samples == 0.5).all() for samples, _ in sender.sound)


@pytest.mark.parametrize("refused", [False, True])
def test_macos_plays_a_pilot_where_it_can(refused: bool) -> None:
    sounddevice = SoundDevice()
    sounddevice.refuse_output = refused
    sender = BlockSender(sounddevice.deliver)
    with pytest.raises(SourceLost):
        listen(sender, sounddevice, CoreAudio().system())  # type: ignore[arg-type]
    assert sender.piloted is not refused
    assert sender.sound


def test_macos_driver_overflow_is_passed_on() -> None:
    sounddevice = SoundDevice()
    sounddevice.input_overflow = True
    sender = BlockSender(sounddevice.deliver)
    with pytest.raises(SourceLost):
        listen(sender, sounddevice, CoreAudio().system())  # type: ignore[arg-type]
    assert sender.overflows == len(sender.sound) > 0


def test_macos_change_of_output_ends_the_source() -> None:
    sounddevice, mac = SoundDevice(), CoreAudio()
    delivered = []

    def deliver() -> None:
        delivered.append(1)
        if len(delivered) == 2:
            mac.output = "AirPods"

    with pytest.raises(SourceLost) as lost:
        listen(BlockSender(deliver), sounddevice, mac.system())  # type: ignore[arg-type]
    assert lost.value.message == message("output-changed")


def test_macos_an_aggregate_that_does_not_appear_is_reported() -> None:
    with pytest.raises(InputError) as refused:
        listen(BlockSender(lambda: None), SoundDevice(("MacBook Microphone",)), CoreAudio().system())  # type: ignore[arg-type]
    assert refused.value.message == message("macos-aggregate-missing")
