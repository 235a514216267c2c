"""The call pauses by itself while a card is read out or keyed in, and nothing of it is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.calls.demo import CALLS
from tests.support.live_call import Echo, Kept, Played, of, opening, play
from voiceassist.capture.aligner import Aligned
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import AnyEvent, Channel, Component, ComponentState, ComponentStatus, Text, encode
from voiceassist.session.engine import CallEngine
from voiceassist.session.live import LiveCall
from voiceassist.session.payment import FRAME, HIGH, LOW, CardWatch, KeyTones, keys
from voiceassist.storage import CallFolder, CallMeta, CallWriter
from voiceassist.storage.meta import SEGMENT


def text(said: str, at: float = 4.0, number: int = 7, channel: Channel = Channel.CALLER, final: bool = False) -> Text:
    return Text(t=0.0, utterance=number, channel=channel, start=at, end=at + 3.0, text=said, final=final)


def tone(key: int, seconds: float = 0.1, level: float = 0.1) -> Samples:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    both = np.sin(2 * np.pi * LOW[key // 4] * t) + np.sin(2 * np.pi * HIGH[key % 4] * t)
    return (level * both).astype(np.float32)


@pytest.mark.parametrize(
    ("question", "partials", "fourth"),
    [
        ("Can I have the card number?", ["four", "four one", "four one one", "four one one one"], 3),
        ("Can I have the card number?", ["It's 5", "It's 51", "It's 512", "It's 5123"], 3),
        ("And you pay by Visa?", ["yes, forty-one", "yes, forty-one eleven"], 1),
        ("Your order number, please?", ["four one one one", "four one one one two two two two"], None),
        ("The date?", ["the third of March 2024", "the third of March 2024 at 10:30"], None),
        ("Your phone number?", ["oh two seven five five eight", "oh two seven five five eight one three"], None),
    ],
)
def test_a_card_counts_as_being_read_out_from_its_fourth_digit(
    question: str, partials: list[str], fourth: int | None
) -> None:
    watch = CardWatch()
    watch.hear(text(question, 1.0, 1, Channel.AGENT, final=True))
    since = []
    for said in partials:
        watch.hear(text(said))
        since.append(watch.since)
    assert [at is not None for at in since] == [fourth is not None and i >= fourth for i in range(len(partials))]
    assert fourth is None or since[-1] == 3.5


def test_digits_that_were_written_down_are_masked_before_anybody_sees_them() -> None:
    watch = CardWatch()
    watch.hear(text("The long number on your card?", 1.0, 1, Channel.AGENT, final=True))
    assert watch.hear(text("it is four one one one two")).text == "it is [card]"
    assert watch.hear(text("the security code is 123", 9.0, 8)).text == "the security code is [code]"


def test_no_demo_call_is_paused() -> None:
    for call in CALLS:
        watch = CardWatch()
        for i, line in enumerate(call.lines):
            watch.hear(Text(t=0.0, utterance=i, channel=line.who, start=line.start, end=line.end, text=line.text))
        assert watch.since is None, call.name


class Paused(Played):
    """A capture that says what it was asked."""

    paused = resumed = 0

    def pause(self) -> None:
        self.paused += 1

    def resume(self) -> None:
        self.resumed += 1


def follow(
    said: dict[int, Text], *, sound: list[Aligned] | None = None
) -> tuple[Paused, Kept, list[AnyEvent], CallEngine]:
    recognizer, kept, heard, engine = Echo(late=False), Kept(), list[AnyEvent](), CallEngine()

    def between(index: int) -> None:
        if index in said:
            recognizer.due = [said[index]]

    capture = Paused(sound or opening(), between)
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    call = LiveCall(
        capture, engine, heard.append, transcriber=recognizer, writer=kept, payment_pause=True, longest_pause=20.0,
        clock=clock,
    )  # fmt: skip
    play(call)
    return capture, kept, heard, engine


def pauses(heard: list[AnyEvent]) -> list[str]:
    told = [e for e in of(ComponentStatus, heard) if e.component is Component.PAUSE]
    assert [e.state for e in told] == [ComponentState.DEGRADED, ComponentState.OK][: len(told)]
    return [e.reason.key for e in told if e.reason]


def test_the_call_pauses_at_once_tells_so_and_keeps_nothing_of_the_digits() -> None:
    question = text("Your card number?", 1.0, 901, Channel.AGENT, final=True)
    capture, kept, heard, _ = follow({20: question, 25: text("four one one one", number=902)})
    assert capture.paused == 1
    assert pauses(heard)[0] == "paused-for-payment"
    ((start, end),) = kept.wiped
    assert start == 3.5
    assert end >= 4.9
    assert not any(b"four one" in encode(event) for event in [*heard, *kept.events])
    assert capture.resumed == 1
    assert pauses(heard) == ["paused-for-payment", "pause-ended"]


def test_the_sound_kept_for_the_recognizer_is_overwritten() -> None:
    engine = CallEngine()
    engine.push(np.full(6 * SAMPLE_RATE, 0.1, np.float32), np.full(6 * SAMPLE_RATE, 0.1, np.float32))
    engine.wipe(2.0)
    for side in engine._sides.values():
        kept = np.concatenate(side.sound)
        assert np.abs(kept[: 2 * SAMPLE_RATE]).min() > 0
        assert not kept[2 * SAMPLE_RATE :].any()
    assert not any(block.any() for blocks in engine._pending.values() for block in blocks)


def test_three_keys_pause_the_call() -> None:
    presses = np.concatenate([np.concatenate([tone(key), np.zeros(1600, np.float32)]) for key in (4, 1, 9, 0)])
    quiet = np.zeros(8 * SAMPLE_RATE, np.float32)
    caller = np.concatenate([quiet[: 4 * SAMPLE_RATE], presses, quiet])
    sound = [Aligned(quiet[:3200], caller[at : at + 3200]) for at in range(0, len(caller) // 3200 * 3200, 3200)]
    capture, kept, heard, _ = follow({}, sound=sound)
    assert capture.paused == 1
    assert kept.wiped[0][0] == pytest.approx(3.5, abs=0.1)
    assert "paused-for-payment" in pauses(heard)


@pytest.mark.parametrize("key", range(16))
@pytest.mark.parametrize("level", [0.01, 0.3])
def test_every_key_is_heard_in_noise(key: int, level: float) -> None:
    noise = np.random.default_rng(key).normal(0, level / 10, 4 * FRAME).astype(np.float32)
    assert set(keys((tone(key, 0.2, level) + noise).reshape(-1, FRAME))) == {key}


def test_no_key_is_heard_in_speech() -> None:
    for call in CALLS:
        tones, (agent, caller) = KeyTones(), call.sound(0.0, 60.0)
        for at in range(0, len(agent), 1600):
            sound = {Channel.AGENT: agent[at : at + 1600], Channel.CALLER: caller[at : at + 1600]}
            assert tones.hear(sound, (at + 1600) / SAMPLE_RATE) is None, call.name


@pytest.mark.parametrize("wipe_at", [50, 61, 80])
def test_what_was_wiped_is_silent_in_the_finished_recording(tmp_path: Path, wipe_at: int) -> None:
    writer = CallWriter.create(tmp_path, CallMeta(origin="live"))
    noise = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
    for second in range(90):
        if second == wipe_at:
            writer.wipe(wipe_at - 5.0, float(wipe_at))
        writer.sound(noise, noise)
    writer.close()
    blocks = [[side for side in sides if side is not None] for sides in CallFolder.open(writer.path).sound(1600)]
    both = [max(float(np.abs(side).max()) for side in sides) for sides in blocks]
    assert len(both) == 900
    assert max(both[10 * (wipe_at - 5) + 1 : 10 * wipe_at - 1]) < 0.01
    assert min(both[: 10 * (wipe_at - 5) - 1]) > 0.1
    assert min(both[10 * wipe_at + 1 :]) > 0.1
    assert SEGMENT == 60 * SAMPLE_RATE
