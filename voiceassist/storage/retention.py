"""Calls go when their time is over, and when the person they are about asks for it. What went is in the audit log."""

from __future__ import annotations

import contextlib
import io
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from voiceassist.core.errors import InputError, StorageError
from voiceassist.core.messages import Message
from voiceassist.storage import audit
from voiceassist.storage.folder import CallFolder
from voiceassist.storage.library import Library
from voiceassist.storage.meta import SOUND
from voiceassist.storage.reference_index import calls_with

BY_RETENTION = "retention"
"""Who deletes, in the audit log, when time is over."""


@dataclass(slots=True)
class Expired:
    calls: list[str] = field(default_factory=list)
    sound: list[str] = field(default_factory=list)
    """Ids of calls that are gone, and of those whose sound is."""
    failed: list[Message] = field(default_factory=list)


def expire(root: Path, keep_days: int, keep_sound_days: int, *, now: datetime | None = None) -> Expired:
    """Delete calls that are older than `keep_days`, and the sound of those older than `keep_sound_days`; 0 keeps for
    ever. One that cannot be deleted is told and tried again the next time."""
    now = now or datetime.now(UTC)
    done, library = Expired(), Library(root)
    with contextlib.suppress(OSError):
        for leftover in root.glob(".deleted-*"):  # somebody was killed while deleting
            shutil.rmtree(leftover, ignore_errors=True)
    for call in library.list():
        age = now - call.meta.created
        try:
            if keep_days and age > timedelta(days=keep_days):
                library.delete(call)
                audit.record(root, "deleted", call.meta.id, who=BY_RETENTION, now=now)
                done.calls.append(call.meta.id)
            elif keep_sound_days and age > timedelta(days=keep_sound_days) and call.segments():
                _delete_sound(call)
                audit.record(root, "sound-deleted", call.meta.id, who=BY_RETENTION, now=now)
                done.sound.append(call.meta.id)
        except StorageError as error:
            done.failed.append(error.message)
    if done.calls:
        _forget_references(root)
    return done


def with_reference(library: Library, reference: str) -> list[CallFolder]:
    """The finished calls with this caller, the latest first. Raises `InputError` when there is none."""
    ids = calls_with(library.root, reference)
    if not ids:
        raise InputError("no-call-with-reference", reference=reference)
    return [library.find(name) for name in ids]


def delete_all(library: Library, calls: Sequence[CallFolder]) -> None:
    """Raises `StorageError` at the first that cannot be deleted."""
    for call in calls:
        library.delete(call)
        audit.record(library.root, "deleted", call.meta.id)
    _forget_references(library.root)


def hand_over(library: Library, calls: Sequence[CallFolder]) -> bytes:
    """All there is of these calls, as a zip file, for the person they are about: JSON, JSON lines and Ogg Opus."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for call in calls:
            for path in sorted(path for path in call.path.rglob("*") if path.is_file() and not path.is_symlink()):
                archive.write(path, f"{call.meta.id}/{path.relative_to(call.path)}")
            audit.record(library.root, "exported", call.meta.id)
    return data.getvalue()


def _delete_sound(call: CallFolder) -> None:
    try:
        for path in (call.path / SOUND).iterdir():
            path.unlink()
    except OSError as error:
        raise StorageError("call-not-deleted", path=str(call.path / SOUND), reason=str(error.strerror)) from None


def _forget_references(root: Path) -> None:
    calls_with(root, "any")  # each look-up forgets calls that are gone
