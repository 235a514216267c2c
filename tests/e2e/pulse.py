"""A PulseAudio server of the tests' own: null sinks as headset and microphone, nothing of the machine's own sound."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.busy import PATIENCE

HEADSET, MICROPHONE, OTHER, FAR = "headset", "deskmic", "speakers", "far"
"""The sinks: what the agent hears, what the agent says (its monitor is the microphone), another output, and what the
caller hears at the other end of the line."""


def wait_until(true: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
    """Poll the outside world, which tells nobody when it is ready."""
    end = time.monotonic() + timeout
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout:.0f} s for {what}")
        time.sleep(0.05)


class PulseServer:
    """`pulseaudio -n` in `folder`, with its socket there. `kill` and `start` again make a server restart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "pulse.sock"
        self.address = f"unix:{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None
        self._prompt: list[subprocess.Popen[bytes]] = []
        """Recorders that ask for little latency: a null sink left alone wakes every 2 s, which no real device does."""

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find this server and no other."""
        return {"PULSE_SERVER": self.address, "XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder)}

    def start(self) -> None:
        modules = [f"module-native-protocol-unix socket={self.socket} auth-anonymous=1", "module-rescue-streams"]
        modules += [f"module-null-sink sink_name={name} rate=48000" for name in (HEADSET, MICROPHONE, OTHER, FAR)]
        self.process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--log-target=stderr"]
            + ["--no-cpu-limit=yes"]  # it ends itself when it believes to hog the machine
            + [part for m in modules for part in ("-L", m)],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: self._answers(), "the sound server")
        self.control("set-default-sink", HEADSET)
        self.control("set-default-source", f"{MICROPHONE}.monitor")
        for sink in (HEADSET, MICROPHONE, OTHER):
            self._prompt.append(self._run("parec", f"--device={sink}.monitor", "--latency-msec=10"))

    def kill(self) -> None:
        """As a crash: no goodbye."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None
            self.socket.unlink(missing_ok=True)
        for recorder in self._prompt:
            end(recorder)
        self._prompt.clear()

    def control(self, *command: str) -> str:
        done = subprocess.run(
            ["pactl", *command],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        if done.returncode:
            raise RuntimeError(f"pactl {' '.join(command)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def play(self, sound: Path, sink: str, program: str = "softphone") -> subprocess.Popen[bytes]:
        """Play a WAV file to a sink, as a program of this name."""
        name = f"--client-name={program}"
        return self._run("pacat", f"--device={sink}", name, "--latency-msec=20", "--file-format=wav", str(sound))

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def streams(self, program: str) -> list[str]:
        """Indices of the streams that a program plays."""
        listed = json.loads(self.control("-f", "json", "list", "sink-inputs") or "[]")
        return [str(s["index"]) for s in listed if s["properties"].get("application.name") == program]

    def _answers(self) -> bool:
        try:
            self.control("info")
        except (RuntimeError, subprocess.TimeoutExpired):
            return False
        return True


def need(*programs: str) -> None:
    """Skip the test, saying why, where one of these programs is not installed."""
    missing = [p for p in programs if shutil.which(p) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(PATIENCE / 4)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
