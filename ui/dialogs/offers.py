"""What there is to choose from on this computer, for options that take a name. May wait; run it as a task."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication

from voiceassist.config.options import Settings
from voiceassist.core.events import Channel

Offer = tuple[str, str]
"""The value, and what a person reads."""


def offers(kind: str, settings: Settings) -> list[Offer]:
    """The values of one kind, by the table's word for it. Raises `VoiceAssistError` where they cannot be listed."""
    return _KINDS[kind](settings)


def _devices(channel: Channel) -> list[Offer]:
    from voiceassist.capture.devices.listing import list_devices  # the sound system's libraries take a moment

    return [(device.name, device.label) for device in list_devices() if device.channel is channel]


def _models(settings: Settings) -> list[Offer]:
    from voiceassist.session.build import model_store

    return [(model.name, model.name) for model in model_store(settings).list()]


def _packs(settings: Settings) -> list[Offer]:
    from voiceassist.cues.pack import SHIPPED

    return [(path.stem, path.stem) for path in sorted(SHIPPED.glob("*.toml"))]


def _screens(settings: Settings) -> list[Offer]:
    return [(screen.name(), screen.name()) for screen in QGuiApplication.screens()]


_KINDS: dict[str, Callable[[Settings], list[Offer]]] = {
    "microphones": lambda settings: _devices(Channel.AGENT),
    "outputs": lambda settings: _devices(Channel.CALLER),
    "models": _models,
    "packs": _packs,
    "screens": _screens,
}
