"""Hears a kept call: from any sample, at half to double speed with the pitch kept, either side alone, a passage in a
loop.

A thread decodes ahead and stretches; the sound system's callback only copies what is ready. Where the call is heard is
told by the source sample that the callback handed over last, never by a clock times the speed. Seeking, stopping and
the seam of a loop fade for 5 ms, so nothing clicks.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from voiceassist.capture.devices import portaudio
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError
from voiceassist.core.events import Channel
from voiceassist.core.messages import Message, message
from voiceassist.storage.segment_reader import SegmentReader, Stereo

from .stretch import Read, Stretcher

log = logging.getLogger(__name__)

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
FADE = SAMPLE_RATE // 200
"""Samples of a fade: 5 ms."""
AHEAD = SAMPLE_RATE * 3 // 10
"""Samples kept ready for the callback: 0.3 s, against a busy machine. A command drops them, it does not wait."""
CHUNK = SAMPLE_RATE * 2
"""Samples decoded in one go: opening and seeking a segment costs 13 ms however much is read."""
FIRST_CHUNK = SAMPLE_RATE // 4
"""The same after a jump: what is heard first must not wait for more."""
DEVICE_TIMEOUT_S = 3.0
"""Seconds a device may take no sound until it counts as gone."""
LEAST_LOOP = SAMPLE_RATE // 10
"""Samples of the shortest passage that is played in a loop."""
BOTH = np.array([[0.85, 0.45], [0.45, 0.85]], np.float32)
"""How loud each side (row) is in each ear (column): the agent a little left, the caller a little right."""


class Output(Protocol):
    """Where sound goes to. The callback is given an array to fill and the time its first sample will be heard."""

    def open(self, callback: Callable[[Stereo, float], None]) -> None: ...
    def start(self) -> None: ...
    def close(self) -> None: ...
    @property
    def now(self) -> float: ...
    @property
    def working(self) -> bool: ...


class Heard(NamedTuple):
    """A run of samples that the callback took: when it is heard, and which source samples it stands for."""

    at: float
    source: float
    step: float
    n: int


@dataclass(slots=True)
class _Block:
    sound: Stereo
    source: float
    """Source sample of its first sample; the rest follow `step` apart."""
    step: float


class Sound:
    """Reads a call in chunks that are kept, so that small pieces in a row cost one decode."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self._start = 0
        self._chunk: Stereo = np.zeros((0, 2), np.float32)

    def read(self, start: int, stop: int) -> Stereo:
        if start < self._start or stop > self._start + len(self._chunk):
            goes_on = self._start <= start <= self._start + len(self._chunk)
            ahead = CHUNK if goes_on else FIRST_CHUNK
            self._start = start - SAMPLE_RATE // 20  # windows are taken a little before where the last one ended
            self._chunk = self._reader.read(self._start, max(stop, start + ahead))
        return self._chunk[start - self._start : stop - self._start]


def looped(read: Read, start: int, stop: int) -> tuple[Read, Callable[[float], float]]:
    """Reads a source in which samples `start` to `stop` repeat for ever, faded into each other at the seam; and which
    sample of the call one of that source stands for."""
    length = stop - start
    fade = min(FADE, length // 4)
    rise = np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]

    def once(first: int, last: int) -> Stereo:
        out = read(first, last).copy()
        seam = stop - fade
        a, b = max(first, seam), min(last, stop)
        if a < b:
            weight = rise[a - seam : b - seam]
            out[a - first : b - first] = (
                out[a - first : b - first] * (1 - weight) + read(a - length, b - length) * weight
            )
        return out

    def unrolled(first: int, last: int) -> Stereo:
        parts = []
        while first < last:
            at = first if first < stop else start + (first - start) % length
            n = min(last - first, stop - at)
            parts.append(once(at, at + n))
            first += n
        return np.concatenate(parts) if parts else np.zeros((0, 2), np.float32)

    return unrolled, lambda at: at if at < stop else start + (at - start) % length


class Feed:
    """What is played next. `fill` makes it ready, `take` hands it to the sound system; the two may be on different
    threads, commands on a third."""

    def __init__(self, read: Read, samples: int) -> None:
        self._raw, self.samples = read, samples
        self._lock = threading.Lock()
        self._filling = threading.Lock()
        """The stretcher belongs to whoever holds it."""
        self._blocks: deque[_Block] = deque()
        self._ready = 0
        self._heard: deque[Heard] = deque(maxlen=256)
        self.position = 0.0
        """Source sample from which playing goes on."""
        self.speed = 1.0
        self.sides: frozenset[Channel] = frozenset(Channel)
        """Which sides are heard."""
        self.loop: tuple[int, int] | None = None
        self.playing = False
        self.taken = 0
        """Samples the sound system has asked for so far."""
        self._mapped: Callable[[float], float] = float
        self._stretcher: Stretcher | None = None
        self._fresh = False
        self._generation = 0

    def restart(self, position: float) -> None:
        """Go on from another sample, or with another speed, loop or sides. What was ready is faded out."""
        with self._lock:
            self._generation += 1
            self._let_go()
            self.position = min(max(0.0, position), float(self.samples))
            self._stretcher = None
            self._heard.clear()

    def play(self) -> None:
        self.playing = True

    def pause(self, now: float) -> None:
        """Stop where the call is heard now."""
        at = self.heard(now)
        self.playing = False
        self.restart(at)

    def fill(self) -> bool:
        """Make one block more; False when there is enough, or nothing more to play."""
        with self._filling:
            with self._lock:
                if not self.playing or self._ready >= AHEAD:
                    return False
                generation = self._generation
                if self._stretcher is None:
                    self._begin()
                stretcher, mapped, sides = self._stretcher, self._mapped, self.sides
                fresh, self._fresh = self._fresh, False
            assert stretcher is not None
            source = stretcher.position
            if self.loop is None and source >= self.samples:
                return False
            mixed = mix(stretcher.next(), sides)
            if fresh:
                mixed[:FADE] *= np.linspace(0.0, 1.0, FADE, dtype=np.float32)[:, None]
            with self._lock:
                if generation == self._generation:
                    self._blocks.append(_Block(mixed, mapped(source), stretcher.speed))
                    self._ready += len(mixed)
            return True

    def take(self, out: Stereo, at: float) -> None:
        """The callback: copies what is ready, and silence where there is nothing. `at` is when it will be heard."""
        done = 0
        with self._lock:
            while done < len(out) and self._blocks:
                block = self._blocks[0]
                n = min(len(out) - done, len(block.sound))
                out[done : done + n] = block.sound[:n]
                if block.step:
                    self._heard.append(Heard(at + done / SAMPLE_RATE, block.source, block.step, n))
                    self.position = block.source + n * block.step
                if n == len(block.sound):
                    self._blocks.popleft()
                else:
                    block.sound = block.sound[n:]
                    block.source += n * block.step
                self._ready -= n
                done += n
        out[done:] = 0.0
        self.taken += len(out)

    def heard(self, now: float) -> float:
        """The source sample that is heard at `now`."""
        with self._lock:
            if not self._heard:
                return self.position
            run = self._heard[0]
            for later in reversed(self._heard):
                if later.at <= now:
                    run = later
                    break
            since = min(max(0.0, (now - run.at) * SAMPLE_RATE), run.n)
            return run.source + since * run.step

    @property
    def over(self) -> bool:
        """The call was played to its end."""
        with self._lock:
            return self.playing and self.loop is None and not self._blocks and self.position >= self.samples

    @property
    def dry(self) -> bool:
        """Nothing is ready though it plays."""
        with self._lock:
            return self.playing and not self._blocks

    def _begin(self) -> None:
        read, self._mapped = self._raw, float
        start = round(self.position)
        if self.loop is not None:
            read, self._mapped = looped(read, *self.loop)
            if start >= self.loop[1]:
                start = self.loop[0]
        self._stretcher = Stretcher(read, start, self.speed)
        self._fresh = True

    def _let_go(self) -> None:
        """Of what is ready keep 5 ms, faded out."""
        tail: list[Stereo] = []
        missing = FADE
        for block in self._blocks:
            if not missing or not block.step:
                break
            tail.append(block.sound[:missing])
            missing -= len(tail[-1])
        self._blocks.clear()
        self._ready = 0
        if tail:
            sound = np.concatenate(tail)
            sound = sound * np.linspace(1.0, 0.0, len(sound), dtype=np.float32)[:, None]
            self._blocks.append(_Block(sound, 0.0, 0.0))
            self._ready = len(sound)


def mix(sides: Stereo, heard: frozenset[Channel]) -> Stereo:
    """Both sides for two ears; a side that is heard alone is in the middle."""
    if len(heard) == 1:
        one = sides[:, 0 if Channel.AGENT in heard else 1]
        return np.stack((one, one), axis=1)
    if not heard:
        return np.zeros_like(sides)
    mixed: Stereo = np.clip(sides @ BOTH, -1.0, 1.0)
    return mixed


class Player:
    """Plays one call. Commands return at once; none raises. `trouble` says why nothing is heard."""

    def __init__(self, reader: SegmentReader, output: Output | None = None) -> None:
        self._feed = Feed(Sound(reader).read, reader.samples)
        self._output = output or Speaker()
        self._wake = threading.Condition()
        self._commands: deque[Callable[[], None]] = deque()
        self._closing = False
        self._open = False
        self.trouble: Message | None = None
        """Why no sound comes; None while it does. A new try is made with every `play`."""
        self._taken = (-1, 0.0)
        """How much the device had taken when `poll` last saw it take some, and when that was."""
        self._thread = threading.Thread(target=self._run, name="playback", daemon=True)
        self._thread.start()

    @property
    def playing(self) -> bool:
        return self._feed.playing

    @property
    def position(self) -> float:
        """The source sample that is heard now, or from which playing will go on."""
        return self._feed.heard(self._now())

    @property
    def speed(self) -> float:
        return self._feed.speed

    @property
    def sides(self) -> frozenset[Channel]:
        return self._feed.sides

    @property
    def loop(self) -> tuple[int, int] | None:
        return self._feed.loop

    def prepare(self) -> None:
        """Open the sound output and let it run, silent, until `close`: through PulseAudio a device takes its first
        sound a second after it was started, and `play` must not wait for that."""
        self._do(self._start_output)

    def play(self) -> None:
        if self._feed.position >= self._feed.samples:
            self._feed.restart(0.0)
        self._taken = (-1, 0.0)
        self._feed.play()
        self._do(self._begin)

    def pause(self) -> None:
        self._feed.pause(self._now())

    def seek(self, sample: float) -> None:
        """Go on from this sample, exactly."""
        self._feed.restart(sample)
        self._do(None)

    def set_speed(self, speed: float) -> None:
        self._change(speed=speed)

    def set_sides(self, sides: frozenset[Channel]) -> None:
        self._change(sides=sides)

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Play these samples again and again; None: go on to the end."""
        if loop is not None and loop[1] - loop[0] < LEAST_LOOP:
            loop = (loop[0], loop[0] + LEAST_LOOP)
        self._change(loop=loop)
        if loop is not None and not loop[0] <= self._feed.position < loop[1]:
            self.seek(loop[0])

    def poll(self, now: float) -> None:
        """Called every now and then while it plays, with a clock's seconds: notices the end of the call and a device
        that went away or takes nothing any more."""
        if not self._feed.playing:
            return
        if self._feed.taken != self._taken[0]:
            self._taken = (self._feed.taken, now)
        if self._feed.over:
            self._feed.playing = False
            self._feed.restart(self._feed.samples)
        elif self._open and (not self._output.working or now - self._taken[1] > DEVICE_TIMEOUT_S):
            self.pause()
            self._do(self._close_output)
            self.trouble = message("playback-device-lost")

    def close(self) -> None:
        """Play no more. The thread ends by itself."""
        self._feed.playing = False
        with self._wake:
            self._closing = True
            self._wake.notify_all()

    def join(self, timeout: float) -> bool:
        """Wait for the thread; whether it has ended."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _now(self) -> float:
        return self._output.now if self._open else 0.0

    def _change(self, **what: Any) -> None:
        at = self._feed.heard(self._now())
        for name, value in what.items():
            setattr(self._feed, name, value)
        self._feed.restart(at)
        self._do(None)

    def _do(self, command: Callable[[], None] | None) -> None:
        with self._wake:
            if command is not None:
                self._commands.append(command)
            self._wake.notify_all()

    # --- the thread that decodes --------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._closing and not self._commands:
                    break
                command = self._commands.popleft() if self._commands else None
            try:
                if command is not None:
                    command()
                    continue
                if self._feed.fill():
                    continue
            except Exception as error:  # the edge of this thread: no sound is a sentence, the window goes on
                log.exception("playing failed")
                self._feed.playing = False
                self.trouble = message("internal-error", error=repr(error))
            with self._wake:
                if not self._commands and not self._closing:
                    self._wake.wait(0.05 if self._feed.playing else None)
        self._close_output()

    def _begin(self) -> None:
        while self._feed.fill():
            pass
        self._start_output()

    def _start_output(self) -> None:
        self._open_output()
        if self._open:
            try:
                self._output.start()
            except InputError as error:
                self._fail(error)

    def _open_output(self) -> None:
        if self._open:
            return
        try:
            self._output.open(self._feed.take)
        except InputError as error:
            self._fail(error)
        else:
            self._open = True
            self.trouble = None

    def _close_output(self) -> None:
        if self._open:
            self._open = False
            self._output.close()

    def _fail(self, error: InputError) -> None:
        self._feed.playing = False
        self.trouble = error.message


class Speaker:
    """The system's usual sound output, through PortAudio."""

    def __init__(self) -> None:
        self._stream: Any = None

    def open(self, callback: Callable[[Stereo, float], None]) -> None:
        """Raises `InputError` with what to do when there is none."""

        def give(out: Stereo, frames: int, times: Any, status: Any) -> None:
            callback(out, times.outputBufferDacTime)

        with portaudio.portaudio() as sounddevice:
            extra = sounddevice.WasapiSettings(auto_convert=True) if sys.platform == "win32" else None
            try:
                self._stream = sounddevice.OutputStream(
                    samplerate=SAMPLE_RATE,
                    channels=2,
                    dtype="float32",
                    latency="low",
                    callback=give,
                    extra_settings=extra,
                )
            except (sounddevice.PortAudioError, ValueError) as error:
                raise InputError("playback-device-missing", error=str(error)) from None
            portaudio.stream_opened()

    def start(self) -> None:
        import sounddevice

        try:
            if not self._stream.active:
                self._stream.stop(ignore_errors=True)
                self._stream.start()
        except sounddevice.PortAudioError as error:
            raise InputError("playback-device-missing", error=str(error)) from None

    def close(self) -> None:
        portaudio.close_stream(self._stream)
        self._stream = None

    @property
    def now(self) -> float:
        stream = self._stream
        return stream.time if stream is not None else 0.0

    @property
    def working(self) -> bool:
        stream = self._stream
        return stream is None or bool(stream.active) or bool(stream.stopped)
