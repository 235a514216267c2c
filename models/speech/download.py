"""Downloads the files of a model over HTTP: resumable, each verified by its SHA-256 before it counts.

Plain HTTP ranges by the standard library, rather than the hub's own client: one code path that is easy to see and to
test against a server on this machine, the system's certificates and proxies, and nothing that phones home.
"""

from __future__ import annotations

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from models.speech.catalogue import CatalogueEntry, CatalogueFile
from models.speech.folder import sha256_of
from voiceassist.core.errors import ModelError, system_reason

_BLOCK = 1 << 18
_TIMEOUT = 30.0
"""Seconds without a byte before the connection counts as broken."""
_BREAKS = 5
"""A connection that broke is taken up again this often, as long as every try brought something."""


class Cancelled(Exception):
    """The person stopped the fetch. What has arrived is kept for the next try."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How servers are reached, beside the system's proxies."""

    certificates: str = ""
    """A PEM file of those to trust; empty: the system's."""
    host: str = ""
    """Host, with port, that gets `authorization`; no other does, nor one that is redirected to."""
    authorization: str = ""

    def open(self, url: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        """Raises `urllib.error.URLError`, and `ModelError` when the certificates cannot be used."""
        request = urllib.request.Request(url, headers={"User-Agent": "VoiceAssist", **headers})
        if self.authorization and urlsplit(url).netloc == self.host:
            request.add_unredirected_header("Authorization", self.authorization)
        try:
            trusted = ssl.create_default_context(cafile=self.certificates or None)
        except OSError as error:
            raise ModelError("certificates-unusable", path=self.certificates, reason=system_reason(error)) from error
        response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT, context=trusted)
        return response


def download(
    entry: CatalogueEntry,
    folder: Path,
    address: str,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
    connection: Connection = Connection(),
) -> None:
    """Put the files of `entry` into `folder`, from a hub or a mirror with the same paths at `address`.

    Raises `Cancelled`, `OSError` when the disk does not take it, and `ModelError`: no network, not found, not the right
    bytes.
    """
    before = 0
    for file in entry.files:
        start = before
        _fetch_file(entry, file, folder, address, lambda n, start=start: progress(start + n), cancelled, connection)  # type: ignore[misc]
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
    connection: Connection,
) -> None:
    path = folder / file.name
    url = f"{hub.rstrip('/')}/{entry.repository}/resolve/{entry.revision}/{file.name}"
    breaks = 0
    while (have := _size(path)) != file.size:
        if have > file.size:  # left over from another revision
            path.unlink()
            continue
        try:
            _fetch_rest(entry, url, path, have, progress, cancelled, connection)
        except (ConnectionError, TimeoutError, http.client.HTTPException) as error:
            breaks += 1
            if breaks > _BREAKS or _size(path) <= have:
                raise unreachable(entry, url, error) from error
            continue
        if _size(path) <= have or _size(path) > file.size:
            path.unlink(missing_ok=True)
            raise ModelError("speech-model-download-size", name=entry.name, address=url, bytes=file.size)
    progress(file.size)
    check_file(entry, file, path)


def fetch_whole(
    entry: CatalogueEntry,
    url: str,
    path: Path,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
    connection: Connection,
) -> None:
    """Put what is at `url` into `path`, however long it is; what lies there is the beginning of it. Raises as
    `download` does."""
    breaks = 0
    while True:
        have = _size(path)
        try:
            length = _fetch_rest(entry, url, path, have, progress, cancelled, connection)
            if length is None or _size(path) == length:
                return
            error: Exception = ConnectionError("ended early")
        except (ConnectionError, TimeoutError, http.client.HTTPException) as broken:
            error = broken
        breaks += 1
        if breaks > _BREAKS or (path.exists() and _size(path) <= have):
            raise unreachable(entry, url, error) from error


def _fetch_rest(
    entry: CatalogueEntry,
    url: str,
    path: Path,
    have: int,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
    connection: Connection,
) -> int | None:
    """Append what is missing of one file, and return how long the server says the whole is, -1 when what lies there is
    no part of it. Ends early when the connection does; the caller looks at the size."""
    if cancelled():
        raise Cancelled
    headers = {"Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    try:
        response = connection.open(url, headers)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416:  # nothing left to send: what lies there is not a part of this file
            path.unlink()
            return -1
        raise refused(entry, url, error.code) from error
    except urllib.error.URLError as error:
        raise unreachable(entry, url, error) from error
    with response:
        resumed = have > 0 and response.status == 206
        if not resumed:
            have = 0  # the server sends the whole file again
        length = None if response.length is None else have + response.length
        with path.open("ab" if resumed else "wb") as out:
            while block := response.read(_BLOCK):
                out.write(block)
                have += len(block)
                progress(have)
                if cancelled():
                    raise Cancelled
    return length


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


# --- what went wrong ------------------------------------------------------------------------------------------------


def refused(entry: CatalogueEntry, url: str, status: int) -> ModelError:
    if status == 404:
        return ModelError("speech-model-not-found", name=entry.name, address=url)
    return ModelError("speech-model-refused", name=entry.name, address=url, status=status)


def unreachable(entry: CatalogueEntry, url: str, error: Exception) -> ModelError:
    reason = getattr(error, "reason", error)
    return ModelError("speech-model-unreachable", name=entry.name, address=url, reason=str(reason))
