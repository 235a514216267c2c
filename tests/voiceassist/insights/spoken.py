"""Events of a call as the insights see them: what was said, and how agitated the caller was."""

from __future__ import annotations

from voiceassist.core.events import Agitation, AgitationState, Channel, Event, Text


def text(said: str, who: Channel = Channel.AGENT, t: float = 10.0) -> Text:
    return Text(t=t, utterance=int(t), channel=who, start=t, end=t + 2, text=said)


def caller(said: str, t: float = 10.0) -> Text:
    return text(said, Channel.CALLER, t)


def agitation(*spans: tuple[float, float, AgitationState]) -> list[Event]:
    scores = {AgitationState.HIGH: 0.8, AgitationState.CALM: 0.1}
    return [
        Agitation(t=start + i * 0.25, score=scores[state], confidence=1.0, state=state)
        for start, end, state in spans
        for i in range(int((end - start) * 4))
    ]
