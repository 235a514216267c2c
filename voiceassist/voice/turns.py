"""Turn taking between the two sides: overlaps, response gaps, dead air, monologue, talk share.

Fed with every frame's two booleans (who is in a stretch of speech) and the begins and ends of stretches; gives events.
It knows nothing of sound.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voiceassist.core.events import Channel, Event, Overlap, Response, Silence, seconds
from voiceassist.core.tuning import TurnTuning
from voiceassist.voice.frames import FRAME_SECONDS


@dataclass(slots=True)
class Side:
    """One side of the conversation. Times in seconds on the call's timeline."""

    speaking: bool = False
    start: float = 0.0
    """Begin of the stretch under way, or of the last one."""
    last_voice: float = -1e9
    """End of the last frame of speech."""
    end: float = -1e9
    """End of the stretch before the one under way, or of the last one."""
    total: float = 0.0
    """Seconds spoken so far."""
    turn_start: float = 0.0
    """Begin of the turn: what this side said since the other last spoke."""
    answered: bool = True
    """Whether the response gap of the stretch under way has been told."""


@dataclass(slots=True)
class Conversation:
    tuning: TurnTuning
    sides: dict[Channel, Side] = field(default_factory=lambda: {c: Side() for c in Channel})
    overlap: tuple[float, Channel] | None = None
    """The overlap under way: since when, and who came in on the other."""
    _silence_start: float = 0.0
    _anyone_spoke: bool = False
    _absence_end: float = -1e9
    """End of the last frame in which a side had no sound at all: what was said in it, if anything, is not known."""

    def started(self, channel: Channel, start: float) -> None:
        """A stretch of speech began at `start` (told a moment later, once it was sure)."""
        me, other = self.sides[channel], self.sides[channel.other]
        me.start = start
        me.answered = other.last_voice <= me.end
        if not me.answered:
            me.turn_start = start
        me.speaking = True

    def ended(self, channel: Channel, end: float) -> None:
        side = self.sides[channel]
        side.speaking = False
        side.end = end

    def step(self, now: float, voice: dict[Channel, bool], *, absent: bool = False) -> list[Event]:
        """One frame that ends at `now`; `voice` says who is speaking in it, `absent` that a side's sound is missing."""
        events: list[Event] = []
        if absent:
            self._absence_end = now
        agent, caller = self.sides[Channel.AGENT], self.sides[Channel.CALLER]
        for channel, side in self.sides.items():
            if side.speaking and voice[channel]:
                side.last_voice = now
                side.total += FRAME_SECONDS
        events += self._silence(now, agent.speaking or caller.speaking)
        events += self._responses(now)
        if agent.speaking and caller.speaking:
            if self.overlap is None:
                later = max(self.sides, key=lambda c: self.sides[c].start)
                self.overlap = (self.sides[later].start, later)
        elif self.overlap is not None:
            start, by = self.overlap
            self.overlap = None
            end = min(agent.last_voice, caller.last_voice)
            if end - start >= self.tuning.overlap:
                events.append(Overlap(t=seconds(now), start=seconds(start), end=seconds(end), by=by))
        return events

    def overlap_so_far(self, now: float) -> tuple[float, Channel] | None:
        """Length of the overlap under way and who came in, or None."""
        return None if self.overlap is None else (now - self.overlap[0], self.overlap[1])

    def monologue(self, channel: Channel, now: float) -> float:
        """Seconds since this side took the turn, 0 while it does not hold it."""
        me, other = self.sides[channel], self.sides[channel.other]
        holds = me.speaking and not other.speaking and other.last_voice <= me.last_voice
        return now - max(me.turn_start, other.last_voice) if holds else 0.0

    def silent_for(self, now: float) -> float:
        """Seconds since anybody spoke."""
        silent = self._anyone_spoke and not any(s.speaking for s in self.sides.values())
        return max(now - self._silence_start, 0.0) if silent else 0.0

    def _responses(self, now: float) -> list[Event]:
        """Tell the response gap of a stretch that took the turn; a cut-in counts once it is no mere "mm-hm"."""
        events: list[Event] = []
        for channel, me in self.sides.items():
            other = self.sides[channel.other]
            if me.answered:
                continue
            gap = me.start - other.last_voice
            if gap >= 0:
                if other.last_voice > max(-1e8, self._absence_end):
                    events.append(Response(t=seconds(now), channel=channel, gap=seconds(gap)))
                me.answered = True
            elif now - me.start >= self.tuning.backchannel:
                # Spoke on while the other did: cut in by as much as the two have talked at once.
                events.append(Response(t=seconds(now), channel=channel, gap=seconds(max(gap, me.start - now))))
                me.answered = True
            elif not me.speaking:
                me.answered = True
        return events

    def _silence(self, now: float, anyone: bool) -> list[Event]:
        events: list[Event] = []
        if anyone:
            start = min(s.start for s in self.sides.values() if s.speaking)
            if self._anyone_spoke and self._silence_start > 0 and start - self._silence_start >= self.tuning.silence:
                events.append(Silence(t=seconds(now), start=seconds(self._silence_start), end=seconds(start)))
            self._anyone_spoke = True
            self._silence_start = -1.0
        else:
            if self._silence_start < 0:
                self._silence_start = max(s.last_voice for s in self.sides.values())
            if self._silence_start < self._absence_end:
                self._silence_start = self._absence_end  # nobody knows whether anybody spoke until then
        return events
