"""`voiceassist calls`: the calls that were kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceassist.cli import as_json as to_json
from voiceassist.cli import line, load_settings, note, say, unless_forced, warn, words
from voiceassist.core.errors import StorageError, system_reason

if TYPE_CHECKING:
    from voiceassist.insights.report import Analysis
    from voiceassist.storage import CallFolder, Library

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

    for call in calls:
        meta = call.meta
        cues = "" if meta.cues is None else words("cue-count", count=meta.cues)
        peak = "" if meta.peak_agitation is None else words("peak-agitation", score=meta.peak_agitation)
        state = words("cut-off") if call.cut_off else ""
        begun = meta.created.astimezone().strftime("%Y-%m-%d %H:%M")
        told = "  ".join(part for part in (cues, peak, state, ", ".join(meta.sources.values())) if part)
        line(f"{meta.id}  {begun}  {clock(call.duration):>6}  {meta.origin:4}  {told}")
    if not calls:
        note("no-calls-kept", folder=str(found.root))
    for warning in found.warnings:
        warn(warning)


@app.command()
def show(
    call: Annotated[str, typer.Argument(metavar="CALL", help="An id, or its beginning; a folder; or last.")],
    as_json: Json = False,
    library: Where = None,
) -> None:
    """What was said in a call, its cues, the caller's agitation and the figures."""
    folder = _library(library).find(call)
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
