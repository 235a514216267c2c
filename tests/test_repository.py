"""Promises about the repository as a whole: what may import what, what is in it, and that its pages are true."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[1]

LARGEST_FILE = 7_500_000
"""Bytes; the encoder that hears what an utterance does is the largest thing there is a reason for."""

LIVE_PATH = (
    "voiceassist.session.engine",
    "voiceassist.session.live",
    "voiceassist.session.build",
    "voiceassist.capture.aligner",
    "voiceassist.capture.files.file",
    "voiceassist.cues",
    "voiceassist.voice",
    "voiceassist.speech",
    "voiceassist.speech.worker",
    "voiceassist.storage",
    "ui.app",
)
KEPT_OUT = ("librosa", "numba", "sklearn", "torch", "transformers")


@cache
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def files() -> tuple[Path, ...]:
    """The files that are, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return tuple(path for path in paths if path.is_file())


@cache
def sources() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in files() if path.suffix == ".py"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- what may import what ---------------------------------------------------------------------------------------------


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("voiceassist", "models", "ui", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_a_call_with_its_window_runs_without_librosa_and_torch() -> None:
    code = f"import sys, {', '.join(LIVE_PATH)}\nprint([name for name in {KEPT_OUT} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_engine_and_the_models_load_where_there_is_no_qt() -> None:
    code = (
        "import sys\n"
        "for name in ('PySide6', 'shiboken6', 'pyqtgraph'): sys.modules[name] = None\n"
        "import voiceassist.cli.main, voiceassist.session.live, voiceassist.session.build, models.speech"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nothing_is_pickled_and_no_process_is_forked() -> None:
    """Our processes speak by `core.framing` alone."""
    forbidden = {"pickle", "marshal", "shelve", "dill", "joblib", "multiprocessing", "concurrent.futures.process"}
    found = []
    for path, tree in sources().items():
        name = relative(path)
        if name.split("/")[0] not in ("voiceassist", "models", "ui"):
            continue
        for node in ast.walk(tree):
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            elif isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "authkey"):
                found.append(f"{name}: {node.arg}")
            elif isinstance(node, ast.Attribute) and node.attr in ("ProcessPoolExecutor", "fork"):
                found.append(f"{name}: {node.attr}")
            for module in modules:
                if module in forbidden or module.split(".")[0] in forbidden:
                    found.append(f"{name}: {module}")
    # Windows' named pipes are in the standard library there only; of them nothing is used but the bytes.
    named_pipe = "voiceassist/core/local_socket.py: multiprocessing.connection"
    assert [one for one in found if one != named_pipe] == []
    pipe = next(
        node
        for node in ast.walk(sources()[ROOT / "voiceassist/core/local_socket.py"])
        if isinstance(node, ast.ClassDef) and node.name == "NamedPipeTransport"
    )
    used = {
        node.attr
        for node in ast.walk(pipe)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self._connection"
    }
    assert used == {"poll", "recv_bytes", "send_bytes", "close"}


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_nothing_large_is_kept_here() -> None:
    large = {relative(path): path.stat().st_size for path in files() if path.stat().st_size > LARGEST_FILE}
    assert not large


def test_no_file_names_a_place_that_only_one_machine_has() -> None:
    """Home folders, work folders, and the hosts packages are fetched from."""
    machine = re.compile(
        rb"/(?:root|work|opt/wheels|opt/pypi)/|/home/[a-z]|[A-Z]:\\Users\\[a-z]|[a-z]+-[a-z]+\.pkg\.dev"
    )
    registry = re.compile(rb"https?://(?:files\.pythonhosted|pypi|deb\.debian|registry\.npmjs|download\.pytorch)\b")
    found = []
    for path in files():
        data = path.read_bytes()
        if path == Path(__file__).resolve() or b"\0" in data[:8000]:
            continue
        found += [relative(path)] * bool(machine.search(data) or registry.search(data))
    assert not found


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        relative(path)
        for path, tree in sources().items()
        if tree.body and not relative(path).startswith("tests/") and not ast.get_docstring(tree)
    ]
    assert not silent


@cache
def packages_imported() -> set[str]:
    """Top names of everything the three packages import, wherever in a module they do."""
    found: set[str] = set()
    for path, tree in sources().items():
        if relative(path).split("/")[0] not in ("voiceassist", "models", "ui"):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                found.add(node.module.split(".")[0])
    return found


IMPORTED_AS = {"PyAudioWPatch": "pyaudiowpatch", "PySide6-Essentials": "PySide6"}
NOT_IMPORTED = {"librosa", "ctranslate2"}
"""librosa is the reference tests measure against; ctranslate2 is faster-whisper's, but its version matters to us."""
NEVER_AT_RUN_TIME = {"onnx", "scipy", "torch"}
"""Needed to make a model, not to use it."""


def test_nothing_is_installed_that_nobody_uses() -> None:
    names = {name: IMPORTED_AS.get(name, name.replace("-", "_")) for name in runtime_dependencies()}
    assert {name for name, module in names.items() if module not in packages_imported()} <= NOT_IMPORTED


def test_nothing_is_used_that_nobody_installs() -> None:
    declared = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in runtime_dependencies()}
    own = {"voiceassist", "models", "ui", "shiboken6"}
    foreign = packages_imported() - set(sys.stdlib_module_names) - own
    assert foreign <= declared | NEVER_AT_RUN_TIME


# --- its pages are true -----------------------------------------------------------------------------------------------


def test_the_licence_is_apache_2_and_the_package_says_so() -> None:
    assert "Apache License" in read("LICENSE")
    assert "Version 2.0, January 2004" in read("LICENSE")
    assert project()["project"]["license"] == "Apache-2.0"


def runtime_dependencies() -> list[str]:
    names = [re.split(r"[<>=!~;\[ ]", requirement)[0] for requirement in project()["project"]["dependencies"]]
    return list(dict.fromkeys(names))  # one may have a bound of its own below some version of Python


@pytest.mark.parametrize("name", runtime_dependencies())
def test_every_dependency_is_pinned_and_earns_its_place_in_the_readme(name: str) -> None:
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in read("constraints.txt").splitlines()}
    assert re.sub(r"[-_.]+", "-", name).lower() in pinned
    assert re.search(rf"^\| {re.escape(name)} \|", read("README.md"), re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("name", ["Silero VAD", "swift-f0", "Whisper", "agitation estimator", "Kokoro-82M"])
def test_every_model_has_its_licence_in_the_notice(name: str) -> None:
    assert name in read("NOTICE")


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in (path for path in files() if path.suffix == ".md"):
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists():
                broken.append(f"{relative(page)} -> {target}")
    assert not broken


def test_files_that_pages_name_exist() -> None:
    path = re.compile(r"`((?:voiceassist|models|ui|tests|docs|packaging|tools)/[\w/.-]+)`")
    missing = [
        f"{relative(page)}: {name}"
        for page in files()
        if page.suffix == ".md" and page.name != "CHANGELOG.md"
        for name in path.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    ]
    assert not missing


def test_tests_that_pages_name_exist() -> None:
    """Also by their beginning: `test_bring_in_somebody_else_…`."""
    known = {node.name for tree in sources().values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    missing = [
        f"{relative(page)}: {name}{more}"
        for page in files()
        if page.suffix == ".md"
        for name, more in re.findall(r"`(test_\w+?)(_…)?`", page.read_text(encoding="utf-8"))
        if not (any(one.startswith(name) for one in known) if more else name in known)
    ]
    assert not missing


def test_the_make_targets_the_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", read("Makefile"), re.MULTILINE))
    pages = "\n".join(path.read_text(encoding="utf-8") for path in files() if path.suffix == ".md")
    named = set(re.findall(r"`make ([a-z][a-z0-9-]*)", pages)) | set(
        re.findall(r"^make ([a-z-]+)", pages, re.MULTILINE)
    )
    assert named
    assert named <= targets


def test_the_commands_the_pages_name_exist() -> None:
    from voiceassist.cli.main import COMMANDS

    pages = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")))
    named = set(re.findall(r"(?:^|`|\s)voiceassist ([a-z]+)\b", pages, re.MULTILINE))
    prose = {"is", "on", "that", "and", "the", "runs", "has", "needs", "never"}
    assert named - prose <= set(COMMANDS)


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    assert "\nmake test" in read(".ci/run")
    assert "make test" in read("README.md")


# --- setting up -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def prepare() -> ModuleType:
    path = ROOT / "packaging" / "prepare.py"
    spec = spec_from_file_location("prepare", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tests_need_what_the_application_needs_and_more(prepare: ModuleType) -> None:
    table = read("packaging/system-packages.txt")
    run, test = set(prepare.wanted("run", table)), set(prepare.wanted("test", table))
    assert ("libportaudio2", "lib:libportaudio.so.2") in run
    assert run < test


def test_a_missing_system_package_is_named_in_one_command_when_it_may_not_be_installed(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "missing_packages", lambda _: ["libegl1", "libportaudio2"])
    monkeypatch.setattr(prepare.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 1000)
    with pytest.raises(prepare.CannotPrepare) as told:
        prepare.install_system_packages("run")
    command = str(told.value).splitlines()[-1].strip()
    assert command == ("sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libportaudio2")


def test_root_installs_what_is_missing_without_being_asked(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(prepare, "missing_packages", lambda _: ["libegl1"])
    monkeypatch.setattr(prepare.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(prepare.os, "geteuid", lambda: 0)
    monkeypatch.setattr(prepare, "run", lambda command, complaint: ran.append(" ".join(command)))
    monkeypatch.delenv("CI", raising=False)
    prepare.install_system_packages("run")
    assert ran[0] == "apt-get update -q"
    assert ran[1].endswith("apt-get install -y --no-install-recommends libegl1 -q")


def test_a_second_time_nothing_is_installed(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    monkeypatch.setattr(prepare, "works", lambda python: True)
    monkeypatch.setattr(prepare, "run", lambda command, complaint: ran.append(command))
    prepare.venv_python().parent.mkdir()
    prepare.venv_python().touch()
    prepare.install_python_packages("test")
    first = len(ran)
    prepare.install_python_packages("test")
    prepare.install_python_packages("run")
    assert first > 0
    assert len(ran) == first
