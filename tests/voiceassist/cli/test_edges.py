"""What comes from outside meets the command line: code pages, names of any bytes, signals, byte-order marks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.busy import PATIENCE
from tests.voiceassist.capture.files.makers import pcm, spoken, wav
from voiceassist.core.formatting import clock
from voiceassist.core.messages import message, render
from voiceassist.cues import load_pack

ANALYZE = [sys.executable, "-m", "voiceassist", "analyze", "--no-transcribe"]


def run(*arguments: str | bytes, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*ANALYZE, *arguments], capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding}, check=False
    )


@pytest.fixture
def odd_name(tmp_path: Path) -> bytes:
    """An unfinished recording, so that its name is said, with a byte that is no UTF-8 and an escape sequence."""
    path = os.fsencode(tmp_path) + b"/caf\xe9\x1b[31m\nx.wav"
    with open(path, "wb") as file:
        file.write(wav(pcm(spoken(6)), data_size=0))
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="names there are Unicode")
@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8", "cp437"])
def test_any_name_and_any_code_page_give_a_result(tmp_path: Path, odd_name: bytes, encoding: str) -> None:
    done = run(odd_name, "--keep", "--library", str(tmp_path / "library"), encoding=encoding)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"\x1b" not in done.stdout + done.stderr
    (call,) = (tmp_path / "library").iterdir()
    assert json.loads((call / "call.json").read_text(encoding="utf-8"))["state"] == "closed"


@pytest.mark.skipif(sys.platform == "win32", reason="names there are Unicode")
def test_json_of_a_file_with_any_name_is_json(odd_name: bytes) -> None:
    done = run(odd_name, "--json", "-", encoding="ascii")
    assert done.returncode == 0
    assert "caf" in json.loads(done.stdout)["warnings"][0]


def test_bars_that_a_code_page_lacks_cost_no_result() -> None:
    code = (
        "import sys; from voiceassist.cli import main\n"
        "main.app = lambda **_: print('▁▂▃ “x” →', flush=True)\n"
        "main.main(); print('went on')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={**os.environ, "PYTHONIOENCODING": "cp1252"}, check=False
    )
    assert done.returncode == 0
    assert b"went on" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_leaves_nothing_half_made(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "a.wav").write_bytes(wav(pcm() * 60))
    library = tmp_path / "library"
    command = [
        *ANALYZE,
        str(tmp_path / "a.wav"),
        "--keep",
        "--library",
        str(library),
        "--json",
        str(tmp_path / "o.json"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + PATIENCE
    while not (library.is_dir() and any(library.iterdir())) and time.monotonic() < until:
        time.sleep(0.01)
    assert process.poll() is None
    process.send_signal(number)
    _, complaints = process.communicate(timeout=PATIENCE)
    assert process.returncode == (130 if number == signal.SIGINT else 128 + number)
    assert b"Traceback" not in complaints
    assert list(library.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.wav", "library"]


def test_a_pack_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b'\xef\xbb\xbf[pack]\nname = "mine"\nlanguage = "en"\nextends = "en"\n')
    assert load_pack(tmp_path / "mine.toml")


@pytest.mark.parametrize(("seconds", "told"), [(9.999, "0:10"), (59.97, "1:00"), (9.4, "0:09"), (3599.99, "1:00:00")])
def test_a_moment_just_before_a_second_is_that_second(seconds: float, told: str) -> None:
    assert clock(seconds) == told


def test_a_name_of_any_bytes_can_be_written_anywhere() -> None:
    told = message("file-empty", path=os.fsdecode(b"caf\xe9.wav"))
    for language in ("en", "de"):
        assert render(told, language).encode("utf-8")
