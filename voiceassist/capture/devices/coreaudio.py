"""The far end on macOS 14.4 and later: a process tap on everything that is played, read through an aggregate device.

Not run on macOS by its authors: written against Apple's "Capturing system audio with Core Audio taps" and the headers
AudioHardware.h and AudioHardwareTapping.h, kept thin, and tested against a recorded fake of those calls. What other
programs learned the hard way is kept: the aggregate goes through ctypes (PyObjC crashes there), it needs the real
output as its clock, the tap list belongs into the dictionary it is created from, and the sound is read by PortAudio.

Without `NSAudioCaptureUsageDescription` in the program's Info.plist, or without the right "System Audio Recording
Only", macOS gives zeros and says nothing; the pilot that is played meanwhile tells.
"""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import importlib
import platform
import uuid
from typing import Any

import numpy as np

from voiceassist.capture.clock import capture_clock
from voiceassist.capture.devices.child import BlockSender
from voiceassist.capture.devices.pilot import HelperSource, pilot
from voiceassist.capture.silence_probe import ProbeResult
from voiceassist.capture.source import Description
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message

SYSTEM_SOUND = "System Audio"
"""The name macOS itself has for everything that is played."""

LEAST_VERSION = (14, 4)
BLOCK_SECONDS = 0.04
MOST_AGE = 5.0
AGGREGATE = "VoiceAssist far end"
PACKAGE = "pyobjc-framework-CoreAudio"

_SYSTEM_OBJECT = 1
_GLOBAL = int.from_bytes(b"glob", "big")
_DEFAULT_OUTPUT = int.from_bytes(b"dOut", "big")
_DEVICE_UID = int.from_bytes(b"uid ", "big")
_UTF8 = 0x08000100


DEAD = ProbeResult.MUTED, message("macos-silent")


class TapSource(HelperSource):
    """Everything this Mac plays, whatever the output. `name` is ignored: a tap has no device to choose."""

    def __init__(self, name: str = "") -> None:
        super().__init__("coreaudio", dead=DEAD)


def record(sender: BlockSender, name: str) -> None:
    """In the child: make the tap and its aggregate, listen until the default output changes, take them down. `name` is
    ignored."""
    version = tuple(int(part) for part in platform.mac_ver()[0].split(".")[:2] if part)
    if version < LEAST_VERSION:
        raise InputError("macos-too-old")
    try:
        core_audio, foundation, objc = (importlib.import_module(m) for m in ("CoreAudio", "Foundation", "objc"))
    except ImportError as error:
        raise InputError("macos-package-missing", package=PACKAGE) from error
    system = AudioSystem(core_audio, foundation.NSDictionary.dictionaryWithDictionary_, objc.pyobjc_id)
    with Tap(system):
        import sounddevice  # only now: PortAudio lists devices when it is loaded

        listen(sender, sounddevice, system)


class AudioSystem:
    """The few calls of Core Audio that are needed. Each raises `InputError` when Core Audio says no."""

    def __init__(self, core_audio: Any, to_dictionary: Any, pointer_of: Any, library: Any = None) -> None:
        """PyObjC's CoreAudio module, what makes an NSDictionary, and what gives an object's address; `library` stands
        in for the C functions of CoreAudio and CoreFoundation."""
        self._core_audio = core_audio
        self._to_dictionary = to_dictionary
        self._pointer_of = pointer_of
        self._library = library or ctypes.CDLL(ctypes.util.find_library("CoreAudio") or "CoreAudio")
        self._foundation = library or ctypes.CDLL(ctypes.util.find_library("CoreFoundation") or "CoreFoundation")

    def create_tap(self) -> tuple[int, str]:
        """A private tap on all processes, mixed to mono, nothing muted. Returns its object and its UID."""
        description = self._core_audio.CATapDescription.alloc().initMonoGlobalTapButExcludeProcesses_([])
        description.setName_("VoiceAssist")
        description.setPrivate_(True)
        status, tap = self._core_audio.AudioHardwareCreateProcessTap(description, None)
        _check(status, "macos-not-allowed")
        return int(tap), str(description.UUID().UUIDString())

    def destroy_tap(self, tap: int) -> None:
        self._core_audio.AudioHardwareDestroyProcessTap(tap)

    def create_aggregate(self, description: dict[str, Any]) -> int:
        device = ctypes.c_uint32()
        dictionary = self._to_dictionary(description)  # must live until the call is over
        status = self._library.AudioHardwareCreateAggregateDevice(
            ctypes.c_void_p(self._pointer_of(dictionary)), ctypes.byref(device)
        )
        _check(status, "macos-aggregate-not-created")
        return device.value

    def destroy_aggregate(self, device: int) -> None:
        self._library.AudioHardwareDestroyAggregateDevice(ctypes.c_uint32(device))

    def default_output(self) -> str:
        """UID of the output that is the default now."""
        device = ctypes.c_uint32()
        self._get(_SYSTEM_OBJECT, _DEFAULT_OUTPUT, device)
        text = ctypes.c_void_p()
        self._get(device.value, _DEVICE_UID, text)
        buffer = ctypes.create_string_buffer(512)
        self._foundation.CFStringGetCString(text, buffer, ctypes.c_long(512), ctypes.c_uint32(_UTF8))
        self._foundation.CFRelease(text)
        return buffer.value.decode()

    def _get(self, device: int, selector: int, into: Any) -> None:
        address = (ctypes.c_uint32 * 3)(selector, _GLOBAL, 0)
        size = ctypes.c_uint32(ctypes.sizeof(into))
        status = self._library.AudioObjectGetPropertyData(
            ctypes.c_uint32(device), address, 0, None, ctypes.byref(size), ctypes.byref(into)
        )
        _check(status, "macos-output-unknown")


class Tap:
    """A tap and the aggregate device it is read through, for as long as the `with` lasts."""

    def __init__(self, system: AudioSystem) -> None:
        self._system = system
        self._tap = 0
        self._aggregate = 0

    def __enter__(self) -> Tap:
        self._tap, tap_uid = self._system.create_tap()
        try:
            self._aggregate = self._system.create_aggregate(_aggregate(self._system.default_output(), tap_uid))
        except InputError:
            self._system.destroy_tap(self._tap)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._system.destroy_aggregate(self._aggregate)
        self._system.destroy_tap(self._tap)


def _aggregate(output_uid: str, tap_uid: str) -> dict[str, Any]:
    """The aggregate: the real output as clock, the tap corrected to it. Keys as in AudioHardware.h."""
    return {
        "name": AGGREGATE,
        "uid": f"voiceassist-{uuid.uuid4()}",
        "private": True,
        "stacked": False,
        "master": output_uid,
        "subdevices": [{"uid": output_uid, "drift": False}],
        "taps": [{"uid": tap_uid, "drift": True}],
        "tapautostart": True,
    }


def listen(sender: BlockSender, sounddevice: Any, system: AudioSystem) -> None:
    """Read the aggregate as an ordinary input until the default output changes or the stream ends."""
    output = system.default_output()
    devices = list(sounddevice.query_devices())
    index = next((i for i, d in enumerate(devices) if d["name"] == AGGREGATE and d["max_input_channels"]), None)
    if index is None:
        raise InputError("macos-aggregate-missing")
    info = devices[index]
    rate, channels = int(info["default_samplerate"]), int(info["max_input_channels"])

    def heard(indata: Any, frames: int, times: Any, status: Any) -> None:
        age = times.currentTime - times.inputBufferAdcTime
        if not 0 < age < MOST_AGE:
            age = frames / rate
        # The output's own inputs, if it has any, come first; the tap is the last channel.
        sender.put(np.array(indata[:, -1], dtype=np.float32), capture_clock() - age, overflow=status.input_overflow)

    stream = sounddevice.InputStream(
        device=index,
        channels=channels,
        samplerate=rate,
        blocksize=round(rate * BLOCK_SECONDS),
        dtype="float32",
        callback=heard,
    )

    def trouble() -> Message | None:
        if not stream.active:
            return message("output-disconnected")
        return None if system.default_output() == output else message("output-changed")

    with contextlib.ExitStack() as streams:
        streams.enter_context(stream)
        try:
            streams.enter_context(_pilot(sounddevice))
            piloted = True
        except (sounddevice.PortAudioError, ValueError):
            piloted = False
        sender.opened(Description("far-end", SYSTEM_SOUND, rate), piloted=piloted)
        sender.run(trouble)


def _pilot(sounddevice: Any) -> Any:
    """A stream of the pilot to the default output; the tap hears it with everything else."""

    def faint(outdata: Any, frames: int, times: Any, status: Any) -> None:
        outdata[:, 0] = pilot(frames, 1)

    return sounddevice.OutputStream(channels=1, dtype="float32", callback=faint)


def _check(status: int, key: str) -> None:
    if status:
        raise InputError(key, status=status)
