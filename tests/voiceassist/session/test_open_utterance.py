from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.calls.demo import DELIVERY
from voiceassist.core.events import Channel, Utterance
from voiceassist.session.engine import CallEngine


def test_an_open_utterance_has_the_number_it_will_keep_and_in_a_long_enough_pause_the_sound_it_will_have() -> None:
    agent, caller = DELIVERY.sound(0.0, 60.0)
    engine = CallEngine()
    engine.start()
    settled: dict[int, np.ndarray] = {}
    seen: dict[int, Channel] = {}
    ended: list[int] = []
    for at in range(0, len(agent), 800):
        for event in engine.push(agent[at : at + 800], caller[at : at + 800]):
            if isinstance(event, Utterance):
                ended.append(event.id)
                assert seen.get(event.id, event.channel) is event.channel
                if event.id in settled:
                    assert np.array_equal(settled[event.id], engine.utterance_sound(event))
        for channel in Channel:
            if (speaking := engine.open_utterance(channel)) is not None:
                assert seen.setdefault(speaking.utterance, channel) is channel
                settled.pop(speaking.utterance, None)
                if speaking.pause >= engine.config.speech.postroll:
                    settled[speaking.utterance] = speaking.sound
    assert len(set(ended)) == len(ended) > 5
    assert sum(i in seen for i in ended) > 0.8 * len(ended)
    assert all(b != a for a, b in pairwise(ended))


def test_the_sound_of_an_open_utterance_is_copied_only_for_whoever_looks_at_it(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = CallEngine()
    made: list[Channel] = []

    def cut(channel: Channel, start: int, end: int) -> np.ndarray:
        made.append(channel)
        return np.zeros(3, np.float32)

    monkeypatch.setattr(engine, "_cut", cut)
    engine._sides[Channel.CALLER].segmenter._utterance = 0
    speaking = engine.open_utterance(Channel.CALLER)
    assert speaking is not None
    assert speaking.start == 0.0
    assert made == []
    assert speaking.sound is speaking.sound
    assert made == [Channel.CALLER]
