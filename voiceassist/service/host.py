"""The calls of this person behind the control socket: what others ask for, who watches, and when things end.

A window that leaves in good order takes the service with it. One that dies leaves the call to go on, until the
softphone's call ends, somebody ends it from another program or a new window, or nobody has spoken for a long time: a
microphone must not stay open because a window crashed. Then the service ends too.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from voiceassist.config.options import Settings
from voiceassist.core.events import Meter
from voiceassist.core.framing import PROTOCOL, FramingError, Greeting, Stream
from voiceassist.core.messages import message
from voiceassist.service.call_detector import CallDetector, CallWatch, Change
from voiceassist.service.call_manager import CallManager, MakeCall
from voiceassist.service.event_hub import EventHub
from voiceassist.service.ipc import ControlServer
from voiceassist.service.messages import Begun, Command, Reply, ServiceMessage, Tell

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
"""Seconds between looks at whether a call begins or ends by itself."""
IDLE_TIMEOUT_S = 10.0
"""Seconds without a window and a call after which the service ends: time for a window that crashed to come back."""
SILENCE_TIMEOUT_S = 600.0
"""Seconds without a word from either side after which a call that nobody watches ends: longer than most are left on
hold, and no microphone stays open for an afternoon."""
HANG_UP_TIMEOUT_S = 1.0
"""Seconds a window that leaves gets to take what is still due; one that died takes none."""
CALL_END_TIMEOUT_S = 30.0
"""Seconds a call gets to end: what is still due is transcribed first."""


class Watch(Protocol):
    """Tells whether a softphone seems to be on a call; see `CallWatch`."""

    def active(self) -> bool: ...
    def close(self) -> None: ...


class CallService:
    """`make_call` makes the calls; `also` is told everything besides the window. `settings` says whether calls begin
    and end by themselves, and is asked again when they have changed. `for_window`: it is there for the window, so it
    ends after it; otherwise whoever made it ends it."""

    def __init__(
        self,
        make_call: MakeCall,
        *,
        also: Tell = lambda message: None,
        settings: Callable[[], Settings] = Settings,
        for_window: bool = False,
        folder: Path | None = None,
        watch: Callable[[str], Watch] = CallWatch,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.calls = CallManager(make_call, self._tell)
        self._also = also
        self._load_settings = settings
        self._for_window = for_window
        self._make_watch = watch
        self._clock = clock
        self._hub = EventHub()
        self._control = ControlServer(
            self.command,
            folder,
            watch=self._attend,
            other_version=self._greeted_by,
            make_room=self._make_room,
            expendable=for_window,
        )
        self._wake = threading.Event()
        self._told_to_end = False
        self._left = False
        """A window went in good order."""
        self._outdated = False
        """A window of a newer version came, which needs another service."""
        self._quiet_since: float | None = None
        self._spoken = 0.0
        self._settings = Settings()
        self._settings_changed = True
        self._detector = CallDetector()
        self._watch: Watch | None = None

    # --- from any thread ----------------------------------------------------------------------------------------------

    def command(self, command: Command) -> Reply:
        """What other programs and the window ask for."""
        if command.action == "show":
            shown = self._hub.show()
            return Reply(shown, None if shown else message("no-window"))
        if command.action == "settings":
            self._settings_changed = True
            self._wake.set()
            return Reply(True)
        return self.calls.do(command)

    def end(self) -> None:
        """Make `run` come back."""
        self._told_to_end = True
        self._wake.set()

    def _tell(self, message: ServiceMessage) -> None:
        if isinstance(message, Begun) or (
            isinstance(message, Meter) and (message.agent_speaking or message.caller_speaking)
        ):
            self._spoken = self._clock()
        self._hub.tell(message)
        self._also(message)

    def _attend(self, stream: Stream[Command]) -> None:
        """A watcher's connection, for as long as it lasts."""
        subscriber = self._hub.attach(stream)
        if subscriber is None:
            return
        try:
            self._obey(stream)
            self._hub.detach(subscriber)  # another window may come from now on
            if self._for_window:
                self._left = True
                self.calls.do(Command("stop"))
                self.calls.wait(CALL_END_TIMEOUT_S)
        except (OSError, EOFError):
            pass  # it has gone
        except FramingError as error:
            log.warning("A window was let go: %s.", error)
        finally:
            self._hub.detach(subscriber)
            self._wake.set()
            subscriber.hang_up(HANG_UP_TIMEOUT_S)  # who called closes it now: nobody may be writing to it

    def _obey(self, stream: Stream[Command]) -> None:
        """Do what the window asks for, until it quits."""
        while True:
            for command in stream.receive():
                if command.action == "quit":
                    return
                self.command(command)

    def _greeted_by(self, greeting: Greeting, stop: bool) -> bool:
        """Somebody of another version is there. Whether this service stays: nothing ends a call but who asks for it."""
        if stop:
            self.calls.do(Command("stop"))
        newer = greeting.protocol > PROTOCOL
        return not (newer and self._for_window and not self._hub.watched and self.calls.retire())

    def _make_room(self, greeting: Greeting) -> None:
        """That somebody knows whether it stays. From now on it ends as soon as nobody needs it."""
        if self._for_window and greeting.protocol > PROTOCOL:
            self._outdated = True
            self._wake.set()

    # --- from one thread ----------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Be there for others. Raises `AlreadyRunning`, and `VoiceAssistError` when the folder is unsafe."""
        self._control.open()

    def run(self) -> None:
        """Until the window needs it no longer."""
        while not self._told_to_end and self._needed():
            self.look()
            self._wake.wait(self._patience())
            self._wake.clear()

    def close(self) -> None:
        """End the call that is under way in good order, and be there for nobody any more. May be called twice."""
        self.calls.do(Command("stop"))
        self.calls.wait(CALL_END_TIMEOUT_S)
        self._stop_watching()
        self._hub.close()
        self._control.close()

    def look(self) -> None:
        """Begin and end calls that do so by themselves. To be called every `LOOK_EVERY_S` seconds."""
        if self._settings_changed:
            self._settings_changed = False
            self._settings = self._load_settings()
            self._stop_watching()  # the softphone may be another
        now = self._clock()
        alone = self._alone
        if not (self._by_itself or alone):
            self._stop_watching()
            return
        change = self._detector.look(now, self._softphone_on_a_call())
        if change is Change.START and self._by_itself:
            self.calls.do(Command("start"))
        elif change is Change.STOP or (alone and now - self._spoken > SILENCE_TIMEOUT_S):
            self.calls.do(Command("stop"))

    @property
    def _by_itself(self) -> bool:
        return self._settings.call_start == "automatic"

    @property
    def _alone(self) -> bool:
        """A call is under way that nobody sees."""
        return self._for_window and self.calls.under_way and not self._hub.watched

    def _needed(self) -> bool:
        if self._outdated and (self.calls.retired or not self._hub.watched) and self.calls.retire():
            return False
        if self.calls.under_way or self._hub.watched:
            self._quiet_since = None
            return True
        if self._quiet_since is None:
            self._quiet_since = self._clock()
        return not self._left and self._clock() - self._quiet_since < IDLE_TIMEOUT_S

    def _patience(self) -> float | None:
        if self._by_itself or self._alone:
            return LOOK_EVERY_S
        return None if self.calls.under_way or self._hub.watched else IDLE_TIMEOUT_S

    def _softphone_on_a_call(self) -> bool:
        try:
            if self._watch is None:
                self._watch = self._begin_watching()
            return self._watch.active()
        except Exception as error:  # the edge: no call may suffer from this
            log.warning("Calls do not begin or end by themselves: %s", error)
            self._watch = _Blind()
            return False

    def _begin_watching(self) -> Watch:
        self._spoken = self._clock()
        self._detector = CallDetector()
        return self._make_watch(self._settings.softphone) if sys.platform.startswith("linux") else _Blind()

    def _stop_watching(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()


class _Blind:
    """Where nothing can tell."""

    def active(self) -> bool:
        return False

    def close(self) -> None:
        pass
