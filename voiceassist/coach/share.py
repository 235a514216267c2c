"""One call as one file, to be handed to somebody: a zip with a list of what is in it and the hash of each part.

Redacted and without sound unless asked otherwise. Whoever has the call already takes in the notes alone, so notes come
back the way the call went, and two people who edit lose nothing. A file that is cut short, altered, or names anything
but the parts of a call is refused before anything is written.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from voiceassist.coach.notes import NOTES, Notes
from voiceassist.coach.redaction import redact, redact_event
from voiceassist.core.errors import InputError, StorageError, system_reason
from voiceassist.core.events import SCHEMA, encode
from voiceassist.core.files import locked, private_opener, replace_file
from voiceassist.storage import CallFolder
from voiceassist.storage.meta import JOURNAL, META, SOUND, CallMeta, RecordingState, write_meta

ENDING = ".vacall"
MANIFEST = "manifest.json"
VERSION = 1
LARGEST_PART = 512_000_000
LARGEST_CALL = 4_000_000_000
"""Bytes, unpacked: ten hours of sound are 300 MB."""
_PARTS = re.compile(rf"{re.escape(META)}|{re.escape(JOURNAL)}|{re.escape(NOTES)}|{SOUND}/\d{{4,6}}\.ogg")
_ID = re.compile(r"\d{8}-\d{6}-[a-z0-9]{6}")


class Part(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a shared call says of itself."""

    format: str = "voiceassist-call"
    version: int = VERSION
    call: str
    shared_by: str
    redacted: bool
    sound: bool
    created: datetime
    parts: dict[str, Part]


class Received(msgspec.Struct, frozen=True):
    """What came of a shared file: a call that is new here, or `notes` new versions of notes on one that was there."""

    call: str
    new: bool
    notes: int


def pack(folder: CallFolder, *, shared_by: str, sound: bool = False, redacted: bool = True) -> bytes:
    """The call as a file. Raises `InputError` when it cannot be read."""
    if not _ID.fullmatch(folder.meta.id):
        raise InputError("share-id-wrong", id=folder.meta.id)
    parts = {META: _meta(folder, shared_by, redacted), JOURNAL: _journal(folder, redacted)}
    notes = Notes(folder.path, folder.meta.id)
    content = notes.content()
    if content:
        parts[NOTES] = _notes(content) if redacted else content
    if sound:
        for path in sorted((folder.path / SOUND).glob("*.ogg")):
            if _PARTS.fullmatch(f"{SOUND}/{path.name}"):
                try:
                    parts[f"{SOUND}/{path.name}"] = path.read_bytes()
                except OSError as error:
                    raise InputError("call-unreadable", path=str(path), reason=system_reason(error)) from None
    listed = {name: Part(len(data), hashlib.sha256(data).hexdigest()) for name, data in parts.items()}
    manifest = Manifest(
        call=folder.meta.id,
        shared_by=shared_by,
        redacted=redacted,
        sound=sound,
        created=datetime.now(UTC).replace(microsecond=0),
        parts=listed,
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in {MANIFEST: msgspec.json.encode(manifest), **parts}.items():
            # Sound is packed already.
            kind = zipfile.ZIP_STORED if name.startswith(SOUND) else zipfile.ZIP_DEFLATED
            file.writestr(zipfile.ZipInfo(name), data, kind)
    return out.getvalue()


def share(folder: CallFolder, target: Path, *, shared_by: str, sound: bool = False, redacted: bool = True) -> Path:
    """Write the call to `target`, a file, or into `target`, a folder that others see. Notes of others that stand in a
    file of this call there are taken in first, so none is lost. Raises `InputError` and `StorageError`."""
    together = target.is_dir()
    path = target / (folder.meta.id + ENDING) if together else target
    try:
        with locked(path):
            if path.is_file():
                manifest, parts = unpack(path)
                if manifest.call != folder.meta.id:
                    raise InputError("share-other-call", file=str(path))
                Notes(folder.path, folder.meta.id).merge(parts.get(NOTES, b""))
            replace_file(path, pack(folder, shared_by=shared_by, sound=sound, redacted=redacted))
    except OSError as error:
        raise StorageError("target-not-written", path=str(path), reason=system_reason(error)) from None
    finally:
        if not together:  # in a folder others may wait for the lock
            with suppress(OSError):
                path.with_name(f"{path.name}.lock").unlink()
    return path


def unpack(path: Path) -> tuple[Manifest, dict[str, bytes]]:
    """What is in a shared file, all of it checked. Raises `InputError`."""
    try:
        with zipfile.ZipFile(path) as file:
            infos = {info.filename: info for info in file.infolist()}
            if MANIFEST not in infos or infos[MANIFEST].file_size > 10_000_000:
                raise InputError("share-damaged", file=str(path))
            raw = file.read(MANIFEST)
            version = msgspec.json.decode(raw, type=_Version)
            if version.format != "voiceassist-call":
                raise InputError("share-damaged", file=str(path))
            if version.version > VERSION:
                raise InputError("call-newer", path=str(path))
            manifest = msgspec.json.decode(raw, type=Manifest)
            whole = sum(part.size for part in manifest.parts.values())
            if (
                infos.keys() != {MANIFEST, *manifest.parts}
                or len(infos) != len(file.infolist())
                or not _ID.fullmatch(manifest.call)
                or META not in manifest.parts
                or JOURNAL not in manifest.parts
                or not all(_PARTS.fullmatch(name) for name in manifest.parts)
                or any(infos[name].file_size != part.size for name, part in manifest.parts.items())
                or max(part.size for part in manifest.parts.values()) > LARGEST_PART
                or whole > LARGEST_CALL
            ):
                raise InputError("share-damaged", file=str(path))
            parts = {}
            for name, part in manifest.parts.items():
                with file.open(name) as packed:
                    data = packed.read(part.size + 1)
                if len(data) != part.size or hashlib.sha256(data).hexdigest() != part.sha256:
                    raise InputError("share-damaged", file=str(path))
                parts[name] = data
    except OSError as error:
        raise InputError("call-unreadable", path=str(path), reason=system_reason(error)) from None
    except (zipfile.BadZipFile, msgspec.MsgspecError, EOFError, ValueError, NotImplementedError, RuntimeError):
        raise InputError("share-damaged", file=str(path)) from None
    except Exception as error:
        # zlib and lzma have errors of their own for bytes that were altered.
        if type(error).__module__ in ("zlib", "_lzma", "lzma"):
            raise InputError("share-damaged", file=str(path)) from None
        raise
    return manifest, parts


def receive(path: Path, library: Path) -> Received:
    """Take a shared file into the library: the call, or its notes where the call is there already. All or nothing.
    Raises `InputError` and `StorageError`."""
    manifest, parts = unpack(path)
    there = library / manifest.call
    if (there / META).is_file():
        meta = CallFolder.open(there).meta
        return Received(manifest.call, False, Notes(there, meta.id).merge(parts.get(NOTES, b"")))
    new = library / f".importing-{secrets.token_hex(4)}"
    try:
        library.mkdir(parents=True, exist_ok=True, mode=0o700)
        new.mkdir(mode=0o700)
        (new / SOUND).mkdir(mode=0o700)
        for name, data in parts.items():
            with open(new / name, "xb", opener=private_opener) as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        folder = CallFolder.open(new)
        if folder.meta.id != manifest.call:
            raise InputError("share-damaged", file=str(path))
        for _ in folder.events():
            pass
        write_meta(new, msgspec.structs.replace(folder.meta, agent=folder.meta.agent or manifest.shared_by))
        new.rename(there)
    except OSError as error:
        raise StorageError("call-not-kept", folder=str(library), reason=system_reason(error)) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Received(manifest.call, True, len(Notes(there, manifest.call).all()))


class _Version(msgspec.Struct):
    format: str
    version: int


def _meta(folder: CallFolder, shared_by: str, redacted: bool) -> bytes:
    meta: CallMeta = msgspec.structs.replace(
        folder.meta,
        state=RecordingState.CLOSED,
        duration=folder.duration,
        agent=folder.meta.agent or shared_by,
        model=Path(folder.meta.model).name,
    )
    if redacted:
        meta = msgspec.structs.replace(meta, sources={}, warnings=())
    return msgspec.json.encode(meta)


def _journal(folder: CallFolder, redacted: bool) -> bytes:
    lines = []
    for event in folder.events():
        shared = redact_event(event) if redacted else event
        if shared is not None:
            if shared is event and hasattr(event, "schema"):
                shared = msgspec.structs.replace(event, schema=SCHEMA)
            lines.append(encode(shared) + b"\n")
    return b"".join(lines)


def _notes(content: bytes) -> bytes:
    """The notes with their texts redacted. Each version keeps its name, so that a merge takes none of them twice."""
    lines = []
    for line in content.split(b"\n")[:-1]:
        with suppress(msgspec.MsgspecError, UnicodeDecodeError):
            note = msgspec.json.decode(line)
            if isinstance(note, dict):
                for name in ("text", "label"):
                    if isinstance(note.get(name), str):
                        note[name] = redact(note[name])
                lines.append(msgspec.json.encode(note) + b"\n")
    return b"".join(lines)
