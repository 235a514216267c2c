"""What a folder must hold to be a CTranslate2 Whisper model, and the manifest kept beside it.

Looked at without loading the model, so that a wrong folder costs milliseconds and no memory. Whether the weights are
the ones that were fetched is the manifest's business: sizes always, hashes when asked.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from models.speech.errors import SpeechModelError

MANIFEST = "voiceassist-model.json"

_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_BLOCK = 1 << 20


def bundled_folder(name: str) -> Path | None:
    """Where a model bundled with the program lies, or None while it is not there."""
    root = Path(str(files("models"))) / name
    candidates = [root, *sorted(p for p in root.glob("*") if p.is_dir())] if root.is_dir() else []
    return next((p for p in candidates if (p / "model.bin").is_file()), None)


def check_folder(folder: Path) -> None:
    """Raises `SpeechModelError` unless `folder` holds a Whisper model in CTranslate2 form that looks whole."""
    if not folder.is_dir():
        raise SpeechModelError(f"{folder} is not a folder with a speech model.")
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise SpeechModelError(
                f"{folder} is not a Whisper model in CTranslate2 form: it has no {name}; "
                "convert the model or fetch one with: voiceassist models get base.en"
            )
    if not any((folder / v).is_file() for v in _VOCABULARIES):
        raise SpeechModelError(f"{folder} is not a Whisper model in CTranslate2 form: it has no vocabulary.")
    for name in ("config.json", "tokenizer.json"):
        try:
            json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise SpeechModelError(f"The speech model in {folder} is damaged: {name} cannot be read.") from None
    kind = _model_kind(folder / "model.bin")
    if kind is None:
        raise SpeechModelError(f"The speech model in {folder} is damaged: model.bin is not a CTranslate2 file.")
    if kind != "WhisperSpec":
        raise SpeechModelError(f"The model in {folder} is not a Whisper model (it is a {kind}).")
    check_sizes(folder)


def _model_kind(path: Path) -> str | None:
    """The name a CTranslate2 file gives itself: uint32 version, uint16 length, name ending in a zero byte."""
    try:
        with path.open("rb") as f:
            version, length = struct.unpack("<IH", f.read(6))
            name = f.read(length)
    except (OSError, struct.error):
        return None
    if not 1 <= version <= 100 or len(name) != length or not name.endswith(b"\0"):
        return None
    return name[:-1].decode("ascii", "replace")


# --- the manifest ---------------------------------------------------------------------------------------------------


def write_manifest(folder: Path, *, name: str, source: str, revision: str, licence: str) -> None:
    """Record size and SHA-256 of every file of the model, for `verify` on this or another machine."""
    content = {
        "schema": 1,
        "name": name,
        "source": source,
        "revision": revision,
        "licence": licence,
        "files": {
            p.name: {"size": p.stat().st_size, "sha256": sha256_of(p)}
            for p in sorted(folder.iterdir())
            if p.is_file() and p.name != MANIFEST
        },
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest beside the model, or None when there is none. Raises `SpeechModelError` when it is unreadable."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content["files"], dict):
            raise ValueError
        return content
    except (OSError, ValueError, KeyError, TypeError):
        raise SpeechModelError(f"The speech model in {folder} is damaged: {MANIFEST} cannot be read.") from None


def check_sizes(folder: Path) -> None:
    """Raises `SpeechModelError` when a file of the manifest is missing or has another size. Done at each load."""
    for name, size in _files(folder):
        path = folder / name
        if not path.is_file():
            raise SpeechModelError(f"The speech model in {folder} is damaged: {name} is missing.")
        if path.stat().st_size != size["size"]:
            raise SpeechModelError(f"The speech model in {folder} is damaged: {name} has the wrong size.")


def check_hashes(folder: Path, progress: Callable[[int], None] = lambda done: None) -> None:
    """Read everything and compare. `progress` is told the bytes read so far. Raises `SpeechModelError`."""
    if read_manifest(folder) is None:
        raise SpeechModelError(
            f"The speech model in {folder} has no {MANIFEST}, so it cannot be verified; "
            "import it with: voiceassist models import FOLDER"
        )
    check_sizes(folder)
    done = 0
    for name, expected in _files(folder):
        start = done
        if sha256_of(folder / name, lambda n, start=start: progress(start + n)) != expected["sha256"]:  # type: ignore[misc]
            raise SpeechModelError(
                f"The speech model in {folder} is damaged: {name} is not what was fetched; "
                "remove it and get it again with: voiceassist models get"
            )
        done += expected["size"]


def _files(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    manifest = read_manifest(folder)
    return sorted(manifest["files"].items()) if manifest else []


def sha256_of(path: Path, progress: Callable[[int], None] = lambda done: None) -> str:
    """Hexadecimal SHA-256 of a file's content."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as f:
        while block := f.read(_BLOCK):
            digest.update(block)
            done += len(block)
            progress(done)
    return digest.hexdigest()
