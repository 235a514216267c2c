"""What the conditions of cues may look at: the call as it stands at one moment. The engine fills it.

On the caller's side there is agitation; on the agent's side only behaviour (level, pitch, gaps, overlaps, words).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from models.agitation import Estimate, State
from voiceassist.conversation import Conversation
from voiceassist.timeline import Channel, Overlap, Response, Text
from voiceassist.voice.own_voice import OwnVoice

AGITATED = (State.RISING, State.HIGH)


@dataclass(frozen=True, slots=True)
class Shown:
    """A cue that has come up, with the caller's score at that moment; `by` and `cleared` are set once it went."""

    number: int
    id: str
    t: float
    score: float
    good: bool = False
    by: str = ""
    cleared: float = 0.0


@dataclass(slots=True)
class Situation:
    conversation: Conversation
    own_voice: OwnVoice
    now: float = 0.0
    estimate: Estimate = field(default_factory=lambda: Estimate(State.LISTENING))
    agitated_speech: float = 0.0
    """Seconds the caller has spoken since the state rose from calm."""
    scores: deque[tuple[float, float]] = field(default_factory=lambda: deque(maxlen=4 * 60 * 2))
    """(time, score), four a second, the last two minutes."""
    responses: deque[Response] = field(default_factory=lambda: deque(maxlen=64))
    overlaps: deque[Overlap] = field(default_factory=lambda: deque(maxlen=64))
    texts: deque[Text] = field(default_factory=lambda: deque(maxlen=200))
    """Final texts, both sides."""
    shown: list[Shown] = field(default_factory=list)
    """Every cue of the call so far, in order."""
    spoken_since: float = 0.0
    """Seconds the agent has spoken since the cue on screen came up."""

    @property
    def agitated(self) -> bool:
        return self.estimate.state in AGITATED

    def speaking(self, channel: Channel) -> bool:
        return self.conversation.sides[channel].speaking
