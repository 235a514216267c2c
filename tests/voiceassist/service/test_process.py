"""The service's own log has a limit while it runs."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from tests.support.busy import PATIENCE
from voiceassist.service.process import MAX_LOG_BYTES, _keep_small


def test_the_log_of_a_service_that_complains_without_end_begins_anew(tmp_path: Path) -> None:
    log = os.open(tmp_path / "service.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(log, b"x" * (MAX_LOG_BYTES + 1))
    ended = threading.Event()
    thread = threading.Thread(target=_keep_small, args=(log, ended, 0.001))
    thread.start()
    looked = threading.Event()
    for _ in range(round(PATIENCE * 100)):
        if os.fstat(log).st_size == 0:
            break
        looked.wait(0.01)
    ended.set()
    thread.join()
    os.write(log, b"the next")
    os.close(log)
    assert (tmp_path / "service.log").read_bytes() == b"the next"
