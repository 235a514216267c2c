"""Who did what with the kept calls: one JSON line a deed in the library's folder, each with the hash of the one before.

The chain shows that a line was changed, taken out or put in between. It does not show that the last lines were cut off,
nor does it hold off somebody who may write the file and makes all of it anew: for that, copy its last hash elsewhere.
"""

from __future__ import annotations

import getpass
import hashlib
import logging
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.files import locked, private_opener

FILE = ".audit.jsonl"
START = "0" * 64
TAIL = 4096
"""Bytes at the end of the file that hold its last line."""

log = logging.getLogger(__name__)

Deed = Literal["opened", "heard", "shared", "exported", "redacted", "deleted", "sound-deleted"]


class Entry(msgspec.Struct, frozen=True):
    t: str
    who: str
    did: str
    call: str
    before: str
    hash: str = ""


def record(root: Path, did: Deed, call: str, *, who: str = "", now: datetime | None = None) -> bool:
    """Write down what was done with the call of this id; `who` is the person who runs this unless given. Whether it
    could be written."""
    try:
        with locked(root / FILE):
            entry = Entry(
                (now or datetime.now(UTC)).isoformat(timespec="seconds"), who or _user(), did, call, _last(root)
            )
            line = msgspec.json.encode(msgspec.structs.replace(entry, hash=_hash(entry))) + b"\n"
            with open(root / FILE, "ab", opener=private_opener) as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        log.warning("The audit log cannot be written: %s.", error.strerror)
        return False
    return True


def entries(root: Path) -> list[Entry]:
    """All that can be read, in order. Raises `InputError` when the file cannot be."""
    return [entry for entry in _read(root) if entry is not None]


def first_break(root: Path) -> int | None:
    """The number of the first line that does not follow from the one before, from 1; None: the chain is whole."""
    before = START
    for number, entry in enumerate(_read(root), 1):
        if entry is None or entry.before != before or entry.hash != _hash(entry):
            return number
        before = entry.hash
    return None


def _read(root: Path) -> list[Entry | None]:
    try:
        lines = (root / FILE).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError("call-unreadable", path=str(root / FILE), reason=system_reason(error)) from None
    return [_entry(line) for line in lines]


def _entry(line: bytes) -> Entry | None:
    try:
        return msgspec.json.decode(line, type=Entry)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _last(root: Path) -> str:
    try:
        with open(root / FILE, "rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - TAIL, 0))
            last = _entry(file.read().splitlines()[-1])
    except (FileNotFoundError, IndexError):
        return START
    return last.hash if last is not None else "broken"


def _hash(entry: Entry) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(entry, hash=""))).hexdigest()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
