"""Fetch a model of the catalogue: resumable, verified, and invisible until it is whole.

Files arrive in `<name>.partial` beside the place they will have. A fetch that is cancelled or breaks leaves only that
folder, and the next one goes on where it stopped. When every file has its size and hash, the folder is renamed into
place in one step.

Plain HTTP ranges by the standard library, rather than the hub's own client: one code path that is easy to see and to
test against a server on this machine, the system's certificates and proxies, and nothing that phones home.
"""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from models.speech.catalogue import CatalogueEntry, CatalogueFile
from models.speech.folder import check_folder, sha256_of, write_manifest
from voiceassist.core.errors import ModelError, system_reason

HUB = "https://huggingface.co"
"""Where the catalogue's repositories are. A company's mirror with the same paths can be named instead."""

_BLOCK = 1 << 18
_TIMEOUT = 30.0
"""Seconds without a byte before the connection counts as broken."""
_BREAKS = 5
"""A connection that broke is taken up again this often, as long as every try brought something."""


class Cancelled(Exception):
    """The person stopped the fetch. What has arrived is kept for the next try."""


def fetch(
    entry: CatalogueEntry,
    into: Path,
    *,
    hub: str = HUB,
    progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Fetch `entry` into the folder `into / entry.name` and return that.

    `progress` is told bytes so far and bytes in all. Raises `Cancelled`, or `ModelError`:
    no network, not found, disk full, not the right bytes.
    """
    target = into / entry.name
    partial = into / f"{entry.name}.partial"
    if entry.bundled:
        raise ModelError("speech-model-bundled", name=entry.name)
    if target.exists():
        return target
    try:
        partial.mkdir(parents=True, exist_ok=True)
        _check_room(entry, partial)
        before = 0
        for file in entry.files:
            start = before
            _fetch_file(entry, file, partial, hub, lambda n, start=start: progress(start + n, entry.size), cancelled)  # type: ignore[misc]
            before += file.size
        write_manifest(
            partial,
            name=entry.name,
            source=f"{hub}/{entry.repository}",
            revision=entry.revision,
            licence=entry.licence,
        )
        check_folder(partial)
        _publish(partial, target)
    except OSError as error:
        raise _not_stored(entry, into, error) from error
    return target


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


def _fetch_file(
    entry: CatalogueEntry,
    file: CatalogueFile,
    folder: Path,
    hub: str,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    path = folder / file.name
    url = f"{hub.rstrip('/')}/{entry.repository}/resolve/{entry.revision}/{file.name}"
    breaks = 0
    while (have := _size(path)) != file.size:
        if have > file.size:  # left over from another revision
            path.unlink()
            continue
        try:
            _fetch_rest(entry, url, path, have, progress, cancelled)
        except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
            breaks += 1
            if breaks > _BREAKS or _size(path) <= have:
                raise _broken(entry, url, error) from error
            continue
        if _size(path) <= have or _size(path) > file.size:
            path.unlink(missing_ok=True)
            raise ModelError("speech-model-download-size", name=entry.name, address=url, bytes=file.size)
    progress(file.size)
    if file.sha256 and sha256_of(path) != file.sha256:
        path.unlink()
        raise ModelError("speech-model-download-damaged", name=entry.name, file=file.name)


def _fetch_rest(
    entry: CatalogueEntry,
    url: str,
    path: Path,
    have: int,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Append what is missing of one file. Ends early when the connection does; the caller looks at the size."""
    if cancelled():
        raise Cancelled
    request = urllib.request.Request(url, headers={"User-Agent": "VoiceAssist", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # nothing left to send: what lies there is not a part of this file
            path.unlink()
            return
        raise _refused(entry, url, error.code) from error
    except urllib.error.URLError as error:
        raise _broken(entry, url, error) from error
    with response:
        resumed = have > 0 and response.status == 206
        if not resumed:
            have = 0  # the server sends the whole file again
        with path.open("ab" if resumed else "wb") as out:
            while block := response.read(_BLOCK):
                out.write(block)
                have += len(block)
                progress(have)
                if cancelled():
                    raise Cancelled


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


# --- what went wrong ------------------------------------------------------------------------------------------------


def _refused(entry: CatalogueEntry, url: str, status: int) -> ModelError:
    if status == 404:
        return ModelError("speech-model-not-found", name=entry.name, address=url)
    return ModelError("speech-model-refused", name=entry.name, address=url, status=status)


def _broken(entry: CatalogueEntry, url: str, error: Exception) -> ModelError:
    reason = getattr(error, "reason", error)
    return ModelError("speech-model-unreachable", name=entry.name, address=url, reason=str(reason))


def _not_stored(entry: CatalogueEntry, into: Path, error: OSError) -> ModelError:
    if error.errno == errno.ENOSPC:
        return ModelError("speech-model-disk-full", name=entry.name, folder=str(into), megabytes=entry.megabytes)
    return ModelError("speech-model-not-stored", name=entry.name, folder=str(into), reason=system_reason(error))
