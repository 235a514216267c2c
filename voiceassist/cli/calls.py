"""`voiceassist calls`: the calls that were kept."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceassist.cli import as_json as to_json
from voiceassist.cli import line, load_settings, say, unless_forced, warn, words
from voiceassist.cli import note as tell
from voiceassist.config import settings
from voiceassist.core.errors import InputError, StorageError, UsageError, system_reason

if TYPE_CHECKING:
    from voiceassist.coach.index import Entry, Index
    from voiceassist.coach.notes import Notes
    from voiceassist.insights.report import Analysis
    from voiceassist.storage import CallFolder, Library
    from voiceassist.storage.audit import Deed

app = typer.Typer(help="The calls that were kept.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Where = Annotated[
    Path | None,
    typer.Option(
        "--library",
        callback=unless_forced,
        metavar="DIR",
        help="Another library than the settings'.",
        show_default=False,
    ),
]


@app.command("list")
def list_calls(as_json: Json = False, library: Where = None) -> None:
    """All calls, the oldest first."""
    found = _library(library)
    calls = found.list()
    if as_json:
        import msgspec

        rows = [
            {**msgspec.to_builtins(call.meta), "duration": call.duration, "cut_off": call.cut_off} for call in calls
        ]
        print(to_json({"library": str(found.root), "calls": rows, "warnings": list(map(str, found.warnings))}))
        return
    from voiceassist.core.formatting import clock

    references = _references(found, calls)
    for call in calls:
        meta = call.meta
        cues = "" if meta.cues is None else words("cue-count", count=meta.cues)
        peak = "" if meta.peak_agitation is None else words("peak-agitation", score=meta.peak_agitation)
        state = words("cut-off") if call.cut_off else ""
        begun = meta.created.astimezone().strftime("%Y-%m-%d %H:%M")
        parts = (
            references.get(meta.id, ""),
            Path(meta.model).name,
            cues,
            peak,
            state,
            ", ".join(meta.sources.values()),
        )
        told = "  ".join(part for part in parts if part)
        line(f"{meta.id}  {begun}  {clock(call.duration):>6}  {meta.origin:4}  {told}")
    if not calls:
        tell("no-calls-kept", folder=str(found.root))
    for warning in found.warnings:
        warn(warning)


class SortBy(StrEnum):
    MATCH = "match"
    DATE = "date"
    LENGTH = "length"
    PEAK = "peak"
    CUES = "cues"
    NOTES = "notes"
    REFERENCE = "reference"


@app.command()
def search(
    words_wanted: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...",
            help='All of them, "in quotes" together; the last may be a beginning.',
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="From this day on: 2026-11-24.", show_default=False),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Up to and with this day.", show_default=False),
    ] = None,
    longer: Annotated[float, typer.Option(metavar="MINUTES", help="At least as long.", show_default=False)] = 0.0,
    shorter: Annotated[float, typer.Option(metavar="MINUTES", help="At most as long.", show_default=False)] = 0.0,
    peak: Annotated[
        float, typer.Option(min=0, max=1, help="The caller's agitation was at least this, 0 to 1.", show_default=False)
    ] = 0.0,
    cue: Annotated[str, typer.Option(metavar="ID", help="This cue came up.")] = "",
    reference: Annotated[str, typer.Option(metavar="TEXT", help="The caller's reference.")] = "",
    agent: Annotated[str, typer.Option(metavar="NAME", help="Calls of this agent.")] = "",
    tag: Annotated[str, typer.Option(metavar="TEXT", help="A label of its notes, or a kind of call.")] = "",
    open_promise: Annotated[bool, typer.Option("--open-promise", help="Something promised is open.")] = False,
    unseen: Annotated[bool, typer.Option("--unseen", help="With notes of others you have not seen.")] = False,
    sort: Annotated[SortBy, typer.Option(help="What comes first.")] = SortBy.MATCH,
    ascending: Annotated[bool, typer.Option("--ascending", help="The least first.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: Json = False,
    library: Where = None,
) -> None:
    """Find calls by what was said or noted, and by what they are."""
    from voiceassist.coach.index import Index, Query, Sort
    from voiceassist.coach.notes import author

    query = Query(
        words=" ".join(words_wanted or ()),
        since=None if since is None else since.astimezone(),
        before=None if until is None else (until + timedelta(days=1)).astimezone(),
        shortest_ms=round(longer * 60_000) or None,
        longest_ms=round(shorter * 60_000) or None,
        peak_at_least=peak or None,
        cue=cue,
        reference=reference,
        agent=agent,
        tag=tag,
        open_promise=open_promise,
        unseen_by=author(load_settings().note_author) if unseen else "",
        sort=Sort(sort),
        ascending=ascending,
        limit=limit,
    )
    with Index(_library(library).root) as index:
        with _progress("indexing") as progress:
            index.refresh(progress=progress)
        found = index.search(query)
        for warning in index.warnings:
            warn(warning)
    if as_json:
        import msgspec

        print(to_json([{**msgspec.to_builtins(one), "about": str(one.about)} for one in found]))
        return
    for entry in found:
        _print_entry(entry)
    if not found:
        tell("no-call-found")


@app.command()
def reindex(library: Where = None) -> None:
    """Make the index for searching anew from the calls."""
    from voiceassist.coach.index import Index

    with Index(_library(library).root) as index:
        with _progress("indexing") as progress:
            count = index.rebuild(progress)
        for warning in index.warnings:
            warn(warning)
    say("indexed", count=count)


class VerdictWord(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    LATE = "late"
    MISSING = "missing"


@app.command()
def note(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")],
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="What to note; nothing: show the notes.")] = "",
    at: Annotated[str, typer.Option(metavar="M:SS", help="The moment it is about.")] = "",
    to: Annotated[str, typer.Option(metavar="M:SS", help="The end of the span it is about.")] = "",
    label: Annotated[str, typer.Option(metavar="TEXT", help="A label of your team.")] = "",
    verdict: Annotated[VerdictWord | None, typer.Option(help="On the cue of --cue; missing: on a moment.")] = None,
    cue: Annotated[int | None, typer.Option(metavar="NUMBER", help="The cue's number in the call.")] = None,
    answer: Annotated[str, typer.Option(metavar="ID", help="The note this one answers.")] = "",
    change: Annotated[str, typer.Option(metavar="ID", help="The note whose text or label this replaces.")] = "",
    remove: Annotated[str, typer.Option(metavar="ID", help="The note to delete.")] = "",
    as_json: Json = False,
    library: Where = None,
) -> None:
    """Write a note on a call, or show its notes."""
    from voiceassist.coach.notes import Notes, Role, Verdict, author
    from voiceassist.core.events import CueShown

    chosen = load_settings()
    folder = _library(library).find(call)
    notes = Notes(folder.path, folder.meta.id)
    entries = {entry.note.id: entry for entry in notes.all()}
    for wanted in (answer, change, remove):
        if wanted and wanted not in entries:
            raise InputError("note-not-found", id=wanted)
    who, role = author(chosen.note_author), Role(chosen.note_role)
    start = _moment(at)
    if remove:
        notes.delete(entries[remove])
    elif change:
        notes.change(entries[change], text=text or None, label=label or None)
    elif cue is not None and verdict is not None:
        shown = next((e for e in folder.events() if isinstance(e, CueShown) and e.number == cue), None)
        if shown is None:
            raise InputError("cue-not-in-call", number=cue)
        notes.judge(cue, Verdict(verdict), round(shown.t * 1000), author=who, role=role, text=text)
    elif text or label or verdict or answer:
        if cue is not None:
            raise UsageError("note-verdict-wrong")
        begin = entries[answer].note.start_ms if answer and start is None else start or 0
        notes.add(
            begin,
            end_ms=_moment(to),
            author=who,
            role=role,
            text=text,
            label=label,
            reply_to=answer,
            verdict=None if verdict is None else Verdict(verdict),
        )
    else:
        _print_notes(notes, as_json)
        _in_index(folder, lambda index: index.see(folder.meta.id, who))
        return
    _in_index(folder, lambda index: index.update(folder.path.name))


class ExportAs(StrEnum):
    VTT = "vtt"
    SRT = "srt"
    AUDACITY = "audacity"
    TEXTGRID = "textgrid"
    ELAN = "elan"
    LABEL_STUDIO = "label-studio"
    CSV = "csv"
    JSONL = "jsonl"
    VERDICTS = "verdicts"


@app.command()
def export(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")] = "",
    form: Annotated[ExportAs, typer.Option("--as", help="The format; verdicts: for cues evaluate.")] = ExportAs.VTT,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE|-", help="Where to; - for here. [default: CALL.vtt]", show_default=False),
    ] = None,
    ref: Annotated[str, typer.Option("--ref", help="All there is of every call with this caller, as a zip file.")] = "",
    library: Where = None,
) -> None:
    """Write a call with its cues and notes in the format of another program."""
    if ref:
        from voiceassist.storage.retention import hand_over

        found = _library(library)
        data = hand_over(found, _chosen(found, call, ref))
        _write(file or Path("calls.zip"), data)
        return
    from voiceassist.coach.exports import Format
    from voiceassist.coach.exports import export as exported
    from voiceassist.coach.kept import read_call

    (folder,) = _chosen(_library(library), call, "")
    kept = read_call(folder)
    _record(folder, "exported")
    data = exported(kept, Format(form))
    for warning in kept.warnings:
        warn(warning)
    if file is not None and str(file) == "-":
        sys.stdout.buffer.write(data)
        return
    _write(file or Path(folder.meta.id + Format(form).ending), data)


@app.command()
def share(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")],
    target: Annotated[Path, typer.Argument(metavar="FILE|DIR", help="A file to make, or a folder others see.")],
    sound: Annotated[bool, typer.Option("--sound", help="With the sound, in which nothing can be left out.")] = False,
    whole: Annotated[bool, typer.Option("--whole", help="With numbers, addresses and the reference.")] = False,
    library: Where = None,
) -> None:
    """Write a call with its notes as one file for somebody else; numbers, addresses and sound are left out."""
    from voiceassist.coach.notes import author
    from voiceassist.coach.share import share as shared

    folder = _library(library).find(call)
    name = author(load_settings().note_author)
    _record(folder, "shared")
    path = shared(folder, target, shared_by=name, sound=sound, redacted=not whole)
    say("written", file=str(path))
    if not whole:
        tell("shared-redacted")
    if sound:
        tell("shared-sound")


@app.command("import")
def import_files(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILES...", help="Stereo files, shared calls, or folders.", show_default=False),
    ] = None,
    agent: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The agent's side, a mono file.", show_default=False)
    ] = None,
    caller: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The caller's side, a mono file.", show_default=False)
    ] = None,
    swapped: Annotated[bool, typer.Option("--caller-left", help="In stereo files the caller is left.")] = False,
    agent_name: Annotated[str, typer.Option(metavar="NAME", help="Who the agent is.")] = "",
    transcribe: Annotated[bool, typer.Option("--transcribe/--no-transcribe", help="Write down what is said.")] = True,
    model: Annotated[str, typer.Option(callback=unless_forced, metavar="NAME|DIR", help="A speech model.")] = "",
    library: Where = None,
) -> None:
    """Take recordings and shared calls into the library. Notes come back the same way."""
    from voiceassist.capture.files.file import two_file_call
    from voiceassist.core.events import Channel
    from voiceassist.session.import_call import Planned, import_call, plan

    loaded = load_settings()
    if not settings.load().may_keep_calls:
        raise UsageError("import-forbidden")
    root = library or loaded.library
    if agent is not None and caller is None:
        raise UsageError("caller-file-missing")
    order = (Channel.CALLER, Channel.AGENT) if swapped else (Channel.AGENT, Channel.CALLER)
    planned = plan(files or (), order)
    if caller is not None:
        planned.append(Planned(caller.name, sides=two_file_call(agent, caller)))
    if not planned:
        raise UsageError("import-nothing")
    failed = 0
    for one in planned:
        with _progress("analyzing") as bar:
            try:
                name = import_call(
                    one,
                    loaded,
                    root,
                    agent=agent_name,
                    transcribe=transcribe,
                    model=model,
                    progress=None if bar is None else lambda share, bar=bar: bar(round(1000 * share), 1000) or None,  # type: ignore[misc]
                    warn=lambda message: warn(message),
                )
            except (InputError, StorageError) as error:
                warn(error.message)  # the others go on
                failed += 1
                continue
        print(words("imported", file=one.name, id=name))
    if failed:
        raise typer.Exit(3)


@app.command()
def delete(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; or last.")] = "",
    ref: Annotated[str, typer.Option("--ref", help="Every call with this caller instead.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    library: Where = None,
) -> None:
    """Delete a call with its sound, its record and its notes."""
    from voiceassist.storage.retention import delete_all

    found = _library(library)
    folders = _chosen(found, call, ref)
    for folder in folders:
        if not yes and not typer.confirm(words("delete-question", id=folder.meta.id)):
            raise typer.Exit(1)
    for folder in folders:
        delete_all(found, [folder])
        _in_index(folder, lambda index, name=folder.path.name: index.update(name))  # type: ignore[misc]
        say("call-deleted", id=folder.meta.id)


@app.command("open")
def open_in_window(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")],
    at: Annotated[
        str, typer.Option("--at", metavar="M:SS", help="Where in the call to begin.", show_default=False)
    ] = "",
    library: Where = None,
) -> None:
    """Hear a call in a window: both sides, agitation, cues, words and notes in step."""
    from voiceassist.cli.main import has_screen

    folder = _library(library).find(call)
    start = _moment(at) or 0
    if not has_screen():
        raise UsageError("no-screen-to-open")
    from ui.coach import open_call

    raise typer.Exit(open_call(folder.path, start / 1000))


@app.command()
def show(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")],
    as_json: Json = False,
    library: Where = None,
) -> None:
    """What was said in a call, its cues, the caller's agitation and the figures."""
    folder = _library(library).find(call)
    _record(folder, "opened")
    result = _analysis(folder)
    if as_json:
        from voiceassist.insights.report import for_json

        print(to_json({"call": folder.meta, **for_json(result)}))
        return
    from voiceassist.cli.report import Report

    meta = folder.meta
    line(f"{meta.id}  {meta.created.astimezone():%Y-%m-%d %H:%M}  {meta.origin}  {', '.join(meta.sources.values())}")
    line(f"{folder.path}")
    print()
    Report().show(result)


@app.command()
def after(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")],
    ics: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write dated promises as a calendar file.", show_default=False),
    ] = None,
    library: Where = None,
) -> None:
    """A call in three lines, what was promised in it, and what kind of call it was, with the evidence."""
    from voiceassist.insights import call_so_far, summarise, to_calendar

    folder = _library(library).find(call)
    summary = summarise(call_so_far(folder.events()), folder.meta.created.astimezone())
    for told in (*summary.lines, *(evidence.message for evidence in summary.evidence)):
        say(told)
    if summary.breather:
        say("hard-call")
    if ics is None:
        return
    try:
        ics.write_bytes(to_calendar(summary.promises, folder.meta.id))
    except OSError as error:
        raise StorageError("calendar-not-written", file=str(ics), reason=system_reason(error)) from error
    dated = sum(promise.when is not None for promise in summary.promises)
    say("calendar-written", file=str(ics), count=dated)


@app.command("history")
def tell_history(
    reference: Annotated[str, typer.Argument(help="The caller's reference, as it was given then.")],
    library: Where = None,
) -> None:
    """The last kept call with this caller: its three lines, with what was promised."""
    from voiceassist.insights.history import history

    found = history(_library(library), reference)
    if found is None:
        say("no-call-with-reference", reference=reference)
        return
    before = words("calls-before", count=found.earlier) if found.earlier else ""
    line(f"{found.call}  {found.began:%Y-%m-%d %H:%M}  {before}")
    for told in found.summary.lines:
        say(told)


def _write(target: Path, data: bytes) -> None:
    """The whole file or nothing. It is the person's own, like the call."""
    from voiceassist.core.files import replace_file

    if target.is_dir():
        raise StorageError("target-is-folder", path=str(target))
    if not target.parent.is_dir():
        raise StorageError("target-folder-missing", path=str(target), folder=str(target.parent))
    try:
        replace_file(target, data)
    except OSError as error:
        raise StorageError("target-not-written", path=str(target), reason=system_reason(error)) from None
    say("written", file=str(target))


def _print_entry(entry: Entry) -> None:
    from rich.text import Text

    from voiceassist.cli.console import Console
    from voiceassist.core.formatting import clock

    begun = entry.created.astimezone().strftime("%Y-%m-%d %H:%M")
    peak = "" if entry.peak is None else words("peak-agitation", score=entry.peak)
    state = words("cut-off") if entry.cut_off else ""
    parts = (entry.agent, entry.reference, words("cue-count", count=entry.cues), peak, state, words(entry.about))
    console = Console(highlight=False, soft_wrap=True)
    length = clock(entry.duration_ms / 1000)
    console.print(Text(f"{entry.id}  {begun}  {length:>6}  {'  '.join(part for part in parts if part)}"))
    for snippet in entry.snippets:
        said = Text(snippet.text)
        for start, end in snippet.marks:
            said.stylize("bold", start, end)
        who = words(f"label-{snippet.who}")
        console.print(Text.assemble((f"{clock(snippet.start_ms / 1000):>9} ", "dim"), f"{who:8} ", said))


def _print_notes(notes: Notes, as_json: bool) -> None:
    from voiceassist.coach.notes import threads
    from voiceassist.core.formatting import clock

    entries = notes.all()
    for warning in notes.warnings:
        warn(warning)
    if as_json:
        print(to_json(entries))
        return
    if not entries:
        tell("no-notes")
    for first, answers in threads(entries):
        for entry in (first, *answers):
            for one in (entry.note, *entry.conflicts):
                span = clock(one.start_ms / 1000)
                if one.end_ms is not None:
                    span += f"–{clock(one.end_ms / 1000)}"
                judged = words(f"verdict-{one.verdict}", number=one.cue or 0) if one.verdict else ""
                mark = words("other-version") if one is not entry.note else ""
                told = "  ".join(part for part in (mark, one.label and f"[{one.label}]", judged, one.text) if part)
                indent = "    " if entry is not first else ""
                line(f"{indent}{one.id}  {span:>11}  {one.author} ({words(f'role-{one.role}')})  {told}")


def _in_index(folder: CallFolder, act: Callable[[Index], None]) -> None:
    """What the index must learn. That it could not is said, and no failure: the next search takes it in."""
    from voiceassist.coach.index import Index

    try:
        with Index(folder.path.parent) as index:
            if index.path.exists():
                act(index)
    except InputError as error:
        warn(error.message)


def _moment(text: str) -> int | None:
    """Whole milliseconds of `2:31`; None for nothing."""
    from voiceassist.core.formatting import parse_clock

    if not text:
        return None
    try:
        return round(parse_clock(text) * 1000)
    except ValueError:
        raise UsageError("moment-wrong", text=text) from None


def _references(library: Library, calls: list[CallFolder]) -> dict[str, str]:
    """The callers' references, by call: from the index where it knows the call, else from the journal."""
    from voiceassist.coach.index import Index, Query
    from voiceassist.storage.meta import JOURNAL
    from voiceassist.storage.reference_index import references

    known: dict[str, str] = {}
    try:
        with Index(library.root) as index:
            if index.path.exists():
                known = {entry.id: entry.reference for entry in index.search(Query(limit=1_000_000))}
    except InputError:
        pass  # the journals have it too
    for call in calls:
        if call.meta.id not in known:
            *_, known[call.meta.id] = "", *references(call.path / JOURNAL, whole=True)
    return known


@contextmanager
def _progress(key: str) -> Iterator[Callable[[int, int], bool] | None]:
    """A bar on a terminal, after the first second of work."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words(key), total=None)

        def show_progress(done: int, total: int) -> bool:
            bar.update(task, completed=done, total=total)
            return True

        yield show_progress


@app.command("redact")
def redact_call(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")],
    name: Annotated[list[str] | None, typer.Option(help="A name to mask as well; may be given several times.")] = None,
    look: Annotated[bool, typer.Option("--look", help="Say what would be masked, and change nothing.")] = False,
    library: Where = None,
) -> None:
    """Mask card numbers, codes, dates of birth and the like for good: in the text, and silent on both sides."""
    from voiceassist.storage.redact import redact

    folder = _library(library).find(call)
    done = redact(folder, name or (), only_look=look)
    if not look:
        _record(folder, "redacted")
    if not done.counts:
        say("redaction-nothing")
        return
    for kind, count in sorted(done.counts.items()):
        say("redaction-count", kind=kind.value, count=count)
    seconds = sum(end - start for start, end in done.muted)
    say("call-would-be-redacted" if look else "call-redacted", count=sum(done.counts.values()), seconds=seconds)


@app.command()
def audit(
    check: Annotated[bool, typer.Option("--check", help="Only say whether the log is whole.")] = False,
    library: Where = None,
) -> None:
    """Who opened, exported, shared, redacted and deleted calls; exit status 3 where the log was changed."""
    from voiceassist.storage.audit import entries, first_break

    root = _library(library).root
    for entry in () if check else entries(root):
        line(f"{entry.t}  {entry.who}  {entry.did}  {entry.call}")
    broken = first_break(root)
    if broken is not None:
        warn("audit-broken", count=broken)
        raise typer.Exit(3)
    if check:
        say("audit-whole")


def _record(folder: CallFolder, did: Deed) -> None:
    from voiceassist.storage.audit import record

    if not record(folder.path.parent, did, folder.meta.id):
        warn("audit-not-written", folder=str(folder.path.parent))


def _chosen(library: Library, call: str, reference: str) -> list[CallFolder]:
    """The call that is meant, or every call with a caller."""
    from voiceassist.storage.retention import with_reference

    if bool(call) == bool(reference):
        raise UsageError("call-or-reference")
    return with_reference(library, reference) if reference else [library.find(call)]


def _library(root: Path | None) -> Library:
    from voiceassist.storage import Library

    return Library(root or load_settings().library)


def _analysis(folder: CallFolder) -> Analysis:
    from voiceassist.core.messages import verbatim
    from voiceassist.insights.call_so_far import call_so_far
    from voiceassist.insights.report import analysis

    call = call_so_far(folder.events())
    warnings = [*folder.warnings, *map(verbatim, folder.meta.warnings)]
    return analysis(call, folder.duration, folder.meta.channels, warnings)
