"""The log: one file a kind of process in the state folder, for support. No level writes what was said in a call.

Every process begins one by `configure` (`voiceassist.__main__`); everybody else just has `logging.getLogger(__name__)`.
What an exception says may hold words of a call, so only its type and its place are written.
"""

from __future__ import annotations

import copy
import logging
import logging.handlers
import os
import platform
import sys
import threading
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

from voiceassist import __version__
from voiceassist.core import paths

MOST_BYTES = 1_000_000
"""A file larger than this becomes an old one; so many old ones are kept:"""
OLD_FILES = 3
OURS = ("voiceassist", "models", "ui")
"""The loggers the option is for. Of libraries only warnings count: what they write at other levels is not ours to
promise anything of."""

log = logging.getLogger(__name__)


def log_folder() -> Path:
    return paths.state_folder() / "log"


def configure(process: str, level: str) -> None:
    """Write what this process logs to `<process>.log`, from `level` (the option `log_level`) on. To be called once,
    when the process begins. A disk that fails stops nothing."""
    root = logging.getLogger()
    root.addHandler(LogFile(log_folder() / f"{process}.log"))
    number = int(getattr(logging, level.upper()))
    root.setLevel(max(logging.WARNING, number))
    for name in OURS:
        logging.getLogger(name).setLevel(number)
    sys.excepthook = _Uncaught(sys.excepthook)
    threading.excepthook = _uncaught_in_thread
    log.info("VoiceAssist %s, %s, Python %s", __version__, platform.platform(), platform.python_version())


class LogFile(logging.handlers.RotatingFileHandler):
    """For this user's eyes only. Made when the first line is written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8", delay=True)
        self.setFormatter(_Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return open(descriptor, "a", encoding=self.encoding)

    def handleError(self, record: logging.LogRecord) -> None:
        """A log that cannot be written must not disturb what it is about."""


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        info, record.exc_info, record.exc_text = record.exc_info, None, None  # another handler's text has the words
        line = super().format(record)
        return f"{line}\n{describe(info[0], info[2])}" if info else line


def describe(kind: type[BaseException] | None, place: TracebackType | None) -> str:
    """An exception's type and place, without its words."""
    frames = "".join(traceback.format_tb(place))
    return f"{frames}{kind.__name__ if kind is not None else 'unknown'}"


class _Uncaught:
    def __init__(self, before: object) -> None:
        self._before = before

    def __call__(self, kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            log.critical("The process ends by an exception.\n%s", describe(kind, place))
        if callable(self._before):
            self._before(kind, error, place)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread is not None else "unknown"
    log.error("The thread %s ends by an exception.\n%s", name, describe(args.exc_type, args.exc_traceback))
    threading.__excepthook__(args)
