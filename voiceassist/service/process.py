"""The process of the call service (`voiceassist _child service`). It tells whoever started it that it is there, or why
it can't be, and nothing afterwards: the starter may be gone by then."""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import signal
import stat
import sys
import threading

from voiceassist.config.settings import load
from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.framing import PipeTransport, Stream
from voiceassist.service.call_manager import Call, Listener, MakeCall, real_call
from voiceassist.service.host import CallService
from voiceassist.service.instance import AlreadyRunning
from voiceassist.service.messages import Startup

log = logging.getLogger(__name__)

MAX_LOG_BYTES = 1_000_000
LOOK_AT_LOG_EVERY_S = 10.0


def main() -> int:
    return serve(make_call)


def serve(make_call: MakeCall) -> int:
    """Run the service until it is no longer needed. The exit status: 0, or 3 when it could not be."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the window
    service = CallService(make_call, settings=lambda: load().settings, for_window=True)
    try:
        service.open()
    except AlreadyRunning:
        announce(Startup("running"))
        return 0
    except VoiceAssistError as error:
        announce(Startup("failed", error.message))
        return error.exit_status
    # Not in the handler itself: the thread it interrupts may be holding the lock that `end` needs.
    for number in (signal.SIGTERM,) if sys.platform == "win32" else (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: threading.Thread(target=service.end).start())
    announce(Startup("started"))
    ended = threading.Event()
    threading.Thread(target=_keep_small, args=(sys.stderr.fileno(), ended), name="small-log", daemon=True).start()
    threading.Thread(target=_expire_daily, args=(ended,), name="retention", daemon=True).start()
    try:
        service.run()
    finally:
        ended.set()
        service.close()
    return 0


def _keep_small(log: int, ended: threading.Event, look_every: float = LOOK_AT_LOG_EVERY_S) -> None:
    """A library that complains without an end must not fill the disk: the log begins anew when it is too large."""
    while not ended.wait(look_every):
        with contextlib.suppress(OSError):
            info = os.fstat(log)
            if stat.S_ISREG(info.st_mode) and info.st_size > MAX_LOG_BYTES:
                os.ftruncate(log, 0)  # it is appended to, so the next line is the first


def _expire_daily(ended: threading.Event, every: float = 86_400.0) -> None:
    """Now and once a day. Settings are read each time."""
    from voiceassist.storage.retention import expire

    while True:
        settings = load().settings
        if settings.keep_days or settings.keep_sound_days:
            try:
                for failed in expire(settings.library, settings.keep_days, settings.keep_sound_days).failed:
                    log.warning("Retention: %s", failed.key)
            except VoiceAssistError as error:
                log.warning("Retention: %s", error.message.key)
        if ended.wait(every):
            return


def announce(startup: Startup) -> None:
    """Tell whoever started this process, and say nothing on its standard output any more."""
    starter: Stream[Startup] = Stream(PipeTransport(None, sys.stdout.buffer), Startup)
    with contextlib.suppress(OSError):
        starter.greet()
        starter.send(startup)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)


def make_call(listener: Listener, reference: str) -> Call:
    """Settings are read anew for every call, so that what was changed counts from the next one on."""
    return real_call(load().settings, listener)
