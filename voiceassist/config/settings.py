"""Which options are in force, and where that is written down. Five layers say what an option is, the strongest first:

    policy    forced by the organisation (a policy folder, the Windows registry, macOS managed preferences)
    machine   forced for this computer by whoever looks after it
    user      chosen by the person; the one file this program writes
    defaults  the organisation's own defaults: the table `[defaults]` of the machine's file
    built-in  the defaults of `voiceassist.config.options`

An invalid value never stops the program: it is ignored, the next layer counts, and a message says so. Of the private
options the strictest value counts instead, wherever it is in doubt what was forced. Knows nothing of Qt and of the
command line.
"""

from __future__ import annotations

import difflib
import errno
import functools
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

CLOSE_NAME = 0.8
"""From which likeness of names on (`difflib`, 0 to 1) an unknown one is taken for a private option that was misspelt:
`keep-calls`, `keepcalls`, `keep_call`."""
LONGEST_EXCERPT = 80
"""Characters of an invalid value that are shown."""


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
    in_doubt: bool = False
    """What it holds could not be read."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an option's effective value came from."""

    layer: Layer
    place: str = ""
    in_doubt: bool = False
    """What was written there cannot be understood, so the strictest value counts."""


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

    @property
    def may_keep_calls(self) -> bool:
        """Whether a call may be put into the library when the person asks for it: nobody forced that none is kept."""
        return self.settings.keep_calls or self.may_change("keep_calls")


def load(sources: Iterable[Source] | None = None) -> Loaded:
    """The settings in force. `sources` are those of this computer unless given, the strongest first."""
    complaints: list[Message] = []
    found = list(_sources_here(complaints)) if sources is None else list(sources)
    values: dict[str, Value] = {}
    origins = {name: Origin(Layer.BUILT_IN) for name in options()}
    for source in found:
        stronger = set(values)
        doubts = set(_private()) if source.in_doubt and source.layer is not Layer.USER else set()
        for name, raw in source.values.items():
            option = options().get(name)
            if option is None:
                complaints.append(message("setting-not-known", name=_printable(name), place=source.place))
                doubts |= _meant(name)
            elif name in stronger:
                continue
            else:
                try:
                    values[name] = option.parse(raw, lenient=source.lenient)
                    origins[name] = Origin(source.layer, source.place)
                except (ValueError, OverflowError, RecursionError):
                    expected = option.expects()
                    complaints.append(
                        message(
                            "setting-invalid", name=name, place=source.place, value=_excerpt(raw), expected=expected
                        )
                    )
                    doubts |= {name, option.about.only_if} & _private().keys()
        held = [name for name in _private() if name in doubts - stronger]
        for name in held:
            values[name] = _private()[name]
            origins[name] = Origin(source.layer, source.place, in_doubt=True)
        if held:
            labels: list[str | Message] = [options()[name].about.label for name in held]
            complaints.append(message("settings-held-strict", place=source.place, settings=labels))
    return Loaded(Settings(**values), origins, tuple(complaints), tuple(found))  # type: ignore[arg-type]


@functools.cache
def _private() -> Mapping[str, Value]:
    """The private options, with the strictest value of each."""
    return {name: option.about.in_doubt for name, option in options().items() if option.about.in_doubt is not None}


def _meant(name: str) -> set[str]:
    """The private option that somebody who wrote this unknown name may have meant."""
    return set(difflib.get_close_matches(name.strip().casefold(), _private(), n=1, cutoff=CLOSE_NAME))


def _excerpt(raw: object) -> str:
    """A value from a file, for the middle of a sentence."""
    try:
        text = json.dumps(raw, default=str, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = type(raw).__name__
    return _printable(text if len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + "…")


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


# --- where the layers are written down --------------------------------------------------------------------------------

WINDOWS_POLICY_KEY = r"SOFTWARE\Policies\VoiceAssist"
COMMON_APPDATA = 0x23
"""CSIDL_COMMON_APPDATA."""
MAC_POLICY_DOMAIN = "org.voiceassist.VoiceAssist"
DEFAULTS = "defaults"
"""The table of the machine's file with what holds until the person chooses otherwise."""


def machine_folder() -> Path:
    """Where the administrator of this computer keeps its settings; only administrators can write there."""
    if sys.platform == "win32":
        return _program_data() / "VoiceAssist"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/VoiceAssist")
    return Path("/etc/voiceassist")


def _program_data() -> Path:
    """The folder for all users, as Windows itself names it: a variable of the environment is the person's to set."""
    import ctypes

    windows: Any = ctypes
    name = ctypes.create_unicode_buffer(260)
    if windows.windll.shell32.SHGetFolderPathW(None, COMMON_APPDATA, None, 0, name):
        return Path(r"C:\ProgramData")
    return Path(name.value)


def user_file() -> Path:
    return paths.config_folder() / "settings.toml"


def _sources_here(complaints: list[Message]) -> Iterable[Source]:
    yield from _policies(complaints)
    path = machine_folder() / "settings.toml"
    machine, defaults = _machine(path, complaints)
    yield machine
    yield _source(Layer.USER, user_file(), complaints)
    yield defaults


def _machine(path: Path, complaints: list[Message]) -> tuple[Source, Source]:
    """What the machine's file forces, and the organisation's defaults in it."""
    machine = _source(Layer.MACHINE, path, complaints)
    forced = dict(machine.values)
    defaults = forced.pop(DEFAULTS, {})
    machine = replace(machine, values=forced)
    if isinstance(defaults, dict):
        return machine, Source(Layer.DEFAULTS, str(path), defaults)
    complaints.append(message("settings-defaults-no-table", path=str(path)))
    return machine, Source(Layer.DEFAULTS, str(path), {}, in_doubt=True)


def problems(path: Path) -> tuple[Message, ...]:
    """What is wrong with this file as a policy, or, if it ends in `.toml`, as a machine's file."""
    complaints: list[Message] = []
    is_machine = path.suffix.lower() == ".toml"
    sources = _machine(path, complaints) if is_machine else [_source(Layer.POLICY, path, complaints)]
    if not os.path.lexists(path):
        complaints.append(_missing(path))
    return (*complaints, *load(sources).complaints)


def _missing(path: Path) -> Message:
    return message("settings-file-unreadable", path=str(path), reason=os.strerror(errno.ENOENT).lower())


def _policies(complaints: list[Message]) -> Iterable[Source]:
    """Forced values: the folder's files on every system, the later name first, and what the system itself manages."""
    if sys.platform == "win32":
        yield from _registry_policy(complaints)
    if sys.platform == "darwin":
        managed = Path("/Library/Managed Preferences")
        import pwd

        for folder in (managed / pwd.getpwuid(os.getuid()).pw_name, managed):
            yield _source(Layer.POLICY, folder / f"{MAC_POLICY_DOMAIN}.plist", complaints)
    folder = machine_folder() / "policies"
    try:
        found = [path for path in folder.iterdir() if path.suffix.lower() == ".json"]
    except FileNotFoundError:
        found = []
    except OSError as error:
        complaints.append(message("settings-file-unreadable", path=str(folder), reason=system_reason(error)))
        yield Source(Layer.POLICY, str(folder), {}, in_doubt=True)
        return
    for path in sorted(found, reverse=True):
        yield _source(Layer.POLICY, path, complaints)


def _registry_policy(complaints: list[Message]) -> Iterable[Source]:
    import winreg  # only there on Windows

    registry: Any = winreg
    try:
        key = registry.OpenKey(registry.HKEY_LOCAL_MACHINE, WINDOWS_POLICY_KEY)
    except FileNotFoundError:
        return
    except OSError as error:
        place = "HKLM\\" + WINDOWS_POLICY_KEY
        complaints.append(message("settings-file-unreadable", path=place, reason=system_reason(error)))
        yield Source(Layer.POLICY, place, {}, in_doubt=True)
        return
    with key:
        count = registry.QueryInfoKey(key)[1]
        values = {name: value for name, value, _ in (registry.EnumValue(key, i) for i in range(count))}
    yield Source(Layer.POLICY, "HKLM\\" + WINDOWS_POLICY_KEY, values, lenient=True)


def _source(layer: Layer, path: Path, complaints: list[Message]) -> Source:
    """The values in a settings file of any of the three forms; none where there is no file. One that cannot be read
    leaves a complaint, and doubt."""
    before = len(complaints)
    values = _read(path, complaints)
    return Source(layer, str(path), values, in_doubt=len(complaints) > before)


def _read(path: Path, complaints: list[Message]) -> Mapping[str, object]:
    form = path.suffix[1:].upper()
    try:
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "not a file")  # a pipe would never end
        values = _parse(path.read_bytes(), form)
    except FileNotFoundError:
        if path.is_symlink():  # somebody meant a file to be there
            complaints.append(_missing(path))
        return {}
    except OSError as error:
        complaints.append(message("settings-file-unreadable", path=str(path), reason=system_reason(error)))
        return {}
    except RecursionError:
        nested = message("settings-too-deep")
        complaints.append(message("settings-file-malformed", path=str(path), format=form, reason=nested))
        return {}
    except (ValueError, TypeError, LookupError, AttributeError, plistlib.InvalidFileException, ExpatError) as error:
        # plistlib lets any of these out
        reason = _printable(str(error))
        complaints.append(message("settings-file-malformed", path=str(path), format=form, reason=reason))
        return {}
    if not isinstance(values, dict):
        complaints.append(message("settings-file-no-table", path=str(path)))
        return {}
    return values


def _parse(data: bytes, form: str) -> object:
    if form == "PLIST":
        return plistlib.loads(data)
    if form == "TOML":
        return tomllib.loads(data.decode("utf-8-sig"))
    return json.loads(data, object_pairs_hook=_without_doubles)


def _without_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A JSON object. Raises `ValueError` when a name comes twice: which of them is meant?"""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name comes twice")
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
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig") if path.exists() else "")
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
