"""The engine's promises: the same sound gives the same events, and the agent's voice reaches no estimator."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import pytest

from models.agitation import Estimator
from tests.calls.demo import DELIVERY
from tests.support.scene import Scene
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    CallStarted,
    ChangeKind,
    Channel,
    Event,
    Gap,
    GapReason,
    Meter,
    Note,
    Overlap,
    Response,
    SidesSeparated,
    Silence,
    SpeechEnded,
    SpeechStarted,
    Text,
    Utterance,
    decode,
    encode,
)
from voiceassist.core.tuning import EngineConfig
from voiceassist.session.engine import BLOCK, CallEngine
from voiceassist.voice.caller_voice import CallerVoice

CALM = DELIVERY.line("That is simply not true").start
CUE = DELIVERY.line("We can plan a new day").end
"""Seconds of the demo call: up to which the caller is calm, and by which an angry caller has brought a cue."""


def run(
    agent: np.ndarray | None, caller: np.ndarray | None, block: int, config: EngineConfig | None = None
) -> list[Event]:
    engine = CallEngine(config)
    events = engine.start()
    length = len(agent if agent is not None else caller)  # type: ignore[arg-type]
    for at in range(0, length, block):
        pieces = (None if s is None else s[at : at + block] for s in (agent, caller))
        events += engine.push(*pieces)  # type: ignore[arg-type]
    return events + engine.finish()


def of(kind: type, events: list[Event]) -> list[Any]:
    return [e for e in events if isinstance(e, kind)]


@pytest.fixture(scope="module")
def start_of_the_demo() -> list[Event]:
    return run(*DELIVERY.sound(0.0, CUE), block=1600)


def test_two_runs_give_byte_equal_events_whatever_the_blocks(start_of_the_demo: list[Event]) -> None:
    again = run(*DELIVERY.sound(0.0, CUE), block=12_345)
    assert [encode(e) for e in again] == [encode(e) for e in start_of_the_demo]


@pytest.mark.parametrize("pieces", [(BLOCK, 3 * BLOCK, 17 * BLOCK), (62 * BLOCK,), (1000 * BLOCK,)])
def test_reading_ahead_in_threads_changes_no_event(start_of_the_demo: list[Event], pieces: Any) -> None:
    """As a recorded call is analyzed; the fixture is the same sound pushed as a live call's, nothing ahead."""
    sides = dict(zip(Channel, DELIVERY.sound(0.0, CUE), strict=True))
    engine = CallEngine()

    def show(channel: Channel) -> None:
        sound, at = sides[channel], 0
        for size in itertools.cycle(pieces):
            if at + size > len(sound):
                return
            engine.prefetch(channel, sound[at : at + size], at)
            at += size

    with ThreadPoolExecutor(len(Channel)) as threads:
        list(threads.map(show, Channel))
    events = engine.start()
    for at in range(0, len(sides[Channel.AGENT]), 12_345):
        events += engine.push(*(sound[at : at + 12_345] for sound in sides.values()))
    events += engine.finish()
    assert [encode(e) for e in events] == [encode(e) for e in start_of_the_demo]


def test_events_are_the_same_however_unevenly_the_sound_comes(start_of_the_demo: list[Event]) -> None:
    """As from a device on a busy machine: some pieces are analyzed at once, others a block at a time."""
    sides, random = DELIVERY.sound(0.0, CUE), np.random.default_rng(7)
    engine = CallEngine()
    events, at = engine.start(), 0
    while at < len(sides[0]):
        size = int(random.choice([100, BLOCK, BLOCK + 5, 2 * BLOCK, 5 * BLOCK, 20 * BLOCK, 60 * BLOCK]))
        events += engine.push(*(sound[at : at + size] for sound in sides))
        at += size
    events += engine.finish()
    assert [encode(e) for e in events] == [encode(e) for e in start_of_the_demo]


def test_every_event_survives_the_journal(start_of_the_demo: list[Event]) -> None:
    assert [decode(encode(e)) for e in start_of_the_demo] == start_of_the_demo


def test_a_call_has_a_beginning_and_an_end(start_of_the_demo: list[Event]) -> None:
    assert isinstance(start_of_the_demo[0], CallStarted)
    assert start_of_the_demo[-1] == CallEnded(t=round(CUE, 3))


def test_events_come_in_the_order_they_became_known(start_of_the_demo: list[Event]) -> None:
    times = [e.t for e in start_of_the_demo]
    assert times == sorted(times)


def test_speech_is_found_on_both_sides(start_of_the_demo: list[Event]) -> None:
    for channel in Channel:
        assert sum(e.end - e.start for e in of(SpeechEnded, start_of_the_demo) if e.channel is channel) > 10


def test_agitation_is_not_told_before_three_seconds_of_voiced_speech(start_of_the_demo: list[Event]) -> None:
    told = of(Agitation, start_of_the_demo)
    first = next(e.t for e in told if e.state is not AgitationState.LISTENING)
    spoken = [e for e in of(SpeechEnded, start_of_the_demo) if e.channel is Channel.CALLER and e.start < first]
    assert told[0].state is AgitationState.LISTENING
    assert sum(min(e.end, first) - e.start for e in spoken) > 3.0


def test_agitation_rises_with_the_caller_and_says_why_in_plain_units(start_of_the_demo: list[Event]) -> None:
    last = of(Agitation, start_of_the_demo)[-1]
    assert last.state in (AgitationState.RISING, AgitationState.HIGH)
    assert any(change.kind in (ChangeKind.LOUDER, ChangeKind.HIGHER) and change.amount > 0 for change in last.reasons)


def test_a_loud_agent_does_not_move_the_callers_agitation() -> None:
    agent, caller = DELIVERY.sound(0.0, 40.0)
    quiet = run(agent, caller, 16_000)
    loud = run(np.clip(agent * 8, -1, 1), caller, 16_000)
    assert [e.score for e in of(Agitation, quiet)] == [e.score for e in of(Agitation, loud)]


def test_the_estimator_refuses_the_agents_channel() -> None:
    with pytest.raises(TypeError, match="never for the agent"):
        CallerVoice(Channel.AGENT)  # type: ignore[arg-type]


def test_an_estimator_is_made_in_one_place_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(Estimator, "__init__", lambda self, *a, **k: made.append(1))
    CallEngine()
    assert len(made) == 1


def test_an_angry_agent_alone_leaves_the_engine_listening() -> None:
    _, caller = DELIVERY.sound(CALM, CALM + 40.0)
    events = run(caller, np.zeros_like(caller), 16_000)
    assert {e.state for e in of(Agitation, events)} == {AgitationState.LISTENING}


def test_a_caller_only_file_works() -> None:
    _, caller = DELIVERY.sound(0.0, 45.0)
    events = run(None, caller, 16_000)
    assert of(Utterance, events)
    assert all(e.channel is Channel.CALLER for e in of(SpeechStarted, events))
    assert {e.agent_db for e in of(Meter, events)} == {-100.0}


def test_agitation_switched_off_stays_off() -> None:
    events = run(*DELIVERY.sound(CUE - 38.0, CUE), block=16_000, config=EngineConfig(agitation=False))
    assert {e.state for e in of(Agitation, events)} == {AgitationState.LISTENING}


def test_the_sound_of_an_utterance_can_be_had_and_starts_a_little_before_it() -> None:
    agent, caller = DELIVERY.sound(0.0, 20.0)
    engine = CallEngine()
    for at in range(0, len(agent), 1600):
        for event in engine.push(agent[at : at + 1600], caller[at : at + 1600]):
            if isinstance(event, Utterance):
                offset = engine.sound_offset(event)
                sound = engine.utterance_sound(event)
                assert 0 <= event.start - offset <= engine.config.speech.preroll + 0.01
                assert len(sound) >= (event.end - event.start) * 16_000
                whole = agent if event.channel is Channel.AGENT else caller
                begin = round(offset * 16_000)
                np.testing.assert_array_equal(sound, whole[begin : begin + len(sound)])
                return
    raise AssertionError("no utterance")


def test_an_utterance_is_reported_within_a_block_of_the_pause_that_ends_it(start_of_the_demo: list[Event]) -> None:
    late = [e.t - e.end for e in of(Utterance, start_of_the_demo)[:-1]]
    assert max(late) <= EngineConfig().speech.utterance_pause + 0.13


def test_text_is_stamped_with_the_time_it_came(start_of_the_demo: list[Event]) -> None:
    engine = CallEngine()
    engine.push(np.zeros(32_000, np.float32), np.zeros(32_000, np.float32))
    text = Text(t=0.0, utterance=1, channel=Channel.AGENT, start=0.1, end=0.9, text="hello")
    (stamped,) = engine.feed(text)
    assert stamped.t == engine.analyzed
    assert 1.8 < stamped.t <= 2.0


def test_a_note_is_kept_as_it_was_written() -> None:
    (note,) = CallEngine().feed(Note(t=0.0, text="asked for a supervisor"))
    assert note == Note(t=0.0, text="asked for a supervisor")


def test_retracted_words_earn_no_cue() -> None:
    engine = CallEngine()
    text = Text(t=0.0, utterance=3, channel=Channel.AGENT, start=0.0, end=1.0, text="that is our policy")
    engine.feed(text)
    engine.feed(msgspec.structs.replace(text, text=""))
    assert list(engine._call_state.texts) == []


def test_a_gap_is_an_event() -> None:
    engine = CallEngine()
    assert engine.mark_gap(Channel.CALLER, 1.0, 4.0, GapReason.NOT_OPEN) == [
        Gap(t=0.0, channel=Channel.CALLER, start=1.0, end=4.0, reason=GapReason.NOT_OPEN)
    ]


def test_agitation_pauses_while_the_two_sides_cannot_be_told_apart() -> None:
    scene = Scene()
    scene.small_talk()
    scene.caller(2.0, score=0.8)
    scene.engine.feed(SidesSeparated(t=0.0, separated=False))
    scene.caller(1.0)
    assert of(Agitation, scene.events)[-1].state is AgitationState.LISTENING
    scene.engine.feed(SidesSeparated(t=0.0, separated=True))
    scene.caller(1.0)
    assert of(Agitation, scene.events)[-1].state is AgitationState.HIGH


def test_while_the_sides_cannot_be_told_apart_nothing_under_the_callers_voice_is_the_agents() -> None:
    def spoken(separated: bool) -> float:
        scene = Scene()
        scene.agent(5.0)
        scene.silence(1.0)
        before = scene.engine._own_voice.spoken
        scene.engine.feed(SidesSeparated(t=0.0, separated=separated))
        scene.both(4.0)
        return scene.engine._own_voice.spoken - before

    assert spoken(True) == pytest.approx(4.0, abs=0.3)
    assert spoken(False) < 0.3


@pytest.mark.parametrize(("agent", "caller"), [(np.zeros(10), np.zeros(11)), (None, None)])
def test_unequal_blocks_are_refused(agent: np.ndarray, caller: np.ndarray) -> None:
    with pytest.raises(ValueError, match="equal length"):
        CallEngine().push(agent, caller)


def test_turn_taking_is_reported() -> None:
    scene = Scene()
    scene.agent(3.0)
    scene.silence(0.5)
    scene.caller(3.0)
    scene.both(1.0)
    scene.agent(2.0)
    scene.silence(5.0)
    scene.caller(2.0)
    responses = of(Response, scene.events)
    assert [(r.channel, round(r.gap, 1)) for r in responses] == [
        (Channel.CALLER, 0.5),
        (Channel.AGENT, -0.7),
        (Channel.CALLER, 5.0),
    ]
    (overlap,) = of(Overlap, scene.events)
    assert overlap.by is Channel.AGENT
    assert overlap.end - overlap.start == pytest.approx(1.0, abs=0.15)
    (silence,) = of(Silence, scene.events)
    assert silence.end - silence.start == pytest.approx(5.0, abs=0.15)


def test_a_gap_is_neither_dead_air_nor_a_slow_answer() -> None:
    """In a gap nobody knows whether somebody spoke."""
    scene = Scene()
    scene.agent(3.0)
    scene.silence(0.5)
    scene.caller(3.0)
    scene.engine.mark_gap(Channel.CALLER, 6.5, 16.5, GapReason.NOT_OPEN)
    scene.silence(10.0)
    assert scene.engine._conversation.silent_for(16.5) < 0.5
    scene.silence(2.0)
    assert scene.engine._conversation.silent_for(18.5) == pytest.approx(2.0, abs=0.15)
    scene.agent(2.0)
    assert [(r.channel, round(r.gap, 1)) for r in of(Response, scene.events)] == [(Channel.CALLER, 0.5)]
    assert of(Silence, scene.events) == []


def test_a_gap_in_pieces_is_the_same_as_the_gap_in_one() -> None:
    def events(*gaps: tuple[float, float]) -> list[bytes]:
        scene = Scene()
        for start, end in gaps:
            scene.engine.mark_gap(Channel.CALLER, start, end)
        scene.agent(2.0)
        scene.silence(9.0)
        scene.caller(2.0)
        return [encode(e) for e in scene.events]

    whole = events((3.0, 6.0))
    assert events(*((3 + k / 10, 3.1 + k / 10) for k in range(30))) == whole
    assert events() != whole


def test_continuing_after_ones_own_pause_is_no_response() -> None:
    scene = Scene()
    scene.agent(3.0)
    scene.silence(1.0)
    scene.agent(3.0)
    assert of(Response, scene.events) == []


def test_no_sound_is_handed_over_on_both_sides_of_a_cut() -> None:
    """A word must not be recognized twice because a long utterance was cut in two."""
    scene = Scene()
    scene.silence(1.0)
    scene.caller(20.0)
    scene.silence(2.0)
    engine, utterances = scene.engine, of(Utterance, scene.events)
    assert len(utterances) == 2
    first, second = utterances
    end = engine.sound_offset(first) + len(engine.utterance_sound(first)) / 16_000
    assert end == pytest.approx(engine.sound_offset(second), abs=1e-3)
    assert engine.sound_offset(first) == pytest.approx(first.start - engine.config.speech.preroll, abs=1e-3)
