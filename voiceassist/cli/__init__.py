"""The commands of `voiceassist`, one module each: they read options, call the package they belong to, print.

A module holds either a function of the command's name or a `typer.Typer` called `app`. Whatever is slow to import
(sound, speech, Qt) is imported inside the function that needs it, so that `voiceassist --help` answers at once.
"""

from __future__ import annotations

import sys

from voiceassist.config import settings
from voiceassist.config.options import Settings


def load_settings() -> Settings:
    """The settings in force. What is wrong with them is said once, on standard error, and does not stop anything."""
    loaded = settings.load()
    for complaint in loaded.complaints:
        print(f"voiceassist: {complaint}", file=sys.stderr)
    return loaded.settings
