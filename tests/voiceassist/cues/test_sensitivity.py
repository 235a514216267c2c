""" "Wrong cue" makes a cue harder to earn, within its pack's limit, for this agent alone, and can be taken back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.busy import PATIENCE
from tests.support.messages import raises
from tests.support.scene import Scene
from voiceassist.core.errors import StorageError
from voiceassist.core.events import CallStarted
from voiceassist.cues import load_pack
from voiceassist.cues.sensitivity import WrongCues, default_file, learned, sensitivities

PACK = load_pack("en")
CUES = {cue.id: cue for cue in PACK.cues}


def monologue(**readily: float) -> Scene:
    """An upset caller and an agent who talks for half a minute."""
    scene = Scene(sensitivities=readily)
    scene.small_talk()
    scene.caller(3.0, score=0.6)
    scene.silence(1.2)
    scene.agent(15.0)
    scene.silence(0.5)
    scene.agent(13.0)
    return scene


def test_a_cue_called_wrong_needs_a_higher_threshold() -> None:
    assert monologue().cues == ["ask-short"]
    assert monologue(**{"ask-short": 0.8}).cues == []
    longer = monologue(**{"ask-short": 0.8})
    longer.agent(4.0)
    assert longer.shown[0].why == "You have talked for 31 s"


def test_counts_grow_by_whole_numbers() -> None:
    scene = Scene(sensitivities={"pause": 0.8})
    scene.small_talk()
    scene.caller(3.0, score=0.4)
    for _ in range(2):
        scene.agent(1.0)
        scene.silence(0.8)
        scene.caller(3.0)
    assert scene.cues == []
    scene.agent(1.0)
    assert scene.cues == ["pause"]


def refusal(score: float, **readily: float) -> Scene:
    scene = Scene(sensitivities=readily)
    scene.small_talk()
    scene.caller(3.0, score=score)
    scene.silence(0.3)
    scene.agent(2.0, says="I understand how upsetting that must be for you.")
    scene.silence(1.2)
    scene.agent(3.0, says="That is against our policy.")
    return scene


def test_a_cue_from_words_called_wrong_asks_for_a_caller_more_agitated() -> None:
    assert refusal(0.5).cues == ["say-what-you-can"]
    assert refusal(0.5, **{"say-what-you-can": 0.8}).cues == []
    assert refusal(0.62, **{"say-what-you-can": 0.8}).cues == ["say-what-you-can"]


def test_wrong_cue_changes_only_that_cue() -> None:
    assert refusal(0.5, **{"ask-short": 0.5, "pause": 0.5}).cues == ["say-what-you-can"]


def test_sensitivity_never_falls_below_the_limit_of_the_pack() -> None:
    assert learned(CUES["pause"], 0) == 1.0
    assert learned(CUES["pause"], 1) == 0.8
    assert learned(CUES["pause"], 50) == CUES["pause"].sensitivity == 0.5
    assert learned(CUES["set-limit"], 50) == 1.0


def test_quieter_and_louder_apply_to_all_cues_but_safety() -> None:
    quieter, louder = (sensitivities(PACK, {}, readiness) for readiness in ("quieter", "louder"))
    assert quieter["pause"] == 0.75
    assert louder["pause"] == 1.25
    assert not {"set-limit", "bring-in"} & (quieter.keys() | louder.keys())
    assert sensitivities(PACK, {"pause": 9}, "quieter")["pause"] == 0.5
    assert sensitivities(PACK, {}) == {}


def test_feedback_is_stored_and_can_be_reset_one_by_one_or_as_a_whole() -> None:
    wrong = WrongCues()
    assert wrong.counts() == {}
    for cue in ("pause", "pause", "reframe"):
        wrong.add(cue)
    assert WrongCues().counts() == {"pause": 2, "reframe": 1}
    assert sensitivities(PACK, WrongCues().counts()) == {"pause": 0.64, "reframe": 0.8}
    wrong.reset("pause")
    assert WrongCues().counts() == {"reframe": 1}
    wrong.reset()
    assert WrongCues().counts() == {}
    assert {path.name for path in default_file().parent.iterdir()} == {"wrong-cues.json", "wrong-cues.json.lock"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"wrong": [1]}', '{"wrong": {"pause": "often"}}'])
def test_a_damaged_file_changes_no_sensitivity(text: str) -> None:
    default_file().parent.mkdir(parents=True, exist_ok=True)
    default_file().write_text(text, encoding="utf-8")
    assert WrongCues().counts() == {}
    WrongCues().add("pause")
    assert WrongCues().counts() == {"pause": 1}


def test_feedback_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with raises(StorageError, "wrong-cues-not-saved"):
        WrongCues(tmp_path / "file" / "wrong.json").add("pause")


def test_call_started_has_the_sensitivities_of_the_call() -> None:
    (started,) = Scene(sensitivities={"pause": 0.64}).events
    assert isinstance(started, CallStarted)
    assert started.sensitivities == {"pause": 0.64}


ADDER = """
import sys
from pathlib import Path
from voiceassist.cues.sensitivity import WrongCues
print("ready", flush=True)
sys.stdin.readline()
for _ in range(20):
    WrongCues(Path(sys.argv[1])).add("pause")
"""


def test_programs_that_are_told_at_once_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "wrong-cues.json"
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", ADDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    assert [program.communicate(timeout=PATIENCE) and program.returncode for program in programs] == [0, 0, 0]
    assert WrongCues(file).counts() == {"pause": 60}
