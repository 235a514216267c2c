"""How readily each cue comes for this agent: what "wrong cue" has taught, and what the settings say of all cues.

Every "wrong cue" makes that cue harder to earn, down to the limit its pack sets (`sensitivity`). It is kept in one
small file of the person's own, told to nobody, and taken back cue by cue or as a whole. The engine gets the outcome
when a call begins and writes it into the call's first event, so that a replay has the same; nothing is learned during
a call.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from voiceassist.core import paths
from voiceassist.core.errors import StorageError, system_reason
from voiceassist.core.files import locked, replace_file
from voiceassist.cues.pack import Cue, Pack

STEP = 0.8
"""Share of a cue's sensitivity that is left after one "wrong cue": 5 dB in place of 4, 31 s in place of 25. Four of
them come to the least most cues can be turned down to, a half."""
READINESS: Final[Mapping[str, float]] = {"quieter": 0.75, "usual": 1.0, "louder": 1.25}
"""What the setting for all cues multiplies sensitivities by."""
SCHEMA = 1


def default_file() -> Path:
    """Where this person's "wrong cue"s are counted."""
    return paths.data_folder() / "wrong-cues.json"


class WrongCues:
    """How often each cue was called wrong. Reads and writes its file each time, one program after the other."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or default_file()

    def counts(self) -> dict[str, int]:
        """By cue id. Empty when nothing was ever called wrong, and when the file makes no sense: cues then come as
        their pack has them."""
        try:
            kept = json.loads(self.file.read_text(encoding="utf-8"))
            return {str(cue): n for cue, n in kept["wrong"].items() if isinstance(n, int) and n > 0}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def add(self, cue: str) -> None:
        """The agent said that this cue was wrong. Raises `StorageError`."""
        with self._changing() as counts:
            counts[cue] = counts.get(cue, 0) + 1

    def reset(self, cue: str = "") -> None:
        """Forget what was said about this cue, or about all of them. Raises `StorageError`."""
        with self._changing() as counts:
            if cue:
                counts.pop(cue, None)
            else:
                counts.clear()

    @contextlib.contextmanager
    def _changing(self) -> Iterator[dict[str, int]]:
        """The counts, written back at the end; nobody else changes them meanwhile."""
        try:
            with locked(self.file):
                counts = self.counts()
                yield counts
                kept = {"schema": SCHEMA, "wrong": counts}
                replace_file(self.file, json.dumps(kept, indent=1, sort_keys=True).encode())
        except OSError as error:
            raise StorageError("wrong-cues-not-saved", path=str(self.file), reason=system_reason(error)) from error


def learned(cue: Cue, wrong: int) -> float:
    """The cue's sensitivity after being called wrong so often: 1 is full, never under the limit of its pack."""
    return round(max(STEP**wrong, cue.sensitivity), 3)


def sensitivities(pack: Pack, wrong: Mapping[str, int], readiness: str = "usual") -> dict[str, float]:
    """The sensitivity of every cue of the pack that is not 1, by id. Quieter stops at the packs' limits as well."""
    factor = READINESS[readiness]
    found = {}
    for cue in pack.cues:
        value = learned(cue, wrong.get(cue.id, 0)) * factor
        value = round(max(value, cue.sensitivity) if factor <= 1.0 else value, 3)
        if value != 1.0 and not (cue.sensitivity >= 1.0 and factor > 1.0):
            found[cue.id] = value
    return found
