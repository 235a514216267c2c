"""Which speech model a call gets when nobody chose one, and that what was chosen is taken or refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.speech import Installed, ModelStore, entry
from voiceassist import parts
from voiceassist.errors import InputError, ModelError
from voiceassist.settings import Settings


@pytest.fixture
def installed(monkeypatch):
    """Pretends that these models of the catalogue are installed, and takes their folders on trust."""

    def install(*names: str) -> None:
        models = [Installed(name, Path("/models") / name, shared=False, size=1, entry=entry(name)) for name in names]
        monkeypatch.setattr(ModelStore, "list", lambda self: models)
        monkeypatch.setattr(ModelStore, "find", lambda self, name: Path("/models") / name)

    return install


@pytest.fixture
def cores(monkeypatch):
    return lambda n: monkeypatch.setattr(parts, "available_cores", lambda: n)


def chosen(settings: Settings | None = None, wanted: str = "", *, live: bool = True) -> list[str]:
    transcriber = parts.transcriber(settings or Settings(), wanted, live=live)
    return [path.name for path in transcriber._models]


def test_on_two_cores_a_live_call_gets_base_and_falls_back_to_tiny(installed, cores):
    installed("tiny.en", "base.en", "small.en", "medium.en")
    cores(2)
    assert chosen() == ["base.en", "tiny.en"]


def test_on_many_cores_a_live_call_gets_small(installed, cores):
    installed("tiny.en", "base.en", "small.en", "medium.en")
    cores(8)
    assert chosen() == ["small.en", "base.en", "tiny.en"]


def test_when_all_are_too_heavy_the_lightest_is_taken(installed, cores):
    installed("small.en", "medium.en")
    cores(2)
    assert chosen() == ["small.en"]


def test_a_recorded_call_gets_the_heaviest_and_no_lighter_one(installed, cores):
    installed("tiny.en", "medium.en")
    cores(2)
    assert chosen(live=False) == ["medium.en"]


def test_another_language_gets_a_model_that_knows_it(installed, cores):
    installed("base.en", "tiny")
    cores(2)
    assert chosen(Settings(language="de")) == ["tiny"]


def test_the_demos_model_is_never_chosen_for_a_real_call(installed, cores):
    installed("demo")
    assert chosen() == []


def test_what_was_asked_for_is_taken_as_it_is(installed, cores):
    installed("tiny.en", "base.en")
    assert chosen(Settings(speech_model="tiny.en")) == ["tiny.en"]
    assert chosen(Settings(speech_model="tiny.en"), "demo") == ["demo"]


def test_a_model_that_is_not_there_is_refused_with_the_command_that_gets_it():
    with pytest.raises(ModelError, match=r"voiceassist models get base\.en"):
        parts.transcriber(Settings(speech_model="base.en"))


def test_the_engine_gets_the_pack_and_the_restraint_that_were_chosen(tmp_path):
    with pytest.raises(InputError, match="no cue pack"):
        parts.engine(Settings(cue_pack=str(tmp_path / "none.toml")))
    assert parts.engine(Settings(cue_budget=3)) is not None
