"""The bundled difficult call through the real engine: each scripted moment raises its cue, in time, and nothing else.

What is due, and when, is in `session/demo_calls/truth.json`: it follows from the script, not from the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import jiwer
import pytest

from tests.calls.run import Scripted, cues, demo_cues, demo_sound, demo_truth, demo_words, of_kind, run
from voiceassist.capture.files.file import CallFile, stereo_call
from voiceassist.config.options import Settings
from voiceassist.core.errors import ModelError
from voiceassist.core.events import Agitation, AgitationState, Channel, CueCleared, Event, Overlap, Response, encode
from voiceassist.insights.report import Analysis
from voiceassist.session import build
from voiceassist.session.demo_assets import CALL
from voiceassist.session.engine import BLOCK, CallEngine
from voiceassist.session.offline import analyze
from voiceassist.session.replay import replay
from voiceassist.storage import CallFolder, CallMeta, CallWriter

pytestmark = pytest.mark.slow

REPLAY_TOLERANCE = 0.5
"""Seconds: kept sound is coded, so a frame may fall on the other side of a threshold."""


@cache
def heard() -> list[Event]:
    """The call with sound only."""
    return run(*demo_sound())


@cache
def heard_and_read() -> list[Event]:
    """The call with the words that were said."""
    return run(*demo_sound(), words=demo_words)


@pytest.mark.parametrize("events", [heard, heard_and_read], ids=["sound only", "with words"])
def test_every_scripted_event_raises_its_cue_and_nothing_else_does(events: Callable[[], list[Event]]) -> None:
    assert [cue for cue, _ in cues(events())] == [scripted.cue for scripted in demo_cues()]


@pytest.mark.parametrize("events", [heard, heard_and_read], ids=["sound only", "with words"])
@pytest.mark.parametrize("number", range(len(demo_cues())), ids=[f"{s.event} at {s.t:.0f} s" for s in demo_cues()])
def test_each_cue_comes_while_it_is_due(events: Callable[[], list[Event]], number: int) -> None:
    scripted: Scripted = demo_cues()[number]
    came = cues(events())
    assert len(came) > number, f"{scripted.cue} never came"
    earliest, latest = scripted.due
    assert came[number][0] == scripted.cue
    assert earliest <= came[number][1] <= latest


def test_a_second_run_cut_into_other_blocks_is_the_same_byte_for_byte() -> None:
    agent, caller = (side[: 105 * 16_000] for side in demo_sound())
    engine = CallEngine()
    again = engine.start()
    for at in range(0, len(agent), BLOCK * 3 + 777):
        again += engine.push(agent[at : at + BLOCK * 3 + 777], caller[at : at + BLOCK * 3 + 777])
    assert [cue for cue, _ in cues(again)] == ["pause", "acknowledge"]
    assert [encode(event) for event in again] == [encode(event) for event in heard()[: len(again)]]


def test_a_cue_counts_as_followed_when_the_agent_pauses() -> None:
    assert next(c.by for c in of_kind(heard(), CueCleared) if c.id == "pause") == "followed"


def test_acknowledging_the_trouble_clears_the_cue_when_there_are_words() -> None:
    cleared = [c for c in of_kind(heard_and_read(), CueCleared) if c.id == "acknowledge"]
    assert [c.by for c in cleared] == ["expired", "followed"]


def test_the_caller_is_calm_before_the_trouble_and_after_it_is_settled() -> None:
    states = [(e.t, e.state) for e in of_kind(heard(), Agitation)]
    # The trouble begins with the first tense line and is over once two calm sentences were said.
    assert {s for t, s in states if 20 <= t <= 54} == {AgitationState.CALM}
    assert {s for t, s in states if t >= 220} == {AgitationState.CALM}


def test_the_angry_lines_read_as_high_agitation() -> None:
    states = [e.state for e in of_kind(heard(), Agitation) if 90 <= e.t <= 185]
    assert states.count(AgitationState.HIGH) >= 0.95 * len(states)


def test_who_cut_in_on_whom_is_told_apart() -> None:
    talked_over = [o for o in of_kind(heard(), Overlap) if o.end - o.start > 1.0]
    assert [o.by for o in talked_over] == [Channel.AGENT]
    quick = [r for r in of_kind(heard(), Response) if r.channel is Channel.AGENT and 0 <= r.gap < 0.3]
    assert len(quick) == 2


def test_a_kept_call_replays_to_the_same_cues(tmp_path: Path) -> None:
    agent, caller = demo_sound()
    writer = CallWriter.create(tmp_path, CallMeta(origin="demo"))
    for at in range(0, len(agent), 16_000):
        writer.sound(agent[at : at + 16_000], caller[at : at + 16_000])
    writer.write(heard_and_read())
    writer.close()
    replayed = list(replay(CallFolder.open(writer.path), CallEngine()))
    first, second = cues(heard_and_read()), cues(replayed)
    assert [cue for cue, _ in second] == [cue for cue, _ in first]
    assert [t for _, t in second] == pytest.approx([t for _, t in first], abs=REPLAY_TOLERANCE)


def test_with_the_bundled_speech_model_the_same_cues_come_and_the_words_are_right() -> None:
    try:
        transcriber = build.transcriber(Settings(), build.DEMO_MODEL, live=False)
    except ModelError as error:
        pytest.skip(f"the demo's speech model is not built here: {error}")
    with CallFile(stereo_call(CALL)) as call:
        analysis = analyze(call, CallEngine(), transcriber)
    assert [cue.id for cue in analysis.cues] == [scripted.cue for scripted in demo_cues()]
    for scripted, cue in zip(demo_cues(), analysis.cues, strict=True):
        assert scripted.due[0] <= cue.start <= scripted.due[1]
    for channel in Channel:
        truly = " ".join(line["text"] for line in demo_truth()["lines"] if line["who"] == channel)
        assert jiwer.wer(plain(truly), plain(written(analysis, channel))) < 0.1


def written(analysis: Analysis, channel: Channel) -> str:
    segments = sorted((s for s in analysis.segments if s.channel == channel), key=lambda s: s.start)
    return " ".join(segment.text for segment in segments)


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))
