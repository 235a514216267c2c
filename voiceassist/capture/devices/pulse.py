"""The far end on Linux, and the microphone's place there: PulseAudio, or PipeWire speaking its language.

The far end is recorded from the monitor of the sink the softphone plays to, by `parec` in a process of its own. Why not
PortAudio's `pulse` device, moved to the monitor afterwards: `parec` takes the monitor by name (nothing of the
microphone's is heard before a move), it ends the moment the server or the sink dies, it hands over its 40 ms every
40 ms (0.3 ms of jitter measured, 95th percentile), and whatever happens to it happens outside this process. It comes
with `pulseaudio-utils`, on PulseAudio and PipeWire systems alike.
"""

from __future__ import annotations

import os
import subprocess
import threading

import numpy as np

from voiceassist.capture.block_queue import BlockQueue
from voiceassist.capture.clock import capture_clock
from voiceassist.capture.devices.sound_server import Sink, SoundServer, Stream, Watch, program, stop
from voiceassist.capture.silence_probe import ProbeResult
from voiceassist.capture.source import Block, Description, SourceLost
from voiceassist.capture.supervisor import QUIET_PEAK
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message
from voiceassist.core.process import die_with_parent

CLIENT = "VoiceAssist"
BLOCK_SECONDS = 0.04
"""Sound handed over at once. Half of it costs twice the wake-ups: 5.9 % of a core for both sides instead of 3.8."""
PEAK_SECONDS = 0.15
"""How long the silence probe listens to a stream."""


def choose_sink(
    sinks: list[Sink], streams: list[Stream], default: str, *, wanted: str = "", softphone: str = "", now: str = ""
) -> Sink | None:
    """The sink to listen to. `wanted` names one; else it is where the softphone plays; else the default one.

    Softphones often play to a remembered headset and not to the default. `softphone` is (part of) the program's name;
    without it a stream that calls itself a telephone call counts, then any that plays. `now` is the sink listened to so
    far: it is kept until the call is heard elsewhere.
    """
    if wanted:
        return next((s for s in sinks if wanted.casefold() in (s.name.casefold(), s.description.casefold())), None)
    running = [p for p in streams if not p.corked]
    if softphone:
        calls = [p for p in running if softphone.casefold() in p.program.casefold()]
    else:
        calls = [p for p in running if p.phone] or running
    by_index = {s.index: s for s in sinks}
    candidates = [by_index[p.device] for p in calls if p.device in by_index]
    by_name = {s.name: s for s in sinks}
    if now in by_name and (by_name[now] in candidates or not candidates):
        return by_name[now]
    return next(iter(candidates), None) or by_name.get(default) or next(iter(sinks), None)


class PulseMonitor:
    """What the softphone plays: the far end of the call."""

    def __init__(self, sink: str = "", softphone: str = "") -> None:
        self._wanted = sink
        self._softphone = softphone
        self._server = SoundServer()
        self._watch: Watch | None = None
        self._sink: Sink | None = None
        self._recorder: subprocess.Popen[bytes] | None = None
        self._blocks = BlockQueue()

    def open(self) -> Description:
        """Start recording. Raises `InputError` when there is no server, no such sink or no `parec`."""
        sink = self._choose()
        if sink is None:
            raise InputError("output-not-found", name=self._wanted) if self._wanted else InputError("output-none")
        self._sink = sink
        self._recorder = _record(sink.monitor, sink.rate, "--stream-name=far end")
        threading.Thread(
            target=_pump, args=(self._recorder, sink.rate, self._blocks), name="capture-parec", daemon=True
        ).start()
        self._watch = Watch(self._check_place, "server", "sink", "sink-input")
        return Description("far-end", sink.description, sink.rate)

    def read(self, timeout: float) -> Block | None:
        if self._watch is not None and self._watch.lost:
            raise SourceLost(self._watch.lost)
        return self._blocks.get(timeout)

    def close(self) -> None:
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            stop(recorder)
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def probe_silence(self) -> tuple[ProbeResult, Message | None]:
        """Whether what programs play to our sink is sound, by listening to each of their streams alone."""
        sink = self._sink
        if sink is None:
            return ProbeResult.UNKNOWN, None
        try:
            here = [p for p in self._server.playing() if p.device == sink.index and not p.corked]
            if not here:
                return ProbeResult.SILENT, None
            if any(s.muted for s in self._server.sinks() if s.name == sink.name):
                return ProbeResult.MUTED, message("muted-in-settings", name=sink.description)
            if any(s.muted for s in self._server.sources() if s.name == sink.monitor):
                return ProbeResult.MUTED, message("monitor-muted-in-settings", name=sink.description)
            for stream in here:
                if _peak(sink.monitor, stream.index) > QUIET_PEAK:
                    why = message("program-plays-unheard", program=stream.program, name=sink.description)
                    return ProbeResult.SOUNDING, why
            if all(p.muted for p in here):
                return ProbeResult.MUTED, message("muted-in-settings", name=here[0].program)
        except InputError:
            return ProbeResult.UNKNOWN, None
        return ProbeResult.SILENT, None

    def _choose(self) -> Sink | None:
        default, _ = self._server.defaults()
        now = self._sink.name if self._sink else ""
        return choose_sink(
            self._server.sinks(),
            self._server.playing(),
            default,
            wanted=self._wanted,
            softphone=self._softphone,
            now=now,
        )

    def _check_place(self) -> None:
        assert self._sink is not None
        sink = self._choose()
        if sink is None or (self._sink.name == sink.name and self._sink.index != sink.index):
            raise SourceLost("output-disconnected")
        if sink.name != self._sink.name:
            raise SourceLost("call-moved", name=sink.description)
        if sink.rate != self._sink.rate:
            raise SourceLost("output-rate-changed", before=self._sink.rate, now=sink.rate)


class SourceFollower:
    """Keeps one PortAudio stream of this process on the wanted source, or on the server's default one."""

    def __init__(self, wanted: str = "") -> None:
        """To be made before the stream is started: the stream is the one that is new afterwards. Raises `InputError`
        when the sound server cannot be asked."""
        self._wanted = wanted
        self._server = SoundServer()
        self._others = {s.index for s in self._ours()}
        self._watch: Watch | None = None

    def start(self) -> str:
        """Move the stream where it belongs, now and later. Returns the source's name. Raises `InputError`."""
        name = self._settle()
        self._watch = Watch(self._settle, "server", "source", "source-output")
        return name

    def check(self) -> None:
        """Raises `SourceLost` when the source is gone."""
        if self._watch is not None and self._watch.lost:
            raise SourceLost(self._watch.lost)

    def close(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    def _ours(self) -> list[Stream]:
        return [s for s in self._server.recording() if s.process == str(os.getpid())]

    def _settle(self) -> str:
        _, default = self._server.defaults()
        name = self._wanted or default
        names = {n.casefold(): s for s in self._server.sources() for n in (s.description, s.name)}
        source = names.get(name.casefold())
        if source is None:
            raise InputError("microphone-not-found", name=name)
        for stream in self._ours():
            if stream.index not in self._others and stream.device != source.index:
                self._server.move_recording(stream.index, source.name)
        return source.description


def _record(source: str, rate: int, *more: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            program("parec"),
            f"--device={source}",
            f"--rate={rate}",
            "--channels=1",
            "--format=float32le",
            f"--latency-msec={BLOCK_SECONDS * 1000:.0f}",
            f"--client-name={CLIENT}",
            *more,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        preexec_fn=die_with_parent(),
    )


def _peak(monitor: str, stream: int) -> float:
    """Absolute peak, 0 to 1, of one playing stream over a moment, before it is mixed with the others."""
    rate = 8_000
    recorder = _record(monitor, rate, f"--monitor-stream={stream}")
    reader = threading.Timer(10 * PEAK_SECONDS, recorder.terminate)  # a stream that ends meanwhile gives nothing
    reader.start()
    try:
        assert recorder.stdout is not None
        peak, heard = 0.0, 0
        while heard < PEAK_SECONDS * rate and (data := recorder.stdout.read(4 * rate // 50)):
            samples = np.frombuffer(data[: len(data) // 4 * 4], dtype="<f4")
            peak, heard = max(peak, float(np.abs(samples).max(initial=0.0))), heard + samples.size
        return peak
    finally:
        reader.cancel()
        stop(recorder)
        assert recorder.stdout is not None
        recorder.stdout.close()


def _pump(recorder: subprocess.Popen[bytes], rate: int, blocks: BlockQueue) -> None:
    """In its own thread: from the pipe into the queue, stamped on arrival, until the recorder ends."""
    assert recorder.stdout is not None
    size = round(rate * BLOCK_SECONDS) * 4
    held = b""
    with recorder.stdout as pipe:
        while data := os.read(pipe.fileno(), 16 * size):
            held += data
            if len(held) < size:  # the server hands over less at a time when another program wants it so
                continue
            now = capture_clock()
            whole = len(held) - len(held) % 4
            samples = np.frombuffer(held[:whole], dtype="<f4").astype(np.float32)
            held = held[whole:]
            blocks.put(samples, now - samples.size / rate)
    blocks.lost(message("sound-server-stopped"))
