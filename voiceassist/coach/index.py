"""The index of kept calls: finds calls by words and by what they are, without reading them.

A SQLite file in the library's folder that holds nothing the calls do not (and who has seen which note). It can be made
anew from the calls at any time: the journals stay the truth. Each look-up first takes in what was kept since and
forgets what is gone. Where it cannot be written, one in memory takes its place: slow, not wrong.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from voiceassist.coach.notes import NOTES, Notes
from voiceassist.core.errors import InputError, VoiceAssistError, system_reason
from voiceassist.core.files import locked, private_opener
from voiceassist.core.messages import Message
from voiceassist.insights.call_so_far import call_so_far
from voiceassist.insights.summary import summarise
from voiceassist.storage import CallFolder
from voiceassist.storage.meta import JOURNAL, META
from voiceassist.storage.reference_index import plain

INDEX = ".index.sqlite"
REVISION = "0001"
"""The last of `migrations`: the form of the index this version writes."""
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S = 2.0
"""Seconds to wait for another VoiceAssist that is writing."""
PROMISE_KEPT = "promise-kept"
"""The label of a note that says so: each closes one promise of the call."""
SNIPPETS = 3
"""Lines shown of a call that was found by its words, those with the most of them."""
SNIPPET_CHARACTERS = 160

_migrating = threading.Lock()
"""Held while the tables are looked at: alembic is for one thread at a time."""
_START, _END = "\x02", "\x03"
"""Round a found word in what the full-text search hands back; neither occurs in the index."""
_CONTROL = str.maketrans(dict.fromkeys((*range(32), 127), " "))


class Sort(StrEnum):
    DATE = "date"
    LENGTH = "length"
    PEAK = "peak"
    CUES = "cues"
    NOTES = "notes"
    REFERENCE = "reference"
    MATCH = "match"
    """How well the words match; by date where none are asked for."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; what is empty is not asked."""

    words: str = ""
    """All of them must occur, in what was said or in notes; "in quotes" together; the last may be a beginning."""
    since: datetime | None = None
    before: datetime | None = None
    shortest_ms: int | None = None
    longest_ms: int | None = None
    peak_at_least: float | None = None
    cue: str = ""
    """The cue's id."""
    reference: str = ""
    agent: str = ""
    tag: str = ""
    """A label of one of its notes, or a kind of call as `insights.call_types` names it."""
    open_promise: bool = False
    unseen_by: str = ""
    """With notes of others that this reader has not seen."""
    sort: Sort = Sort.MATCH
    ascending: bool = False
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Snippet:
    """A line of a call with the words that were looked for; `marks` are (start, end) in `text`."""

    start_ms: int
    who: str
    """agent, caller, or note."""
    text: str
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A call as the index knows it."""

    id: str
    created: datetime
    duration_ms: int
    origin: str
    cut_off: bool
    sources: str
    agent: str
    reference: str
    model: str
    pack: str
    peak: float | None
    high_ms: int
    cues: int
    promises: int
    open_promises: int
    notes: int
    about: Message
    snippets: tuple[Snippet, ...] = ()


class Index:
    """Of the library in one folder. Every method raises `InputError` with one sentence when the index is damaged, of a
    newer version, or locked for longer than two seconds; the calls themselves are then as readable as before."""

    def __init__(self, library: Path) -> None:
        self.library = library
        self.path = library / INDEX
        self.warnings: list[Message] = []
        """Which calls could not be read, and why; filled by `refresh` and `rebuild`."""
        self._engine: sa.Engine | None = None
        self._in_memory = False

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- keeping up ---------------------------------------------------------------------------------------------------

    def refresh(self, *, thorough: bool = False, progress: Callable[[int, int], bool] | None = None) -> int:
        """Take in calls that are new or unfinished and forget those that are gone; how many changed. `thorough` also
        looks whether those it knows have changed (notes that came). `progress` is called with (done, all) and stops
        the work by returning False; what is done stays done."""
        self.warnings = []
        there = _folders(self.library)
        if not there and not self.path.exists():
            return 0
        with self._connection() as base:
            known: dict[str, str] = {row.id: row.stamp for row in base.execute(sa.text("SELECT id, stamp FROM calls"))}
        gone = known.keys() - there
        due = [
            name
            for name in sorted(there)
            if name not in known or known[name].startswith("open") or (thorough and known[name] != self._stamp(name))
        ]
        if gone:
            self._forget(gone)
        changed = len(gone)
        for done, name in enumerate(due):
            if progress is not None and not progress(done, len(due)):
                return changed
            stamp = self._stamp(name)
            if stamp != known.get(name, "").removeprefix("open "):
                changed += self._take(name, stamp)
        if progress is not None:
            progress(len(due), len(due))
        return changed

    def update(self, call: str) -> None:
        """One call has changed: it was kept, got a note, or was deleted."""
        if (self.library / call / META).is_file():
            self._take(call, self._stamp(call))
        else:
            self._forget([call])

    def rebuild(self, progress: Callable[[int, int], bool] | None = None) -> int:
        """Make the index anew from the calls, whatever is wrong with it, unless a newer version wrote it; how many
        calls it knows then. Which notes were seen is kept if it can be read."""
        seen: list[tuple[str, str]] = []
        try:
            with self._connection() as base:
                seen = [(row.reader, row.version) for row in base.execute(sa.text("SELECT reader, version FROM seen"))]
        except InputError as error:
            if error.message.key in ("index-newer", "index-locked"):
                raise
        self.close()
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                self.path.with_name(INDEX + end).unlink()
        self.refresh(progress=progress)
        with self._connection() as base:
            if seen:
                base.execute(
                    sa.text("INSERT OR IGNORE INTO seen VALUES (:reader, :version)"),
                    [{"reader": reader, "version": version} for reader, version in seen],
                )
            return int(base.execute(sa.text("SELECT count(*) FROM calls")).scalar_one())

    def see(self, call: str, reader: str) -> None:
        """This reader has looked at the notes of the call."""
        with self._connection() as base:
            base.execute(
                sa.text("INSERT OR IGNORE INTO seen SELECT :reader, version FROM notes WHERE call = :call"),
                {"reader": reader, "call": call},
            )

    # --- looking up ---------------------------------------------------------------------------------------------------

    def search(self, query: Query) -> list[Entry]:
        """The calls that `query` asks for, at most `query.limit`. It looks at the index alone: `refresh` first."""
        if not self.path.exists() and not self._in_memory and not _folders(self.library):
            return []
        match = match_words(query.words)
        if query.words.strip() and not match:
            return []
        sql, values = _select(query, match)
        with self._connection() as base:
            rows = [row._mapping for row in base.execute(sa.text(sql), values)]
            found = _marked(base, match, [row["number"] for row in rows]) if match else {}
        return [_entry(row, found.get(row["number"], "")) for row in rows]

    def count(self) -> int:
        """How many calls the index knows."""
        if not self.path.exists() and not self._in_memory:
            return 0
        with self._connection() as base:
            return int(base.execute(sa.text("SELECT count(*) FROM calls")).scalar_one())

    def choices(self) -> dict[str, list[str]]:
        """What can be asked for, for filters: the `agent`s, `cue`s and `tag`s there are, sorted."""
        asked = {
            "agent": "SELECT DISTINCT agent AS x FROM calls WHERE agent != ''",
            "cue": "SELECT DISTINCT cue AS x FROM cues",
            "tag": "SELECT DISTINCT tag AS x FROM tags",
        }
        if not self.path.exists() and not self._in_memory:
            return {name: [] for name in asked}
        with self._connection() as base:
            return {
                name: sorted((row.x for row in base.execute(sa.text(sql))), key=str.casefold)
                for name, sql in asked.items()
            }

    # --- inside -------------------------------------------------------------------------------------------------------

    def _stamp(self, name: str) -> str:
        """Changes whenever the call or its notes do; begins with "open" while it is not complete."""
        parts = []
        for file in (META, JOURNAL, NOTES):
            try:
                found = (self.library / name / file).stat()
                parts.append(f"{found.st_mtime_ns:x}.{found.st_size:x}")
            except OSError:
                parts.append("-")
        return " ".join(parts)

    def _take(self, name: str, stamp: str) -> bool:
        """Whether the call could be read."""
        try:
            folder = CallFolder.open(self.library / name)
            call = _read(folder, self.warnings)
        except VoiceAssistError as error:
            self.warnings.append(error.message)
            return False
        row, words = call.row, call.words
        row |= {"id": name, "stamp": f"open {stamp}" if folder.cut_off else stamp}
        with self._connection() as base:
            _delete(base, name)
            names = ", ".join(row)
            blanks = ", ".join(f":{column}" for column in row)
            done = base.execute(sa.text(f"INSERT INTO calls ({names}) VALUES ({blanks})"), row)
            base.execute(
                sa.text("INSERT INTO words (rowid, said) VALUES (:id, :words)"), {"id": done.lastrowid, "words": words}
            )
            for table, rows in call.others.items():
                if rows:
                    columns = ", ".join(f":{column}" for column in rows[0])
                    names = ", ".join(rows[0])
                    base.execute(
                        sa.text(f"INSERT OR IGNORE INTO {table} (call, {names}) VALUES (:call, {columns})"),
                        [{"call": name, **one} for one in rows],
                    )
        return True

    def _forget(self, names: Iterable[str]) -> None:
        with self._connection() as base:
            for name in names:
                _delete(base, name)
            # The full-text index keeps deleted words until its parts are merged.
            base.execute(sa.text("INSERT INTO words (words) VALUES ('optimize')"))
        with self._connection() as base, suppress(sa.exc.OperationalError):
            base.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        try:
            if self._engine is None:
                self._engine = self._open()
            with self._engine.begin() as base:
                yield base
        except sa.exc.OperationalError as error:
            said = str(error.orig)
            raise InputError(
                "index-locked" if "locked" in said else "index-failed", reason=said, file=str(self.path)
            ) from None
        except sa.exc.DatabaseError:
            raise InputError("index-damaged", file=str(self.path)) from None

    def _open(self) -> sa.Engine:
        path: Path | None = self.path
        try:
            os.close(private_opener(str(path), os.O_RDWR | os.O_CREAT))
        except OSError:
            path = None
        self._in_memory = path is None
        engine = sa.create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(
                ":memory:" if path is None else path, timeout=BUSY_TIMEOUT_S, check_same_thread=False
            ),
            poolclass=sa.pool.StaticPool,
        )
        try:
            with engine.connect() as base:
                for pragma in (
                    "journal_mode = WAL",
                    "synchronous = NORMAL",
                    "secure_delete = ON",
                    "cache_size = -65536",
                ):
                    base.execute(sa.text(f"PRAGMA {pragma}"))
            with _migrating, engine.begin() as base:
                _migrate(base, self.path, alone=path is None)
        except BaseException:
            engine.dispose()
            raise
        if path is None:
            self._engine = engine
            self.refresh()
        return engine


def _migrate(base: sa.Connection, path: Path, *, alone: bool) -> None:
    """The tables as this version knows them. Raises `InputError` when a newer one made them."""
    if _revision(base) == REVISION:
        return
    try:
        with nullcontext() if alone else locked(path):
            _upgrade(base, path)
    except OSError as error:
        raise InputError("index-locked", file=str(path)) from error


def _revision(base: sa.Connection) -> str | None:
    there = base.execute(sa.text("SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'")).scalar()
    return base.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() if there else None


def _upgrade(base: sa.Connection, path: Path) -> None:
    found = _revision(base)
    if found == REVISION:
        return  # somebody else was quicker
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    if found is not None and found not in {
        one.revision for one in ScriptDirectory.from_config(config).walk_revisions()
    }:
        raise InputError("index-newer", file=str(path))
    config.attributes["connection"] = base
    command.upgrade(config, "head")


def _folders(library: Path) -> set[str]:
    """The names of what may be calls. Raises `InputError` when the folder cannot be read."""
    try:
        with os.scandir(library) as found:
            return {one.name for one in found if not one.name.startswith(".") and one.is_dir(follow_symlinks=False)}
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise InputError("call-unreadable", path=str(library), reason=system_reason(error)) from None


def _delete(base: sa.Connection, name: str) -> None:
    base.execute(sa.text("DELETE FROM words WHERE rowid = (SELECT rowid FROM calls WHERE id = :call)"), {"call": name})
    base.execute(sa.text("DELETE FROM calls WHERE id = :call"), {"call": name})
    for table in ("cues", "tags", "notes"):
        base.execute(sa.text(f"DELETE FROM {table} WHERE call = :call"), {"call": name})


@dataclass(frozen=True, slots=True)
class _Read:
    row: dict[str, Any]
    words: str
    others: dict[str, list[dict[str, str]]]


def _read(folder: CallFolder, warnings: list[Message]) -> _Read:
    """What the index holds of a call. Raises `InputError` when it cannot be read."""
    meta = folder.meta
    call = call_so_far(folder.events())
    summary = summarise(call, meta.created.astimezone())
    notes = Notes(folder.path, meta.id)
    try:
        entries = notes.all()
    except InputError as error:
        entries = []
        warnings.append(error.message)
    lines: list[tuple[int, str, str]] = []
    for line in call.lines:
        if isinstance(line.text, str):
            lines.append((round(line.start * 1000), line.channel or "note", line.text))
    for entry in entries:
        lines.append((entry.note.start_ms, "note", f"{entry.note.label} {entry.note.text}"))
    labels = [entry.note.label for entry in entries if entry.note.label]
    kept = labels.count(PROMISE_KEPT)
    tags = {*labels, *(str(evidence.kind) for evidence in summary.evidence)}
    row = {
        "created": int(meta.created.timestamp()),
        "duration_ms": round(folder.duration * 1000),
        "origin": meta.origin,
        "cut_off": folder.cut_off,
        "sources": ", ".join(dict.fromkeys(meta.sources.values())),
        "agent": meta.agent,
        "reference": call.reference,
        "plain_reference": plain(call.reference),
        "model": Path(meta.model).name or next((text.model for text in call.texts if text.model), ""),
        "pack": meta.pack,
        "peak": call.figures.peak.score if call.figures.peak else None,
        "high_ms": round(call.figures.high_seconds * 1000),
        "cues": len(call.cues),
        "promises": len(summary.promises),
        "open_promises": max(0, len(summary.promises) - kept),
        "notes": len(entries),
        "about": msgspec.json.encode(summary.about).decode(),
        "lines": msgspec.json.encode([(start, who) for start, who, _ in lines]).decode(),
    }
    others = {
        "cues": [{"cue": entry.shown.id} for entry in call.cues],
        "tags": [{"tag": tag} for tag in tags],
        "notes": [
            {"version": one.version, "author": one.author, "role": str(one.role)}
            for entry in entries
            for one in (entry.note, *entry.conflicts)
        ],
    }
    return _Read(row, "\n".join(text.translate(_CONTROL) for _, _, text in lines), others)


def match_words(words: str) -> str:
    """What a person typed as an FTS5 query that cannot be wrong: every word must occur, those in quotes together, and
    the last may be the beginning of one. Empty where there is no word in it."""
    terms = []
    for phrase, word in re.findall(r'"([^"]*)"|([^\s"]+)', words):
        if any(c.isalnum() for c in phrase or word):
            terms.append('"' + (phrase or word).replace("\0", " ") + '"' + ("*" if word else ""))
    # Every term but the last is whole.
    return " ".join([term.removesuffix("*") for term in terms[:-1]] + terms[-1:])


def _select(query: Query, match: str) -> tuple[str, dict[str, Any]]:
    """The statement and what fills it."""
    values: dict[str, Any] = {"limit": query.limit}
    where: list[str] = []

    def ask(condition: str, **more: Any) -> None:
        where.append(condition)
        values.update(more)

    if query.since is not None:
        ask("created >= :since", since=int(query.since.timestamp()))
    if query.before is not None:
        ask("created < :before", before=int(query.before.timestamp()))
    if query.shortest_ms is not None:
        ask("duration_ms >= :shortest", shortest=query.shortest_ms)
    if query.longest_ms is not None:
        ask("duration_ms <= :longest", longest=query.longest_ms)
    if query.peak_at_least is not None:
        ask("peak >= :peak", peak=query.peak_at_least)
    if query.cue:
        ask("calls.id IN (SELECT call FROM cues WHERE cue = :cue)", cue=query.cue)
    if query.reference:
        ask("plain_reference = :reference", reference=plain(query.reference))
    if query.agent:
        ask("agent = :agent", agent=query.agent)
    if query.tag:
        ask("calls.id IN (SELECT call FROM tags WHERE tag = :tag)", tag=query.tag)
    if query.open_promise:
        ask("open_promises > 0")
    if query.unseen_by:
        ask(
            "calls.id IN (SELECT call FROM notes WHERE author != :reader"
            " AND version NOT IN (SELECT version FROM seen WHERE reader = :reader))",
            reader=query.unseen_by,
        )
    order = {
        Sort.DATE: "created",
        Sort.LENGTH: "duration_ms",
        Sort.PEAK: "peak",
        Sort.CUES: "cues",
        Sort.NOTES: "notes",
        Sort.REFERENCE: "reference",
        Sort.MATCH: "created",
    }[query.sort]
    direction = "ASC" if query.ascending else "DESC"
    source = "calls"
    if match:
        source = "words JOIN calls ON calls.rowid = words.rowid"
        ask("words MATCH :match", match=match)
        if query.sort is Sort.MATCH:
            order, direction = "words.rank", "ASC"
    conditions = f" WHERE {' AND '.join(where)}" if where else ""
    columns = "calls.*, calls.rowid AS number"
    return f"SELECT {columns} FROM {source}{conditions} ORDER BY {order} {direction}, calls.id LIMIT :limit", values


def _marked(base: sa.Connection, match: str, numbers: list[int]) -> dict[int, str]:
    """What was said in these calls, with the found words marked. The plus sign keeps SQLite from starting the search
    anew for each call."""
    wanted = ", ".join(map(str, numbers)) or "NULL"
    marked = "highlight(words, 0, char(2), char(3))"
    sql = f"SELECT rowid AS number, {marked} AS found FROM words WHERE words MATCH :match AND +rowid IN ({wanted})"
    return {row.number: row.found for row in base.execute(sa.text(sql), {"match": match})}


def _entry(row: Any, found: str) -> Entry:
    return Entry(
        id=row["id"],
        created=datetime.fromtimestamp(row["created"], UTC),
        duration_ms=row["duration_ms"],
        origin=row["origin"],
        cut_off=bool(row["cut_off"]),
        sources=row["sources"],
        agent=row["agent"],
        reference=row["reference"],
        model=row["model"],
        pack=row["pack"],
        peak=row["peak"],
        high_ms=row["high_ms"],
        cues=row["cues"],
        promises=row["promises"],
        open_promises=row["open_promises"],
        notes=row["notes"],
        about=msgspec.json.decode(row["about"], type=Message),
        snippets=_snippets(found, row["lines"]) if found else (),
    )


def _snippets(found: str, lines: str) -> tuple[Snippet, ...]:
    """The lines with the most found words, in the order of the call."""
    places: Sequence[tuple[int, str]] = msgspec.json.decode(lines, type=list[tuple[int, str]])
    marked = [
        (text.count(_START), start, who, text)
        for (start, who), text in zip(places, found.split("\n"), strict=False)
        if _START in text
    ]
    best = sorted(marked, key=lambda one: -one[0])[:SNIPPETS]
    return tuple(_snippet(start, who, text) for _, start, who, text in sorted(best, key=lambda one: one[1]))


def _snippet(start_ms: int, who: str, marked: str) -> Snippet:
    """A line cut to some 160 characters round the first found word."""
    first = marked.index(_START)
    cut = max(0, first - SNIPPET_CHARACTERS // 3)
    if cut:
        cut = marked.find(" ", cut, first) + 1 or cut
    text, marks, open_at = "…" if cut else "", [], 0
    for c in marked[cut:]:
        if c == _START:
            open_at = len(text)
        elif c == _END:
            marks.append((open_at, len(text)))
        elif len(text) >= SNIPPET_CHARACTERS and c == " ":
            text += "…"
            break
        else:
            text += c
    return Snippet(start_ms, who, text, tuple(marks))
