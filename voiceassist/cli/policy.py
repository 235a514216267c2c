"""`voiceassist policy`: what every setting is on this computer, and who decided it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from voiceassist.cli import line, say, warn
from voiceassist.config import settings
from voiceassist.config.options import options

app = typer.Typer(help="What is set on this computer, and who decided it.", no_args_is_help=True)


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False) -> None:
    """Print the effective value of every setting with its name in the window, and the layer and the place it comes
    from; exit status 3 when something written there cannot be understood."""
    loaded = settings.load()
    rows = [
        (option.name, option.about.label, getattr(loaded.settings, option.name), loaded.origins[option.name])
        for option in options().values()
    ]
    if as_json:
        values = {
            name: {
                "label": label,
                "value": str(value) if isinstance(value, Path) else value,
                "layer": origin.layer,
                "place": origin.place,
                "in_doubt": origin.in_doubt,
            }
            for name, label, value, origin in rows
        }
        print(
            msgspec.json.encode(
                {"settings": values, "complaints": [str(complaint) for complaint in loaded.complaints]}
            ).decode()
        )
        raise typer.Exit(3 if loaded.complaints else 0)
    table = [
        (name, label, settings.shown(value), f"{origin.layer} ({origin.place})" if origin.place else origin.layer)
        for name, label, value, origin in rows
    ]
    widths = [max(len(row[column]) for row in table) for column in range(3)]
    for *told, who in table:
        line("  ".join(f"{words:{width}}" for words, width in zip(told, widths, strict=True)) + f"  {who}")
    for complaint in loaded.complaints:
        warn(complaint)
    raise typer.Exit(3 if loaded.complaints else 0)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A policy, or a computer's settings.toml.", readable=False)],
) -> None:
    """Say what is wrong with a file before it is rolled out; exit status 3 if anything is."""
    found = settings.problems(file)
    for problem in found:
        warn(problem)
    if found:
        raise typer.Exit(3)
    say("policy-correct", path=str(file))
