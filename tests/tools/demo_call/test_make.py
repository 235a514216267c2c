"""The demo call is what its script says, and can be made again by anybody."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.signal import sosfreqz

from models.demo.synthesis import SynthesisError, Voice, speak
from tests.calls.run import demo_sound, demo_truth
from tools.demo_call.make import STYLES, Line, active_level_db, high_shelf, perform, read_script, say, truth
from voiceassist.session.demo_assets import CALL, SCRIPT, TRUTH

RATE = 16_000


@pytest.fixture(scope="module")
def synthesisers() -> None:
    try:
        speak("Yes.", Voice("espeak", "en-gb+m3"))
        speak("Yes.", Voice("flite", "slt"))
    except SynthesisError as error:
        pytest.skip(f"the demo call can't be made here: {error}")


def during(line: dict[str, Any]) -> np.ndarray:
    agent, caller = demo_sound()
    side = agent if line["who"] == "agent" else caller
    return side[round(line["start"] * RATE) : round(line["end"] * RATE)]


def test_the_call_is_a_small_two_sided_file_of_two_to_four_minutes() -> None:
    agent, caller = demo_sound()
    assert CALL.stat().st_size < 1_000_000
    assert 120 <= len(agent) / RATE <= 240
    assert len(agent) / RATE == pytest.approx(demo_truth()["duration"], abs=0.001)
    assert 0.2 < np.abs(agent).max() < 1.0
    assert 0.2 < np.abs(caller).max() < 1.0


def test_the_truth_lists_the_lines_of_the_script_in_order() -> None:
    _, lines = read_script()
    told = [(line["who"], line["text"], line["style"]) for line in demo_truth()["lines"]]
    assert told == [(line.who, line.text, line.style) for line in lines]


def test_every_word_lies_inside_its_line_and_after_the_word_before() -> None:
    for line in demo_truth()["lines"]:
        assert " ".join(word["word"] for word in line["words"]) == line["text"]
        assert line["start"] <= line["words"][0]["start"]
        assert line["words"][-1]["end"] <= line["end"] + 0.001
        assert all(a["start"] <= b["start"] for a, b in pairwise(line["words"]))


def test_each_side_hears_nothing_of_the_other() -> None:
    lines = demo_truth()["lines"]
    agent, caller = demo_sound()
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        if before["end"] > line["start"] - 0.1 or after["start"] < line["end"] + 0.1:
            continue  # both talk somewhere in this line
        silent = caller if line["who"] == "agent" else agent
        rest = silent[round(line["start"] * RATE) : round(line["end"] * RATE)]
        assert 10 * np.log10(np.mean(rest**2)) < -55


def test_the_caller_gets_louder_step_by_step() -> None:
    def level(style: str) -> float:
        lines = [line for line in demo_truth()["lines"] if line["who"] == "caller" and line["style"] == style]
        return float(np.median([active_level_db(during(line)) for line in lines]))

    steps = [level(style) for style in ("calm", "tense", "angry", "furious")]
    assert all(louder - softer > 1.5 for softer, louder in pairwise(steps))


def test_every_event_that_earns_a_cue_says_when_it_is_due() -> None:
    earned = [event for event in demo_truth()["events"] if event["cue"]]
    expected = ["pause", "acknowledge", "let-them-finish", "lower-voice", "acknowledge", "well-done"]
    assert [event["cue"] for event in earned] == expected
    assert all(event["t"] <= event["due"][0] < event["due"][1] for event in earned)
    # Restraint: twenty seconds between cues, so what is due must lie further apart.
    tips = [event["due"] for event in earned if event["cue"] != "well-done"]
    assert all(later[0] - earlier[1] > 20 for earlier, later in pairwise(tips))


def test_making_the_call_twice_gives_the_same_sound(synthesisers: None, tmp_path: Path) -> None:
    """Each time by a process of its own, as from the terminal: the synthesisers carry state from text to text."""
    for folder in (tmp_path, tmp_path / "again"):
        subprocess.run([sys.executable, "-m", "tools.demo_call.make", "--into", str(folder)], check=True)
    made = json.loads((tmp_path / TRUTH.name).read_text(encoding="utf-8"))
    assert [line["text"] for line in made["lines"]] == [line["text"] for line in demo_truth()["lines"]]
    # Other versions of the synthesisers speak a little faster or slower, so times are compared loosely.
    assert made["duration"] == pytest.approx(demo_truth()["duration"], rel=0.05)
    for name in (CALL.name, TRUTH.name):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_anger_is_louder_and_faster_than_calm_in_the_same_words(synthesisers: None) -> None:
    text = "The order number is four seven one, nine two six."
    calm, angry = (say(Line("caller", text, 0.0, style)) for style in ("calm", "angry"))
    gain = STYLES["caller"]["angry"].level_db
    assert active_level_db(angry.samples) - active_level_db(calm.samples) == pytest.approx(gain, abs=0.5)
    assert angry.seconds < 0.92 * calm.seconds


def test_with_a_negative_gap_both_talk_and_the_one_cut_into_goes_on(synthesisers: None) -> None:
    lines = [Line("caller", "Nobody ever called me back.", 0.5), Line("agent", "I see.", -0.5)]
    sound, (caller, agent) = perform(lines)
    assert agent.start == pytest.approx(caller.end - 0.5, abs=0.001)
    both = slice(round((agent.start + 0.1) * RATE), round((caller.end - 0.1) * RATE))
    assert np.abs(sound[0, both]).max() > 0.02
    assert np.abs(sound[1, both]).max() > 0.02


def test_nobody_talks_over_their_own_words(synthesisers: None) -> None:
    with pytest.raises(ValueError, match="talk over their own words"):
        perform([Line("agent", "Good morning.", 0.5), Line("agent", "I see.", -0.3)])


def test_an_event_of_the_script_is_reported_with_its_moment(synthesisers: None) -> None:
    lines = [Line("caller", "Nobody came.", 0.5), Line("agent", "I see.", 0.1, event="answers-too-fast", cue="pause")]
    sound, turns = perform(lines)
    (event,) = truth("A call", sound, turns)["events"]
    assert event["event"] == "answers-too-fast"
    assert event["cue"] == "pause"
    assert event["t"] == pytest.approx(turns[1].start, abs=0.001)
    assert event["due"] == pytest.approx([turns[1].start, turns[1].start + 1.5], abs=0.001)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ('style = "shouting"', "no style"),
        ('event = "sneezes"', "no event"),
        ('cue = "pause"', "needs an event"),
    ],
)
def test_a_script_with_a_mistake_names_the_line(tmp_path: Path, wrong: str, says: str) -> None:
    script = tmp_path / SCRIPT.name
    script.write_text(f'title = "t"\n[[line]]\nwho = "agent"\ntext = "Yes."\ngap = 0.5\n{wrong}\n', encoding="utf-8")
    with pytest.raises(ValueError, match=f"line 1: .*{says}"):
        read_script(script)


def test_the_shelf_lifts_what_is_above_its_corner_and_nothing_else() -> None:
    _hertz, response = sosfreqz(high_shelf(1000.0, 6.0), worN=[50.0, 1000.0, 7000.0], fs=RATE)
    assert 20 * np.log10(np.abs(response)) == pytest.approx([0.0, 3.0, 6.0], abs=0.3)
