"""Where speech models are kept on this machine: the person's own folder, and machine-wide ones filled by IT."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.speech.catalogue import CatalogueEntry, catalogue, entry
from models.speech.fetch import SOURCES, fetch
from models.speech.folder import (
    MANIFEST,
    check_folder,
    check_hashes,
    check_known,
    read_manifest,
    write_manifest,
)
from voiceassist.core.errors import ModelError, system_reason
from voiceassist.core.messages import Message

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Installed:
    name: str
    folder: Path
    shared: bool
    """True: machine-wide, so this person cannot remove it."""
    size: int
    """Bytes on disk."""
    entry: CatalogueEntry | None
    """None: imported, not of the catalogue."""


@dataclass(frozen=True, slots=True)
class ModelStore:
    """`user` is written to; `machine` folders are only read. A model of the person's own wins over a shared one."""

    user: Path
    machine: tuple[Path, ...] = ()

    def list(self) -> list[Installed]:
        """What is there to be used, the catalogue's order first, then imported ones by name."""
        order = {e.name: i for i, e in enumerate(catalogue())}
        found: dict[str, Installed] = {}
        for root in (self.user, *self.machine):
            for folder in sorted(root.iterdir()) if root.is_dir() else ():
                if (folder / "model.bin").is_file() and not folder.name.endswith((".partial", ".removed")):
                    found.setdefault(folder.name, _installed(folder.name, folder, shared=root != self.user))
        return sorted(found.values(), key=lambda i: (order.get(i.name, len(order)), i.name))

    def find(self, name_or_folder: str | os.PathLike[str]) -> Path:
        """The folder of an installed model, or the folder itself when one is named; looked over, not loaded.

        Raises `ModelError`: unknown, not installed (with the command that gets it), or damaged.
        """
        name = os.fspath(name_or_folder)
        for installed in self.list():
            if installed.name == name:
                check_folder(installed.folder)
                return installed.folder
        if Path(name).is_dir() or os.sep in name or "/" in name:
            check_folder(Path(name))
            return Path(name)
        raise ModelError("speech-model-not-installed", name=entry(name).name)

    def get(
        self,
        name: str,
        *,
        sources: Sequence[str] = SOURCES,
        index: str = "",
        certificates: str = "",
        progress: Callable[[int, int], None] = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
        passed_over: Callable[[Message], None] = lambda why: None,
    ) -> Path:
        """Fetch a model of the catalogue; see `fetch`. One that is there already is returned as it is."""
        wanted = entry(name)
        for installed in self.list():
            if installed.name == name:
                check_folder(installed.folder)
                return installed.folder
        return fetch(
            wanted,
            self.user,
            sources=sources,
            index=index,
            certificates=certificates,
            progress=progress,
            cancelled=cancelled,
            passed_over=passed_over,
        )

    def add(self, folder: Path, name: str | None = None) -> Path:
        """Copy a model folder into the store under `name` (the folder's own name if none) and return its place.

        A manifest that came with it is checked; without one, one is made. Raises `ModelError`.
        """
        name = name or folder.resolve().name
        if not _NAME.fullmatch(name) or name.endswith((".partial", ".removed")):
            raise ModelError("speech-model-name-invalid", name=name)
        check_folder(folder)
        target, partial = self.user / name, self.user / f"{name}.partial"
        if target.exists():
            raise ModelError("speech-model-exists", name=name)
        try:
            shutil.rmtree(partial, ignore_errors=True)
            self.user.mkdir(parents=True, exist_ok=True)
            shutil.copytree(folder, partial, ignore=lambda d, names: [n for n in names if (Path(d) / n).is_dir()])
            if read_manifest(partial) is None:
                known = next((e for e in catalogue() if e.name == name), None)
                write_manifest(
                    partial, name=name, source="imported", revision="", licence=known.licence if known else "unknown"
                )
            check_hashes(partial)
            check_known(partial, _published(name))
            partial.rename(target)
        except (OSError, shutil.Error) as error:
            shutil.rmtree(partial, ignore_errors=True)
            raise ModelError(
                "speech-model-not-copied", folder=str(folder), target=str(self.user), reason=system_reason(error)
            ) from error
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
        return target

    def verify(self, name: str, progress: Callable[[int], None] = lambda done: None) -> Path:
        """Read the whole model and compare it with its manifest. Raises `ModelError`."""
        folder = self.find(name)
        check_hashes(folder, progress)
        check_known(folder, _published(name))
        return folder

    def remove(self, name: str) -> None:
        """Delete a model of the person's own, and what is left of a broken fetch. Raises `ModelError`."""
        target, partial = self.user / name, self.user / f"{name}.partial"
        if not _NAME.fullmatch(name) or not (target.is_dir() or partial.is_dir()):
            if any(i.name == name for i in self.list()):
                raise ModelError("speech-model-shared", name=name)
            raise ModelError("speech-model-nothing-to-remove", name=name)
        try:
            shutil.rmtree(partial, ignore_errors=True)
            if target.is_dir():
                gone = self.user / f"{name}.removed"  # renamed first, so that a half-deleted model is never found
                shutil.rmtree(gone, ignore_errors=True)
                target.rename(gone)
                shutil.rmtree(gone)
        except OSError as error:
            raise ModelError("speech-model-not-removed", name=name, reason=system_reason(error)) from error


def _published(name: str) -> tuple[tuple[str, int, str | None], ...]:
    """Name, bytes and SHA-256 of the files that the catalogue's model of this name has."""
    known = next((e for e in catalogue() if e.name == name), None)
    return tuple((file.name, file.size, file.sha256) for file in known.files) if known else ()


def default_store(user: Path | None = None) -> ModelStore:
    """The store of this person on this machine; `user` names another folder for the person's own models."""
    import platformdirs

    own = user or platformdirs.user_data_path("VoiceAssist", appauthor=False) / "models"
    machine = [platformdirs.site_data_path("VoiceAssist", appauthor=False) / "models"]
    if sys.platform.startswith("linux"):
        machine.append(Path("/var/lib/voiceassist/models"))
    return ModelStore(own, tuple(machine))


def _installed(name: str, folder: Path, *, shared: bool) -> Installed:
    size = sum(p.stat().st_size for p in folder.iterdir() if p.is_file() and p.name != MANIFEST)
    return Installed(name, folder, shared, size, next((e for e in catalogue() if e.name == name), None))
