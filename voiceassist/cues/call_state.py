"""What the conditions of cues may look at: the call as it stands at one moment. The engine fills it.

On the caller's side there is agitation; on the agent's side only behaviour (level, pitch, gaps, overlaps, words).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.acts import LANGUAGES, Act, ActModel, Point
from models.acts.quotes import quote
from models.agitation import Estimate, State
from models.agitation.words import ACTS as ESCALATING
from voiceassist.core.events import Channel, ClearedBy, CueKind, Overlap, Response, Text
from voiceassist.voice.agent_voice import AgentVoice
from voiceassist.voice.turns import Conversation

AGITATED = (State.RISING, State.HIGH)
TROUBLE = ("states-problem", "blames-company", "complains-of-waiting-or-transfers", "feels-ignored-or-unimportant")
"""Acts with which a caller tells of the trouble."""
REPLY_TURNS = 3
"""Utterances of the caller's back in which the trouble was told that the agent replies to."""
REPLY_SECONDS = 45.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A cue that has come up, with the caller's score at that moment; `by` and `cleared` are set once it went."""

    number: int
    id: str
    t: float
    score: float
    kind: CueKind = CueKind.TIP
    by: ClearedBy | None = None
    cleared: float = 0.0

    @property
    def good(self) -> bool:
        """It only praised."""
        return self.kind is CueKind.GOOD

    @property
    def tip(self) -> bool:
        """It counts for the budget: safety and praise do not."""
        return self.kind is CueKind.TIP


@dataclass(frozen=True, slots=True)
class Pace:
    """The agent's words a minute lately and usually; `end` is when the last of them was said."""

    recent: float
    usual: float
    end: float


@dataclass(slots=True)
class CallState:
    conversation: Conversation
    agent_voice: AgentVoice
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

    high_for: float = 0.0
    """Seconds of the call in which the caller's agitation was high."""
    stage: str = "listen"
    """Where the call stands between hearing a trouble and settling it; see `voiceassist.cues.stages`."""
    understands: bool = True
    """The model of acts knows the language of the call."""
    acts: dict[int, tuple[Act, ...]] = field(default_factory=dict)
    """What each of `texts` does, by utterance."""
    quotes: dict[tuple[int, Act], str] = field(default_factory=dict)
    """The words that carry an act, by utterance and act: conditions ask with every block, and to find the words of a
    long piece the model reads it a dozen times."""
    told: set[int] = field(default_factory=set)
    """Utterances in which the caller told of the trouble."""
    replies: set[int] = field(default_factory=set)
    """Utterances of the agent's that reply to the trouble: the caller told of it shortly before, or is agitated. A
    sorry for a misspelled name, long after or before any trouble, is about something else."""

    def hear(self, text: Text) -> None:
        """Final text of either side."""
        self.texts.append(text)
        if text.channel is Channel.AGENT and (self.agitated or self._told_before(text)):
            self.replies.add(text.utterance)
        if not self.understands or text.language not in ("", *LANGUAGES):
            return
        self.acts[text.utterance] = ActModel.load().acts(text.channel, self.previous(text), text.text)
        if text.channel is Channel.CALLER and self.does(text, TROUBLE, Point.NAG):
            self.told.add(text.utterance)

    def _told_before(self, text: Text) -> bool:
        before = [t for t in self.texts if t.channel is Channel.CALLER and t.start < text.start][-REPLY_TURNS:]
        return any(t.utterance in self.told and t.end >= text.start - REPLY_SECONDS for t in before)

    def forget_replies(self, until: float) -> None:
        """What the agent had said until then was to a calmer caller."""
        self.replies -= {text.utterance for text in self.texts if text.end < until}

    def take_back(self, utterance: int) -> None:
        """Nothing was said in this utterance after all."""
        for said in [t for t in self.texts if t.utterance == utterance]:
            self.texts.remove(said)
        self.acts.pop(utterance, None)
        self.quotes = {key: words for key, words in self.quotes.items() if key[0] != utterance}

    def does(self, text: Text, names: Iterable[str], point: Point) -> Act | None:
        """The act among `names` that the text does most surely, if it is as sure as the working point asks."""
        model = ActModel.load()
        found = [
            act
            for act in self.acts.get(text.utterance, ())
            if act.name in names and act.score >= model.threshold(act.name, point)
        ]
        return max(found, key=lambda act: act.score, default=None)

    def escalation(self, text: Text) -> list[tuple[str, str]] | None:
        """Acts of the caller that tell of escalation, each with its words; None where the text was not understood."""
        if text.utterance not in self.acts:
            return None
        done = (self.does(text, (name,), Point.INTERRUPT) for name in ESCALATING)
        return [(act.name, self.quote(text, act)) for act in done if act is not None]

    def quote(self, text: Text, act: Act) -> str:
        """The few words of a text that carry an act, exactly as said; "" where they must not be shown."""
        key = text.utterance, act
        if key not in self.quotes:
            self.quotes[key] = quote(text.channel, self.previous(text), act)
        return self.quotes[key]

    def previous(self, text: Text) -> str:
        """What the other side said last before this text, or ""."""
        return next(
            (t.text for t in reversed(self.texts) if t.channel is not text.channel and t.start < text.start), ""
        )

    @property
    def agitated(self) -> bool:
        return self.estimate.state in AGITATED

    def speaking(self, channel: Channel) -> bool:
        return self.conversation.sides[channel].speaking

    def pace(self, seconds: float, since: float = 0.0) -> Pace | None:
        """The agent's pace over the last `seconds` of speech (after `since`) against the calls' before, or None while
        there is too little of either. Words a minute of speech, pauses between utterances left out."""
        mine = [t for t in self.texts if t.channel is Channel.AGENT and t.end > t.start and t.text]
        recent: list[Text] = []
        while mine and mine[-1].end > since and sum(t.end - t.start for t in recent) < seconds:
            recent.append(mine.pop())
        enough = sum(t.end - t.start for t in recent) >= seconds
        if not enough or sum(t.end - t.start for t in mine) < PACE_BASELINE:
            return None
        return Pace(_words_a_minute(recent), _words_a_minute(mine), recent[0].end)


PACE_BASELINE = 10.0
"""Seconds of the agent's speech with words before there is a usual pace."""


def _words_a_minute(texts: list[Text]) -> float:
    return 60 * sum(len(t.text.split()) for t in texts) / sum(t.end - t.start for t in texts)
