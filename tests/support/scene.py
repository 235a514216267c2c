"""A call without sound: who speaks when, how loud, and how agitated the caller is, played through the real engine.

Everything after the analysis of sound is the real thing: segments, turn taking, cues and their restraint. Time is the
engine's own, so minutes pass in no time.

    scene = Scene()
    scene.small_talk()
    scene.caller(4.0, score=0.7)
    scene.agent(2.0, level=-18)
    assert scene.cues == ["lower-voice"]
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.agitation import Estimate, State
from voiceassist.core.events import Channel, CueCleared, CueShown, Event, Feedback, Text
from voiceassist.core.tuning import EngineConfig
from voiceassist.cues import Pack
from voiceassist.session.engine import BLOCK, CallEngine
from voiceassist.session.inputs import JournalInputs
from voiceassist.session.runner import CallRunner
from voiceassist.voice.caller_voice import CallerVoice
from voiceassist.voice.frames import BLOCK_FRAMES, Frames, Pitch

BLOCK_SECONDS = BLOCK / 16_000
QUIET = -70.0


class ScriptedVoice(CallerVoice):
    """A caller whose agitation is what the scene says."""

    def __init__(self) -> None:
        super().__init__(Channel.CALLER)
        self.scripted = Estimate(State.LISTENING)

    @property
    def estimate(self) -> Estimate:
        return self.scripted


class ScriptedAnalyzer:
    """Frames as the scene says: speaking or not, at a level and a pitch."""

    def __init__(self) -> None:
        self.speaking = False
        self.level = QUIET
        self.hz = 0.0
        self._next = 0
        self._pitch: list[float] = []

    def prefetch(self, sound: np.ndarray, at: int) -> None:
        pass

    def push(self, block: np.ndarray) -> Frames:
        first = self._next
        self._next += BLOCK_FRAMES
        self._pitch += [self.hz if self.speaking else 0.0] * BLOCK_FRAMES
        full = np.ones(BLOCK_FRAMES)
        level = self.level if self.speaking else QUIET
        return Frames(first, full * (0.99 if self.speaking else 0.01), full * level, np.zeros((len(full), 2)))

    def pitch(self, *, wanted: int = 0, last: bool = False) -> Pitch | None:
        if not self._pitch:
            return None
        hz, self._pitch = self._pitch, []
        return Pitch(self._next - len(hz), np.array(hz))


class Scene:
    def __init__(
        self,
        pack: Pack | None = None,
        config: EngineConfig | None = None,
        sensitivities: Mapping[str, float] | None = None,
    ) -> None:
        self._analyzers = {c: ScriptedAnalyzer() for c in Channel}
        self._voice = ScriptedVoice()
        self.engine = CallEngine(
            config, pack, sensitivities=sensitivities, analyzers=self._analyzers, caller=self._voice
        )
        self.events: list[Event] = []
        self._call = CallRunner(self.engine, JournalInputs(()), [lambda event: self.events.append(event)])
        self._call.start()
        self._utterances = 1000

    @property
    def now(self) -> float:
        return self.engine.now

    @property
    def cues(self) -> list[str]:
        """Ids of the cues that came, in order."""
        return [e.id for e in self.events if isinstance(e, CueShown)]

    @property
    def shown(self) -> list[CueShown]:
        return [e for e in self.events if isinstance(e, CueShown)]

    @property
    def cleared(self) -> list[tuple[str, str]]:
        """(id, by) of the cues that went, in order."""
        return [(e.id, e.by) for e in self.events if isinstance(e, CueCleared)]

    @property
    def on_screen(self) -> str | None:
        return self.cues[-1] if len(self.cues) > len(self.cleared) else None

    def small_talk(self) -> None:
        """A calm first minute: both have a baseline, the agent has spoken for more than five seconds."""
        for _ in range(6):
            self.agent(4.0)
            self.silence(1.0)
            self.caller(4.0, score=0.0)
            self.silence(1.0)

    def silence(self, seconds: float) -> None:
        self._run(seconds, agent=False, caller=False)

    def agent(self, seconds: float, *, level: float = -26.0, hz: float = 180.0, says: str = "") -> None:
        self._run(seconds, agent=True, caller=False, level=level, hz=hz)
        self._say(Channel.AGENT, says, seconds)

    def caller(self, seconds: float, *, score: float | None = None, says: str = "") -> None:
        self.agitation(score)
        self._run(seconds, agent=False, caller=True)
        self._say(Channel.CALLER, says, seconds)

    def both(self, seconds: float) -> None:
        self._run(seconds, agent=True, caller=True)

    def agitation(self, score: float | None) -> None:
        """Set the caller's agitation: None leaves it as it is."""
        if score is None:
            return
        state = State.HIGH if score >= 0.55 else State.RISING if score >= 0.35 else State.CALM
        self._voice.scripted = Estimate(state, score, 1.0, pitch=8 * score, level=8 * score)

    def listening(self) -> None:
        """The estimator abstains."""
        self._voice.scripted = Estimate(State.LISTENING)

    def feed(self, feedback: Feedback) -> None:
        self._call.feed(feedback)

    def _say(self, channel: Channel, text: str, seconds: float) -> None:
        if text:
            self._utterances += 1
            start, end = self.now - seconds, self.now
            said = Text(t=0.0, utterance=self._utterances, channel=channel, start=start, end=end, text=text)
            self._call.feed(said)

    def _run(self, seconds: float, *, agent: bool, caller: bool, level: float = -26.0, hz: float = 180.0) -> None:
        a, c = self._analyzers[Channel.AGENT], self._analyzers[Channel.CALLER]
        a.speaking, a.level, a.hz = agent, level, hz
        c.speaking, c.level, c.hz = caller, -28.0, 120.0
        block = np.zeros(BLOCK, np.float32)
        for _ in range(max(1, round(seconds / BLOCK_SECONDS))):
            self._call.push(block, block)
