"""The one error of this package: its text is one plain sentence that names the model or file and the way out."""

from __future__ import annotations


class SpeechModelError(Exception):
    """A speech model is unknown, missing, damaged, or cannot be fetched or stored."""
