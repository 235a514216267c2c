"""No command of VoiceAssist speaks to anybody, and none leaves a file outside VoiceAssist's own folders.

Each runs in a network of its own where every packet is seen (`sealed.py`), with a home folder that is new. Some
libraries speak to their makers unless told not to: onnxruntime sends telemetry by default.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import typer

from models.speech import HUB
from tests.calls.demo import DELIVERY, installed
from tests.e2e.pulse import HEADSET, PulseServer, need, wait_until
from tests.support.busy import PATIENCE
from voiceassist.cli.main import app
from voiceassist.config import settings
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.privacy import PRIVATE_ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
LOGS = ".local/state/VoiceAssist/log"
OWN = (".config/VoiceAssist", ".local/share/VoiceAssist", ".local/state/VoiceAssist", ".cache/VoiceAssist", "run")
"""Where VoiceAssist may write in a home folder of its own; `run` is XDG_RUNTIME_DIR."""
SOUND_SERVER = ".config/pulse"
"""What PulseAudio's own library leaves in every program that plays or records."""

pytestmark = [
    pytest.mark.device,
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a network of its own needs Linux"),
]


@dataclass
class Sealed:
    """A home folder, and programs run with it."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)
    reports: list[Path] = field(default_factory=list)

    def start(self, *command: str, **options: Any) -> subprocess.Popen[str]:
        """VoiceAssist with this command line, running."""
        return self.python("-m", "voiceassist", *command, **options)

    def python(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        self.reports.append(self.home.parent / f"report-{len(self.reports)}.json")
        seal = ["unshare", "--net", sys.executable, str(Path(__file__).with_name("sealed.py")), str(self.reports[-1])]
        return subprocess.Popen(
            [*seal, sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def run(self, *command: str) -> tuple[int, str]:
        """Exit status and output."""
        done = self.start(*command)
        output, _ = done.communicate(timeout=PATIENCE)
        return done.returncode, output

    def reached(self) -> tuple[list[str], list[str]]:
        """Names looked up, and addresses that packets went to, by all programs that have ended."""
        found = [json.loads(report.read_text()) for report in self.reports]
        return sorted({n for f in found for n in f["names"]}), sorted({a for f in found for a in f["addresses"]})

    def strays(self) -> list[str]:
        """Files outside VoiceAssist's own folders."""
        files = [path.relative_to(self.home).as_posix() for path in self.home.rglob("*") if not path.is_dir()]
        return sorted(f for f in files if not f.startswith((*OWN, SOUND_SERVER)))


@pytest.fixture
def sealed() -> Iterator[Sealed]:
    need("unshare", "ip")
    if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network of its own can be made here: that needs root")
    with tempfile.TemporaryDirectory(prefix="va-") as folder:  # short: a socket's path has 108 bytes
        home = Path(folder, "home")
        for name in ("tmp", "run"):
            (home / name).mkdir(parents=True)
        (home / "run").chmod(0o700)
        environment = {name: os.environ[name] for name in ("PATH", "LC_ALL") if name in os.environ}
        environment |= {"HOME": str(home), "TMPDIR": str(home / "tmp"), "XDG_RUNTIME_DIR": str(home / "run")}
        environment |= {"PULSE_SERVER": f"unix:{folder}/none", "QT_QPA_PLATFORM": "offscreen", "TERM": "dumb"}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        assert not environment.keys() & PRIVATE_ENVIRONMENT.keys()  # every process has to see to that itself
        yield Sealed(home, environment)


@pytest.fixture
def two_sides(sealed: Sealed) -> Path:
    """The beginning of a demo call, in which both speak."""
    path = sealed.home.parent / "call.wav"
    soundfile.write(path, np.stack(DELIVERY.sound(0, 8), axis=1), SAMPLE_RATE)
    return path


def leaves(command: Any, name: str = "") -> list[str]:
    """Every command that does something, as it is typed."""
    if not hasattr(command, "commands"):
        return [name]
    return [leaf for part, one in command.commands.items() for leaf in leaves(one, f"{name} {part}".strip())]


UTTERANCES = str(Path(__file__).with_name("utterances.jsonl"))
QUICK = {
    "calls list": (),
    "calls show": ("last",),
    "calls after": ("last",),
    "calls history": ("4711",),
    "calls search": ("day",),
    "calls reindex": (),
    "calls note": ("last", "seen", "--at", "0:02"),
    "calls export": ("last", "--file", "-"),
    "calls share": ("last", "{folder}/shared.vacall"),
    "calls import": ("{folder}/call.wav", "--no-transcribe"),
    "calls redact": ("last", "--look"),
    "calls audit": (),
    "cues acts": ("--jsonl", UTTERANCES),
    "cues evaluate": (UTTERANCES,),
    "cues list": (),
    "cues packs": (),
    "cues reset": (),
    "cues check": (str(ROOT / "voiceassist/cues/packs/en.toml"),),
    "cues try": ("last",),
    "devices": ("--seconds", "0"),
    "doctor": (),
    "models list": (),
    "models import": ("/no/such/folder",),
    "models verify": ("tiny.en",),
    "models remove": ("tiny.en",),
    "policy show": (),
    "policy check": ("/no/such/policy.json",),
    "calls delete": ("last", "--yes"),
}
"""Commands that take a moment, with their arguments; what they say about them is the matter of other tests.
`{folder}`: where the test has its files."""
CONTROL = (
    "status",
    "start",
    "pause",
    "resume",
    "mute",
    "unmute",
    "new-caller",
    "ref 4711",
    "show",
    "stop",
)
LONGER = {"demo", "analyze", "run", "models get", "calls open"}
"""Each of these has a test of its own below."""


def test_every_command_is_watched() -> None:
    control = {f"ctl {command.split()[0]}" for command in CONTROL}
    assert set(leaves(typer.main.get_command(app))) == {*QUICK, *control, *LONGER}


def log_everything(sealed: Sealed) -> None:
    settings.change({"log_level": "debug"}, sealed.home / ".config" / "VoiceAssist" / "settings.toml")


def check(sealed: Sealed) -> None:
    assert sealed.reached() == ([], [])
    assert sealed.strays() == []


def test_the_demo_call_reaches_nobody_and_no_word_of_it_is_in_a_log(sealed: Sealed) -> None:
    log_everything(sealed)
    model = str(installed("tiny.en"))
    status, output = sealed.run("demo", "--headless", "--speed", "16", "--json", "-", "--model", model)
    assert status == 0, output
    said = [event["text"] for event in map(json.loads, filter(bool, output.splitlines())) if event["type"] == "text"]
    logs = {path.name: path.read_text() for path in (sealed.home / LOGS).iterdir()}
    assert logs.keys() == {"command.log", "speech.log"}
    assert all(logs.values())
    phrases = {" ".join(words[n : n + 3]) for words in map(str.split, said) for n in range(len(words) - 2)}
    assert len(phrases) > 100
    assert not [phrase for phrase in phrases for log in logs.values() if phrase in log]
    check(sealed)


def test_analysis_and_all_quick_commands_reach_nobody(sealed: Sealed, two_sides: Path) -> None:
    model = str(installed("tiny.en"))
    status, output = sealed.run("analyze", str(two_sides), "--keep", "--json", "-", "--model", model)
    assert status == 0, output
    for command, arguments in QUICK.items():
        folder = sealed.home.parent
        status, output = sealed.run(*command.split(), *(one.format(folder=folder) for one in arguments))
        assert status in (0, 3), f"{command}: {output}"  # 3: a device or model that is not there
        assert "Traceback" not in output
    check(sealed)


def test_a_live_call_and_its_control_reach_nobody(sealed: Sealed, two_sides: Path) -> None:
    need("pulseaudio", "parec", "pactl", "pacat")
    pulse = PulseServer(sealed.home.parent)
    pulse.start()
    try:
        sealed.environment["PULSE_SERVER"] = pulse.address
        live = sealed.start("run", "--headless", "--wait", "--json", "--keep")
        wait_until(lambda: sealed.run("ctl", "status")[0] == 0, "the program to answer")
        player = pulse.play(two_sides, HEADSET)
        for command in CONTROL:
            status, output = sealed.run("ctl", *command.split())
            assert status == 0 or command == "show", f"{command}: {output}"  # no window is there to be shown
            if command == "start":
                player.wait(PATIENCE)
        live.send_signal(signal.SIGINT)
        output, _ = live.communicate(timeout=PATIENCE)
        assert '"speech-started"' in output
    finally:
        pulse.kill()
    check(sealed)


def test_the_window_and_its_service_reach_nobody(sealed: Sealed) -> None:
    log_everything(sealed)
    window = sealed.start()
    wait_until(lambda: sealed.run("ctl", "status")[0] == 0, "the call service to answer")
    window.send_signal(signal.SIGTERM)
    window.communicate(timeout=PATIENCE)
    assert window.returncode in (0, 128 + signal.SIGTERM)
    assert {path.name for path in (sealed.home / LOGS).iterdir()} == {"command.log", "window.log", "service.log"}
    check(sealed)


def test_the_replay_of_a_call_reaches_nobody(sealed: Sealed, two_sides: Path) -> None:
    status, output = sealed.run("analyze", str(two_sides), "--keep", "--no-transcribe", "--json", "-")
    assert status == 0, output
    replay = sealed.start("calls", "open", "last")
    wait_until(lambda: any(sealed.home.rglob("peaks.bin")), "the wave to be kept")
    replay.send_signal(signal.SIGTERM)
    output, _ = replay.communicate(timeout=PATIENCE)
    assert replay.returncode in (0, 128 + signal.SIGTERM), output
    check(sealed)


def test_fetching_a_model_reaches_the_model_hub_and_nobody_else(sealed: Sealed) -> None:
    status, output = sealed.run("models", "get", "tiny.en", "--source", HUB)
    assert status == 3, output
    assert sealed.reached() == (["huggingface.co"], ["192.0.2.7 port 443"])
    assert sealed.strays() == []


@pytest.mark.parametrize("package", ["voiceassist", "models", "ui"])
def test_importing_a_package_is_enough(sealed: Sealed, package: str) -> None:
    code = f"""
import {package}, time
from models.activity import SpeechActivity
SpeechActivity()
"""
    done = sealed.python("-c", code)
    output, _ = done.communicate(timeout=PATIENCE)
    assert done.returncode == 0, output
    check(sealed)
