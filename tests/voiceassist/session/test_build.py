"""Which speech model a call gets when nobody chose one, and that what was chosen is taken or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from models.speech import Installed, ModelStore, entry
from tests.support.messages import raises
from voiceassist.config.options import Settings
from voiceassist.core.errors import InputError, ModelError
from voiceassist.core.events import Component, ComponentState
from voiceassist.session import build


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Pretends that these models of the catalogue are installed, and takes their folders on trust."""

    def install(*names: str) -> None:
        models = [Installed(name, Path("/models") / name, shared=False, size=1, entry=entry(name)) for name in names]
        monkeypatch.setattr(ModelStore, "list", lambda self: models)
        monkeypatch.setattr(ModelStore, "find", lambda self, name: Path("/models") / name)

    return install


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    return lambda n: monkeypatch.setattr(build, "available_cores", lambda: n)


def chosen(settings: Settings | None = None, wanted: str = "", *, live: bool = True) -> list[str]:
    transcriber = build.transcriber(settings or Settings(), wanted, live=live)
    return [path.name for path in transcriber._models]


def test_on_two_cores_a_live_call_gets_base_and_falls_back_to_tiny(
    installed: Callable[..., None], cores: Callable[[int], None]
) -> None:
    installed("tiny.en", "base.en", "small.en", "medium.en")
    cores(2)
    assert chosen() == ["base.en", "tiny.en"]


def test_on_many_cores_a_live_call_gets_small(installed: Callable[..., None], cores: Callable[[int], None]) -> None:
    installed("tiny.en", "base.en", "small.en", "medium.en")
    cores(8)
    assert chosen() == ["small.en", "base.en", "tiny.en"]


def test_when_all_are_too_heavy_the_lightest_is_taken(
    installed: Callable[..., None], cores: Callable[[int], None]
) -> None:
    installed("small.en", "medium.en")
    cores(2)
    assert chosen() == ["small.en"]


def test_a_recorded_call_gets_the_heaviest_and_no_lighter_one(
    installed: Callable[..., None], cores: Callable[[int], None]
) -> None:
    installed("tiny.en", "medium.en")
    cores(2)
    assert chosen(live=False) == ["medium.en"]


def test_another_language_gets_a_model_that_knows_it(
    installed: Callable[..., None], cores: Callable[[int], None]
) -> None:
    installed("base.en", "tiny")
    cores(2)
    assert chosen(Settings(language="de")) == ["tiny"]


def test_no_words_are_wanted_whatever_is_installed(
    installed: Callable[..., None], cores: Callable[[int], None]
) -> None:
    installed("base.en")
    assert chosen(Settings(speech_model="none")) == []
    assert chosen(Settings(speech_model="none"), "base.en") == ["base.en"]


def test_what_was_asked_for_is_taken_as_it_is(installed: Callable[..., None], cores: Callable[[int], None]) -> None:
    installed("tiny.en", "base.en")
    assert chosen(Settings(speech_model="tiny.en")) == ["tiny.en"]
    assert chosen(Settings(speech_model="tiny.en"), "base.en") == ["base.en"]


def test_a_model_that_is_not_there_is_refused_with_the_command_that_gets_it() -> None:
    with raises(ModelError, "speech-model-not-installed", name="base.en"):
        build.transcriber(Settings(speech_model="base.en"))


def test_the_engine_gets_the_pack_and_the_restraint_that_were_chosen(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no cue pack"):
        build.engine(Settings(cue_pack=str(tmp_path / "none.toml")))
    assert build.engine(Settings(cue_budget=3)) is not None


@pytest.mark.parametrize(
    ("how", "state"),
    [("none", ComponentState.DISABLED), ("announced", ComponentState.OK), ("confirm", ComponentState.DEGRADED)],
)
def test_every_call_has_a_consent_status(how: Literal["none", "announced", "confirm"], state: ComponentState) -> None:
    part = build.consent(Settings(consent=how))
    assert (part.component, part.state) == (Component.CONSENT, state)
    assert (part.reason is not None) == (how != "none")
