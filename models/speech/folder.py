"""What a folder must hold to be a CTranslate2 Whisper model, and the manifest kept beside it.

Looked at without loading the model, so that a wrong folder costs milliseconds and no memory. Whether the weights are
the ones that were fetched is the manifest's business: sizes always, hashes when asked.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from voiceassist.core.errors import ModelError
from voiceassist.core.messages import message

MANIFEST = "voiceassist-model.json"

_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_BLOCK = 1 << 20

_SIZED_SINCE = 4
"""Version of the CTranslate2 format from which every weight has its number of bytes before it."""


def check_folder(folder: Path) -> None:
    """Raises `ModelError` unless `folder` holds a Whisper model in CTranslate2 form that looks whole."""
    if not folder.is_dir():
        raise ModelError("speech-model-folder-missing", folder=str(folder))
    for name in ("model.bin", "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise ModelError("speech-model-lacks-file", folder=str(folder), file=name)
    if not any((folder / v).is_file() for v in _VOCABULARIES):
        raise ModelError("speech-model-lacks-file", folder=str(folder), file=_VOCABULARIES[0])
    for name in ("config.json", "tokenizer.json"):
        try:
            json.loads((folder / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise _damaged(folder, "file-unreadable", name) from None
    kind = _model_kind(folder / "model.bin")
    if kind is None:
        raise _damaged(folder, "file-not-ctranslate2", "model.bin")
    if kind != "WhisperSpec":
        raise ModelError("speech-model-other-kind", folder=str(folder), kind=kind)
    if not _is_whole(folder / "model.bin"):
        raise _damaged(folder, "file-size-differs", "model.bin")
    check_sizes(folder)


def _is_whole(path: Path) -> bool:
    """Whether a CTranslate2 file holds all the weights it lists and nothing else. Only their headers are read."""
    with path.open("rb") as f:

        def number(form: str) -> int:
            return int(struct.unpack("<" + form, f.read(struct.calcsize("<" + form)))[0])

        def skip_name() -> None:
            f.seek(number("H"), 1)

        try:
            version = number("I")
            if version < _SIZED_SINCE:
                return True  # as old as that, it does not say how long its weights are
            skip_name()
            number("I")
            for _ in range(number("I")):
                skip_name()
                f.seek(4 * number("B") + 1, 1)
                f.seek(number("I"), 1)
            for _ in range(number("I")):
                skip_name()
                skip_name()
        except struct.error:
            return False
        end = f.tell()
        return end == f.seek(0, 2)


def check_known(folder: Path, files: Iterable[tuple[str, int, str | None]]) -> None:
    """Raises `ModelError` when a file has the name and size of a published one and not its SHA-256."""
    for name, size, sha256 in files:
        path = folder / name
        if sha256 and path.is_file() and path.stat().st_size == size and sha256_of(path) != sha256:
            raise _damaged(folder, "file-content-differs", name)


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
    """The manifest beside the model, or None when there is none. Raises `ModelError` when it is unreadable."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content["files"], dict):
            raise ValueError
        return content
    except (OSError, ValueError, KeyError, TypeError):
        raise _damaged(folder, "file-unreadable", MANIFEST) from None


def check_sizes(folder: Path) -> None:
    """Raises `ModelError` when a file of the manifest is missing or has another size. Done at each load."""
    for name, size in _files(folder):
        path = folder / name
        if not path.is_file():
            raise _damaged(folder, "file-missing", name)
        if path.stat().st_size != size["size"]:
            raise _damaged(folder, "file-size-differs", name)


def check_hashes(folder: Path, progress: Callable[[int], None] = lambda done: None) -> None:
    """Read everything and compare. `progress` is told the bytes read so far. Raises `ModelError`."""
    if read_manifest(folder) is None:
        raise ModelError("speech-model-without-manifest", folder=str(folder), file=MANIFEST)
    check_sizes(folder)
    done = 0
    for name, expected in _files(folder):
        start = done
        if sha256_of(folder / name, lambda n, start=start: progress(start + n)) != expected["sha256"]:  # type: ignore[misc]
            raise _damaged(folder, "file-content-differs", name)
        done += expected["size"]


def _damaged(folder: Path, problem: str, file: str) -> ModelError:
    return ModelError("speech-model-damaged", folder=str(folder), problem=message(problem, file=file))


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
