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
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from voiceassist.cli import words
from voiceassist.config import settings
from voiceassist.core.errors import system_reason
from voiceassist.core.messages import Message, message, verbatim

OLDEST_PYTHON = (3, 11)
FREE_SPACE = 500_000_000
"""Bytes that should be free where calls are kept: two eight-hour days of recording (205 MB each) with some room."""
HUNG = 124
"""Exit status given to a child process that did not answer in time."""
PATIENCE = 30
"""Seconds a child process is given; a cold start of Qt on a slow disk takes some."""


class State(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Works, with something left out."""
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found. `remedy` is what to do, None when there is nothing to be done. `check` and `state` are the
    same in every language: support asks for them."""

    check: str
    state: State
    detail: Message
    remedy: Message | None = None

    def in_english(self) -> dict[str, str]:
        """For programs."""
        remedy = "" if self.remedy is None else str(self.remedy)
        return {"check": self.check, "state": self.state, "detail": str(self.detail), "remedy": remedy}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """Check this computer's set-up; exit status 3 when something needs to be fixed."""
    findings = list(examine())
    if as_json:
        print(msgspec.json.encode({"findings": [finding.in_english() for finding in findings]}).decode())
    else:
        _print(findings)
    if any(finding.state is State.PROBLEM for finding in findings):
        raise typer.Exit(3)


def _print(findings: list[Finding]) -> None:
    width = max(len(finding.check) for finding in findings)
    for finding in findings:
        print(f"{finding.state:8}{finding.check:{width}}  {words(finding.detail)}")
        if finding.remedy is not None:
            print(f"{'':8}{'':{width}}  -> {words(finding.remedy)}")


def examine() -> Iterator[Finding]:
    for check in CHECKS:
        try:
            yield from check()
        except Exception as error:  # a check that fails is itself a finding, and the others still count
            yield Finding(check.__name__, State.PROBLEM, message("check-failed", error=str(error)))


def python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info >= OLDEST_PYTHON:
        yield Finding("python", State.OK, verbatim(version))
    else:
        yield Finding("python", State.PROBLEM, message("python-too-old", version=version), message("install-python"))


def packages() -> Iterator[Finding]:
    """Whether every Python package the application asks for on this system is installed."""
    try:
        required = importlib.metadata.requires("voiceassist") or []
    except importlib.metadata.PackageNotFoundError:
        yield Finding("packages", State.PROBLEM, message("not-installed-here"), message("run-prepare"))
        return
    names = [_name(requirement) for requirement in required if _applies_here(requirement)]
    missing = [name for name in names if not _installed(name)]
    if missing:
        remedy = verbatim(f"{sys.executable} -m pip install {' '.join(missing)}")
        yield Finding("packages", State.PROBLEM, message("packages-missing", names=[*missing]), remedy)
    else:
        yield Finding("packages", State.OK, message("packages-complete", count=len(names)))


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
        linux = sys.platform.startswith("linux")
        remedy = verbatim("sudo apt-get install -y libportaudio2") if linux else message("reinstall")
        yield Finding("sound library", State.PROBLEM, _last_line(done), remedy)
        return
    yield Finding("sound library", State.OK, message("portaudio-loads"))
    if sys.platform.startswith("linux"):
        yield _sound_server()
    inputs = int(done.stdout.split()[-1])
    if inputs:
        yield Finding("microphones", State.OK, message("inputs-found", count=inputs))
    else:
        yield Finding("microphones", State.NOTE, message("no-inputs-found"), message("plug-in-headset"))


def _sound_server() -> Finding:
    from voiceassist.capture.devices.sound_server import SoundServer
    from voiceassist.core.errors import InputError

    try:
        output, _ = SoundServer().defaults()
    except InputError as error:
        return Finding("sound server", State.NOTE, error.message, message("install-sound-server"))
    heard = message("calls-heard-from", output=output) if output else message("no-output-yet")
    return Finding("sound server", State.OK, heard)


def window() -> Iterator[Finding]:
    """Whether Qt comes up: on the screen there is, or, without one, at least with nothing to draw on."""
    from voiceassist.cli.main import has_screen

    screen = has_screen()
    environment = dict(os.environ) if screen else {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = _child("from PySide6.QtWidgets import QApplication; QApplication([])", environment)
    if done.returncode:
        yield Finding("window", State.PROBLEM, _last_line(done), message("prepare-installs"))
    elif screen:
        yield Finding("window", State.OK, message("qt-opens"))
    else:
        yield Finding("window", State.NOTE, message("no-screen-here"))


def speech_model() -> Iterator[Finding]:
    from models.speech import ModelStore, default_store
    from voiceassist.config.options import NO_TRANSCRIPTION
    from voiceassist.core.errors import ModelError

    chosen = settings.load().settings
    store = ModelStore(chosen.models_folder, default_store().machine)
    installed = [model.name for model in store.list()]
    if chosen.speech_model == NO_TRANSCRIPTION:
        yield Finding("speech model", State.OK, message("no-speech-model-wanted"))
        return
    if chosen.speech_model:
        try:
            store.find(chosen.speech_model)
        except ModelError as error:
            yield Finding("speech model", State.PROBLEM, error.message)
            return
    if not installed:
        yield Finding("speech model", State.NOTE, message("no-speech-model"), message("get-speech-model"))
    else:
        yield Finding("speech model", State.OK, verbatim(", ".join(installed)))


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
            detail = message("folder-not-writable", folder=str(folder), reason=system_reason(error))
            yield Finding(name, State.PROBLEM, detail, message("choose-folder"))
            continue
        yield Finding(name, State.OK, verbatim(str(folder)))
        if name == "library":
            yield _room(existing)


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < FREE_SPACE:
        return Finding("disk", State.PROBLEM, message("disk-nearly-full", megabytes=free / 1e6), message("free-disk"))
    return Finding("disk", State.OK, message("disk-free", gigabytes=free / 1e9))


def policy() -> Iterator[Finding]:
    loaded = settings.load()
    for complaint in loaded.complaints:
        yield Finding("settings", State.PROBLEM, complaint, message("fix-settings-file"))
    layers = {layer: sum(origin.layer is layer for origin in loaded.origins.values()) for layer in settings.Layer}
    if not loaded.complaints:
        forced, machine = layers[settings.Layer.POLICY], layers[settings.Layer.MACHINE]
        own, defaults = layers[settings.Layer.USER], layers[settings.Layer.DEFAULTS]
        detail = message("settings-by-layer", policy=forced, machine=machine, user=own, defaults=defaults)
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
        return subprocess.CompletedProcess(command, HUNG, "", "")


def _last_line(done: subprocess.CompletedProcess[str]) -> Message:
    """The last line of an error, as a person would quote it."""
    if done.returncode == HUNG:
        return message("child-hung", seconds=PATIENCE)
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip() and not line.startswith("Aborted")]
    return verbatim(lines[-1]) if lines else message("child-crashed", status=done.returncode)
