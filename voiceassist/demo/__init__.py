"""The bundled demo call: a difficult call in two synthetic voices, with its script and exact times.

`script.toml` is what is said, `make.py` speaks it, `call.ogg` is the sound (left agent, right caller) and `truth.json`
what is in it: lines, words, and the moments where a cue is due. No real person, firm or order is meant.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent

SCRIPT = _HERE / "script.toml"
CALL = _HERE / "call.ogg"
TRUTH = _HERE / "truth.json"

__all__ = ["CALL", "SCRIPT", "TRUTH"]
