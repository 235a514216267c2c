"""The capture helper's process (`voiceassist _child capture`), with the drivers of Windows and macOS."""

from __future__ import annotations

from voiceassist.capture.devices.child import Record, serve


def main() -> None:
    serve(_driver)


def _driver(name: str) -> Record:
    if name == "wasapi":
        from voiceassist.capture.devices import wasapi

        return wasapi.record
    from voiceassist.capture.devices import coreaudio

    return coreaudio.record
