"""However `run` is ended, the call is closed and no child stays behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.busy import PATIENCE

RUN = """
import sys
from tests.voiceassist.service.fake import Maker
from voiceassist.cli import main
from voiceassist.service import call_manager

made = Maker()

def make_call(chosen, listener, **more):
    call = made(listener, "")
    stop = call.stop
    def stopped():
        print("closed", flush=True)
        stop()
    call.stop = stopped
    return call

call_manager.real_call = make_call
main.main()
"""

SUBSCRIBE = """
import sys
from voiceassist.capture.devices.sound_server import Changes
Changes("sink")
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_closes_the_call(number: signal.Signals) -> None:
    command = [sys.executable, "-c", RUN, "run", "--headless", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert "call-started" in process.stdout.readline()
    process.send_signal(number)
    told, complaints = process.communicate(timeout=PATIENCE)
    assert told.startswith("closed")
    assert process.returncode == 128 + number
    assert complaints == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a folder where nobody can make one, root neither")
def test_a_home_that_cannot_be_written_is_one_sentence() -> None:
    names = {"HOME": "/proc/nobody", "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""}
    done = subprocess.run(
        [sys.executable, "-m", "voiceassist", "run", "--headless"],
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
    assert "It needs a home folder" in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the death signal of Linux")
def test_no_pactl_outlives_the_program_that_started_it(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    pactl = tmp_path / "pactl"
    pactl.write_text(f"#!/bin/sh\nexec 3>{held}\nexec sleep 600\n")
    pactl.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    process = subprocess.Popen(
        [sys.executable, "-c", SUBSCRIBE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    with held.open("rb") as until_it_ends:
        process.kill()
        process.communicate()
        assert select.select([until_it_ends], [], [], PATIENCE)[0], "pactl lives on"
        assert until_it_ends.read() == b""
