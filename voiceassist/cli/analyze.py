"""`voiceassist analyze`: a recorded call through the engine, as text for people or JSON for programs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from voiceassist.cli import end_in_good_order, load_settings, note, unless_forced, warn, words
from voiceassist.config.options import Settings
from voiceassist.core.errors import StorageError, UsageError, system_reason
from voiceassist.core.events import Channel, Component
from voiceassist.core.languages import unknown_language
from voiceassist.core.messages import Message, message, printable

if TYPE_CHECKING:
    from voiceassist.capture.files.file import Sides
    from voiceassist.insights.report import Analysis

LONG = 30.0
"""Seconds of call from which a progress bar is worth its place."""


class Order(StrEnum):
    AGENT_CALLER = "agent,caller"
    CALLER_AGENT = "caller,agent"


def analyze(
    call: Annotated[
        Path | None,
        typer.Argument(
            metavar="CALL", help="A stereo file: WAV, FLAC, Ogg, MP3, M4A.", show_default=False, readable=False
        ),
    ] = None,
    agent: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The agent's side, a mono file.", show_default=False, readable=False),
    ] = None,
    caller: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The caller's side, a mono file; alone or with --agent.",
            show_default=False,
            readable=False,
        ),
    ] = None,
    channels: Annotated[
        Order | None, typer.Option(help="Who is left and right in a stereo file. [default: agent,caller]")
    ] = None,
    json: Annotated[str, typer.Option("--json", metavar="FILE|-", help="Write one JSON object; - for here.")] = "",
    transcribe: Annotated[bool, typer.Option("--transcribe/--no-transcribe", help="Write down what is said.")] = True,
    model: Annotated[str, typer.Option(callback=unless_forced, metavar="NAME|DIR", help="A speech model.")] = "",
    language: Annotated[
        str,
        typer.Option(
            callback=unless_forced,
            metavar="CODE[,CODE]|auto",
            help="What is spoken, instead of the setting; auto: find it out.",
        ),
    ] = "",
    pack: Annotated[str, typer.Option(callback=unless_forced, metavar="NAME|FILE", help="A cue pack.")] = "",
    keep: Annotated[bool, typer.Option("--keep", callback=unless_forced, help="Keep the call in the library.")] = False,
    library: Annotated[
        Path | None,
        typer.Option(callback=unless_forced, metavar="DIR", help="The library, for --keep.", show_default=False),
    ] = None,
) -> None:
    """Analyze a recorded call: what was said, the caller's agitation, and the cues it would have brought."""
    end_in_good_order()
    sides = _sides(call, agent, caller, channels)
    if library is not None and not keep:
        raise UsageError("library-without-keep")
    if model and not transcribe:
        raise UsageError("model-without-transcription")
    _check_target(json)
    result, speed = _analyze(sides, _settings(language), transcribe, model, pack, keep, library)
    if json and json != "-":
        _write_json(Path(json), result)
        return
    try:
        _print(result, as_json=bool(json))
    except BrokenPipeError:
        raise  # whoever reads has read enough
    except OSError as error:
        raise StorageError("result-not-written", reason=system_reason(error)) from None
    if not json:
        note(speed)


def _sides(call: Path | None, agent: Path | None, caller: Path | None, channels: Order | None) -> Sides:
    from voiceassist.capture.files.file import stereo_call, two_file_call

    if call is not None:
        if agent is not None or caller is not None:
            raise UsageError("stereo-and-mono-files")
        left, right = (channels or Order.AGENT_CALLER).split(",")
        return stereo_call(call, (Channel(left), Channel(right)))
    if channels is not None:
        raise UsageError("channels-without-stereo-file")
    if caller is None:
        raise UsageError("caller-file-missing" if agent else "call-file-missing")
    return two_file_call(agent, caller)


def _settings(language: str) -> Settings:
    """The settings in force, with another spoken language if one is given."""
    if language != "auto" and (unknown := unknown_language(language)):
        raise UsageError("language-not-known", code=unknown)
    chosen = load_settings()
    return replace(chosen, language="" if language == "auto" else language) if language else chosen


def _analyze(
    sides: Sides, settings: Settings, transcribe: bool, model: str, pack: str, keep: bool, library: Path | None
) -> tuple[Analysis, Message]:
    """The result, and how long it took."""
    from voiceassist.capture.files.file import CallFile
    from voiceassist.core.events import ComponentStatus, Event
    from voiceassist.session import build
    from voiceassist.session.offline import analyze as run
    from voiceassist.storage import CallMeta, CallWriter

    with CallFile(sides) as call:
        engine = build.engine(settings, pack)
        transcriber = build.recorded_transcriber(settings, model) if transcribe else None
        writer = None
        sources = {channel: printable(side.path.name) for channel, side in sides.items()}
        meta = CallMeta(origin="file", channels=tuple(sides), sources=sources, pack=engine.pack.label, model=model)

        def tell(event: Event) -> None:
            if isinstance(event, ComponentStatus) and event.component == Component.TRANSCRIPTION and event.reason:
                warn(event.reason)

        try:
            if keep:
                writer = CallWriter.create(library or settings.library, meta)
            began = time.monotonic()
            with _progress(call.seconds) as progress:
                result = run(call, engine, transcriber, writer, progress, tell)
            took = time.monotonic() - began
            if writer is not None:
                writer.close([str(warning) for warning in result.warnings])
        except BaseException:
            # Also for Ctrl-C and a system that shuts down: a call is kept whole or not at all.
            if writer is not None:
                writer.discard()
            raise
    if writer is not None:
        note("call-kept", id=writer.meta.id)
    times = result.duration / took
    return result, message("analysis-speed", call=result.duration, seconds=took, times=times)


@contextmanager
def _progress(seconds: float | None) -> Iterator[Callable[[float], None] | None]:
    if not sys.stderr.isatty() or (seconds is not None and seconds < LONG):
        yield None
        return
    from rich.progress import Progress

    from voiceassist.cli.console import Console

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words("analyzing"), total=seconds)
        yield lambda done: bar.update(task, completed=done)


def _check_target(json: str) -> None:
    """Better now than after an hour of transcription."""
    if json in ("", "-"):
        return
    target = Path(json)
    if target.is_dir():
        raise StorageError("target-is-folder", path=str(target))
    if not target.parent.is_dir():
        raise StorageError("target-folder-missing", path=str(target), folder=str(target.parent))
    if not os.access(target if target.exists() and not target.is_file() else target.parent, os.W_OK):
        raise StorageError("target-not-allowed", path=str(target))


def _print(result: Analysis, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(_encoded(result))
    else:
        from voiceassist.cli.report import Report

        Report().show(result)
    sys.stdout.flush()


def _write_json(target: Path, result: Analysis) -> None:
    """The whole object or nothing: a file is put in its place only once it is complete."""
    whole = not target.exists() or target.is_file()
    # What is no ordinary file (a pipe, /dev/stdout) is written to, not replaced by one.
    new = target.with_name(f"{target.name}.{os.getpid()}.new") if whole else target
    try:
        new.write_bytes(_encoded(result))
        if whole:
            new.replace(target)
    except BaseException as error:
        if whole:
            new.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise StorageError("target-not-written", path=str(target), reason=system_reason(error)) from None


def _encoded(result: Analysis) -> bytes:
    import msgspec

    from voiceassist.insights.report import for_json

    return msgspec.json.encode(for_json(result)) + b"\n"
