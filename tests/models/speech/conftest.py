"""A model small enough to be served a hundred times, and a server on this machine that serves it badly on demand."""

from __future__ import annotations

import dataclasses
import hashlib
import http.server
import json
import struct
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.speech import CatalogueEntry, CatalogueFile, PackageSource


def model_files(weights: int = 300_000) -> dict[str, bytes]:
    """What a CTranslate2 Whisper folder looks like from outside."""
    name = b"WhisperSpec\0"
    weight = b"weight\0"
    weights -= weights % 256
    header = struct.pack("<IH", 6, len(name)) + name + struct.pack("<IIH", 3, 1, len(weight)) + weight
    header += struct.pack("<BIBI", 1, weights, 1, weights)
    return {
        "config.json": b"{}",
        "tokenizer.json": json.dumps({"version": "1.0"}).encode(),
        "vocabulary.txt": b"a\nb\n",
        "model.bin": header + bytes(range(256)) * (weights // 256) + struct.pack("<I", 0),
    }


@pytest.fixture
def files() -> dict[str, bytes]:
    return model_files()


@pytest.fixture
def model_folder(tmp_path: Path, files: dict[str, bytes]) -> Path:
    folder = tmp_path / "elsewhere" / "my-model"
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def wanted(files: dict[str, bytes]) -> CatalogueEntry:
    """A catalogue entry for `files`; of the small ones no hash is published."""
    return CatalogueEntry(
        name="little.en",
        title="Little",
        repository="somebody/little",
        revision="abc123",
        licence="MIT",
        languages=("en",),
        cost=1.0,
        speed="",
        note="",
        files=tuple(
            CatalogueFile(n, len(c), hashlib.sha256(c).hexdigest() if n == "model.bin" else None)
            for n, c in files.items()
        ),
    )


@dataclass
class Hub:
    """Serves `files` under the hub's paths."""

    files: dict[str, bytes]
    address: str = ""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range header of each request."""
    break_after: int | None = None
    """Close the connection after this many bytes of model.bin."""
    ranges: bool = True
    status: int = 200


@pytest.fixture
def hub(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    served = Hub(dict(files))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rsplit("/", 1)[-1]
            wanted = self.headers.get("Range", "")
            served.requests.append((self.path, wanted))
            content = served.files.get(name)
            if served.status != 200 or content is None or "/somebody/little/resolve/abc123/" not in self.path:
                self.send_error(served.status if served.status != 200 else 404)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and served.ranges else 0
            if start >= len(content) > 0 and wanted:
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            piece = content[start:]
            if name == "model.bin" and served.break_after is not None:
                piece = piece[: served.break_after]
            self.wfile.write(piece)
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def make_wheel(folder: Path, name: str, members: dict[str, bytes]) -> Path:
    module = name.replace("-", "_")
    info = f"{module}-1.0.dist-info"
    path = folder / f"{module}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(f"{module}/__init__.py", "raise SystemExit('a wheel of a model was run')\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", WHEEL)
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def packaged(wanted: CatalogueEntry) -> CatalogueEntry:
    members: dict[str, tuple[str, ...]] = {file.name: (f"little_1/{file.name}",) for file in wanted.files}
    members["model.bin"] = ("little_1/model.bin.part1", "little_2/model.bin.part2")
    return dataclasses.replace(wanted, packages=(PackageSource(("little-1==1.0", "little-2==1.0"), members),))
