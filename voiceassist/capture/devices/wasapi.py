"""The far end on Windows: what the headset plays, by WASAPI loopback (PyAudioWPatch).

Not run on Windows by its authors: written against PyAudioWPatch 0.2.12.9's own source and Microsoft's "Loopback
Recording" page, kept thin, and tested against a recorded fake of that interface.

Loopback of the whole output, not of one process: the per-process kind hears nothing of Teams. While nothing plays,
WASAPI delivers no packets at all; a stream played to the same output keeps them coming (OBS plays silence). Ours is the
pilot, which also tells a quiet caller from a dead loopback. Sound played in exclusive mode cannot be looped back by
anybody.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from voiceassist.capture.clock import capture_clock
from voiceassist.capture.devices.child import BlockSender
from voiceassist.capture.devices.pilot import HelperSource, pilot
from voiceassist.capture.devices.portaudio import exclusive
from voiceassist.capture.silence_probe import ProbeResult
from voiceassist.capture.source import Description
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message

BLOCK_SECONDS = 0.04
MOST_AGE = 5.0

_DRVM_MAPPER_PREFERRED_GET = 0x2000 + 21
_WAVE_MAPPER = -1


DEAD = ProbeResult.SOUNDING, message("loopback-silent")


class LoopbackSource(HelperSource):
    """What the output called `name` plays, or the system's default one, followed when it changes."""

    def __init__(self, name: str = "") -> None:
        super().__init__("wasapi", name, dead=DEAD)


def outputs() -> list[tuple[str, bool]]:
    """Names of the outputs that can be listened to, and which is the default one."""
    import pyaudiowpatch

    with exclusive(), pyaudiowpatch.PyAudio() as audio:
        default = audio.get_default_wasapi_loopback()["name"]
        return [(_plain(d), d["name"] == default) for d in audio.get_loopback_device_info_generator()]


def record(sender: BlockSender, name: str) -> None:
    """In the child: listen until the output goes away or, when the default one is wanted, another becomes it."""
    import pyaudiowpatch

    loop(sender, name, pyaudiowpatch, default_output)


def loop(sender: BlockSender, name: str, pyaudio: Any, default: Any) -> None:
    """As `record`, with the library and the question for the default output given."""
    with pyaudio.PyAudio() as audio:
        device = _find(audio, name)
        rate, channels = int(device["defaultSampleRate"]), int(device["maxInputChannels"])

        def heard(data: bytes, frames: int, times: dict[str, float], status: int) -> tuple[None, int]:
            age = times.get("current_time", 0.0) - times.get("input_buffer_adc_time", 0.0)
            if not 0 < age < MOST_AGE:  # not every driver knows
                age = frames / rate
            now = capture_clock()
            samples = np.frombuffer(data, dtype=np.float32).reshape(-1, channels).mean(axis=1, dtype=np.float32)
            sender.put(samples, now - age, overflow=bool(status & pyaudio.paInputOverflow))
            return None, pyaudio.paContinue

        try:
            kept_alive = _keep_alive(audio, pyaudio, device)
            stream = audio.open(
                format=pyaudio.paFloat32,
                channels=channels,
                rate=rate,
                input=True,
                input_device_index=device["index"],
                frames_per_buffer=round(rate * BLOCK_SECONDS),
                stream_callback=heard,
            )
        except OSError as error:
            raise InputError("output-not-opened", name=_plain(device), error=str(error)) from error
        followed = "" if name else default()

        def trouble() -> Message | None:
            if not stream.is_active():
                return message("output-disconnected")
            if followed and (now := default()) and now != followed:
                return message("output-changed-to", name=now)
            return None

        try:
            sender.opened(Description("far-end", _plain(device), rate), piloted=kept_alive is not None)
            sender.run(trouble)
        finally:
            stream.close()
            if kept_alive is not None:
                kept_alive.close()


def default_output() -> str:
    """Name (its first 31 characters) of the default output now; empty when Windows does not say.

    Through winmm, which answers anew each time; PortAudio only knows what was true when it started.
    """
    winmm = ctypes.windll.winmm  # type: ignore[attr-defined]
    index, flags = ctypes.c_uint32(), ctypes.c_uint32()
    if winmm.waveOutMessage(
        ctypes.c_void_p(_WAVE_MAPPER), _DRVM_MAPPER_PREFERRED_GET, ctypes.byref(index), ctypes.byref(flags)
    ):
        return ""
    caps = _WaveOutCaps()
    if winmm.waveOutGetDevCapsW(ctypes.c_void_p(index.value), ctypes.byref(caps), ctypes.sizeof(caps)):
        return ""
    return str(caps.szPname)


class _WaveOutCaps(ctypes.Structure):
    """WAVEOUTCAPSW of mmeapi.h (packed by one byte)."""

    _pack_ = 1
    _fields_ = (
        ("wMid", ctypes.c_uint16),
        ("wPid", ctypes.c_uint16),
        ("vDriverVersion", ctypes.c_uint32),
        ("szPname", ctypes.c_wchar * 32),
        ("dwFormats", ctypes.c_uint32),
        ("wChannels", ctypes.c_uint16),
        ("wReserved1", ctypes.c_uint16),
        ("dwSupport", ctypes.c_uint32),
    )


def _find(audio: Any, name: str) -> dict[str, Any]:
    try:
        if not name:
            return dict(audio.get_default_wasapi_loopback())
        for device in audio.get_loopback_device_info_generator():
            if _plain(device).casefold() == name.casefold():
                return dict(device)
    except (OSError, LookupError) as error:
        raise InputError("output-not-listed", error=str(error)) from error
    raise InputError("output-not-found", name=name)


def _keep_alive(audio: Any, pyaudio: Any, loopback: dict[str, Any]) -> Any:
    """The pilot, played to the output that is listened to; None when it cannot be (then gaps are filled)."""
    for device in audio.get_device_info_generator_by_host_api(host_api_type=pyaudio.paWASAPI):
        if device["maxOutputChannels"] and device["name"] == _plain(loopback):
            break
    else:
        return None
    channels = int(device["maxOutputChannels"])

    def faint(data: bytes | None, frames: int, times: dict[str, float], status: int) -> tuple[bytes, int]:
        return pilot(frames, channels).tobytes(), pyaudio.paContinue

    try:
        return audio.open(
            format=pyaudio.paFloat32,
            channels=channels,
            rate=int(device["defaultSampleRate"]),
            output=True,
            output_device_index=device["index"],
            frames_per_buffer=round(device["defaultSampleRate"] * BLOCK_SECONDS),
            stream_callback=faint,
        )
    except OSError:
        return None


def _plain(device: dict[str, Any]) -> str:
    """An output's name without the mark of its loopback twin."""
    return str(device["name"]).removesuffix(" [Loopback]")
