"""Which options are in force, and where that is written down. Five layers say what an option is, the strongest first:

    policy    forced by the organisation (a policy folder, the Windows registry, macOS managed preferences)
    machine   forced for this computer by whoever looks after it
    user      chosen by the person; the one file this program writes
    defaults  the organisation's own defaults: the table `[defaults]` of the machine's file
    built-in  the defaults of `voiceassist.config.options`

An invalid value never stops the program: it is ignored, the next layer counts, and a message says so. Knows nothing of
Qt and of the command line.
"""

from __future__ import annotations

import json
import os
import plistlib
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from voiceassist.config.options import Settings, Value, options
from voiceassist.core import paths
from voiceassist.core.errors import StorageError, UsageError, system_reason
from voiceassist.core.files import locked, replace_file
from voiceassist.core.messages import Message, message


class Layer(StrEnum):
    """Who decided what an option is; the strongest first."""

    POLICY = "policy"
    MACHINE = "machine"
    USER = "user"
    DEFAULTS = "defaults"
    BUILT_IN = "built-in"


@dataclass(frozen=True, slots=True)
class Source:
    """Values one layer holds, and where they are written down."""

    layer: Layer
    place: str
    values: Mapping[str, object]
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an option's effective value came from."""

    layer: Layer
    place: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The effective settings, where each came from, and what was wrong on the way."""

    settings: Settings
    origins: Mapping[str, Origin]
    complaints: tuple[Message, ...] = ()
    sources: tuple[Source, ...] = ()
    """What they were made of, the strongest first."""

    def may_change(self, name: str) -> bool:
        """Whether the person may change this option; if not, the organisation or this computer's administrator did."""
        return self.origins[name].layer not in (Layer.POLICY, Layer.MACHINE)


def load(sources: Iterable[Source] | None = None) -> Loaded:
    """The settings in force. `sources` are those of this computer unless given, the strongest first."""
    complaints: list[Message] = []
    found = list(_sources_here(complaints)) if sources is None else list(sources)
    values: dict[str, Value] = {}
    origins = {name: Origin(Layer.BUILT_IN) for name in options()}
    for source in found:
        for name, raw in source.values.items():
            option = options().get(name)
            if option is None:
                complaints.append(message("setting-not-known", name=name, place=source.place))
            elif name in values:
                continue
            else:
                try:
                    values[name] = option.parse(raw, lenient=source.lenient)
                    origins[name] = Origin(source.layer, source.place)
                except ValueError:
                    shown = json.dumps(raw, default=str, ensure_ascii=False)
                    complaints.append(
                        message(
                            "setting-invalid", name=name, place=source.place, value=shown, expected=option.expects()
                        )
                    )
    return Loaded(Settings(**values), origins, tuple(complaints), tuple(found))  # type: ignore[arg-type]


# --- where the layers are written down --------------------------------------------------------------------------------

WINDOWS_POLICY_KEY = r"SOFTWARE\Policies\VoiceAssist"
MAC_POLICY_DOMAIN = "org.voiceassist.VoiceAssist"
DEFAULTS = "defaults"
"""The table of the machine's file with what holds until the person chooses otherwise."""


def machine_folder() -> Path:
    """Where the administrator of this computer keeps its settings; only administrators can write there."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "VoiceAssist"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/VoiceAssist")
    return Path("/etc/voiceassist")


def user_file() -> Path:
    return paths.config_folder() / "settings.toml"


def _sources_here(complaints: list[Message]) -> Iterable[Source]:
    yield from _policies(complaints)
    path = machine_folder() / "settings.toml"
    machine = dict(_read(path, complaints))
    defaults = machine.pop(DEFAULTS, {})
    yield Source(Layer.MACHINE, str(path), machine)
    yield Source(Layer.USER, str(user_file()), _read(user_file(), complaints))
    if isinstance(defaults, dict):
        yield Source(Layer.DEFAULTS, str(path), defaults)
    else:
        complaints.append(message("settings-defaults-no-table", path=str(path)))


def _policies(complaints: list[Message]) -> Iterable[Source]:
    """Forced values: the folder's files on every system, the later name first, and what the system itself manages."""
    if sys.platform == "win32":
        yield from _registry_policy()
    if sys.platform == "darwin":
        managed = Path("/Library/Managed Preferences")
        for folder in (managed / os.environ.get("USER", ""), managed):
            path = folder / f"{MAC_POLICY_DOMAIN}.plist"
            values = _read(path, complaints)
            if values:
                yield Source(Layer.POLICY, str(path), values)
    for path in sorted((machine_folder() / "policies").glob("*.json"), reverse=True):
        values = _read(path, complaints)
        if values:
            yield Source(Layer.POLICY, str(path), values)


def _registry_policy() -> Iterable[Source]:
    import winreg  # only there on Windows

    registry: Any = winreg
    try:
        key = registry.OpenKey(registry.HKEY_LOCAL_MACHINE, WINDOWS_POLICY_KEY)
    except OSError:
        return
    with key:
        count = registry.QueryInfoKey(key)[1]
        values = {name: value for name, value, _ in (registry.EnumValue(key, i) for i in range(count))}
    yield Source(Layer.POLICY, "HKLM\\" + WINDOWS_POLICY_KEY, values, lenient=True)


def _read(path: Path, complaints: list[Message]) -> Mapping[str, object]:
    """The values in a settings file of any of the three forms; nothing, and a complaint, when it cannot be read."""
    try:
        data = path.read_bytes()
        values: object
        if path.suffix == ".plist":
            values = plistlib.loads(data)
        else:
            values = tomllib.loads(data.decode()) if path.suffix == ".toml" else json.loads(data)
    except FileNotFoundError:
        return {}
    except OSError as error:
        complaints.append(message("settings-file-unreadable", path=str(path), reason=system_reason(error)))
        return {}
    except (ValueError, plistlib.InvalidFileException, ExpatError) as error:
        kind = path.suffix[1:].upper()
        complaints.append(message("settings-file-malformed", path=str(path), format=kind, reason=str(error)))
        return {}
    if not isinstance(values, dict):
        complaints.append(message("settings-file-no-table", path=str(path)))
        return {}
    return values


# --- changing them ----------------------------------------------------------------------------------------------------


def change(changes: Mapping[str, Value | None], path: Path | None = None) -> None:
    """Write the person's choices to the user file, all of them or none; None goes back to the default.

    What else is in the file stays as it is, comments included. Another program that changes it at the same moment is
    waited for, at most `LOCK_TIMEOUT_S` seconds. Raises `UsageError` when a value makes no sense or is not the person's
    to change, `StorageError` when the file cannot be written.
    """
    path = path or user_file()
    _check(changes, load())
    try:
        with locked(path):
            replace_file(path, _changed(path, changes).encode())
    except OSError as error:
        raise StorageError("settings-not-saved", path=str(path), reason=system_reason(error)) from error


def with_changes(loaded: Loaded, changes: Mapping[str, Value | None]) -> Loaded:
    """The settings as they are once `change` has written these; nothing is read or written. Raises `UsageError`."""
    _check(changes, loaded)
    after = load(_with_choices(source, changes) if source.layer is Layer.USER else source for source in loaded.sources)
    return replace(after, complaints=loaded.complaints)


def _with_choices(source: Source, changes: Mapping[str, Value | None]) -> Source:
    values = {name: value for name, value in source.values.items() if name not in changes}
    values |= {name: _plain(value) for name, value in changes.items() if value is not None}
    return replace(source, values=values)


def _check(changes: Mapping[str, Value | None], in_force: Loaded) -> None:
    for name, value in changes.items():
        option = options().get(name)
        if option is None:
            raise UsageError("setting-unknown", name=name)
        if not in_force.may_change(name):
            raise UsageError("setting-managed", setting=option.about.label)
        if value is not None:
            try:
                option.parse(value)
            except ValueError:
                raise UsageError(
                    "setting-refused", setting=option.about.label, expected=option.expects(), value=str(value)
                ) from None


def _changed(path: Path, changes: Mapping[str, Value | None]) -> str:
    """The file's text with these changes made."""
    import tomlkit  # only to write: reading is needed at every start

    complaints: list[Message] = []
    _read(path, complaints)
    if complaints:
        # Never write over a file that a person made and we cannot read.
        raise StorageError("settings-not-saved-unreadable", problem=complaints[0])
    document = tomlkit.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    for name, value in changes.items():
        if value is None:
            document.pop(name, None)
        else:
            document[name] = _plain(value)
    return tomlkit.dumps(document)


def _plain(value: object) -> object:
    """A value as TOML has it: a path and an enumeration are text."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float) else str(value)


def shown(value: object) -> str:
    """A value as a person reads it, and as the user file holds it."""
    import tomlkit

    return str(tomlkit.item(_plain(value)).as_string())
