"""Recordings and shared calls from outside into the library: what a heap of files holds, and taking one of it in.

Used by `voiceassist calls import` and by the library's screen, which show the progress and may stop the work between
any two blocks: a call is kept whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from voiceassist.capture.files.file import CallFile, Sides, stereo_call, two_file_call
from voiceassist.coach.share import ENDING, receive
from voiceassist.config.options import Settings
from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.events import Channel, Component, ComponentStatus, Event
from voiceassist.core.messages import Message
from voiceassist.session import build
from voiceassist.session.offline import analyze
from voiceassist.storage import CallMeta, CallWriter

SOUNDS = frozenset(
    [".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a", ".aac", ".aiff", ".aif", ".au", ".caf", ".amr", ".webm", ".wma"]
)
"""Endings that are looked for in a folder; a file that is named is tried whatever it is called."""
_SIDE = re.compile(r"(?<![a-z])(agent|caller|customer)(?![a-z])", re.I)


@dataclass(frozen=True, slots=True)
class Planned:
    """One call that is to be imported: a shared file, one stereo file, or the files of its two sides."""

    name: str
    shared: Path | None = None
    sides: Sides | None = None


def plan(paths: Iterable[Path], order: tuple[Channel, Channel] = (Channel.AGENT, Channel.CALLER)) -> list[Planned]:
    """What these files and folders hold. Two files that differ only in “agent” and “caller” (or “customer”) are the
    sides of one call. Raises `InputError` for a folder that cannot be read or a path that is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            try:
                inside = sorted(path.rglob("*"))
            except OSError as error:
                raise InputError("call-unreadable", path=str(path), reason=system_reason(error)) from None
            found += [one for one in inside if one.suffix.lower() in {*SOUNDS, ENDING} and one.is_file()]
        elif path.is_file():
            found.append(path)
        else:
            raise InputError("file-not-found", path=str(path))
    planned: list[Planned] = []
    agents = {_other_side(path): path for path in found if _side(path) is Channel.AGENT}
    callers = {_other_side(path) for path in found if _side(path) is Channel.CALLER}
    for path in dict.fromkeys(found):
        key = _other_side(path)
        if path.suffix.lower() == ENDING:
            planned.append(Planned(path.name, shared=path))
        elif _side(path) is Channel.CALLER and key in agents:
            planned.append(Planned(f"{agents[key].name}, {path.name}", sides=two_file_call(agents[key], path)))
        elif not (_side(path) is Channel.AGENT and key in callers):
            planned.append(Planned(path.name, sides=stereo_call(path, order)))
    return planned


def import_call(
    planned: Planned,
    settings: Settings,
    library: Path,
    *,
    agent: str = "",
    transcribe: bool = True,
    model: str = "",
    progress: Callable[[float], None] | None = None,
    warn: Callable[[Message], None] | None = None,
) -> str:
    """Take one call in; its id. `progress` is called with 0 to 1, and stops the work by raising: nothing is kept then.
    `warn` hears what is wrong with the recording or the words. Raises `InputError` and `StorageError`."""
    if planned.shared is not None:
        return receive(planned.shared, library).call
    assert planned.sides is not None
    with CallFile(planned.sides) as call:
        engine = build.engine(settings)
        transcriber = build.recorded_transcriber(settings, model) if transcribe else None
        sources = {channel: side.path.name for channel, side in planned.sides.items()}
        meta = CallMeta(
            origin="file",
            channels=tuple(planned.sides),
            sources=sources,
            pack=engine.pack.label,
            model=model,
            agent=agent,
        )
        length = call.seconds or 0.0

        def told(event: Event) -> None:
            about_words = isinstance(event, ComponentStatus) and event.component == Component.TRANSCRIPTION
            if about_words and event.reason and warn is not None:  # type: ignore[attr-defined]
                warn(event.reason)  # type: ignore[attr-defined]

        def share_done(seconds: float) -> None:
            if progress is not None:
                progress(min(1.0, seconds / length) if length else 0.0)

        writer = CallWriter.create(library, meta)
        try:
            result = analyze(call, engine, transcriber, writer, share_done, told)
            writer.close([str(warning) for warning in result.warnings])
        except BaseException:
            writer.discard()
            raise
    if warn is not None:
        for warning in result.warnings:
            warn(warning)
    return writer.meta.id


def _side(path: Path) -> Channel | None:
    names = {name.lower() for name in _SIDE.findall(path.stem)}
    if len(names) != 1:
        return None
    return Channel.AGENT if names == {"agent"} else Channel.CALLER


def _other_side(path: Path) -> tuple[Path, str]:
    """The same for the two files of one call."""
    return path.parent, _SIDE.sub("*", path.stem).lower()
