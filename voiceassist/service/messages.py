"""What a watcher is told: every event of the call, and what is true of the call besides. One JSON object a line."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from voiceassist.core.events import AnyEvent


class _Message(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """Told apart by `type`, as events are."""


class Attached(_Message, frozen=True, tag="attached"):
    """First of all; what happened so far comes in the same breath, from `Begun` on, and is over."""


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
    """The call has ended and everything of it is closed. `error` is one plain sentence when it broke off."""

    error: str = ""


class Show(_Message, frozen=True, tag="show"):
    """Somebody wants to see the window."""


class Taken(_Message, frozen=True, tag="taken"):
    """Another window is attached already, and has been told to show itself."""


class Lost(_Message, frozen=True, tag="lost"):
    """Told by the window's own end: the service is gone, and with it a call that was under way. `error` says why no
    other can be started, or that it is there but does not answer; without one another is on its way."""

    error: str = ""


ServiceMessage = AnyEvent | Attached | Begun | Reference | Paused | Stopping | Over | Show | Taken | Lost
Tell = Callable[[ServiceMessage], None]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ServiceMessage)


def encode(told: ServiceMessage) -> bytes:
    """As one line of JSON, without the line end."""
    return _encoder.encode(told)


def decode(lines: bytes) -> list[ServiceMessage]:
    """What is told in these lines. Raises `msgspec.MsgspecError`."""
    return _decoder.decode_lines(lines)
