"""A source made of arithmetic: a device as tests and benchmarks need it, with every fault a real one has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from voiceassist.capture.source import Block, Description, EndOfSource


class SyntheticSource:
    """Delivers what `script` yields, at once: blocks, None for "nothing came", exceptions to be raised."""

    def __init__(
        self, script: Iterable[Block | Exception | None], rate: int, *, kind: str = "synthetic", name: str = "synthetic"
    ) -> None:
        self.description = Description(kind=kind, name=name, rate=rate)
        self._script = script
        self._left: Iterator[Block | Exception | None] = iter(())
        self.closed = 0

    def open(self) -> Description:
        self._left = iter(self._script)
        return self.description

    def read(self, timeout: float) -> Block | None:
        step = next(self._left, EndOfSource())
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        self.closed += 1
