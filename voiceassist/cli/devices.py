"""`voiceassist devices`: the microphones and far ends, with their levels as they are now."""

from __future__ import annotations

import json as json_module
import threading
import time
from typing import TYPE_CHECKING, Annotated

import typer

from voiceassist.cli import say, words
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message

if TYPE_CHECKING:
    from rich.table import Table

    from voiceassist.capture.devices.listing import Device
    from voiceassist.capture.reader import Report

BAR = 24
"""Characters of a level bar."""
FLOOR_DB = -72.0
"""Level at the bar's left end, dBFS; quieter counts as silence."""
HOLD = 0.4
"""Seconds a peak stays on the bar."""
REFRESH = 0.1

HEADINGS = {Channel.AGENT: "microphones-heading", Channel.CALLER: "caller-audio-heading"}


def devices(
    seconds: Annotated[float, typer.Option(min=0, max=3600, help="How long to listen; 0: only list the names.")] = 5.0,
    json: Annotated[bool, typer.Option("--json", help="One JSON object, with the highest level heard.")] = False,
) -> None:
    """List the microphones and far ends there are, with live level bars."""
    from voiceassist.capture.devices.listing import list_devices

    found = list_devices()
    ears = [LevelMonitor(device) for device in found] if seconds else []
    try:
        if json:
            _wait(ears, seconds)
            print(json_module.dumps({"devices": [_row(d, e) for d, e in _paired(found, ears)]}, indent=2))
        else:
            _show(found, ears, seconds)
    except KeyboardInterrupt:
        pass
    finally:
        for ear in ears:
            ear.stop()
        for ear in ears:
            ear.join()


class LevelMonitor:
    """Listens to one device in a thread of its own and remembers how loud it was."""

    def __init__(self, device: Device) -> None:
        from voiceassist.capture.reader import Reader

        self.trouble: Message | None = None
        self.highest = 0.0
        """Highest peak so far, 0 to 1."""
        self._recent = (0.0, 0.0)
        self._stopped = threading.Event()
        self._reader = Reader(device.source, time.monotonic, self._report)
        self._thread = threading.Thread(target=self._run, name=f"listen-{device.name}", daemon=True)
        self._thread.start()

    @property
    def peak(self) -> float:
        """The peak of the last moment, 0 to 1."""
        when, peak = self._recent
        return peak if time.monotonic() - when < HOLD else 0.0

    def stop(self) -> None:
        self._stopped.set()

    def join(self) -> None:
        self._thread.join(2.0)

    def _run(self) -> None:
        while not self._stopped.is_set() and self._reader.step(self._stopped.wait):
            pass
        self._reader.close()

    def _report(self, report: Report) -> None:
        from voiceassist.capture.reader import Failed, Heard

        if isinstance(report, Failed):
            self.trouble = report.reason
        elif isinstance(report, Heard):
            self.trouble = None
            self.highest = max(self.highest, report.peak)
            if report.peak >= self.peak:
                self._recent = (report.time, report.peak)


def _paired(found: list[Device], ears: list[LevelMonitor]) -> list[tuple[Device, LevelMonitor | None]]:
    return [(device, ears[i] if ears else None) for i, device in enumerate(found)]


def _wait(ears: list[LevelMonitor], seconds: float) -> None:
    end = time.monotonic() + seconds
    while ears and time.monotonic() < end:
        time.sleep(REFRESH)


def _row(device: Device, ear: LevelMonitor | None) -> dict[str, object]:
    row: dict[str, object] = {
        "kind": "microphone" if device.channel is Channel.AGENT else "far-end",
        "name": device.name,
        "label": device.label,
        "default": device.default,
    }
    if ear is not None:
        row["peak_db"] = round(level_db(ear.highest), 1)
        row["trouble"] = str(ear.trouble or "")
    return row


def _show(found: list[Device], ears: list[LevelMonitor], seconds: float) -> None:
    from rich.live import Live

    from voiceassist.cli.console import Console

    console = Console()
    if not found:
        say("no-sound-device")
        return
    end = time.monotonic() + seconds
    if not console.is_terminal or not ears:
        _wait(ears, seconds)
        console.print(_table(found, ears, lasting=True))
        return
    with Live(_table(found, ears), console=console, refresh_per_second=1 / REFRESH) as live:
        while time.monotonic() < end:
            time.sleep(REFRESH)
            live.update(_table(found, ears))


def _table(found: list[Device], ears: list[LevelMonitor], *, lasting: bool = False) -> Table:
    """The devices, each with its bar. `lasting`: the highest level heard, instead of the level now."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=False)
    for channel in Channel:
        table.add_row(Text(words(HEADINGS[channel]), style="bold"))
        rows = [(d, e) for d, e in _paired(found, ears) if d.channel is channel]
        for device, ear in rows:
            mark = "*" if device.default else " "
            label = Text(f"{mark} {device.label}")
            name = Text(device.name if device.name != device.label else "", style="dim")
            if ear is None:
                table.add_row(label, name)
            elif ear.trouble:
                table.add_row(label, name, Text(words(ear.trouble), style="magenta"))
            else:
                table.add_row(label, name, *bar(ear.highest if lasting else ear.peak))
        if not rows:
            table.add_row(Text(f"  {words('none')}", style="dim"))
    table.add_row(Text(f"* {words('default-device')}", style="dim"))
    return table


def level_db(peak: float) -> float:
    """A peak (0 to 1) in dBFS, not below `FLOOR_DB`."""
    import math

    return max(FLOOR_DB, 20 * math.log10(peak)) if peak > 0 else FLOOR_DB


def bar(peak: float) -> tuple[str, str]:
    """A level bar and its figure."""
    db = level_db(peak)
    full = round(BAR * (1 - db / FLOOR_DB))
    return "█" * full + "·" * (BAR - full), words("silent") if db <= FLOOR_DB else f"{db:.0f} dB"
