"""What a demo call consists of, read from its TOML file: who speaks how, line by line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Who = Literal["agent", "caller"]


@dataclass(frozen=True)
class Style:
    """How a line is spoken, against the calm speech of the same voice.

    Raised voices are louder, higher, quicker and flatter in spectrum at once (Eyben et al. 2016, GeMAPS). The pitch
    goes from `semitones` at the begin to `semitones_end`; `tilt_db` is the gain of a shelf above 1 kHz.
    """

    level_db: float = 0.0
    semitones: float = 0.0
    semitones_end: float = 0.0
    tempo: float = 1.0
    tilt_db: float = 0.0
    pause: float = 0.6
    """Longest pause inside a line, in seconds; pauses get shorter before anger (Alam et al., COLING 2016)."""


STYLES: dict[Who, dict[str, Style]] = {
    "caller": {
        "calm": Style(),
        "quiet": Style(level_db=-3.0, tempo=0.96),
        "lively": Style(level_db=1.5, semitones=1.0, semitones_end=0.5, tempo=1.05),
        "tense": Style(level_db=4.0, semitones=2.5, semitones_end=3.0, tempo=1.06, tilt_db=2.0, pause=0.3),
        "upset": Style(level_db=6.5, semitones=4.5, semitones_end=5.5, tempo=1.1, tilt_db=4.0, pause=0.25),
        "angry": Style(level_db=7.5, semitones=5.0, semitones_end=6.0, tempo=1.12, tilt_db=4.5, pause=0.2),
        "furious": Style(level_db=9.0, semitones=6.0, semitones_end=7.0, tempo=1.14, tilt_db=5.5, pause=0.2),
    },
    "agent": {
        "calm": Style(),
        "soft": Style(level_db=-2.0, semitones=-1.5, semitones_end=-1.5, tempo=0.96),
        "raised": Style(level_db=7.0, semitones=3.0, semitones_end=3.5, tempo=1.05, tilt_db=3.0),
    },
}

# When the cue for an event is due, in seconds after the scripted moment. The earliest is when what earns it has
# happened; the latest leaves the engine a second and a half (speech must be told from noise, and an average moves), and
# what was said half a second for the pause that ends an utterance and the time to read it.
DUE_AFTER: dict[str, tuple[float, float]] = {
    "answers-too-fast": (0.0, 1.5),  # from the agent's first sound
    "no-word-about-the-trouble": (0.0, 1.5),  # from the caller's last sound: the agent's turn comes
    "is-angry": (0.0, 6.0),  # from the caller's first sound: the first breath the caller takes
    "stays-angry": (0.0, 1.5),  # from the caller's last sound: the agent's turn comes
    "talks-over": (1.0, 2.5),  # from the agent's first sound; more than 1 s of overlap earns it
    "raises-the-voice": (1.5, 3.5),  # from the agent's first sound; 2 s of raised speech earn it
    "calms-down": (0.0, 20.0),  # from the caller's first calmer sound: two turns of the caller's that are
    "goes-silent": (5.5, 7.0),  # from the last sound of the line before: 6 s of dead air earn it
    "talks-on-and-on": (24.5, 27.0),  # from the agent's first sound: 25 s without a break
    "speaks-of-the-way-here": (0.0, 3.0),
    "names-a-fault": (0.0, 3.0),
    "contradicts": (0.0, 3.0),
    "still-no-next-step": (0.0, 3.0),
    "refuses": (0.0, 3.0),
    "nothing-to-be-done": (0.0, 3.0),
    "insults": (0.0, 3.0),
    "refuses-again": (0.0, 3.0),
    "feels-like-nobody": (0.0, 3.0),
    "says-the-same-again": (0.0, 3.0),
    "asks-for-somebody-else": (0.0, 3.0),
    "closes": (0.0, 3.0),
}
ALONE_DUE_AFTER = (0.0, 1.5)
"""From the caller's last sound: the agent's turn comes."""
AT_THE_START = {
    "answers-too-fast",
    "is-angry",
    "talks-over",
    "raises-the-voice",
    "calms-down",
    "acknowledges",
    "talks-on-and-on",
}
"""Events whose moment is the begin of their line; the others happen when it ends."""
BEFORE = {"goes-silent"}
"""Events whose moment is the end of the line before."""
CLEARED_BY = {"acknowledges": "acknowledge"}
"""Events that earn no cue but end one."""

LANGUAGES = {"en-us": "en", "en-gb": "en", "de": "de"}
"""Phonemes that can be spoken, and the language they belong to."""


@dataclass(frozen=True)
class Line:
    """One turn of the script.

    In `text`, `[0.8]` after a mark is a pause of so many seconds, and `|` is where the speaker breaks off. `cue` is
    what `event` earns, of `needs` "sound" or "words" (then it is not due where nothing is read). `alone` is the cue
    that the end of the line earns where nothing is read and that words would have spared or put another in place of.
    """

    who: Who
    text: str
    gap: float
    style: str = "calm"
    event: str = ""
    cue: str = ""
    needs: str = "sound"
    alone: str = ""

    @property
    def spoken(self) -> str:
        """What is given to the voice: without marks of our own, but with what will be broken off."""
        return " ".join(re.sub(r"\[[\d.]+\]|\|", " ", self.text).split())

    @property
    def heard(self) -> str:
        """What is heard of it."""
        return " ".join(re.sub(r"\[[\d.]+\]", " ", self.text.split("|")[0]).split())

    @property
    def pauses(self) -> dict[int, float]:
        """Seconds of pause after the word of that number."""
        found: dict[int, float] = {}
        words = 0
        for piece in self.text.replace("|", " ").split():
            if match := re.fullmatch(r"\[([\d.]+)\]", piece):
                found[words - 1] = float(match[1])
            else:
                words += 1
        return found


@dataclass(frozen=True)
class Speaker:
    """`voice` of the model, `phonemes` as eSpeak names them, `tempo` of calm speech."""

    voice: str
    phonemes: str
    tempo: float = 1.0


@dataclass(frozen=True)
class Script:
    title: str
    speakers: dict[Who, Speaker]
    codec: str
    lines: tuple[Line, ...]

    @property
    def language(self) -> str:
        return LANGUAGES[self.speakers["caller"].phonemes]


def read_script(path: Path) -> Script:
    """Raises ValueError naming the line that makes no sense."""
    document: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    lines = tuple(Line(**entry) for entry in document["line"])
    for number, line in enumerate(lines, start=1):
        if line.style not in STYLES.get(line.who, {}):
            raise ValueError(f"{path.name}, line {number}: {line.who} has no style {line.style!r}")
        if line.event and line.event not in DUE_AFTER and line.event not in CLEARED_BY:
            raise ValueError(f"{path.name}, line {number}: there is no event {line.event!r}")
        if line.cue and line.event not in DUE_AFTER:
            raise ValueError(f"{path.name}, line {number}: a cue needs an event that says when it is due")
        if line.needs not in ("sound", "words"):
            raise ValueError(f"{path.name}, line {number}: nothing is known by {line.needs!r}")
    speakers: dict[Who, Speaker] = {who: Speaker(**document[who]) for who in ("agent", "caller")}
    return Script(document["title"], speakers, document["codec"], lines)
