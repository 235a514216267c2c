"""Downloads the files of a model over HTTP: resumable, each verified by its SHA-256 before it counts.

Plain HTTP ranges by the standard library, rather than the hub's own client: one code path that is easy to see and to
test against a server on this machine, the system's certificates and proxies, and nothing that phones home.
"""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from models.speech.catalogue import CatalogueEntry, CatalogueFile
from models.speech.folder import sha256_of
from voiceassist.core.errors import ModelError

_BLOCK = 1 << 18
_TIMEOUT = 30.0
"""Seconds without a byte before the connection counts as broken."""
_BREAKS = 5
"""A connection that broke is taken up again this often, as long as every try brought something."""


class Cancelled(Exception):
    """The person stopped the fetch. What has arrived is kept for the next try."""


def download(
    entry: CatalogueEntry,
    folder: Path,
    address: str,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Put the files of `entry` into `folder`, from a hub or a mirror with the same paths at `address`.

    Raises `Cancelled`, `OSError` when the disk does not take it, and `ModelError`: no network, not found, not the right
    bytes.
    """
    before = 0
    for file in entry.files:
        start = before
        _fetch_file(entry, file, folder, address, lambda n, start=start: progress(start + n), cancelled)  # type: ignore[misc]
        before += file.size


def check_file(entry: CatalogueEntry, file: CatalogueFile, path: Path) -> None:
    """Raises `ModelError`, and deletes the file, when it is not the one the catalogue means."""
    if _size(path) != file.size or (file.sha256 and sha256_of(path) != file.sha256):
        path.unlink(missing_ok=True)
        raise ModelError("speech-model-download-damaged", name=entry.name, file=file.name)


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
    check_file(entry, file, path)


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
