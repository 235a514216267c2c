"""Is this side of the call heard, and if not, why: the state of one source, from what it delivers. Pure.

    opening → live → gap → lost → reopening → live
                 ↘ suspect-silent ↗

A source that gives no blocks is a *gap*, and after `REOPEN_AFTER` it is closed and opened again. A source that gives
blocks of pure zeros looks healthy to every operating system; whether that is a quiet caller or a dead capture is told
apart by a silence probe (`HasSilenceProbe`) where the system can say: the sink's own level and the softphone's stream.
Times are seconds of the capture clock; nothing here waits.
"""

from __future__ import annotations

from enum import StrEnum

from voiceassist.capture.silence_probe import ProbeResult
from voiceassist.capture.source import Description
from voiceassist.core.events import Channel, Component, ComponentState
from voiceassist.core.messages import Message, message, verbatim

GAP_AFTER = 1.0
"""Seconds without a block before the agent is told (the timeline is filled earlier, see `channel_buffer.PATIENCE`)."""

REOPEN_AFTER = 3.0
"""Seconds without a block, or of zeros known to be wrong, before the source is closed and opened again, and between
two tries (OBS retries at the same pace)."""

QUIET_PEAK = 2e-5
"""Peak below which sound counts as digital silence: under one step of 16 bits (3e-5). Microphones, codecs and dithered
playback are never this quiet; muted ones and dead captures are."""

SUSPECT_AFTER = 1.0
"""Seconds of digital silence after which the silence probe is asked. It is asked once a second."""

CONFIRM_AFTER = 0.5
"""Seconds the silence must go on after the probe contradicted it: when somebody begins to speak, the probe may hear
it first. With both, the agent knows within 3 s."""

MUTED_AFTER = 10.0
"""Seconds of digital silence from a microphone after which the agent is told. A mute switch does the same, so it is
only reported, and the source is not reopened."""


class State(StrEnum):
    CLOSED = "closed"
    OPENING = "opening"
    LIVE = "live"
    GAP = "gap"
    SUSPECT_SILENT = "suspect-silent"
    LOST = "lost"
    REOPENING = "reopening"
    ENDED = "ended"


_STATES = {
    State.CLOSED: ComponentState.DISABLED,
    State.OPENING: ComponentState.STARTING,
    State.LIVE: ComponentState.OK,
    State.GAP: ComponentState.DEGRADED,
    State.SUSPECT_SILENT: ComponentState.DEGRADED,
    State.LOST: ComponentState.FAILED,
    State.REOPENING: ComponentState.FAILED,
    State.ENDED: ComponentState.DISABLED,
}

_NOT_HEARD = {
    Channel.AGENT: ("agent-not-heard", "agent-not-heard-from"),
    Channel.CALLER: ("caller-not-heard", "caller-not-heard-from"),
}
"""Keys of the messages without and with the source's name."""


class Supervisor:
    """The state of one source. Every method takes the time; those that may change the state return True when it did."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.state = State.CLOSED
        self.reason: Message | None = None
        """Why it is so, for the agent; for a live source its name."""
        self.reopen = False
        """The source should be closed and opened again now."""
        self._name = ""
        self._heard = 0.0
        self._quiet_since: float | None = None
        self._reopened_for_zeros = 0.0
        self._contradicted: tuple[float, Message | None] | None = None

    @property
    def component_state(self) -> ComponentState:
        return _STATES[self.state]

    @property
    def component(self) -> Component:
        return Component.AGENT_AUDIO if self.channel is Channel.AGENT else Component.CALLER_AUDIO

    @property
    def open(self) -> bool:
        """It has delivered since it was opened last."""
        return self.state in (State.LIVE, State.GAP, State.SUSPECT_SILENT)

    def opening(self, time: float) -> bool:
        """The source is being opened (again)."""
        self.reopen = False
        self._heard = time
        self._quiet_since = self._contradicted = None
        if self.state is State.CLOSED:
            return self._to(State.OPENING, None)
        known = self.reason if self.state is not State.LIVE else self._not_heard(message("source-reopening"))
        return self._to(State.REOPENING, known)

    def opened(self, time: float, description: Description) -> bool:
        """It opened; it is live once it delivers."""
        self._name = description.name
        self._heard = time
        return False

    def block(self, time: float, peak: float) -> bool:
        """A block came, with this absolute peak."""
        self._heard = time
        if peak > QUIET_PEAK:
            self._quiet_since = self._contradicted = None
            return self._live()
        if self._quiet_since is None:
            self._quiet_since = time
        if self._contradicted is not None and time - self._contradicted[0] >= CONFIRM_AFTER:
            # The sound is there and does not reach us: report it, and open it again, no more often than usual.
            why, self._contradicted = self._contradicted[1], None
            if time - self._reopened_for_zeros >= REOPEN_AFTER:
                self.reopen, self._reopened_for_zeros = True, time
            return self._to(State.SUSPECT_SILENT, self._not_heard(why or message("source-silent-while-playing")))
        if self.state is not State.SUSPECT_SILENT:
            changed = self._live() if self.state is not State.REOPENING else False
            if self.channel is Channel.AGENT and time - self._quiet_since >= MUTED_AFTER:
                return self._to(State.SUSPECT_SILENT, self._not_heard(message("microphone-silent")))
            return changed
        return False

    def block_in_pause(self, time: float) -> bool:
        """A block came that is not listened to, as the call is paused."""
        self._heard = time
        self._quiet_since = self._contradicted = None
        return self.state is not State.SUSPECT_SILENT and self._live()

    def nothing(self, time: float) -> bool:
        """No block came up to `time`."""
        missing = time - self._heard
        if self.state in (State.LOST, State.REOPENING, State.ENDED):
            self.reopen = self.state is State.REOPENING and missing >= REOPEN_AFTER
            return False
        if missing >= REOPEN_AFTER:
            self.reopen = True
            return self._to(State.LOST, self._not_heard(message("source-no-sound")))
        if missing >= GAP_AFTER and self.state is not State.OPENING:
            return self._to(State.GAP, self._not_heard(message("source-stopped")))
        return False

    def probed(self, time: float, result: ProbeResult, why: Message | None = None) -> bool:
        """What the system itself says about the sound, asked for while the source gave zeros."""
        if self._quiet_since is None or time - self._quiet_since < SUSPECT_AFTER:
            return False
        if result is ProbeResult.SOUNDING:
            self._contradicted = self._contradicted or (time, why)
            return False
        self._contradicted = None
        if result is ProbeResult.MUTED:
            return self._to(State.SUSPECT_SILENT, self._not_heard(why or message("source-muted")))
        if result is ProbeResult.SILENT or (result is ProbeResult.UNKNOWN and self.state is State.REOPENING):
            return self._live()
        return False

    def failed(self, time: float, why: Message) -> bool:
        """It could not be opened, or went away."""
        self._heard = time
        self._quiet_since = None
        return self._to(State.LOST, self._not_heard(why))

    def ended(self, time: float) -> bool:
        """It is over, in good order (a file's end)."""
        return self._to(State.ENDED, None)

    def _not_heard(self, why: Message) -> Message:
        nameless, named = _NOT_HEARD[self.channel]
        return message(named, name=self._name, reason=why) if self._name else message(nameless, reason=why)

    def _live(self) -> bool:
        return self._to(State.LIVE, verbatim(self._name) if self._name else None)

    def _to(self, state: State, reason: Message | None) -> bool:
        before = self.component_state, self.reason
        self.state, self.reason = state, reason
        return before != (self.component_state, reason)
