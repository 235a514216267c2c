"""A stretch of the demo call spoken over a real SIP call into a live call, and what came of it in figures.

The caller's softphone plays the caller's side; the agent's side is played into the microphone at the moment it is due.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import soundfile
import soxr

from tests.e2e.pulse import HEADSET, MICROPHONE, PulseServer, end, wait_until
from tests.e2e.softphone import CODECS, SipCall
from tests.support.busy import PATIENCE
from voiceassist.capture import AlignedCapture
from voiceassist.capture.devices.microphone import Microphone
from voiceassist.capture.devices.pulse import PulseMonitor
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import AnyEvent, Channel, ComponentState, ComponentStatus, Event, Gap, Text, Utterance
from voiceassist.session.engine import BLOCK, CallEngine
from voiceassist.session.inputs import Transcriber
from voiceassist.session.live import LiveCall
from voiceassist.storage import CallFolder, CallMeta, CallWriter

LEAD = 6.0
"""Seconds before the caller's first word: time to bring the agent's side in step."""
TICK = 1.0
"""Where in each player's lead a short tone tells the test when it was really heard."""
SAME_UTTERANCE = 0.3
"""Seconds within which an utterance begins live and in the file."""


@dataclass
class Outcome:
    """What a live call heard, told and kept. `begins` is where the stretch lies on the live call's timeline."""

    told: list[AnyEvent]
    agent: Samples
    caller: Samples
    begins: float = 0.0
    apart: float = 0.0
    """Seconds by which the agent's side lies later than the caller's."""

    def gaps(self) -> list[Gap]:
        return [e for e in self.told if isinstance(e, Gap) and e.end > self.begins]

    def levels(self, expected: Sequence[Event], channel: Channel) -> tuple[np.ndarray, int]:
        """Level of each utterance against the file's (dB), for those that were found again; and how many there are."""
        said = [e for e in expected if isinstance(e, Utterance) and e.channel is channel]
        heard = [e for e in self.told if isinstance(e, Utterance) and e.channel is channel]
        off = []
        for utterance in said:
            nearest = min(heard, key=lambda h: abs(h.start - self.begins - utterance.start), default=None)
            if nearest is not None and abs(nearest.start - self.begins - utterance.start) < SAME_UTTERANCE:
                off.append(nearest.level_db - utterance.level_db)
        return np.array(off), len(said)


def speak(
    server: PulseServer,
    folder: Path,
    agent: Samples,
    caller: Samples,
    codec: str,
    *,
    transcriber: Transcriber | None = None,
    meanwhile: Callable[[SipCall, Callable[[], float], list[AnyEvent]], None] = lambda sip, now, told: None,
) -> Outcome:
    """Both sides (16 kHz, equal lengths) over the line. `meanwhile` may do something to the call: it gets the
    softphones, the second of the stretch, and what was told so far."""
    line_rate = CODECS[codec][1]
    on_the_line = soxr.resample(caller, SAMPLE_RATE, line_rate)
    tail = np.zeros(2 * line_rate, np.float32)  # aufile begins again at the file's end
    caller_file = folder / "caller.wav"
    soundfile.write(caller_file, with_lead(np.concatenate([on_the_line, tail]), line_rate), line_rate)
    seconds = caller.size / SAMPLE_RATE

    speaker = Speaker()
    sip = SipCall(server, folder / "sip", caller_file, codec)
    with live_call(folder, transcriber) as (told, live):
        try:
            sip.answer()
            both_live(told)
            speaker.start()
            ear = LevelMonitor(HEADSET)  # before the call: the tone comes a second after it was answered
            sip.dial()
            first_word = ear.heard_at() - TICK + LEAD
            speaker.say_at(agent, first_word)
            meanwhile(sip, lambda: time.monotonic() - first_word, told)
            time.sleep(max(0.0, first_word + seconds + 0.5 - time.monotonic()))
        finally:
            live.stop()
            live.join(60)
            speaker.stop()
            sip.hang_up()
    (path,) = (folder / "calls").iterdir()
    blocks = [(a, c) for a, c in CallFolder.open(path).sound() if a is not None and c is not None]
    kept_agent, kept_caller = (np.concatenate([b[i] for b in blocks]) for i in (0, 1))
    return Outcome(told, kept_agent, kept_caller)


def lay(outcome: Outcome, agent: Samples, caller: Samples) -> None:
    """Find the stretch in what was heard: sets `begins` and `apart`."""
    outcome.begins = shift_between(outcome.caller, caller)
    outcome.apart = shift_between(outcome.agent, agent) - outcome.begins


@contextmanager
def live_call(folder: Path, transcriber: Transcriber | None = None) -> Iterator[tuple[list[AnyEvent], LiveCall]]:
    """A live call that listens to the microphone and the headset and is kept in `folder`/calls."""
    told: list[AnyEvent] = []
    live = LiveCall(
        AlignedCapture({Channel.AGENT: Microphone, Channel.CALLER: lambda: PulseMonitor(HEADSET)}),
        CallEngine(),
        told.append,
        transcriber=transcriber,
        writer=CallWriter.create(folder / "calls", CallMeta(origin="live")),
    )
    live.start()
    try:
        yield told, live
    finally:
        live.stop()
        live.join(60)


def both_live(told: list[AnyEvent]) -> None:
    sounds = {"agent-audio", "caller-audio"}
    wait_until(
        lambda: (
            {e.component for e in tuple(told) if isinstance(e, ComponentStatus) and e.state is ComponentState.OK}
            >= sounds
        ),
        "both sides to be heard",
    )


def events_from_the_file(
    agent: Samples, caller: Samples, texts: Iterable[Text] = (), begins: float = 0.0
) -> list[Event]:
    """The same call from its file, with the same texts at the same times: what live sound adds is all the difference.
    `texts` are those of a live call in which this one `begins` at that second."""
    due = [
        msgspec.structs.replace(t, t=t.t - begins, start=t.start - begins, end=t.end - begins) for t in texts if t.final
    ]
    engine = CallEngine()
    events = engine.start()
    for at in range(0, agent.size, BLOCK):
        while due and due[0].t <= engine.analyzed:
            events += engine.feed(due.pop(0))
        events += engine.push(agent[at : at + BLOCK], caller[at : at + BLOCK])
    return events + engine.finish()


def with_lead(sound: Samples, rate: int) -> Samples:
    lead = np.zeros(round(LEAD * rate), np.float32)
    n = round(0.05 * rate)
    lead[round(TICK * rate) :][:n] = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(n) / rate)
    return np.concatenate([lead, sound])


def shift_between(live: Samples, original: Samples) -> float:
    """Seconds by which `live` lies later than `original`."""
    n = 1 << (live.size + original.size).bit_length()
    cross = np.fft.irfft(np.fft.rfft(live, n) * np.conj(np.fft.rfft(original, n)), n)
    k = int(cross.argmax())
    return (k if k < n // 2 else k - n) / SAMPLE_RATE


class LevelMonitor:
    """Listens to a sink from now on, in a thread of its own, for the first thing louder than a whisper."""

    def __init__(self, sink: str) -> None:
        self._recorder = subprocess.Popen(
            [
                *("parec", f"--device={sink}.monitor", "--latency-msec=10"),
                *(f"--rate={SAMPLE_RATE}", "--channels=1", "--format=float32le"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._heard = 0.0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def heard_at(self, within: float = PATIENCE) -> float:
        """Monotonic second at which it was heard."""
        self._thread.join(within)
        end(self._recorder)
        self._thread.join()
        assert self._heard, f"nothing was heard within {within} s"
        return self._heard

    def _listen(self) -> None:
        assert self._recorder.stdout is not None
        with self._recorder.stdout as pipe:
            while data := pipe.read(640):
                now = time.monotonic()
                samples = np.frombuffer(data[: len(data) // 4 * 4], "<f4")
                loud = np.flatnonzero(np.abs(samples) > 0.05)
                if loud.size:
                    self._heard = now - (samples.size - loud[0]) / SAMPLE_RATE
                    return


class Speaker:
    """Speaks the agent's side into the microphone, to the millisecond.

    How long a player takes to start is anybody's guess on a busy machine. So one player runs all the time; a tone in
    its lead tells where in time its samples lie, and everything later is placed by that.
    """

    def __init__(self) -> None:
        self._lead = with_lead(np.zeros(0, np.float32), SAMPLE_RATE)
        self._sound = np.zeros(0, np.float32)
        self._at = 0
        self._tick_heard = 0.0
        self._stopped = threading.Event()
        self._player: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._feed, daemon=True)

    def start(self) -> None:
        ear = LevelMonitor(MICROPHONE)
        self._player = subprocess.Popen(
            [
                *("pacat", f"--device={MICROPHONE}", "--latency-msec=1000"),
                *("--raw", "--format=float32le", f"--rate={SAMPLE_RATE}", "--channels=1"),
            ],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._thread.start()
        self._tick_heard = ear.heard_at()

    def say_at(self, sound: Samples, moment: float) -> None:
        """`moment` is a monotonic second, at least three seconds ahead: so much is on its way already."""
        self._at = round((TICK + moment - self._tick_heard) * SAMPLE_RATE)
        self._sound = sound

    def stop(self) -> None:
        self._stopped.set()
        if self._player is not None:
            end(self._player)
            self._thread.join()

    def _feed(self) -> None:
        assert self._player is not None
        assert self._player.stdin is not None
        written, size = 0, SAMPLE_RATE // 10
        with contextlib.suppress(BrokenPipeError), self._player.stdin as pipe:
            while not self._stopped.is_set():
                chunk = np.zeros(size, np.float32)
                for sound, at in ((self._lead, 0), (self._sound, self._at)):
                    part = sound[max(written - at, 0) : max(written - at + size, 0)]
                    where = max(at - written, 0)
                    chunk[where : where + part.size] = part
                pipe.write(chunk.tobytes())
                pipe.flush()
                written += size
