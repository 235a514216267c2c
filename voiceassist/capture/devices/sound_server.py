"""What plays and records where on Linux, asked of PulseAudio, or of PipeWire speaking its language.

Asked with `pactl` (from pulseaudio-utils, PulseAudio 16 or later), in processes of their own. A binding inside this
process was tried first: pulsectl 24.12 polled twice a second ended a live call after 77 s with a segmentation fault in
one of its ctypes callbacks. Here the worst that can happen is an answer that does not come.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from voiceassist.capture.source import SourceLost
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message
from voiceassist.core.process import die_with_parent

REPLY_TIMEOUT_S = 2.0
"""Seconds an answer may take. It takes 10 ms, and 80 on a machine that is four times overloaded."""

LOOK_EVERY = 0.25
"""Seconds after which a thread that waits for changes looks whether it is still wanted."""


@dataclass(frozen=True, slots=True)
class Sink:
    index: int
    name: str
    description: str
    monitor: str
    rate: int
    muted: bool


@dataclass(frozen=True, slots=True)
class Source:
    index: int
    name: str
    description: str
    monitor: bool
    """What an output plays, not a microphone."""
    muted: bool


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream a program plays or records now; `device` is the index of its sink or source."""

    index: int
    device: int
    program: str
    process: str
    corked: bool
    muted: bool
    phone: bool
    """The program says that this is a telephone call."""


class NoAnswer(InputError):
    """The sound server does not answer."""


class SoundServer:
    """Questions to the server that the environment names. Each raises `InputError` when there is no answer."""

    def defaults(self) -> tuple[str, str]:
        """Names of the default sink and source; empty where there is none."""
        info = self._ask("info")
        return info.get("default_sink_name") or "", info.get("default_source_name") or ""

    def sinks(self) -> list[Sink]:
        return [
            Sink(
                s["index"],
                s["name"],
                s.get("description") or s["name"],
                s.get("monitor_source") or f"{s['name']}.monitor",
                _rate(s["sample_specification"]),
                bool(s["mute"]),
            )
            for s in self._ask("list", "sinks")
        ]

    def sources(self) -> list[Source]:
        return [
            Source(
                s["index"],
                s["name"],
                s.get("description") or s["name"],
                s["properties"].get("device.class") == "monitor",
                bool(s["mute"]),
            )
            for s in self._ask("list", "sources")
        ]

    def playing(self) -> list[Stream]:
        """What programs other than this process play."""
        streams = [_stream(s, s["sink"]) for s in self._ask("list", "sink-inputs")]
        return [s for s in streams if s.process != str(os.getpid())]

    def recording(self) -> list[Stream]:
        return [_stream(s, s["source"]) for s in self._ask("list", "source-outputs")]

    def move_recording(self, index: int, source: str) -> None:
        """Let a recording stream hear another source. That it ended meanwhile is no error."""
        self._run("move-source-output", str(index), source)

    def _ask(self, *question: str) -> Any:
        answer = self._run("-f", "json", *question)
        if answer is None:
            raise NoAnswer("sound-server-not-answering")
        try:
            return json.loads(answer, strict=False)
        except ValueError as error:
            raise InputError("pactl-too-old") from error

    def _run(self, *arguments: str) -> str | None:
        try:
            done = subprocess.run(
                [program("pactl"), *arguments],
                env={**os.environ, "LC_ALL": "C.UTF-8"},  # with decimal points
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=REPLY_TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            return None
        return done.stdout if done.returncode == 0 else None


class Changes:
    """Tells that something changed on the server, so that nobody has to ask all the time."""

    def __init__(self, *topics: str) -> None:
        """`topics`: which of "server", "sink", "source", "sink-input", "source-output" matter.

        Raises `InputError` without `pactl`.
        """
        self._wanted = tuple(f" on {topic} " for topic in topics)
        self._changed = threading.Event()
        self._changed.set()
        self.ended = False
        """The server is gone."""
        self._process = subprocess.Popen(
            [program("pactl"), "subscribe"],
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            preexec_fn=die_with_parent(),
        )
        self._thread = threading.Thread(target=self._listen, name="capture-changes", daemon=True)
        self._thread.start()

    def seen(self, timeout: float = 0.0) -> bool:
        """Whether something changed since the last call, waiting up to `timeout` seconds; true the first time."""
        changed = self._changed.wait(timeout) if timeout else self._changed.is_set()
        self._changed.clear()
        return changed

    def close(self) -> None:
        stop(self._process)
        self._thread.join()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if any(topic in line for topic in self._wanted):
                    self._changed.set()
        self.ended = True
        self._changed.set()


class Watch:
    """Runs `check` in a thread of its own whenever something changed on the server, for answers take their time and
    sound does not wait. What `check` raises is why the sound is lost."""

    def __init__(self, check: Callable[[], object], *topics: str) -> None:
        self.lost: Message | None = None
        self._check = check
        self._changes = Changes(*topics)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="capture-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stopped.set()
        self._changes.close()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            if self._changes.seen(LOOK_EVERY) and not self._stopped.is_set():
                try:
                    self._check()
                except (InputError, SourceLost) as error:
                    self.lost = error.message
                    return


def reachable() -> bool:
    """Whether there is a sound server, and the programs to speak to it."""
    if shutil.which("pactl") is None:
        return False
    try:
        SoundServer().defaults()
    except InputError:
        return False
    return True


def program(name: str) -> str:
    """Where a program of pulseaudio-utils is. Raises `InputError` with the remedy when it is not installed."""
    path = shutil.which(name)
    if path is None:
        raise InputError("pulse-program-missing", program=name)
    return path


def stop(process: subprocess.Popen[Any]) -> None:
    """End a child process and take its status."""
    process.terminate()
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _stream(s: dict[str, Any], device: int) -> Stream:
    properties = s["properties"]
    volumes = [v.get("value", 1) for v in (s.get("volume") or {}).values() if isinstance(v, dict)]
    return Stream(
        s["index"],
        device,
        properties.get("application.name") or properties.get("application.process.binary", ""),
        properties.get("application.process.id", ""),
        bool(s["corked"]),
        bool(s["mute"]) or (bool(volumes) and not any(volumes)),
        properties.get("media.role") == "phone",
    )


def _rate(specification: str) -> int:
    """48000 of "s16le 2ch 48000Hz"."""
    return int(specification.rsplit(" ", 1)[-1].removesuffix("Hz"))
