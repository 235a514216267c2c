from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.speech import MANIFEST, ModelStore, catalogue, check_folder, entry
from models.speech.folder import write_manifest
from tests.models.speech.conftest import model_files
from tests.support.messages import raises
from voiceassist.core.errors import ModelError


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "own", (tmp_path / "machine",))


def put(folder: Path, *, manifest: bool = True) -> Path:
    folder.mkdir(parents=True)
    for name, content in model_files(2560).items():
        (folder / name).write_bytes(content)
    if manifest:
        write_manifest(folder, name=folder.name, source="", revision="", licence="MIT")
    return folder


# --- the catalogue --------------------------------------------------------------------------------------------------


def test_every_model_of_the_catalogue_can_be_fetched_and_verified() -> None:
    for e in catalogue():
        names = {f.name for f in e.files}
        assert {"model.bin", "config.json", "tokenizer.json"} < names, e.name
        assert names & {"vocabulary.txt", "vocabulary.json"}, e.name
        assert len(e.revision) == 40, e.name
        assert e.licence, e.name
        assert all(f.sha256 is None or len(f.sha256) == 64 for f in e.files), e.name
        assert next(f for f in e.files if f.name == "model.bin").sha256, e.name


def test_the_lightest_comes_first_and_names_are_unique() -> None:
    costs = [e.cost for e in catalogue() if e.name not in ("distil-small.en", "distil-large-v3")]
    assert costs == sorted(costs)
    assert len({e.name for e in catalogue()}) == len(catalogue())


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with raises(ModelError, "speech-model-unknown"):
        entry("huge")


# --- what is there --------------------------------------------------------------------------------------------------


def test_own_and_shared_models_are_listed_and_unfinished_ones_are_not(store: ModelStore) -> None:
    put(store.user / "tiny.en")
    put(store.user / "base.en.partial")
    put(store.machine[0] / "base.en")
    put(store.machine[0] / "tiny.en")
    put(store.user / "zebra")
    listed = [(i.name, i.shared) for i in store.list()]
    assert listed == [("tiny.en", False), ("base.en", True), ("zebra", False)]


def test_an_installed_model_is_found_by_name_and_any_folder_by_path(store: ModelStore, model_folder: Path) -> None:
    folder = put(store.machine[0] / "base.en")
    assert store.find("base.en") == folder
    assert store.find(model_folder) == model_folder


def test_a_model_that_is_not_installed_is_answered_with_the_command_that_gets_it(store: ModelStore) -> None:
    with raises(ModelError, "speech-model-not-installed"):
        store.find("small.en")


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "vocabulary.txt"])
def test_a_folder_without_one_of_its_files_is_no_model(model_folder: Path, missing: str) -> None:
    (model_folder / missing).unlink()
    with raises(ModelError, "speech-model-lacks-file"):
        check_folder(model_folder)


def test_another_kind_of_model_is_named(model_folder: Path) -> None:
    content = (model_folder / "model.bin").read_bytes().replace(b"WhisperSpec", b"MarianSpecX")
    (model_folder / "model.bin").write_bytes(content)
    with raises(ModelError, "speech-model-other-kind"):
        check_folder(model_folder)


@pytest.mark.parametrize("content", [b"", b"\x06\0", b"GGML" * 100])
def test_invalid_weights_are_found_without_loading_them(model_folder: Path, content: bytes) -> None:
    (model_folder / "model.bin").write_bytes(content)
    with raises(ModelError, "file-not-ctranslate2"):
        check_folder(model_folder)


def test_a_truncated_model_is_found_at_once(store: ModelStore) -> None:
    folder = put(store.user / "tiny.en")
    (folder / "model.bin").write_bytes((folder / "model.bin").read_bytes()[:-1])
    with raises(ModelError, "file-size-differs"):
        store.find("tiny.en")


def test_a_single_changed_byte_is_found_by_verify(store: ModelStore) -> None:
    folder = put(store.user / "tiny.en")
    assert store.verify("tiny.en") == folder
    content = bytearray((folder / "model.bin").read_bytes())
    content[-9] ^= 1
    (folder / "model.bin").write_bytes(content)
    store.find("tiny.en")
    with raises(ModelError, "file-content-differs"):
        store.verify("tiny.en")


# --- bringing in and removing ---------------------------------------------------------------------------------------


def test_an_imported_model_is_copied_and_can_be_verified(store: ModelStore, model_folder: Path) -> None:
    place = store.add(model_folder, "ours")
    assert place == store.user / "ours"
    assert store.verify("ours") == place
    assert not (model_folder / MANIFEST).exists()


def test_an_imported_model_is_checked_against_the_manifest_that_came_with_it(
    store: ModelStore, model_folder: Path
) -> None:
    write_manifest(model_folder, name="m", source="", revision="", licence="MIT")
    manifest = json.loads((model_folder / MANIFEST).read_text())
    manifest["files"]["model.bin"]["sha256"] = "0" * 64
    (model_folder / MANIFEST).write_text(json.dumps(manifest))
    with raises(ModelError, "file-content-differs"):
        store.add(model_folder)
    assert not list(store.user.iterdir())


def test_a_wrong_folder_or_name_is_not_imported(store: ModelStore, model_folder: Path, tmp_path: Path) -> None:
    with raises(ModelError, "speech-model-folder-missing"):
        store.add(tmp_path / "nowhere")
    with raises(ModelError, "speech-model-name-invalid"):
        store.add(model_folder, "../../etc")
    store.add(model_folder)
    with raises(ModelError, "speech-model-exists"):
        store.add(model_folder)


def test_removing_a_model_deletes_unfinished_downloads_too(store: ModelStore) -> None:
    put(store.user / "tiny.en")
    put(store.user / "tiny.en.partial")
    store.remove("tiny.en")
    assert list(store.user.iterdir()) == []
    with raises(ModelError, "speech-model-nothing-to-remove"):
        store.remove("tiny.en")


def test_a_shared_model_is_not_removed_by_one_person(store: ModelStore) -> None:
    folder = put(store.machine[0] / "base.en")
    with raises(ModelError, "speech-model-shared"):
        store.remove("base.en")
    assert folder.is_dir()


def test_getting_an_installed_model_fetches_nothing(store: ModelStore) -> None:
    folder = put(store.machine[0] / "base.en")
    assert store.get("base.en", sources=["http://127.0.0.1:9"]) == folder
