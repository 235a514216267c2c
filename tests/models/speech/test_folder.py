"""A model folder is what it should be: by size and structure at each load, by published hash where there is one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from models.speech.folder import check_folder, check_known
from models.speech.store import ModelStore
from voiceassist.core.errors import ModelError


@pytest.mark.parametrize("left", [0.5, 0.999, 0.01])
def test_half_a_model_is_refused_without_a_manifest(model_folder: Path, tmp_path: Path, left: float) -> None:
    weights = (model_folder / "model.bin").read_bytes()
    check_folder(model_folder)
    (model_folder / "model.bin").write_bytes(weights[: int(len(weights) * left)])
    with pytest.raises(ModelError) as refused:
        check_folder(model_folder)
    assert refused.value.message.key == "speech-model-damaged"
    with pytest.raises(ModelError):
        ModelStore(tmp_path / "store").add(model_folder, "mine")
    assert not (tmp_path / "store" / "mine").exists()
    assert not (tmp_path / "store" / "mine.partial").exists()


def test_a_model_with_more_than_its_weights_is_refused(model_folder: Path) -> None:
    with (model_folder / "model.bin").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ModelError):
        check_folder(model_folder)


def test_a_file_of_the_published_size_has_the_published_hash(model_folder: Path) -> None:
    content = (model_folder / "model.bin").read_bytes()
    good = hashlib.sha256(content).hexdigest()
    check_known(model_folder, [("model.bin", len(content), good), ("gone", 1, good), ("config.json", 2, None)])
    check_known(model_folder, [("model.bin", len(content) + 1, "another conversion")])
    (model_folder / "model.bin").write_bytes(content[:-9] + b"!" + content[-8:])
    with pytest.raises(ModelError) as refused:
        check_known(model_folder, [("model.bin", len(content), good)])
    assert refused.value.message.key == "speech-model-damaged"
