"""Which microphones and far ends there are, and the sources for the ones that are wanted.

The one place that knows which backend serves which system; everything else sees `Source`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from voiceassist.capture.devices.microphone import Microphone
from voiceassist.capture.devices.portaudio import portaudio
from voiceassist.capture.devices.pulse import PulseMonitor
from voiceassist.capture.devices.sound_server import SoundServer, reachable
from voiceassist.capture.source import Source
from voiceassist.core.errors import InputError
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message


@dataclass(frozen=True, slots=True)
class Device:
    """One thing that can be listened to. `name` is what the settings take; `label` is for people."""

    channel: Channel
    name: str
    label: str
    default: bool
    source: Callable[[], Source]


def live_sources(microphone: str = "", far_end: str = "", softphone: str = "") -> dict[Channel, Callable[[], Source]]:
    """The sources of a live call on this system, for `AlignedCapture`. Empty names mean the system's own choice."""
    return {Channel.AGENT: lambda: Microphone(microphone), Channel.CALLER: far_end_factory(far_end, softphone)}


def far_end_factory(far_end: str = "", softphone: str = "") -> Callable[[], Source]:
    """What makes the source that hears the caller on this system."""
    if sys.platform == "win32":
        from voiceassist.capture.devices.wasapi import LoopbackSource

        return lambda: LoopbackSource(far_end)
    if sys.platform == "darwin":
        from voiceassist.capture.devices.coreaudio import TapSource

        return lambda: TapSource(far_end)
    return lambda: PulseMonitor(far_end, softphone)


def list_devices() -> list[Device]:
    """Microphones, then far ends, as they are now. Raises `InputError` when the sound system does not answer at all."""
    if sys.platform == "win32":
        from voiceassist.capture.devices import wasapi

        return _portaudio_microphones() + [
            Device(Channel.CALLER, name, name, default, far_end_factory(name)) for name, default in wasapi.outputs()
        ]
    if sys.platform == "darwin":
        from voiceassist.capture.devices.coreaudio import SYSTEM_SOUND

        far_ends = [Device(Channel.CALLER, "", SYSTEM_SOUND, True, far_end_factory())]
        return _portaudio_microphones() + far_ends
    if not reachable():
        return _portaudio_microphones()
    return _pulse_devices()


def _portaudio_microphones() -> list[Device]:
    with portaudio() as sounddevice:
        try:
            default = str(sounddevice.query_devices(kind="input")["name"])
        except (sounddevice.PortAudioError, ValueError):
            default = ""
        names = dict.fromkeys(str(d["name"]) for d in sounddevice.query_devices() if d["max_input_channels"])
    return [Device(Channel.AGENT, n, n, n == default, _microphone(n)) for n in names]


def _pulse_devices() -> list[Device]:
    server = SoundServer()
    default_sink, default_source = server.defaults()
    sources = server.sources()
    # What an output plays is no microphone, unless it was made the default one (a virtual cable), or there is no other.
    microphones = [s for s in sources if not s.monitor or s.name == default_source] or sources
    found = [
        Device(Channel.AGENT, m.name, m.description, m.name == default_source, _microphone(m.name)) for m in microphones
    ]
    found += [
        Device(Channel.CALLER, s.name, s.description, s.name == default_sink, far_end_factory(s.name))
        for s in server.sinks()
    ]
    return found


def _microphone(name: str) -> Callable[[], Source]:
    return lambda: Microphone(name)


def check(microphone: str, far_end: str) -> None:
    """Raises `InputError` when a device that the person named is not there, with the names that are."""
    devices = list_devices()
    for channel, wanted, none, missing in (
        (Channel.AGENT, microphone, "microphone-none", "microphone-not-among"),
        (Channel.CALLER, far_end, "output-none", "output-not-among"),
    ):
        there = [d for d in devices if d.channel is channel]
        if wanted and wanted.casefold() not in (n.casefold() for d in there for n in (d.name, d.label)):
            names: list[str | Message] = [*dict.fromkeys(d.name for d in there)]
            raise InputError(missing, name=wanted, names=names) if names else InputError(none)
