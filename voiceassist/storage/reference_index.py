"""Which kept calls were with which caller: an index beside the calls, so that a look-up need not read them all.

The index is a file in the library's own folder and holds nothing that the calls do not: their ids and references. It is
brought up to date at each look-up (calls that ended since are read, those that are gone are forgotten) and made anew
when it is damaged or missing. Where it cannot be written, a look-up reads the calls and is slow, not wrong.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.events import CallerReference, decode
from voiceassist.storage import schema1
from voiceassist.storage.meta import JOURNAL, META, RecordingState, read_meta

INDEX = ".references.sqlite"
VERSION = 1
"""Of the index's form; one of another version is made anew."""
MARK = b'"type":"caller-reference"'
"""What stands in a line of the journal that gives one."""
BUSY_TIMEOUT_S = 1.0
"""Seconds to wait for another VoiceAssist that is writing the index."""

_TABLES = f"""
CREATE TABLE calls (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE notes (reference TEXT, id TEXT, PRIMARY KEY (reference, id)) WITHOUT ROWID;
PRAGMA user_version = {VERSION};
"""


def calls_with(library: Path, reference: str) -> list[str]:
    """Ids of the finished calls in this folder with this reference, the latest first. Raises `InputError` when the
    folder cannot be read."""
    wanted = plain(reference)
    there = _folders(library)
    path = library / INDEX
    if not wanted or not (there or path.exists()):
        return []
    for attempt in (path, path, None):
        try:
            with closing(_open(attempt)) as index:
                return _look_up(index, library, there, wanted)
        except sqlite3.OperationalError:
            continue  # busy, or no room or no right to write
        except sqlite3.DatabaseError:
            with suppress(OSError):
                path.unlink()
    raise AssertionError("an index in memory always works")


def plain(reference: str) -> str:
    """The same caller whether written "AB 12-34" or "ab1234"."""
    return "".join(c for c in reference.casefold() if c.isalnum())


def _folders(library: Path) -> set[str]:
    """Names of what may be calls."""
    try:
        with os.scandir(library) as entries:
            return {entry.name for entry in entries if entry.is_dir()}
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise InputError("call-unreadable", path=str(library), reason=system_reason(error)) from None


def _open(path: Path | None) -> sqlite3.Connection:
    """The index at `path`, for its owner's eyes alone; None: one in memory."""
    if path is not None:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        except OSError as error:
            raise sqlite3.OperationalError(str(error)) from error
    index = sqlite3.connect(path or ":memory:", timeout=BUSY_TIMEOUT_S)
    try:
        index.execute("PRAGMA secure_delete = ON")  # what is forgotten leaves no trace in the file
        (version,) = index.execute("PRAGMA user_version").fetchone()
        if version == 0:
            index.executescript(_TABLES)
        elif version != VERSION:
            raise sqlite3.DatabaseError("of another version")
    except BaseException:
        index.close()
        raise
    return index


def _look_up(index: sqlite3.Connection, library: Path, there: set[str], wanted: str) -> list[str]:
    with index:
        known = {name for (name,) in index.execute("SELECT id FROM calls")}
        gone = [(name,) for name in known - there]
        index.executemany("DELETE FROM calls WHERE id = ?", gone)
        index.executemany("DELETE FROM notes WHERE id = ?", gone)
        for name in sorted(there - known):
            if not _is_finished(library / name):
                continue
            rows = [(reference, name) for reference in references(library / name / JOURNAL)]
            index.executemany("INSERT OR IGNORE INTO notes VALUES (?, ?)", rows)
            index.execute("INSERT OR IGNORE INTO calls VALUES (?)", (name,))
    found = index.execute("SELECT id FROM notes WHERE reference = ? ORDER BY id DESC", (wanted,))
    return [name for (name,) in found]


def _is_finished(folder: Path) -> bool:
    """A call that still goes on is nobody's history yet; one that was cut off never becomes it."""
    try:
        return (folder / META).is_file() and read_meta(folder).state is RecordingState.CLOSED
    except InputError:
        return False


def references(journal: Path, *, whole: bool = False) -> Iterator[str]:
    """The references given in a call, `plain` or as a `whole`. Journals are long, so the bytes are searched before
    anything is decoded."""
    try:
        content = journal.read_bytes()
    except OSError:
        return
    for mark, read in ((MARK, lambda line: [decode(line)]), (schema1.MARK, schema1.decode)):
        if mark not in content:
            continue
        for line in content.splitlines():
            if mark not in line:
                continue
            with suppress(msgspec.MsgspecError):
                for event in read(line):
                    if isinstance(event, CallerReference) and (reference := plain(event.reference)):
                        yield event.reference if whole else reference
