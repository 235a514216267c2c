"""`voiceassist policy`: what every setting is on this computer, and who decided it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from voiceassist import settings
from voiceassist.options import options

app = typer.Typer(help="What is set on this computer, and who decided it.", no_args_is_help=True)


@app.callback()
def policy() -> None:
    """Keeps `show` a command of its own."""


@app.command()
def show(as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False) -> None:
    """Print the effective value of every setting, and the layer and the place it comes from."""
    loaded = settings.load()
    rows = [
        (option.name, getattr(loaded.settings, option.name), loaded.origins[option.name])
        for option in options().values()
    ]
    if as_json:
        values = {
            name: {
                "value": str(value) if isinstance(value, Path) else value,
                "layer": origin.layer,
                "place": origin.place,
            }
            for name, value, origin in rows
        }
        print(msgspec.json.encode({"settings": values, "complaints": loaded.complaints}).decode())
        return
    widths = (max(len(name) for name, _, _ in rows), max(len(settings.shown(value)) for _, value, _ in rows))
    for name, value, origin in rows:
        place = f"{origin.layer} ({origin.place})" if origin.place else origin.layer
        print(f"{name:{widths[0]}}  {settings.shown(value):{widths[1]}}  {place}")
    for complaint in loaded.complaints:
        typer.echo(f"voiceassist: {complaint}", err=True)
