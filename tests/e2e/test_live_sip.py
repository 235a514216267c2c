"""A live call as an agent has it: a softphone in a real SIP call, a sound server, and VoiceAssist listening to both.

pytest tests/e2e/test_live_sip.py -s              the demo call by G.711, a minute of it by Opus
pytest tests/e2e/test_live_sip.py -s -m bench     the whole demo call by Opus
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jiwer
import numpy as np
import pytest

from tests.calls.demo import DELIVERY, installed
from tests.calls.words import plain
from tests.e2e.line import events_from_the_file, lay, shift_between, speak
from tests.e2e.pulse import PulseServer, need
from tests.e2e.softphone import SipCall
from voiceassist.config.options import Settings
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import Agitation, AnyEvent, CallEnded, Channel, ComponentStatus, CueShown, Text
from voiceassist.session import build
from voiceassist.speech import Transcriber

pytestmark = [pytest.mark.device, pytest.mark.slow, pytest.mark.usefixtures("in_real_time")]

MINUTE = (DELIVERY.line("Oh, I'm sorry about that").start, DELIVERY.line("We can plan a new day").end + 3.5)
"""The stretch of the demo call for the other codec: calm lines, the first angry ones, and the cue `pause`."""
CUE_TOLERANCE = 0.5
PLACED = ("acknowledge", "well-done")
"""One waits for a pause of 0.4 s, which a line can fill, the other for a slow curve to fall by a third: a little noise
may move them by seconds. They are held to their places in the script, the others to `CUE_TOLERANCE`."""
SIDES_TOLERANCE = 0.15
"""Seconds by which one side may lie off against the other: most of it is how well the test's own players start."""
LEVEL_TOLERANCE = 1.5
"""dB between an utterance's level as heard live and as in the file. G.711 adds noise, silence no level."""
WORD_ERRORS = 0.35
"""Most words in a hundred that tiny.en may get wrong over the line: live it has two cores to share."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    need("pulseaudio", "parec", "paplay", "pactl", "baresip")
    with tempfile.TemporaryDirectory(prefix="va-") as folder:  # short: a socket's path has 108 bytes
        pulse = PulseServer(Path(folder))
        for name, value in pulse.environment.items():
            monkeypatch.setenv(name, value)
        pulse.start()
        try:
            yield pulse
        finally:
            pulse.kill()


@pytest.fixture
def recognizer() -> Transcriber:
    """As a live call has it."""
    return build.transcriber(Settings(), str(installed("tiny.en")))


@pytest.mark.parametrize(
    ("codec", "stretch"),
    [
        pytest.param("g711", None, id="the demo call by G.711"),
        pytest.param("opus", MINUTE, id="a minute by Opus"),
        pytest.param("opus", None, id="the demo call by Opus", marks=pytest.mark.bench),
    ],
)
def test_a_call_over_a_real_line_gives_the_same_cues_words_and_levels_as_from_the_file(
    server: PulseServer,
    recognizer: Transcriber,
    tmp_path: Path,
    codec: str,
    stretch: tuple[float, float] | None,
) -> None:
    start, stop = stretch or (0.0, DELIVERY.seconds)
    agent, caller = DELIVERY.sound(start, stop)
    call = speak(server, tmp_path, agent, caller, codec, transcriber=recognizer)

    # Both sides were kept, from the first second to the last, and lie where they were spoken.
    lay(call, agent, caller)
    assert isinstance(call.told[-1], CallEnded)
    print(f"\n{codec}: begins at {call.begins:.3f} s; agent against caller {1000 * call.apart:+.0f} ms")
    assert abs(call.apart) < SIDES_TOLERANCE
    assert call.caller.size / SAMPLE_RATE >= call.begins + caller.size / SAMPLE_RATE
    assert call.gaps() == []

    expected = events_from_the_file(agent, caller, [e for e in call.told if isinstance(e, Text)], call.begins)
    in_the_file = [(e.id, e.t) for e in expected if isinstance(e, CueShown)]
    heard = [(e.id, round(e.t - call.begins, 3)) for e in call.told if isinstance(e, CueShown)]
    errors = [live[1] - file[1] for live, file in zip(heard, in_the_file, strict=False)]
    print(f"cues live {heard}\nfrom the file {in_the_file}\nlate by {[f'{1000 * e:+.0f} ms' for e in errors]}")
    assert [name for name, _ in heard] == [name for name, _ in in_the_file]
    assert any(isinstance(e, Agitation) and e.score > 0 for e in call.told)
    due = [(scripted.cue, *scripted.due) for scripted in DELIVERY.cues()]
    for (name, t), error in zip(heard, errors, strict=True):
        if name in PLACED:
            assert any(cue == name and first <= t + start <= last for cue, first, last in due), (name, t)
        else:
            assert abs(error) <= CUE_TOLERANCE, name

    for channel in Channel:
        off, said = call.levels(expected, channel)
        print(f"{channel}: {off.size} of {said} utterances, level {off.mean():+.2f} ± {off.std():.2f} dB")
        assert off.size >= 0.8 * said
        assert abs(float(np.median(off))) < LEVEL_TOLERANCE
    the_words_arrived(call.told, start, stop)


def the_words_arrived(told: list[AnyEvent], start: float, stop: float) -> None:
    for channel in Channel:
        lines = [
            line
            for line in DELIVERY.lines
            if line.who is channel and start <= line.words[0].start and line.words[-1].end <= stop
        ]
        texts = {e.utterance: e for e in told if isinstance(e, Text) and e.final and e.channel is channel}
        written = " ".join(t.text for t in sorted(texts.values(), key=lambda t: t.start))
        said = plain(" ".join(line.text for line in lines), "en")
        wrong = jiwer.wer(said, plain(written, "en"))
        print(f"{channel}: word error rate {wrong:.1%} of {len(said.split())} words")
        assert wrong < WORD_ERRORS, written


def test_ten_seconds_without_a_packet_are_heard_as_silence_on_the_line_and_the_call_goes_on(
    server: PulseServer, tmp_path: Path
) -> None:
    """The caller's telephone stops sending. The agent's softphone stays on the line and plays silence, so the agent
    hears what VoiceAssist hears: what was said meanwhile never reached this computer, and nothing else is lost."""
    frozen, again, ends = 8.0, 18.0, 28.0
    lines = [line.words for line in DELIVERY.lines if line.who is Channel.CALLER]
    spoken = [DELIVERY.sound(words[0].start, words[-1].end)[1] for words in lines[:8]]
    caller = np.concatenate(spoken)[: round(ends * SAMPLE_RATE)]  # without a pause
    room = np.random.default_rng(1).normal(0, 1e-3, caller.size).astype(np.float32)

    def freeze(sip: SipCall, now: Callable[[], float], told: list[AnyEvent]) -> None:
        time.sleep(max(0.0, frozen - now()))
        sip.freeze(True)
        time.sleep(again - frozen)
        sip.freeze(False)

    call = speak(server, tmp_path, room, caller, "g711", meanwhile=freeze)
    begins = shift_between(call.caller, stretch_of(caller, 0, frozen - 0.5))
    silent = stretch_of(call.caller, begins + frozen + 0.5, begins + again)
    back = shift_between(call.caller, stretch_of(caller, again + 1, ends)) - begins - again - 1
    loud = np.flatnonzero(np.abs(stretch_of(call.caller, begins + again, begins + ends)) > 0.02)
    states = [(e.component, e.state, e.reason) for e in call.told if isinstance(e, ComponentStatus) and e.t > begins]
    gaps = [g for g in call.gaps() if g.start > begins]
    print(
        f"\n10 s without a packet: loudest meanwhile {np.abs(silent).max():.4f}; sound again after "
        f"{loud[0] / SAMPLE_RATE:.2f} s, {back:+.2f} s off its place; the journal says {states} and {gaps}"
    )
    assert np.abs(silent).max() < 0.01
    assert loud[0] / SAMPLE_RATE < 1.0
    assert abs(back) < 0.5
    assert states == []
    assert gaps == []


def stretch_of(sound: np.ndarray, start: float, end: float) -> np.ndarray:
    return sound[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
