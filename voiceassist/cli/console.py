"""Where tables and coloured lines are printed. Loaded only by the commands that do so."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console as RichConsole
from rich.console import ConsoleOptions, RenderableType
from rich.segment import Segment

from voiceassist.core.messages import printable


class Console(RichConsole):
    """As that of rich, but nothing that is printed acts on the terminal: names of devices, calls and packs come from
    outside."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)
