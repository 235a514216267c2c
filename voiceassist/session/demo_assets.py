"""The bundled demo calls: difficult calls and a calm one in natural voices, with their scripts and exact times.

Of each there is a script (what is said), made by `tools/demo_calls` into the sound (left agent, right caller) and the
truth (what is in it: lines, words, and the moments where a cue is due). No real person, firm or order is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent / "demo_calls"


@dataclass(frozen=True)
class Bundled:
    """The three files of a bundled call."""

    script: Path
    sound: Path
    truth: Path
    language: str = "en"


def _bundled(name: str, language: str = "en") -> Bundled:
    return Bundled(_HERE / f"{name}.toml", _HERE / f"{name}.ogg", _HERE / f"{name}.json", language)


CALLS = {
    "delivery": _bundled("delivery"),
    "bill": _bundled("bill"),
    "calm": _bundled("calm"),
    "flight": _bundled("flight"),
    "heating": _bundled("heating", "de"),
}
"""By name. In "bill" nearly every cue comes, in "calm" none may."""
