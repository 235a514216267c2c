"""The conditions as a table for people: `voiceassist cues list --conditions` prints it, docs/cues.md has it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from voiceassist.cues.conditions import CONDITIONS


def condition_rows() -> Iterator[tuple[str, str, str]]:
    """(name, parameters with their defaults, meaning) of every condition, by name."""
    for name, function in sorted(CONDITIONS.items()):
        parameters = [
            parameter.name if parameter.default is parameter.empty else f"{parameter.name} = {_toml(parameter.default)}"
            for parameter in inspect.signature(function).parameters.values()
            if parameter.name != "context"
        ]
        yield name, ", ".join(parameters), " ".join((function.__doc__ or "").split())


def markdown() -> str:
    """The table of conditions in Markdown."""
    lines = ["| condition | parameters | true when |", "|---|---|---|"]
    lines += [f"| `{name}` | {f'`{p}`' if p else ''} | {meaning} |" for name, p, meaning in condition_rows()]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
