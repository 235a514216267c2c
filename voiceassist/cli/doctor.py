"""`voiceassist doctor`: looks at what VoiceAssist needs on this computer, and says what to do where it is not right.

Each check stands alone and never stops the others. What could crash (PortAudio, Qt) is tried in a child process.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from voiceassist.config import settings

OLDEST_PYTHON = (3, 11)
FREE_SPACE = 500_000_000
"""Bytes that should be free where calls are kept: two eight-hour days of recording (205 MB each) with some room."""
PATIENCE = 30
"""Seconds a child process is given; a cold start of Qt on a slow disk takes some."""


class State(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Works, with something left out."""
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `remedy` is what to do, empty when there is nothing to be done."""

    check: str
    state: State
    detail: str
    remedy: str = ""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Check this computer's set-up; exit status 3 when something needs mending."""
    findings = list(examine())
    if as_json:
        print(msgspec.json.encode({"findings": [asdict(finding) for finding in findings]}).decode())
    else:
        _print(findings)
    if any(finding.state is State.PROBLEM for finding in findings):
        raise typer.Exit(3)


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        print(f"{finding.state:8}{finding.check:{width}}  {finding.detail}")
        if finding.remedy:
            print(f"{'':8}{'':{width}}  -> {finding.remedy}")


def examine() -> Iterator[Finding]:
    for check in CHECKS:
        try:
            yield from check()
        except Exception as error:  # a check that fails is itself a finding, and the others still count
            yield Finding(check.__name__, State.PROBLEM, f"could not be checked: {error}")


def python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info >= OLDEST_PYTHON:
        yield Finding("python", State.OK, version)
    else:
        yield Finding("python", State.PROBLEM, f"{version} is too old", "install Python 3.11 or newer")


def packages() -> Iterator[Finding]:
    """Whether every Python package the application asks for on this system is installed."""
    try:
        required = importlib.metadata.requires("voiceassist") or []
    except importlib.metadata.PackageNotFoundError:
        remedy = "from the checkout: python3 packaging/prepare.py run"
        yield Finding("packages", State.PROBLEM, "VoiceAssist is not installed in this environment", remedy)
        return
    names = [_name(requirement) for requirement in required if _applies_here(requirement)]
    missing = [name for name in names if not _installed(name)]
    if missing:
        remedy = f"{sys.executable} -m pip install {' '.join(missing)}"
        yield Finding("packages", State.PROBLEM, f"missing: {', '.join(missing)}", remedy)
    else:
        yield Finding("packages", State.OK, f"all {len(names)} are there")


def _name(requirement: str) -> str:
    for sign in "<>=!~;[ (":
        requirement = requirement.split(sign)[0]
    return requirement


def _applies_here(requirement: str) -> bool:
    """The only condition in our own dependencies is the system."""
    _, _, condition = requirement.partition(";")
    return not condition or f'"{sys.platform}"' in condition.replace("'", '"')


def _installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def sound() -> Iterator[Finding]:
    """The sound library, the sound server and what can be heard with."""
    done = _child("import sounddevice as s; print(sum(1 for d in s.query_devices() if d['max_input_channels']))")
    if done.returncode:
        remedy = (
            "sudo apt-get install -y libportaudio2" if sys.platform.startswith("linux") else "reinstall VoiceAssist"
        )
        yield Finding("sound library", State.PROBLEM, _last_line(done.stderr), remedy)
        return
    yield Finding("sound library", State.OK, "PortAudio loads")
    if sys.platform.startswith("linux"):
        yield _sound_server()
    inputs = int(done.stdout.split()[-1])
    if inputs:
        yield Finding("microphones", State.OK, f"{inputs} sound inputs (voiceassist devices lists them)")
    else:
        yield Finding("microphones", State.NOTE, "no sound input was found", "plug in a headset to hear live calls")


def _sound_server() -> Finding:
    from voiceassist.capture.devices.sound_server import SoundServer
    from voiceassist.core.errors import InputError

    try:
        output, _ = SoundServer().defaults()
    except InputError as error:
        remedy = "live calls need PulseAudio or PipeWire: sudo apt-get install -y pipewire-pulse pulseaudio-utils"
        return Finding("sound server", State.NOTE, str(error), remedy)
    return Finding("sound server", State.OK, f"calls are heard from {output or 'no output yet'}")


def window() -> Iterator[Finding]:
    """Whether Qt comes up: on the screen there is, or, without one, at least with nothing to draw on."""
    from voiceassist.cli.main import has_screen

    screen = has_screen()
    environment = dict(os.environ) if screen else {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = _child("from PySide6.QtWidgets import QApplication; QApplication([])", environment)
    if done.returncode:
        remedy = "python3 packaging/prepare.py run names and installs what is missing"
        yield Finding("window", State.PROBLEM, _last_line(done.stderr) or "Qt does not start", remedy)
    elif screen:
        yield Finding("window", State.OK, "Qt opens on this screen")
    else:
        yield Finding("window", State.NOTE, "there is no screen here: the commands work, the window does not")


def speech_model() -> Iterator[Finding]:
    from models.speech import ModelStore, default_store
    from voiceassist.config.options import NO_TRANSCRIPTION
    from voiceassist.core.errors import ModelError

    chosen = settings.load().settings
    store = ModelStore(chosen.models_folder, default_store().machine)
    installed = [model.name for model in store.list()]
    if chosen.speech_model == NO_TRANSCRIPTION:
        yield Finding("speech model", State.OK, "none is wanted: cues from sound only")
        return
    if chosen.speech_model:
        try:
            store.find(chosen.speech_model)
        except ModelError as error:
            yield Finding("speech model", State.PROBLEM, str(error))
            return
    get = "voiceassist models get base.en"
    if not installed:
        yield Finding("speech model", State.NOTE, "none is installed: cues from sound only", get)
    elif installed == ["demo"]:
        yield Finding("speech model", State.NOTE, "only that of the demo call is installed", f"for real calls: {get}")
    else:
        yield Finding("speech model", State.OK, ", ".join(installed))


def folders() -> Iterator[Finding]:
    """Whether what VoiceAssist writes can be written, and whether there is room."""
    chosen = settings.load().settings
    for name, folder in (
        ("library", chosen.library),
        ("models folder", chosen.models_folder),
        ("settings folder", settings.user_file().parent),
    ):
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        try:
            with tempfile.TemporaryFile(dir=existing):
                pass
        except OSError as error:
            remedy = "choose another folder (voiceassist policy show names the setting) or mend its permissions"
            yield Finding(name, State.PROBLEM, f"{folder} cannot be written: {error.strerror}", remedy)
            continue
        yield Finding(name, State.OK, str(folder))
        if name == "library":
            yield _room(existing)


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < FREE_SPACE:
        return Finding("disk", State.PROBLEM, f"only {free / 1e6:.0f} MB are free for calls", "make room on this disk")
    return Finding("disk", State.OK, f"{free / 1e9:.0f} GB free for calls")


def policy() -> Iterator[Finding]:
    loaded = settings.load()
    for complaint in loaded.complaints:
        yield Finding(
            "settings", State.PROBLEM, str(complaint), "fix the file, or ask whoever looks after this computer"
        )
    layers = {layer: sum(origin.layer is layer for origin in loaded.origins.values()) for layer in settings.Layer}
    if not loaded.complaints:
        forced, machine = layers[settings.Layer.POLICY], layers[settings.Layer.MACHINE]
        detail = (
            f"{forced} forced by policy, {machine} set for this computer, {layers[settings.Layer.USER]} of your own, "
            f"{layers[settings.Layer.DEFAULTS]} defaults of your organisation"
        )
        yield Finding("settings", State.OK, detail)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    packages,
    sound,
    window,
    speech_model,
    folders,
    policy,
)


def _child(code: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=environment)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"did not answer within {PATIENCE} s")


def _last_line(text: str) -> str:
    """The last line of an error, as a person would quote it."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("Aborted")]
    return lines[-1] if lines else ""
