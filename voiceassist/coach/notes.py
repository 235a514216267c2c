"""Notes on a kept call: a file beside it, one version of one note a line, only ever appended to.

A change or a deletion is a new version that names the versions it replaces. So two people who write at the same time,
in one folder or in two copies of it, lose nothing: the files are merged by taking every line that either has, and a
note that both changed is shown in its latest form with the other beside it until somebody changes it again.

Nothing here knows of the index, of screens or of settings.
"""

from __future__ import annotations

import getpass
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from voiceassist.core.errors import InputError, StorageError, system_reason
from voiceassist.core.files import locked, private_opener
from voiceassist.core.messages import Message, message

NOTES = "notes.jsonl"
"""Name of the file in the call's folder."""
LONGEST_TEXT = 20_000
"""Characters of a note's text."""
LONGEST_NAME = 200
"""Characters of a label and of an author's name."""
LARGEST_FILE = 64_000_000
"""Bytes: far more than people write; a larger file is not read into memory."""


class Role(StrEnum):
    """As whom the author speaks."""

    AGENT = "agent"
    COACH = "coach"


class Verdict(StrEnum):
    """What a person says of a cue, also after the call."""

    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    MISSING = "missing"
    """None came where one should have: it has no `cue`, only a moment."""


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a note. Times are whole milliseconds of the call."""

    id: str
    """The same in all versions."""
    version: str
    replaces: tuple[str, ...] = ()
    """The versions this one takes the place of: more than one where a conflict was settled."""
    call: str
    start_ms: int
    end_ms: int | None = None
    """For a note over a span; None: at one moment."""
    author: str
    role: Role
    label: str = ""
    """One of the team's labels; empty: none."""
    text: str = ""
    reply_to: str = ""
    """Id of the note this one answers."""
    verdict: Verdict | None = None
    cue: int | None = None
    """Number of the cue the verdict is on."""
    created: datetime
    edited: datetime
    """When this version was written."""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class NoteEntry:
    """A note as it stands."""

    note: Note
    """Its latest version."""
    conflicts: tuple[Note, ...] = ()
    """Versions that somebody else wrote at the same time, the later first."""

    @property
    def versions(self) -> tuple[str, ...]:
        """What a change of the note replaces."""
        return self.note.version, *(other.version for other in self.conflicts)


class Notes:
    """The notes of the call in `folder`. Each method reads or writes the file anew: others may write at any time."""

    def __init__(self, folder: Path, call: str) -> None:
        self.path = folder / NOTES
        self.call = call
        self.warnings: list[Message] = []
        """What of the file could not be read; filled by `all`."""

    def all(self) -> list[NoteEntry]:
        """Every note that is not deleted, in the order of the call; `threads` puts answers below what they answer.
        Raises `InputError` when the file cannot be read."""
        self.warnings = []
        versions, damaged = _parse(self._lines())
        if damaged:
            self.warnings.append(message("notes-damaged", count=damaged, file=str(self.path)))
        return current(versions.values())

    def add(
        self,
        start_ms: int,
        *,
        author: str,
        role: Role,
        text: str = "",
        end_ms: int | None = None,
        label: str = "",
        reply_to: str = "",
        verdict: Verdict | None = None,
        cue: int | None = None,
    ) -> Note:
        """Write a new note. Raises `StorageError` when it cannot be written, `InputError` when it makes no sense."""
        now = _now()
        note = Note(
            id=_new_id(),
            version=_new_id(),
            call=self.call,
            start_ms=start_ms,
            end_ms=end_ms,
            author=author,
            role=role,
            label=label,
            text=text,
            reply_to=reply_to,
            verdict=verdict,
            cue=cue,
            created=now,
            edited=now,
        )
        self._append([note])
        return note

    def change(
        self,
        entry: NoteEntry,
        *,
        text: str | None = None,
        label: str | None = None,
        verdict: Verdict | None = None,
        deleted: bool = False,
    ) -> Note:
        """Write a new version; what is None stays. It also settles a conflict. Raises like `add`."""
        old = entry.note
        note = msgspec.structs.replace(
            old,
            version=_new_id(),
            replaces=entry.versions,
            edited=max(_now(), old.edited),
            text=old.text if text is None else text,
            label=old.label if label is None else label,
            verdict=old.verdict if verdict is None else verdict,
            deleted=deleted,
        )
        self._append([note])
        return note

    def delete(self, entry: NoteEntry) -> None:
        """The note is gone; its earlier versions stay in the file. Raises like `add`."""
        self.change(entry, deleted=True)

    def judge(self, cue: int, verdict: Verdict, start_ms: int, *, author: str, role: Role, text: str = "") -> Note:
        """The author's verdict on a cue; it takes the place of one that the same author gave before."""
        for entry in self.all():
            note = entry.note
            if note.cue == cue and note.verdict is not None and (note.author, note.role) == (author, role):
                return self.change(entry, verdict=verdict, text=text or None)
        return self.add(start_ms, author=author, role=role, text=text, verdict=verdict, cue=cue)

    def merge(self, data: bytes) -> int:
        """Take in what another copy of the file has and this one has not; how many versions came. Lines of another call
        and damaged ones are left out. Raises `StorageError` when it cannot be written."""
        theirs, _ = _parse(data.split(b"\n"))
        ours, _ = _parse(self._lines())
        new = [note for key, note in theirs.items() if key not in ours and note.call == self.call]
        if new:
            self._append(new)
        return len(new)

    def content(self) -> bytes:
        """The file as it is; empty when there is none. Raises `InputError` when it cannot be read."""
        try:
            if self.path.stat().st_size > LARGEST_FILE:
                raise InputError("call-damaged", file=str(self.path))
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise InputError("call-unreadable", path=str(self.path), reason=system_reason(error)) from None

    def _lines(self) -> list[bytes]:
        return self.content().split(b"\n")

    def _append(self, notes: Iterable[Note]) -> None:
        data = b""
        for note in notes:
            check(note)
            data += msgspec.json.encode(note) + b"\n"
        try:
            with locked(self.path), open(self.path, "ab+", buffering=0, opener=private_opener) as file:
                end = file.seek(0, os.SEEK_END)
                if end:
                    file.seek(end - 1)
                    if file.read(1) != b"\n":  # what somebody did not finish does not swallow this
                        data = b"\n" + data
                while data:
                    data = data[file.write(data) or 0 :]
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageError("note-not-written", file=str(self.path), reason=system_reason(error)) from None


def check(note: Note) -> None:
    """Raises `InputError` when a note makes no sense."""
    if note.start_ms < 0 or (note.end_ms is not None and note.end_ms < note.start_ms):
        raise InputError("note-time-wrong")
    if note.cue is not None and (note.verdict is None or note.verdict is Verdict.MISSING):
        raise InputError("note-verdict-wrong")
    if not (note.deleted or note.text.strip() or note.label or note.verdict):
        raise InputError("note-empty")
    if len(note.text) > LONGEST_TEXT or max(len(note.label), len(note.author)) > LONGEST_NAME:
        raise InputError("note-too-long", count=LONGEST_TEXT)
    try:
        (note.text + note.label + note.author).encode()
    except UnicodeEncodeError:
        raise InputError("note-no-text") from None


def current(versions: Iterable[Note]) -> list[NoteEntry]:
    """The notes as they stand, in the order of the call. A note that one person changed while another deleted it stays:
    nothing that was written is lost."""
    versions = list(versions)
    replaced = {key for note in versions for key in note.replaces}
    standing: dict[str, list[Note]] = {}
    for note in versions:
        if note.version not in replaced:
            standing.setdefault(note.id, []).append(note)
    entries = []
    for notes in standing.values():
        latest = sorted((n for n in notes if not n.deleted), key=lambda n: (n.edited, n.version), reverse=True)
        if latest:
            entries.append(NoteEntry(latest[0], tuple(latest[1:])))
    return sorted(entries, key=lambda entry: (entry.note.start_ms, entry.note.created, entry.note.id))


def threads(entries: Sequence[NoteEntry]) -> list[tuple[NoteEntry, list[NoteEntry]]]:
    """Each note with its answers, in the order they were written. An answer to what is gone stands for itself."""
    by_id = {entry.note.id: entry for entry in entries}

    def root(entry: NoteEntry) -> str:
        seen = set()
        while entry.note.reply_to in by_id and entry.note.id not in seen:
            seen.add(entry.note.id)
            entry = by_id[entry.note.reply_to]
        return entry.note.id if entry.note.reply_to not in by_id else min(seen)  # notes that answer each other

    answers: dict[str, list[NoteEntry]] = {}
    for entry in entries:
        answers.setdefault(root(entry), []).append(entry)
    return [
        (entry, sorted((a for a in answers[entry.note.id] if a is not entry), key=lambda a: a.note.created))
        for entry in entries
        if entry.note.id in answers
    ]


def _parse(lines: Iterable[bytes]) -> tuple[dict[str, Note], int]:
    """Versions by their own id, and how many lines say nothing that is known. The last line may be half a line."""
    *whole, last = lines
    found: dict[str, Note] = {}
    damaged = 0
    for line in whole:
        if not line.strip():
            continue
        note = _decode(line)
        if note is None:
            damaged += 1
        else:
            found.setdefault(note.version, note)
    if last.strip() and (note := _decode(last)) is not None:  # copied without its line end
        found.setdefault(note.version, note)
    return found, damaged


def _decode(line: bytes) -> Note | None:
    try:
        note = _decoder.decode(line)
        check(note)
    except (msgspec.MsgspecError, UnicodeDecodeError, InputError):
        return None
    return note if note.created.tzinfo and note.edited.tzinfo else None


def _now() -> datetime:
    return datetime.now(UTC)


def _new_id() -> str:
    return secrets.token_hex(6)


_decoder = msgspec.json.Decoder(Note)


def author(chosen: str) -> str:
    """The name under this person's notes: the setting, else the name they are logged in by."""
    if chosen.strip():
        return chosen.strip()[:LONGEST_NAME]
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name
        return "?"
