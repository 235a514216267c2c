"""A recorded call gives one result, whatever the speed of the machine and of the recognizer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.calls.demo import DELIVERY
from voiceassist.capture.files.file import CallFile
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    Change,
    ChangeKind,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    CueCleared,
    CueShown,
    Event,
    Gap,
    GapReason,
    Overlap,
    Response,
    Silence,
    SpeechEnded,
    Text,
    Utterance,
    Word,
    encode,
)
from voiceassist.core.messages import Message, message
from voiceassist.insights.call_so_far import call_so_far
from voiceassist.insights.report import Analysis, analysis, for_json
from voiceassist.session.engine import CallEngine
from voiceassist.session.inputs import TEXT_DELAY
from voiceassist.session.offline import analyze
from voiceassist.speech.recorded import SpokenUtterance, Transcript
from voiceassist.voice.utterance_finder import FoundUtterance, UtteranceFinder


class Recorded(CallFile):
    """A call in memory."""

    def __init__(self, agent: np.ndarray | None, caller: np.ndarray) -> None:
        self._agent, self._caller = agent, caller

    @property
    def has_agent(self) -> bool:
        return self._agent is not None

    @property
    def seconds(self) -> float:
        return len(self._caller) / SAMPLE_RATE

    @property
    def warnings(self) -> tuple[Message, ...]:
        return ()

    @property
    def silent(self) -> frozenset[Channel]:
        return frozenset()

    def reopened(self) -> Recorded:
        return Recorded(self._agent, self._caller)

    def __exit__(self, *_: object) -> None:
        pass

    def blocks(self, n: int = 1600) -> Iterator[tuple[np.ndarray | None, np.ndarray]]:
        for at in range(0, len(self._caller), n):
            yield (None if self._agent is None else self._agent[at : at + n]), self._caller[at : at + n]


class Recognizer:
    """Writes down every utterance in words of its own, and says what it is told to."""

    def __init__(self, *, loses: tuple[float, ...] = (), problems: tuple[ComponentStatus, ...] = ()) -> None:
        """`loses`: starts of utterances that get no text."""
        self.loses, self.problems = loses, problems

    def transcribe(self, utterances: Iterable[SpokenUtterance]) -> Transcript:
        texts = {}
        for utterance in utterances:
            assert utterance.offset <= utterance.start
            assert utterance.seconds >= utterance.end - utterance.start
            if utterance.start not in self.loses:
                texts[utterance.channel, utterance.start] = self.text(utterance)
        return Transcript(texts, self.problems)

    def text(self, utterance: SpokenUtterance) -> Text:
        return Text(
            t=0.0,
            utterance=0,
            channel=utterance.channel,
            start=utterance.start,
            end=utterance.end,
            text=f"sentence at {utterance.start}",
            words=(Word(utterance.start, utterance.end, "sentence", 0.9),),
        )


@cache
def heard() -> tuple[tuple[Event, ...], Analysis]:
    """The calm beginning of the demo call with words."""
    events: list[Event] = []
    result = analyze(Recorded(*DELIVERY.sound(0, 42)), CallEngine(), Recognizer(), listener=events.append)
    return tuple(events), result


def test_a_recorded_call_gives_the_events_of_the_live_one_byte_for_byte() -> None:
    agent, caller = DELIVERY.sound(0, 68)
    events: list[Event] = []
    analyze(Recorded(agent, caller), CallEngine(), listener=events.append)
    engine = CallEngine()
    live = engine.start()
    for at in range(0, len(agent), 1024):
        live += engine.push(agent[at : at + 1024], caller[at : at + 1024])
    live += engine.finish()
    assert [encode(event) for event in events] == [encode(event) for event in live]


# --- words ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [777, 16_000, 160_000])
def test_the_utterances_written_down_are_those_of_the_engine_to_the_sample(block: int) -> None:
    """Also where a long one is cut, at the very end of the call, and however the sound comes."""
    for sound in DELIVERY.sound(0, 68.3):
        noisy = sound + np.random.default_rng(0).normal(0, 0.003, len(sound)).astype(np.float32)
        engine = CallEngine()
        finder = UtteranceFinder(engine.config.speech, engine.config.speech.caller_threshold)
        utterances: list[tuple[Utterance, np.ndarray, float]] = []
        found: list[FoundUtterance] = []

        def take(events: list[Event], engine: CallEngine = engine, into: list[Any] = utterances) -> None:
            into += [(e, engine.utterance_sound(e), engine.sound_offset(e)) for e in events if isinstance(e, Utterance)]

        for at in range(0, len(noisy), block):
            take(engine.push(None, noisy[at : at + block]))
            found += finder.push(noisy[at : at + block])
        take(engine.finish())
        found += finder.finish()
        assert len(found) > 5
        assert [(f.start, f.end, f.offset) for f in found] == [(u.start, u.end, at) for u, _, at in utterances]
        for f, (_, its_sound, _) in zip(found, utterances, strict=True):
            assert np.array_equal(f.sound[: len(its_sound)], its_sound[: len(f.sound)])


def test_words_take_effect_as_late_as_in_a_live_call_and_not_later() -> None:
    events, _ = heard()
    texts = [event for event in events if isinstance(event, Text)]
    assert len(texts) >= 6
    for text in texts[:-1]:
        # Up to one block of the file and one of the engine later than the delay.
        assert text.end + TEXT_DELAY - 0.3 <= text.t <= text.end + TEXT_DELAY + 0.5


def test_every_utterance_has_its_words_also_the_last_one_that_the_end_cut_off() -> None:
    events, result = heard()
    utterances = [event.id for event in events if isinstance(event, Utterance)]
    assert sorted(event.utterance for event in events if isinstance(event, Text)) == sorted(utterances)
    assert len(result.segments) == len(utterances)
    assert isinstance(events[-1], CallEnded)


def test_an_utterance_given_up_by_the_recognizer_delays_nothing() -> None:
    events, result = heard()
    lost = next(event.start for event in events if isinstance(event, Utterance))
    without = analyze(Recorded(*DELIVERY.sound(0, 30)), CallEngine(), Recognizer(loses=(lost,)))
    assert [s.text for s in without.segments if s.end < 25] == [s.text for s in result.segments if s.end < 25][1:]


def test_what_is_wrong_with_the_recognizer_becomes_a_warning() -> None:
    broken = ComponentStatus(
        t=0.0, component=Component.TRANSCRIPTION, state=ComponentState.DISABLED, reason=message("speech-model-none")
    )
    result = analyze(Recorded(*DELIVERY.sound(0, 3)), CallEngine(), Recognizer(problems=(broken,)))
    assert message("speech-model-none") in result.warnings


# --- the call --------------------------------------------------------------------------------------------------------


def test_both_sides_of_the_demo_call_are_found() -> None:
    _, result = heard()
    assert result.duration == 42
    for channel in Channel:
        figures = result.channels[channel]
        assert 12 < result.conversation.speech_seconds[channel] < 25
        assert figures.level_db is not None
        assert -40 < figures.level_db < -5
        assert figures.pitch_hz is not None
        assert 60 < figures.pitch_hz < 400
    assert sum(result.conversation.talk_share.values()) == pytest.approx(1, abs=0.002)
    assert result.agitation.t
    assert result.warnings == []


def test_the_caller_alone_gives_no_figures_of_an_agent() -> None:
    _, caller = DELIVERY.sound(5, 25)
    result = analyze(Recorded(None, caller), CallEngine())
    assert list(result.channels) == [Channel.CALLER]
    assert list(result.conversation.talk_share) == [Channel.CALLER]
    assert result.agitation.t
    assert result.warnings == []


def test_an_agent_who_never_speaks_is_reported_with_the_likely_reason() -> None:
    _, caller = DELIVERY.sound(0, 15)
    quiet = np.random.default_rng(0).normal(0, 0.002, len(caller)).astype(np.float32)
    (warning,) = analyze(Recorded(quiet, caller), CallEngine()).warnings
    assert warning == message("recording-agent-silent", advice=message("recording-swap-advice"))


def test_a_file_without_speech_gets_a_recording_warning() -> None:
    noise = np.random.default_rng(0).normal(0, 0.01, (2, 10 * SAMPLE_RATE)).astype(np.float32)
    (warning,) = analyze(Recorded(*noise), CallEngine()).warnings
    assert warning == message("recording-without-speech")


@pytest.mark.parametrize("transcriber", [None, Recognizer()])
def test_progress_comes_to_the_end(transcriber: Recognizer | None) -> None:
    done: list[float] = []
    analyze(Recorded(*DELIVERY.sound(0, 3)), CallEngine(), transcriber, progress=done.append)
    assert done == sorted(done)
    assert done[-1] == pytest.approx(3)


# --- the result ------------------------------------------------------------------------------------------------------

CALL: list[Event] = [
    Agitation(t=0.256, score=0.0, confidence=0.0, state=AgitationState.LISTENING),
    SpeechEnded(t=2.5, channel=Channel.CALLER, start=0.5, end=2.0),
    Utterance(
        t=2.5, id=1, channel=Channel.CALLER, start=0.5, end=2.0, level_db=-20, pitch_hz=200, tilt_db=0, voiced=1.0
    ),
    Text(t=2.7, utterance=1, channel=Channel.CALLER, start=0.5, end=1.0, text="Wh", final=False),
    Text(t=3.0, utterance=1, channel=Channel.CALLER, start=0.5, end=2.0, text="What?"),
    Response(t=3.2, channel=Channel.AGENT, gap=0.25),
    Agitation(t=3.328, score=0.4, confidence=0.7, state=AgitationState.RISING, reasons=(Change(ChangeKind.LOUDER, 5),)),
    CueShown(t=3.4, number=1, id="pause", headline="Pause two beats", why="caller 5 dB louder"),
    SpeechEnded(t=4.0, channel=Channel.AGENT, start=2.25, end=3.75),
    Overlap(t=4.0, start=3.5, end=3.7, by=Channel.CALLER),
    CueCleared(t=5.0, number=1, id="pause", by=ClearedBy.FOLLOWED),
    Text(t=5.2, utterance=2, channel=Channel.AGENT, start=2.25, end=3.75, text=""),
    Silence(t=9.0, start=4.0, end=8.9),
    Gap(t=9.5, channel=Channel.AGENT, start=9.0, end=9.5, reason=GapReason.NOT_OPEN),
    Gap(t=9.5, channel=Channel.CALLER, start=9.4, end=9.5, reason=GapReason.OVERRUN),
    Gap(t=10.0, channel=Channel.AGENT, start=9.5, end=10.0, reason=GapReason.NOT_OPEN),
    CueShown(t=9.8, number=2, id="acknowledge", headline="Name what happened", why="high for 3 s"),
    CallEnded(t=10.0),
]


ODD = message("file-caller-silent", path="a.wav")


def collected(events: list[Event]) -> Any:
    return json.loads(msgspec.json.encode(for_json(analysis(call_so_far(events), 10.0, tuple(Channel), [ODD, ODD]))))


def test_the_json_is_as_documented() -> None:
    told = collected(CALL)
    assert list(told) == [
        "schema",
        "duration",
        "agitation",
        "segments",
        "cues",
        "conversation",
        "channels",
        "warnings",
        "without_words",
    ]
    assert told["agitation"] == {"t": [3.328], "score": [0.4], "confidence": [0.7], "state": ["rising"]}
    assert told["segments"] == [{"channel": "caller", "start": 0.5, "end": 2.0, "text": "What?", "words": []}]
    assert told["cues"] == [
        {
            "id": "pause",
            "start": 3.4,
            "end": 5.0,
            "headline": "Pause two beats",
            "why": "caller 5 dB louder",
            "cleared_by": "followed",
        },
        {
            "id": "acknowledge",
            "start": 9.8,
            "end": 10.0,
            "headline": "Name what happened",
            "why": "high for 3 s",
            "cleared_by": "",
        },
    ]
    assert told["conversation"] == {
        "talk_share": {"agent": 0.5, "caller": 0.5},
        "speech_seconds": {"agent": 1.5, "caller": 1.5},
        "overlaps": [{"start": 3.5, "end": 3.7, "by": "caller"}],
        "gaps": [{"t": 3.2, "channel": "agent", "gap": 0.25}],
        "silences": [{"start": 4.0, "end": 8.9}],
        "absences": [
            {"channel": "agent", "start": 9.0, "end": 10.0, "reason": "not-open"},
            {"channel": "caller", "start": 9.4, "end": 9.5, "reason": "overrun"},
        ],
    }
    assert told["channels"] == {
        "agent": {"speech": [[2.25, 3.75]], "level_db": None, "pitch_hz": None},
        "caller": {"speech": [[0.5, 2.0]], "level_db": -20.0, "pitch_hz": 200.0},
    }
    assert told["warnings"] == ["The caller's channel in a.wav is silent."]


def test_while_the_engine_abstains_the_report_has_no_agitation() -> None:
    told = collected(CALL[:3])
    assert told["agitation"] == {"t": [], "score": [], "confidence": [], "state": []}
    assert "too little of the caller's voice" in told["warnings"][-1]


def test_the_agents_side_has_figures_but_no_agitation() -> None:
    """By design there is no estimate about the agent, so none can be written."""
    assert "channel" not in Analysis.__struct_fields__
    told = collected(CALL)
    assert set(told["channels"]["agent"]) == {"speech", "level_db", "pitch_hz"}
