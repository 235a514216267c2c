"""The bundled demo calls: difficult calls in two synthetic voices, with their scripts and exact times.

The short one shows the cues that need only sound, the long one nearly everything that can come up in a call. Of each
there is a script (what is said), made by `make.py` into the sound (left agent, right caller) and the truth (what is in
it: lines, words, and the moments where a cue is due). No real person, firm or order is meant.
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


SHORT = Bundled(_HERE / "script.toml", _HERE / "call.ogg", _HERE / "truth.json")
LONG = Bundled(_HERE / "long.toml", _HERE / "long.ogg", _HERE / "long.truth.json")

NATURAL = {
    name: Bundled(_HERE / f"{name}.toml", _HERE / f"{name}.ogg", _HERE / f"{name}.json")
    for name in ("delivery", "bill", "calm", "heating", "flight")
}
"""Calls in natural voices, made by `tools/demo_calls`. In "calm" no cue may come; "heating" is in German."""

SCRIPT, CALL, TRUTH = SHORT.script, SHORT.sound, SHORT.truth

__all__ = ["CALL", "LONG", "NATURAL", "SCRIPT", "SHORT", "TRUTH", "Bundled"]
