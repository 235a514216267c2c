"""Recordings whose sides share sound or are swapped: said plainly, and the caller's words are never the agent's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.calls.demo import DELIVERY
from tests.voiceassist.session.test_offline import Recognizer, Recorded
from voiceassist.capture.echo import CrosstalkCheck
from voiceassist.capture.files.file import CallFile, stereo_call
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import Channel, SidesSeparated, Text, Word
from voiceassist.core.messages import message
from voiceassist.insights.report import Analysis
from voiceassist.session.engine import CallEngine
from voiceassist.session.offline import analyze
from voiceassist.speech.recorded import SpokenUtterance

SECONDS = 42.0
ECHO = 0.06
"""Seconds by which an echo comes later than the voice."""

Heard = dict[Channel, tuple[Channel, ...]]
OWN_SIDE: Heard = {channel: (channel,) for channel in Channel}


class Knows(Recognizer):
    """Writes down the script's words of whoever is to be heard on a side, an echo a little late and in part wrong."""

    def __init__(self, heard: Heard) -> None:
        super().__init__()
        self.heard = heard

    def text(self, utterance: SpokenUtterance) -> Text:
        words = [
            Word(word.start + late, word.end + late, word.text, 0.9)
            for line in DELIVERY.lines
            if line.who in self.heard[utterance.channel]
            for word in line.words
            for late in [0.0 if line.who is utterance.channel else ECHO]
            if utterance.start - 0.1 < (word.start + word.end) / 2 + late < utterance.end + 0.1
        ]
        words.sort(key=lambda word: word.start)
        return Text(
            t=0.0,
            utterance=0,
            channel=utterance.channel,
            start=utterance.start,
            end=utterance.end,
            text=" ".join(word.text for word in words),
            words=tuple(words),
        )


def echoed(sound: np.ndarray, db: float) -> np.ndarray:
    late = round(ECHO * SAMPLE_RATE)
    return np.concatenate([np.zeros(late, np.float32), sound[:-late]]) * np.float32(10 ** (db / 20))


def said(result: Analysis, channel: Channel) -> set[str]:
    return {word.text.strip(" .,?!").lower() for s in result.segments if s.channel is channel for word in s.words}


def spoken_by(channel: Channel, end: float = SECONDS) -> set[str]:
    return {
        word.text.strip(" .,?!").lower()
        for line in DELIVERY.lines
        if line.who is channel
        for word in line.words
        if word.end < end
    }


def test_a_call_on_headsets_has_no_recording_warning() -> None:
    result = analyze(Recorded(*DELIVERY.sound(0, SECONDS)), CallEngine(), Knows(OWN_SIDE))
    assert result.warnings == []
    assert said(result, Channel.AGENT) <= spoken_by(Channel.AGENT, SECONDS + 5)
    assert said(result, Channel.CALLER) >= spoken_by(Channel.CALLER, SECONDS - 3)


@pytest.mark.parametrize("db", [-6.0, -20.0, -30.0])
def test_the_callers_words_on_the_agents_side_are_never_the_agents(db: float) -> None:
    agent, caller = DELIVERY.sound(0, SECONDS)
    heard = {Channel.AGENT: tuple(Channel), Channel.CALLER: (Channel.CALLER,)}
    result = analyze(Recorded(agent + echoed(caller, db), caller), CallEngine(), Knows(heard))
    only_the_callers = spoken_by(Channel.CALLER, SECONDS + 5) - spoken_by(Channel.AGENT, SECONDS + 5)
    assert said(result, Channel.AGENT) & only_the_callers == set()
    assert len(said(result, Channel.AGENT)) > 0.9 * len(spoken_by(Channel.AGENT, SECONDS - 3))
    assert said(result, Channel.CALLER) >= spoken_by(Channel.CALLER, SECONDS - 3)


def test_crosstalk_is_reported_and_turns_agitation_off() -> None:
    agent, caller = DELIVERY.sound(0, SECONDS)
    result = analyze(Recorded(agent + echoed(caller, -12), caller), CallEngine())
    assert message("recording-sides-leak") in result.warnings
    assert result.agitation.t == []


def test_agitation_resumes_once_the_channels_are_independent() -> None:
    agent, caller = DELIVERY.sound(0, 60)
    crosstalk = CrosstalkCheck(lambda: message("recording-sides-leak"), independent=True)
    assert crosstalk.push(agent, agent * np.float32(0.1))[0] == SidesSeparated(t=0.0, separated=False)
    assert crosstalk.push(agent, caller)[0] == SidesSeparated(t=0.0, separated=True)
    assert not crosstalk.push(agent, caller)


def test_equal_sound_on_both_sides_is_reported_also_when_not_bit_identical() -> None:
    both = np.add(*DELIVERY.sound(0, 20))
    noise = np.random.default_rng(0).normal(0, 0.001, both.size).astype(np.float32)
    result = analyze(Recorded(both, 0.5 * both + noise), CallEngine())
    identical = message("recording-sides-identical")
    assert identical in result.warnings
    assert identical not in analyze(Recorded(both, DELIVERY.sound(0, 20)[1]), CallEngine()).warnings


def test_swapped_channels_are_reported_with_the_remedy() -> None:
    agent, caller = DELIVERY.sound(0, 20)
    swapped: Heard = {channel: (channel.other,) for channel in Channel}

    (warning,) = analyze(Recorded(caller, agent), CallEngine(), Knows(swapped)).warnings
    advice = message("recording-swap-advice")
    assert warning == message("recording-swapped", phrase="how can i help", advice=advice)
    assert "--channels caller,agent" in str(warning)


def test_a_silent_side_is_warned_of_once_by_the_file(tmp_path: Path) -> None:
    _, caller = DELIVERY.sound(0, 20)
    soundfile.write(tmp_path / "call.wav", np.stack([np.zeros_like(caller), caller], axis=1), SAMPLE_RATE)
    with CallFile(stereo_call(tmp_path / "call.wav")) as call:
        result = analyze(call, CallEngine())
        assert call.silent == {Channel.AGENT}
        assert result.warnings == [message("file-agent-silent", path=str(tmp_path / "call.wav"))]
