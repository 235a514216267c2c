"""VoiceAssist's own processes with the demo call in place of devices, for tests that kill them.

python -m tests.e2e.played service     the call service; a call is played fast at first, and then goes on for long,
                                       or ends after $PLAYED_SECONDS of it
python -m tests.e2e.played window      the app; tells as JSON, one object a line, whenever what it shows changes; with
                                       $PLAYED_QUITS the person wants to quit as soon as the call has a reference
"""

from __future__ import annotations

import json
import os
import sys
import time

from tests.calls.demo import DELIVERY
from ui import app
from ui.bridge import CallClient
from voiceassist.capture import Aligned, AlignedCapture, EndOfSource
from voiceassist.capture.files.file import file_sources, stereo_call
from voiceassist.config.settings import load
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import ComponentStatus, Text, Utterance
from voiceassist.core.messages import Message
from voiceassist.core.open_utterance import OpenUtterance
from voiceassist.service import host
from voiceassist.service.call_manager import Listener
from voiceassist.service.client import CallServiceClient, start_service
from voiceassist.service.process import serve
from voiceassist.session import build
from voiceassist.session.live import LiveCall
from voiceassist.storage import CallMeta, CallWriter

FAST, FAST_UNTIL = 16.0, 75.0
"""How many times as fast as it was spoken the call is played, and until which second of it: by then there was a cue."""
SLOW = 1.0
"""The same for the rest, two minutes and a half of it: whoever starts and kills windows meanwhile has time for it."""
IDLE = 5.0
"""Seconds after which the service ends by itself here."""


class Played(AlignedCapture):
    """Ends when it was told to."""

    def read(self, timeout: float) -> Aligned | None:
        block = super().read(timeout)
        if block is not None and block.caller is not None:
            self._left -= len(block.caller) / SAMPLE_RATE
            if self._left < 0:
                raise EndOfSource
        return block

    _left = float(os.environ.get("PLAYED_SECONDS", "inf"))


class Numbers:
    """A recognizer that hears the number of every utterance."""

    def __init__(self) -> None:
        self._due: list[Text | ComponentStatus] = []

    def start(self) -> None: ...

    def submit(self, u: Utterance, sound: Samples, offset: float) -> None:
        self._due.append(Text(t=0.0, utterance=u.id, channel=u.channel, start=u.start, end=u.end, text=f"no. {u.id}"))

    def offer(self, speaking: OpenUtterance) -> None: ...

    def poll(self) -> list[Text | ComponentStatus]:
        due, self._due = self._due, []
        return due

    def wait_for(self, utterance_id: int, timeout: float) -> None: ...

    def close(self, timeout: float) -> list[Text | ComponentStatus]:
        return self.poll()


def played_call(listener: Listener, reference: str) -> LiveCall:
    settings = load().settings
    begin = time.monotonic()

    def clock() -> float:
        passed = time.monotonic() - begin
        return begin + min(passed * FAST, FAST_UNTIL + (passed - FAST_UNTIL / FAST) * SLOW)

    return LiveCall(
        Played(file_sources(stereo_call(DELIVERY.path), clock), clock=clock),
        build.engine(settings),
        listener,
        transcriber=Numbers(),
        writer=CallWriter.create(settings.library, CallMeta(origin="demo", pack=build.cue_pack(settings).label)),
    )


class Telling(app.Desktop):
    """Tells what it shows."""

    def __init__(self, client: CallClient) -> None:
        super().__init__(client)
        self._failure = ""
        self._shows = 0
        self.bridge.failed.connect(self._failed)
        self.bridge.unavailable.connect(self._failed)
        self.bridge.show_asked.connect(self._show_asked)
        for changed in (self.model.phase_changed, self.model.line_added, self.model.cue_logged, self.model.restarted):
            changed.connect(self._tell)
        if os.environ.get("PLAYED_QUITS"):
            self.bridge.reference_given.connect(self._quit)

    def _quit(self) -> None:
        self.quit_guard.ask()
        self._tell()

    def _failed(self, error: Message) -> None:
        self._failure = error.key
        self._tell()

    def _show_asked(self) -> None:
        self._shows += 1
        self._tell()

    def _tell(self) -> None:
        model = self.model
        told = {
            "phase": model.phase.value,
            "rows": [str(line.text) for line in model.call.lines],
            "cues": [entry.shown.id for entry in model.call.cues],
            "curve": [point.t for point in model.call.curve],
            "reference": self.window.reference.text(),
            "failure": self._failure,
            "shows": self._shows,
            "asks": self.quit_guard.question is not None,
        }
        print(json.dumps(told), flush=True)


def main() -> int:
    if sys.argv[1] == "service":
        host.IDLE_TIMEOUT_S = IDLE
        return serve(played_call)
    app.Desktop = Telling  # type: ignore[misc, assignment]
    command = (sys.executable, "-m", "tests.e2e.played", "service")
    return app.run_app(CallServiceClient(start=lambda: start_service(command)))


if __name__ == "__main__":
    sys.exit(main())
