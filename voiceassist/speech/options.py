"""What can be chosen about transcription."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    languages: tuple[str, ...] = ("en",)
    """Codes of the languages that are expected, the main one first; empty: any. With more than one, or none, a
    multilingual model finds out which in every utterance."""
    terms: tuple[str, ...] = ()
    """Product names, people, places: given to the recognizer as hot words, so that it writes them as they are here."""
    threads: int = 0
    """Threads of the recognizer, the two sides together; 0 fits them to the machine."""
    smaller: tuple[Path, ...] = ()
    """Folders of smaller models, the largest first: used when the machine cannot keep up or a model does not load."""
    partials: bool = True
    """Show words while they are being spoken."""
    short_input: bool = True
    """Encode what was said instead of 30 s of padding; off is Whisper's own way and several times slower."""
    live: bool = True
    """False for recorded calls and the demo: nothing is dropped, no smaller model is taken, and a model that does not
    load is given up at once instead of being tried again."""
