"""Agitation in the engine: the same answer over every line, from the caller alone, and not from sounds that are no
speech."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import get_args, get_type_hints

import numpy as np
import pytest
from scipy.signal import resample_poly

from models.agitation import Estimator
from tests.calls.demo import DELIVERY
from tests.calls.sound import LINES, crowded, noisy
from tools.agitation.sound import Listener
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Agitation, AgitationState, AnyEvent, Channel, Text
from voiceassist.session.engine import CallEngine
from voiceassist.voice.caller_voice import CallerVoice

TOLD = (AgitationState.RISING, AgitationState.HIGH)
ANGRY = DELIVERY.line("That is simply not true").start
CALM = (12.0, ANGRY)
UPSET = (DELIVERY.line("I don't care what the system says").start, DELIVERY.line("A new day?").end)
LENGTH = UPSET[1]
SOONER = DELIVERY.line("I don't care what the system says").end
"""Seconds of the demo call: the caller's baseline is there after 12 s, from `ANGRY` on
the caller is angry, and at `SOONER` an angry line has just been said."""

DRIFT = 0.05
LOSS = 0.15
"""Against a clean line the mean score of calm speech may differ by `DRIFT`, that of angry speech be lower by `LOSS`:
behind a gain control level tells nothing and pitch and tilt are left."""


def told(agent: Samples | None, caller: Samples) -> list[Agitation]:
    engine = CallEngine()
    events = [*engine.start(), *engine.push(agent, caller), *engine.finish()]
    return [e for e in events if isinstance(e, Agitation)]


def between(events: list[Agitation], span: tuple[float, float]) -> list[Agitation]:
    return [e for e in events if span[0] <= e.t <= span[1]]


def mean(events: list[Agitation], span: tuple[float, float]) -> float:
    return float(np.mean([e.score for e in between(events, span)]))


def a_law(sound: Samples) -> Samples:
    """G.711 A-law: telephone band, 8 kHz, 8 bits a sample (continuous companding curve, A = 87.6)."""
    a, knee = 87.6, 1 + np.log(87.6)
    narrow = np.clip(resample_poly(LINES["telephone band"](sound), 1, 2), -1.0, 1.0)
    size = np.abs(narrow)
    coded = np.where(size < 1 / a, a * size, 1 + np.log(np.maximum(a * size, 1.0))) / knee
    coded = np.round(coded * 127) / 127
    size = np.where(coded < 1 / knee, coded * knee / a, np.exp(coded * knee - 1) / a)
    return np.asarray(resample_poly(np.sign(narrow) * size, 2, 1)[: len(sound)], dtype=np.float32)


WAYS: dict[str, Callable[[Samples], Samples]] = {
    **{name: LINES[name] for name in ("telephone band", "G.711", "Opus 16 kbit/s", "gain control")},
    "A-law": a_law,
    "12 dB softer": lambda sound: sound * np.float32(10 ** (-12 / 20)),
    "12 dB louder": lambda sound: np.clip(sound * 10 ** (12 / 20), -1, 1).astype(np.float32),
    "noise 10 dB": lambda sound: noisy(sound, 10.0, seed=1, under=calm(sound)),
}


def calm(sound: Samples) -> Samples:
    """What of the call's sound is calm."""
    return sound[round(CALM[0] * SAMPLE_RATE) : round(CALM[1] * SAMPLE_RATE)]


@cache
def clean() -> list[Agitation]:
    return told(None, DELIVERY.sound(0.0, LENGTH)[1])


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_agitation_is_the_same_over_every_kind_of_line(way: str) -> None:
    events = told(None, WAYS[way](DELIVERY.sound(0.0, LENGTH)[1]))
    assert {e.state for e in between(events, CALM)} <= {AgitationState.LISTENING, AgitationState.CALM}
    assert any(e.state in TOLD for e in between(events, UPSET))
    assert mean(events, CALM) == pytest.approx(mean(clean(), CALM), abs=DRIFT)
    assert mean(events, UPSET) > mean(clean(), UPSET) - LOSS


@pytest.mark.slow
@pytest.mark.parametrize(("under", "as_long"), [(14.0, True), (0.0, False)])
def test_a_background_crowd_is_not_agitation_and_hides_no_raised_voice(under: float, as_long: bool) -> None:
    """A crowd so many dB under the caller's calm talk. As loud as the caller, it shortens how long a raised voice is
    told, but does not hide it."""
    caller = DELIVERY.sound(0.0, LENGTH)[1]
    events = told(None, crowded(caller, under, under=calm(caller)))
    assert {e.state for e in between(events, CALM)} <= {AgitationState.LISTENING, AgitationState.CALM}
    assert any(e.state in TOLD for e in between(events, UPSET))
    assert mean(events, CALM) == pytest.approx(mean(clean(), CALM), abs=DRIFT)
    assert not as_long or mean(events, UPSET) > mean(clean(), UPSET) - LOSS


def test_a_score_four_times_a_second_with_its_reasons() -> None:
    events = clean()
    assert np.diff([e.t for e in events[:-1]]).max() <= 0.26
    assert all(0 <= e.score <= 1 and 0 <= e.confidence <= 1 for e in events)
    assert all(e.score == 0 and not e.reasons for e in events if e.state is AgitationState.LISTENING)
    assert any(e.reasons for e in between(events, UPSET))


def test_the_last_words_before_the_caller_hangs_up_still_count() -> None:
    """Pitch comes half a second late; the end of the call must not swallow it."""
    events = told(None, DELIVERY.sound(0.0, SOONER)[1])
    later = [e for e in clean() if e.t <= SOONER]
    assert events[-1].t == SOONER
    assert events[-1].score >= later[-1].score - 0.02


# --- the agent's side ------------------------------------------------------------------------------------------------


def test_an_angry_agent_does_not_change_agitation() -> None:
    """The angry caller of the demo call put on the agent's side, and a calm caller."""
    _, angry = DELIVERY.sound(0.0, LENGTH)
    _, start = DELIVERY.sound(0.0, ANGRY)
    caller = np.append(start, np.zeros(len(angry) - len(start), np.float32))
    assert not any(e.state in TOLD for e in told(angry, caller))


def test_only_the_callers_channel_can_reach_the_estimator_by_type() -> None:
    (accepted,) = get_args(get_type_hints(CallerVoice.__init__)["channel"])
    assert accepted is Channel.CALLER
    with pytest.raises(TypeError, match="never for the agent"):
        CallerVoice(Channel.AGENT)  # type: ignore[arg-type]


def test_no_event_can_say_how_agitated_the_agent_is() -> None:
    assert "channel" not in Agitation.__struct_fields__
    telling = [kind.__name__ for kind in get_args(AnyEvent) if "score" in kind.__struct_fields__]
    assert telling == ["Agitation"]


# --- what is no speech ------------------------------------------------------------------------------------------------


def tones(*hz: float, on: float = 1.0, off: float = 4.0, seconds: float = 30.0) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = sum(np.sin(2 * np.pi * f * at) for f in hz) * (at % (on + off) < on) * 0.2
    return np.asarray(sound, dtype=np.float32)


def music() -> Samples:
    """Chords of three notes with overtones, a new one each half second."""
    at = np.arange(30 * SAMPLE_RATE) / SAMPLE_RATE
    steps = np.array([0, 5, 7, 4, 9, 2])[(at * 2).astype(int) % 6]
    sound = np.zeros(len(at))
    for chord in (0, 4, 7):
        phase = np.cumsum(220 * 2 ** ((steps + chord) / 12)) / SAMPLE_RATE
        sound += sum(np.sin(2 * np.pi * k * phase) / k for k in (1, 2, 3, 4))
    return np.asarray(sound * np.exp(-3 * (at * 2 % 1)) * 0.08, dtype=np.float32)


SOUNDS: dict[str, Callable[[], Samples]] = {
    "ring-back": lambda: tones(440, 480, on=2.0),
    "keys": lambda: tones(770, 1336, on=0.15, off=0.1),
    "busy": lambda: tones(480, 620, on=0.5, off=0.5),
    "hold music": music,
    "line noise": lambda: np.random.default_rng(2).normal(0, 0.05, 30 * SAMPLE_RATE).astype(np.float32),
    "nothing": lambda: np.zeros(30 * SAMPLE_RATE, np.float32),
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_non_speech_sounds_start_no_baseline(sound: str) -> None:
    assert {e.state for e in told(None, SOUNDS[sound]())} == {AgitationState.LISTENING}


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "raised"), [(Channel.CALLER, True), (Channel.AGENT, False)])
def test_escalation_phrases_count_for_the_caller_only(side: Channel, raised: bool) -> None:
    engine = CallEngine()
    engine.push(None, DELIVERY.sound(0.0, 30.0)[1])
    said = Text(
        t=0.0,
        utterance=1,
        channel=side,
        start=28.0,
        end=29.0,
        text="This is the third time I call. Let me speak to your manager.",
    )
    engine.feed(said)
    score = max(e.score for e in engine.push(None, np.zeros(SAMPLE_RATE, np.float32)) if isinstance(e, Agitation))
    assert (score > 0.2) is raised


# --- what was measured is what runs ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_evaluation_hears_what_the_engine_hears() -> None:
    caller = DELIVERY.sound(0.0, LENGTH)[1]
    estimator = Estimator()
    estimator.add(Listener().frames(caller))
    assert estimator.estimate.score == pytest.approx(clean()[-1].score, abs=0.1)
