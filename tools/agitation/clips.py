"""Folders of labelled clips: which file is whose, and how the speaker sounded.

Understood are a table and the file names of well-known sets, each tried on every file, the first that fits counts:

- `labels.csv` in the folder, with the columns file, speaker, label
- BAVED        `speaker-gender-age-word-level-id.wav`, level 0 is low, 1 calm, 2 agitated
- EmoDB        `03a01Wa.wav`: two digits speaker, then the text, then a letter: N is calm, L low, W agitated
- EmoTale      `DK_004_A_5.wav`: language and speaker, then N for calm, B low, A agitated
- ASED         `a5-03-01-02-50.wav`: n is calm, a agitated, last number the speaker
- URDU         `SM4_F4_A056.wav`: speaker, then N for calm, A agitated
- RAVDESS      `03-01-05-01-02-01-12.wav`: third number 01 is calm, 05 agitated, last number the speaker
- CREMA-D      `1001_DFA_ANG_XX.wav`: NEU is calm, ANG agitated
- SAVEE        `DC_a01.wav`, or `a01.wav` in a folder named after the speaker: n is calm, a agitated
- by words     any other file with neutral, neu, calm, angry, anger, ang or agitated as a word of its name or folder;
               the speaker is the rest of the first word of the name, or else the folder's name

Bored and tired voices are `low`: as little agitated as calm ones, and harder to tell from cold anger. Everything else
these sets hold (joy, fear, …) is `other`; it is counted apart. So is sadness: some actors weep aloud.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Label = Literal["calm", "low", "agitated", "other"]

SOUNDS = {".wav", ".flac", ".ogg", ".mp3"}
_CALM = {"calm", "neutral", "neu"}
_LOW = {"low", "bored", "boredom", "tired"}
_AGITATED = {"agitated", "angry", "anger", "ang", "high"}
_WORDS = _CALM | _LOW | _AGITATED | {"happy", "sad", "fear", "disgust", "surprise", "surprised", "fearful", "ps"}


@dataclass(frozen=True, slots=True)
class Clip:
    path: Path
    speaker: str
    label: Label


def find(folder: Path) -> list[Clip]:
    """The clips in `folder` and the folders inside it, sorted by path. Raises `ValueError` when there are none."""
    table = folder / "labels.csv"
    if table.is_file():
        with table.open(encoding="utf-8", newline="") as lines:
            clips = [Clip(folder / row["file"], row["speaker"], _of(row["label"])) for row in csv.DictReader(lines)]
    else:
        paths = (p for p in folder.rglob("*") if p.suffix.lower() in SOUNDS)
        clips = [clip for path in paths if (clip := _by_name(path, folder)) is not None]
    if not clips:
        raise ValueError(f"{folder} holds no clip whose label could be told; python -m tools.agitation.evaluate --help")
    return sorted(clips, key=lambda clip: clip.path)


def _of(word: str) -> Label:
    word = word.strip().lower()
    return "calm" if word in _CALM else "low" if word in _LOW else "agitated" if word in _AGITATED else "other"


def _code(code: str, calm: str, agitated: str, low: str = "") -> Label:
    return "calm" if code == calm else "agitated" if code == agitated else "low" if code == low else "other"


def _by_name(path: Path, folder: Path) -> Clip | None:
    name = path.stem
    if m := re.fullmatch(r"(\d+)-[mf]-\d+-\d+-(\d)-\d+", name):
        return Clip(path, m[1], _code(m[2], "1", "2", "0"))
    if m := re.fullmatch(r"(\d\d)[a-z]\d\d([A-Z])[a-z]?", name):
        return Clip(path, m[1], _code(m[2], "N", "W", "L"))
    if m := re.fullmatch(r"([A-Z]{2}_\d{3})_([A-Z])_\d", name):
        return Clip(path, m[1], _code(m[2], "N", "A", "B"))
    if m := re.fullmatch(r"([a-zA-Z])\d-\d\d-\d\d-\d\d-(\d\d)", name):
        return Clip(path, m[2], _code(m[1].lower(), "n", "a"))
    if m := re.fullmatch(r"(S[MF]\d+)_F\d+_([A-Z])\d+", name):
        return Clip(path, m[1], _code(m[2], "N", "A"))
    if m := re.fullmatch(r"\d\d-\d\d-(\d\d)-\d\d-\d\d-\d\d-(\d\d)", name):
        return Clip(path, m[2], _code(m[1], "01", "05"))
    if m := re.fullmatch(r"(\d{4})_[A-Z]{3}_([A-Z]{3})_[A-Z]{2}", name):
        return Clip(path, m[1], _code(m[2], "NEU", "ANG"))
    if m := re.fullmatch(r"(?:([A-Z]{2})_)?(a|d|f|h|n|sa|su)\d\d", name):
        return Clip(path, m[1] or path.parent.name, _code(m[2], "n", "a"))
    return _by_words(path, folder)


def _by_words(path: Path, folder: Path) -> Clip | None:
    parts = [*path.relative_to(folder).parts[:-1], path.stem]
    words = [word for part in parts for word in re.split(r"[_\-\s.]+", part.lower())]
    label = next((word for word in reversed(words) if word in _WORDS), None)
    if label is None:
        return None
    name = [word for word in re.split(r"[_\-\s.]+", path.stem) if word.lower() not in _WORDS]
    folders = [part for part in parts[:-1] if not _WORDS & set(re.split(r"[_\-\s.]+", part.lower()))]
    return Clip(path, folders[-1] if folders else name[0] if name else folder.name, _of(label))
