"""Where every process of the program begins: `voiceassist`, `python -m voiceassist`, and the children of both.

A child process is asked for by a hidden sub-command, so that a frozen program can start one too. It is found out before
anything else is imported: a child loads neither the window nor the command line.
"""

from __future__ import annotations

import signal
import sys

from voiceassist.core.privacy import harden, keep_memory_private
from voiceassist.core.process import CHILD


def main() -> None:
    harden()
    if sys.argv[1:2] == [CHILD]:
        begin_log(sys.argv[2])
        sys.exit(run_child(sys.argv[2]))
    begin_log("command" if sys.argv[1:] else "window")
    from voiceassist.cli.main import main as command_line

    command_line()


def begin_log(process: str) -> None:
    from voiceassist.config.logs import configure
    from voiceassist.config.settings import load

    configure(process, load().settings.log_level)


def run_child(kind: str) -> int:
    """Be this child until it ends. The exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its children in order
    match kind:
        case "speech":
            keep_memory_private()
            from voiceassist.speech import worker

            worker.main()
            return 0
        case "capture":
            from voiceassist.capture.devices import helper

            helper.main()
            return 0
        case "service":
            from voiceassist.service import process

            return process.main()
    print(f"voiceassist: there is no child process {kind!r}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
