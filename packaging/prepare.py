"""Makes this checkout runnable: system libraries, an environment in .venv, and the Python packages in it.

    python3 packaging/prepare.py run     what the application needs
    python3 packaging/prepare.py test    that, and what its tests need

On Debian and Ubuntu missing system packages are installed when that is possible without asking (root, or sudo without
a password); otherwise the one command that installs them is printed and nothing is changed. On Windows and macOS the
Python packages bring everything along. Running it again when nothing changed takes a fraction of a second.

Uses the standard library alone and is kept readable for older Pythons, so that it can say which one is needed.
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PACKAGES = ROOT / "packaging" / "system-packages.txt"
WINDOWS = sys.platform == "win32"
PURPOSES = ("run", "test")


class CannotPrepare(Exception):
    """Something the person must do first; the text says what."""


def wanted(purpose: str, table: str) -> list[tuple[str, str]]:
    """(package, check) of every line of `table` that `purpose` needs; the tests need what the application needs."""
    purposes = PURPOSES[: PURPOSES.index(purpose) + 1]
    rows = [line.split() for line in table.splitlines() if line.strip() and not line.startswith("#")]
    return [(package, check) for row_purpose, package, check in rows if row_purpose in purposes]


def present(check: str, libraries: str) -> bool:
    """Whether what `check` names is on this machine; `libraries` is the loader's own list (`ldconfig -p`)."""
    kind, _, name = check.partition(":")
    if kind == "lib":
        return "\t" + name + " " in libraries
    if kind == "cmd":
        return shutil.which(name) is not None
    return bool(glob.glob(name))


def missing_packages(purpose: str) -> list[str]:
    ldconfig = shutil.which("ldconfig") or "/sbin/ldconfig"
    libraries = subprocess.run([ldconfig, "-p"], stdout=subprocess.PIPE, check=True).stdout.decode()
    rows = wanted(purpose, PACKAGES.read_text(encoding="utf-8"))
    missing = [package for package, check in rows if not present(check, libraries)]
    return missing + missing_venv_package()


def missing_venv_package() -> list[str]:
    """Debian's Python comes without the part that makes environments; it is a package of its own."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return ["python{}.{}-venv".format(*sys.version_info[:2])]
    return []


def install_system_packages(purpose: str) -> None:
    missing = missing_packages(purpose)
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise CannotPrepare(
            "These Debian packages' counterparts are missing here, and this is neither Debian nor Ubuntu. "
            "Install them with this system's own tool, then run the same command again:\n    " + " ".join(missing)
        )
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    if sudo and not sudo_without_password():
        raise CannotPrepare(
            "Some system packages are missing. Install them, then run the same command again:\n"
            "    sudo apt-get update && sudo " + " ".join(command)
        )
    print("Installing system packages:", " ".join(missing), flush=True)
    run([*sudo, "apt-get", "update", "-q"], "The package lists could not be fetched")
    env = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive"]
    if os.environ.get("CI"):
        # A machine that is thrown away afterwards need not survive a power cut; hundreds of syncs cost minutes.
        command += ["-o", "Dpkg::Options::=--force-unsafe-io"]
    run([*env, *command, "-q"], "apt-get could not install the system packages")


def sudo_without_password() -> bool:
    if shutil.which("sudo") is None:
        return False
    return subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


def install_python_packages(purpose: str) -> None:
    """An environment in .venv with the pinned packages; left alone when it was made from the same files."""
    stamp = VENV / ("prepared-" + purpose)
    state = fingerprint()
    if venv_python().exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == state:
        return
    if not works(venv_python()):
        print("Making an environment in .venv", flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment could not be made")
    print("Installing Python packages (some minutes the first time)", flush=True)
    pip = [str(venv_python()), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pip += ["-c", str(ROOT / "constraints.txt")]
    # Debian's pip is too old to know dependency groups.
    run([*pip, "--upgrade", "pip"], "pip could not be brought up to date")
    # setuptools warns whoever works from a checkout about folders of the packages' names; they are the packages.
    os.environ["PYTHONWARNINGS"] = "ignore:Editable installation"
    groups = ["--group", str(ROOT / "pyproject.toml") + ":dev"] if purpose == "test" else []
    run([*pip, *groups, "-e", str(ROOT)], "pip could not install the packages")
    for done in PURPOSES[: PURPOSES.index(purpose) + 1]:
        (VENV / ("prepared-" + done)).write_text(state, encoding="utf-8")


def works(python: Path) -> bool:
    try:
        return subprocess.run([str(python), "-m", "pip", "--version"], stdout=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def fingerprint() -> str:
    """Changes when what is to be installed changes, or the place it is installed for."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def run(command: list[str], complaint: str) -> None:
    status = subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode
    if status:
        raise CannotPrepare("{} (status {} of: {})".format(complaint, status, " ".join(command)))


def with_new_enough_python() -> None:
    """Starts over under a newer Python when this one is too old and a newer one is at hand."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(20, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    raise CannotPrepare(
        "Python 3.11 or newer is needed; this is {}.{}. On Debian and Ubuntu, where it is offered:\n"
        "    sudo apt-get update && sudo apt-get install -y python3.11 python3.11-venv".format(*sys.version_info[:2])
    )


def main(arguments: list[str]) -> int:
    purpose = arguments[0] if arguments else "run"
    if purpose not in PURPOSES or len(arguments) > 1:
        print("usage: prepare.py [run|test]", file=sys.stderr)
        return 2
    try:
        with_new_enough_python()
        if sys.platform.startswith("linux"):
            install_system_packages(purpose)
        install_python_packages(purpose)
    except CannotPrepare as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
