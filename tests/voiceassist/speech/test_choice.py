from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from models.speech import ModelStore
from voiceassist.errors import ModelError
from voiceassist.speech.choice import choose


@pytest.fixture
def store(tmp_path: Path, toy_model: Path) -> ModelStore:
    for name in ("tiny.en", "base.en", "base", "small.en", "medium.en", "mine"):
        shutil.copytree(toy_model, tmp_path / "models" / name)
    return ModelStore(tmp_path / "models")


def names(chosen) -> tuple[str | None, list[str]]:
    folder, options = chosen
    return folder and folder.name, [s.name for s in options.smaller]


def test_an_office_pc_gets_base_and_a_big_one_small_with_the_lighter_ones_behind(store: ModelStore) -> None:
    assert names(choose(store, cores=2)) == ("base.en", ["tiny.en"])
    assert names(choose(store, cores=12)) == ("small.en", ["base.en", "base", "tiny.en"])


def test_only_models_that_know_the_language(store: ModelStore) -> None:
    assert names(choose(store, language="de", cores=12)) == ("base", [])
    assert names(choose(store, language="", cores=12)) == ("base", [])


def test_a_named_model_is_taken_whatever_its_weight(store: ModelStore) -> None:
    assert names(choose(store, model="medium.en", cores=2))[0] == "medium.en"
    assert names(choose(store, model=str(store.user / "mine"), cores=2)) == ("mine", [])


def test_a_recorded_call_never_changes_models(store: ModelStore) -> None:
    assert names(choose(store, cores=2, live=False)) == ("base.en", [])


def test_the_lightest_is_taken_when_all_are_heavy(tmp_path: Path, toy_model: Path) -> None:
    for name in ("medium.en", "large-v3"):
        shutil.copytree(toy_model, tmp_path / name)
    assert names(choose(ModelStore(tmp_path), cores=2)) == ("medium.en", [])


def test_without_any_there_is_none_and_the_demo_s_is_not_for_real_calls(tmp_path: Path, toy_model: Path) -> None:
    shutil.copytree(toy_model, tmp_path / "demo")
    assert names(choose(ModelStore(tmp_path), cores=2)) == (None, [])


def test_a_wanted_model_that_is_missing_is_said_with_the_command_that_gets_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"not installed; get it with: voiceassist models get base\.en"):
        choose(ModelStore(tmp_path), model="base.en")
