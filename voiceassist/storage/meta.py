"""What a kept call is: the contents of its `call.json`, and the names of the files beside it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.errors import InputError, system_reason
from voiceassist.core.events import Channel
from voiceassist.core.files import private_opener

FOLDER_SCHEMA = 1
"""Version of the folder's layout. Raised when a reader of the old one would misread the new one."""

META = "call.json"
JOURNAL = "journal.jsonl"
SOUND = "sound"

SEGMENT = 60 * SAMPLE_RATE
"""Samples a side in one sound file. Segment k begins at 60·k s, always: nothing needs to be listed."""

LONGEST = 1e7
"""Seconds; no call is as long. What is larger in a file was not written by us."""


def segment_name(index: int) -> str:
    return f"{index:04d}.ogg"


class RecordingState(StrEnum):
    OPEN = "open"
    """Being written, or cut off: whoever writes turns it into `closed` at the end, a killed process does not."""
    CLOSED = "closed"


class CallMeta(msgspec.Struct, frozen=True, kw_only=True):
    """`id`, `state` and what follows `model` are filled in by the writer."""

    origin: str
    """live, demo or file"""
    channels: tuple[Channel, ...] = (Channel.AGENT, Channel.CALLER)
    """Which sides had a source. The sound always has two channels, left the agent, right the caller."""
    sources: dict[Channel, str] = {}
    """What each side was heard from, for people: a device's or a file's name."""
    created: Annotated[datetime, msgspec.Meta(tz=True)] = msgspec.field(
        default_factory=lambda: datetime.now(UTC).replace(microsecond=0)
    )
    """When the call began (or was analyzed, if it came from a file)."""
    pack: str = ""
    model: str = ""
    agent: str = ""
    """Who the agent is, where somebody said so: in a call that was imported or shared."""
    id: str = ""
    state: RecordingState = RecordingState.OPEN
    schema: int = FOLDER_SCHEMA
    program: str = ""
    """Version of VoiceAssist that wrote this."""
    duration: Annotated[float, msgspec.Meta(ge=0, le=LONGEST)] | None = None
    """Seconds of sound. This and what follows is written when the call ends."""
    cues: Annotated[int, msgspec.Meta(ge=0)] | None = None
    peak_agitation: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    """The highest score of the caller's agitation, 0 to 1."""
    warnings: tuple[str, ...] = ()
    """Sentences in English, as in `Analysis`."""


def write_meta(folder: Path, meta: CallMeta) -> None:
    """Atomically: a reader, or a crash, finds the old one or the new one, never half of either. Raises `OSError`."""
    new = folder / (META + ".new")
    with open(new, "wb", opener=private_opener) as file:
        file.write(msgspec.json.format(msgspec.json.encode(meta), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(folder / META)


def read_meta(folder: Path) -> CallMeta:
    """Raises `InputError` when the folder holds no call this version can read."""
    path = folder / META
    try:
        meta = msgspec.json.decode(path.read_bytes(), type=CallMeta)
        meta.created.astimezone()  # the year 1 has no local time
    except FileNotFoundError:
        raise InputError("call-folder-incomplete", folder=str(folder), file=META) from None
    except OSError as error:
        raise InputError("call-unreadable", path=str(path), reason=system_reason(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, ValueError):
        raise InputError("call-damaged", file=str(path)) from None
    if meta.schema > FOLDER_SCHEMA:
        raise InputError("call-newer", path=str(folder))
    return meta
