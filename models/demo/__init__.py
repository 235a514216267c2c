"""A small speech model of our own, in Whisper's format: it knows the demo's synthetic voices, and nothing more.

What it is, how it was made and what it must not be used for: README.md beside this file. `WEIGHTS` is the directory
faster-whisper opens; everything else here makes or measures it.
"""

from pathlib import Path

WEIGHTS = Path(__file__).resolve().parent / "weights"
"""Where the bundled model lies."""

__all__ = ["WEIGHTS"]
