"""What is said over the local socket: the handshake, commands and replies, and what a watcher is told: every event of
the call, and what is true of the call besides.

Who changes a message so that an older process would misunderstand it raises `framing.PROTOCOL`. A new kind of message
needs no new version: who does not know it skips it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from voiceassist.core.events import AnyEvent
from voiceassist.core.messages import Message

Action = (
    Literal["start", "stop", "pause", "resume", "mute", "unmute", "new-caller", "ref", "status", "show"]
    | Literal["watch", "rehearse", "dismiss", "wrong", "note", "consent", "settings", "quit"]
)
"""What softphones and `voiceassist ctl` ask for; and what the window asks for besides."""


class Challenge(msgspec.Struct, frozen=True, tag="challenge"):
    """After the greeting, from either end: prove that you know the key. Never changes but by fields with a default."""

    nonce: bytes


class Proof(msgspec.Struct, frozen=True, tag="proof"):
    """The keyed hash of both nonces. Never changes but by fields with a default."""

    mac: bytes
    in_use: bool = True
    """From the server, to a client of another version: a call is under way or a window watches, so it stays."""
    stop: bool = False
    """From a client of another version: end the call that is under way, in good order."""


class Command(msgspec.Struct, frozen=True, tag="command"):
    """`text` is the caller's reference with `start` and `ref`, the words of a `note`; `number` is the cue that is meant
    by `dismiss` and `wrong`."""

    action: Action
    text: str = ""
    number: int = 0


class Startup(msgspec.Struct, frozen=True, tag="startup"):
    """From a call service to whoever started it: it is there, another one is, or why it can't be."""

    state: Literal["started", "running", "failed"]
    error: Message | None = None


class Reply(msgspec.Struct, frozen=True, tag="reply"):
    done: bool
    said: Message | None = None
    """For whoever asked."""


class _Message(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Told apart by `type`, as events are."""


class Attached(_Message, frozen=True, tag="attached"):
    """First of all; what happened so far follows, from `Begun` on, up to `CaughtUp`. A window is told it in one go."""


class CaughtUp(_Message, frozen=True, tag="caught-up"):
    """What follows happens now. Between service and client only."""


class Begun(_Message, frozen=True, tag="begun"):
    """A call is being put together; its events follow."""


class Reference(_Message, frozen=True, tag="reference"):
    """Somebody said which caller this is: a case or customer number."""

    text: str


class Paused(_Message, frozen=True, tag="paused"):
    on: bool


class Stopping(_Message, frozen=True, tag="stopping"):
    """The call was told to end; what is still due is written down first."""


class Over(_Message, frozen=True, tag="over"):
    """The call has ended and everything of it is closed. `error` tells why when it broke off."""

    error: Message | None = None


class Show(_Message, frozen=True, tag="show"):
    """Somebody wants to see the window."""


class Taken(_Message, frozen=True, tag="taken"):
    """Another window is attached already, and has been told to show itself."""


class Lost(_Message, frozen=True, tag="lost"):
    """Told by the window's own end: the service is gone, and with it a call that was under way. `error` says why no
    other can be started, or that it is there but does not answer; without one another is on its way."""

    error: Message | None = None


ServiceMessage = AnyEvent | Attached | CaughtUp | Begun | Reference | Paused | Stopping | Over | Show | Taken | Lost
Tell = Callable[[ServiceMessage], None]
