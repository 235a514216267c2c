"""A fetch ends with a whole model or with nothing to be seen, and always with one plain sentence when it fails."""

from __future__ import annotations

import errno
import json
import socket
from pathlib import Path

import pytest

from models.speech import MANIFEST, Cancelled, CatalogueEntry, check_folder, fetch
from models.speech import fetch as fetch_function
from models.speech.folder import check_hashes
from tests.models.speech.conftest import Hub
from tests.support.messages import raises
from voiceassist.core.errors import ModelError
from voiceassist.core.messages import render

fetch_module = __import__("sys").modules[fetch_function.__module__]


def nothing_visible(store: Path) -> bool:
    return not (store / "little.en").exists()


def test_a_fetched_model_is_whole_and_says_where_it_came_from(tmp_path: Path, hub: Hub, wanted: CatalogueEntry) -> None:
    told: list[tuple[int, int]] = []
    folder = fetch(wanted, tmp_path, sources=[hub.address], progress=lambda done, total: told.append((done, total)))
    assert folder == tmp_path / "little.en"
    check_folder(folder)
    check_hashes(folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    assert (manifest["revision"], manifest["licence"]) == ("abc123", "MIT")
    assert {f: (folder / f).read_bytes() for f in hub.files} == hub.files
    assert told == sorted(told)
    assert told[-1] == (wanted.size, wanted.size)
    assert not (tmp_path / "little.en.partial").exists()


def test_a_cancelled_fetch_lists_no_model_and_resumes_later(tmp_path: Path, hub: Hub, wanted: CatalogueEntry) -> None:
    seen: list[int] = []
    with pytest.raises(Cancelled):
        fetch(
            wanted,
            tmp_path,
            sources=[hub.address],
            progress=lambda done, _: seen.append(done),
            cancelled=lambda: bool(seen) and seen[-1] > 100_000,
        )
    assert nothing_visible(tmp_path)
    have = (tmp_path / "little.en.partial" / "model.bin").stat().st_size
    assert have > 0
    hub.requests.clear()
    check_folder(fetch(wanted, tmp_path, sources=[hub.address]))
    assert [r for p, r in hub.requests] == [f"bytes={have}-"], "only what was missing is asked for"


def test_a_broken_connection_is_resumed(tmp_path: Path, hub: Hub, wanted: CatalogueEntry) -> None:
    hub.break_after = 100_000
    check_folder(fetch(wanted, tmp_path, sources=[hub.address]))
    assert sum(p.endswith("model.bin") for p, _ in hub.requests) == 3


def test_a_stalled_connection_is_given_up_and_resumed_next_time(
    tmp_path: Path, hub: Hub, wanted: CatalogueEntry
) -> None:
    hub.break_after = 0
    with pytest.raises(ModelError):
        fetch(wanted, tmp_path, sources=[hub.address])
    assert nothing_visible(tmp_path)
    hub.break_after = None
    check_folder(fetch(wanted, tmp_path, sources=[hub.address]))


def test_a_server_that_cannot_resume_sends_the_whole_file_again(
    tmp_path: Path, hub: Hub, wanted: CatalogueEntry
) -> None:
    (tmp_path / "little.en.partial").mkdir(parents=True)
    (tmp_path / "little.en.partial" / "model.bin").write_bytes(b"x" * 1000)
    hub.ranges = False
    check_hashes(fetch(wanted, tmp_path, sources=[hub.address]))


def test_a_file_with_a_wrong_checksum_is_deleted(tmp_path: Path, hub: Hub, wanted: CatalogueEntry) -> None:
    hub.files["model.bin"] = hub.files["model.bin"][:-1] + b"!"
    with raises(ModelError, "speech-model-download-damaged"):
        fetch(wanted, tmp_path, sources=[hub.address])
    assert nothing_visible(tmp_path)
    assert not (tmp_path / "little.en.partial" / "model.bin").exists()


@pytest.mark.parametrize("change", [b"", b"longer than it should be"])
def test_a_file_of_another_size_is_refused(tmp_path: Path, hub: Hub, wanted: CatalogueEntry, change: bytes) -> None:
    hub.files["config.json"] = change
    with raises(ModelError, "speech-model-download-size"):
        fetch(wanted, tmp_path, sources=[hub.address])
    assert nothing_visible(tmp_path)


def test_an_error_of_the_model_hub_names_the_address_and_the_status(
    tmp_path: Path, hub: Hub, wanted: CatalogueEntry
) -> None:
    del hub.files["model.bin"]
    with raises(ModelError, "speech-model-not-found"):
        fetch(wanted, tmp_path, sources=[hub.address])
    hub.status = 503
    with raises(ModelError, "speech-model-refused"):
        fetch(wanted, tmp_path / "other", sources=[hub.address])


def test_without_a_network_the_error_names_the_import_command(tmp_path: Path, hub: Hub, wanted: CatalogueEntry) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # who has the port does not listen
        with raises(ModelError, "speech-model-unreachable") as told:
            fetch(wanted, tmp_path, sources=[f"http://127.0.0.1:{nobody.getsockname()[1]}"])
    for language, command in (("en", "voiceassist models import FOLDER"), ("de", "voiceassist models import ORDNER")):
        sentence = render(told.value.message, language)
        assert command in sentence
        assert "\n" not in sentence


def test_a_full_disk_is_reported_with_the_space_needed_and_the_fetch_resumes_later(
    tmp_path: Path, hub: Hub, wanted: CatalogueEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("models.speech.download._fetch_rest", full)
        with raises(ModelError, "speech-model-disk-full"):
            fetch(wanted, tmp_path, sources=[hub.address])
    with monkeypatch.context() as patch:
        patch.setattr(fetch_module.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 10}))
        with raises(ModelError, "speech-model-disk-full"):
            fetch(wanted, tmp_path, sources=[hub.address])
    assert nothing_visible(tmp_path)
    check_folder(fetch(wanted, tmp_path, sources=[hub.address]))


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, hub: Hub, wanted: CatalogueEntry) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    with raises(ModelError, "speech-model-not-stored"):
        fetch(wanted, tmp_path / "store", sources=[hub.address])


def test_a_model_that_another_process_fetched_first_is_used(tmp_path: Path, hub: Hub, wanted: CatalogueEntry) -> None:
    def other_is_quicker(done: int, total: int) -> None:
        if done == total:
            (tmp_path / "little.en").mkdir(exist_ok=True)
            (tmp_path / "little.en" / "theirs").touch()

    folder = fetch(wanted, tmp_path, sources=[hub.address], progress=other_is_quicker)
    assert [p.name for p in folder.iterdir()] == ["theirs"]
    assert not (tmp_path / "little.en.partial").exists()
