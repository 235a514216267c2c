"""The calls that were made are what their scripts say."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import soundfile

from tools.demo_calls.script import read_script
from voiceassist.session.demo_assets import CALLS

RATE = 16_000

every_call = pytest.mark.parametrize("name", CALLS)


@cache
def truth(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(CALLS[name].truth.read_text(encoding="utf-8"))
    return told


@cache
def sound(name: str) -> np.ndarray:
    """Shape (n, 2), agent first."""
    samples, rate = soundfile.read(CALLS[name].sound, dtype="float32", always_2d=True)
    assert rate == RATE
    return np.asarray(samples)


@every_call
def test_call_is_a_small_file_of_two_to_six_minutes_that_never_clips(name: str) -> None:
    assert CALLS[name].sound.stat().st_size < 1_000_000
    assert 120 <= len(sound(name)) / RATE <= 360
    assert len(sound(name)) / RATE == pytest.approx(truth(name)["duration"], abs=0.001)
    for peak in np.abs(sound(name)).max(axis=0):
        assert 0.2 < peak < 1.0


@every_call
def test_truth_lists_the_lines_of_the_script_in_order(name: str) -> None:
    told = [(line["who"], line["text"], line["style"]) for line in truth(name)["lines"]]
    assert told == [(line.who, line.heard, line.style) for line in read_script(CALLS[name].script).lines]


@every_call
def test_every_word_lies_inside_its_line_and_after_the_word_before(name: str) -> None:
    for line in truth(name)["lines"]:
        assert " ".join(word["word"] for word in line["words"]) == line["text"]
        assert line["start"] <= line["words"][0]["start"]
        assert line["words"][-1]["end"] <= line["end"] + 0.001
        assert all(a["start"] <= b["start"] for a, b in pairwise(line["words"]))


@every_call
def test_each_side_hears_nothing_of_the_other(name: str) -> None:
    lines = truth(name)["lines"]
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        if before["end"] > line["start"] - 0.1 or after["start"] < line["end"] + 0.1:
            continue  # both talk somewhere in this line
        silent = sound(name)[
            round(line["start"] * RATE) : round(line["end"] * RATE), 1 if line["who"] == "agent" else 0
        ]
        assert 10 * np.log10(np.mean(silent**2) + 1e-12) < -55


@every_call
def test_caller_keeps_to_the_telephone_band(name: str) -> None:
    power = np.abs(np.fft.rfft(sound(name)[:, 1])) ** 2
    hertz = np.fft.rfftfreq(len(sound(name)), 1 / RATE)
    assert power[hertz > 4000].sum() < 1e-3 * power.sum()
