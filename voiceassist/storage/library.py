"""The folder the kept calls are in."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from voiceassist.core.errors import InputError, StorageError, system_reason
from voiceassist.core.messages import Message
from voiceassist.storage.folder import CallFolder
from voiceassist.storage.meta import META


class Library:
    """All calls kept under one folder; a folder that does not exist yet is an empty library."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.warnings: list[Message] = []
        """Which folders can't be read, and why; filled by `list`."""

    def list(self) -> list[CallFolder]:
        """Every call that can be read, the oldest first."""
        self.warnings = []
        calls = []
        for path in self._folders():
            try:
                calls.append(CallFolder.open(path))
            except InputError as error:
                self.warnings.append(error.message)
        return sorted(calls, key=lambda call: (call.meta.created, call.meta.id))

    def find(self, name: str) -> CallFolder:
        """The call with this id, or the only one whose id begins so, or "last", or the call folder at this path.

        Raises `InputError` when there is none, or more than one.
        """
        if (Path(name) / META).is_file():
            return CallFolder.open(Path(name))
        paths = list(self._folders())
        if name == "last" and paths:
            return self.list()[-1]
        matching = [path for path in paths if path.name == name] or [
            path for path in paths if name and path.name.startswith(name)
        ]
        if not matching:
            raise InputError("call-not-found", name=name, folder=str(self.root))
        if len(matching) > 1:
            raise InputError("call-ambiguous", count=len(matching), name=name, folder=str(self.root))
        return CallFolder.open(matching[0])

    def delete(self, call: CallFolder) -> None:
        """The call with all that lies beside it. It is out of sight at once, also if the rest cannot be removed.
        Raises `StorageError`."""
        gone = call.path.with_name(f".deleted-{secrets.token_hex(4)}")
        try:
            call.path.rename(gone)
            shutil.rmtree(gone)
        except OSError as error:
            raise StorageError("call-not-deleted", path=str(call.path), reason=system_reason(error)) from None

    def _folders(self) -> Iterator[Path]:
        try:
            yield from sorted(
                path for path in self.root.iterdir() if not path.name.startswith(".") and (path / META).is_file()
            )
        except FileNotFoundError:
            return
        except OSError as error:
            raise InputError("call-unreadable", path=str(self.root), reason=system_reason(error)) from None
