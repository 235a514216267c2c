"""A difficult call as a list of events, written by hand, so that the views can be driven without sound or engine."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from voiceassist.core.errors import VoiceAssistError
from voiceassist.core.events import (
    Agitation,
    AgitationState,
    CallEnded,
    CallStarted,
    Change,
    ChangeKind,
    Channel,
    ClearedBy,
    Component,
    ComponentState,
    ComponentStatus,
    ConsentGiven,
    CueCleared,
    CueKind,
    CueShown,
    Event,
    Meter,
    Note,
    SpeechEnded,
    Text,
)
from voiceassist.core.messages import message
from voiceassist.session.live import Command

TIP = CueShown(
    t=96.0,
    number=2,
    id="acknowledge",
    headline="Show you understand",
    why="Caller 6 dB louder, 4 semitones higher than at the start",
    phrase="That's a lot to deal with. Let me make sure I have it right.",
    icon="heart",
    earned=95.7,
)
SAFETY = CueShown(
    t=130.0,
    number=3,
    id="set-limit",
    headline="Set the limit",
    why="Abusive words aimed at you, twice in 20 s",
    phrase="I want to help. I need us to speak respectfully.",
    kind=CueKind.SAFETY,
    icon="shield",
)
GOOD = CueShown(
    t=150.0,
    number=4,
    id="well-done",
    headline="That helped",
    why="Agitation fell by 42 % since the cue",
    kind=CueKind.GOOD,
    icon="check",
)
SOFTER = CueShown(
    t=70.0, number=1, id="lower-voice", headline="Softer voice", why="You are 5 dB louder than usual", icon="volume"
)

LINES = (
    (
        Channel.AGENT,
        1.0,
        5.2,
        "Good morning, and thank you for calling Harbour Home Service. How can I help you today?",
    ),
    (Channel.CALLER, 6.1, 12.4, "Good morning. I ordered a washing machine three weeks ago, and it has not arrived."),
    (Channel.AGENT, 13.3, 17.0, "I can look that up for you. Could you give me the order number, please?"),
    (Channel.CALLER, 17.9, 22.0, "Yes, of course. The order number is four seven one, nine two six."),
    (Channel.AGENT, 30.0, 34.5, "I have your order here. The note says that the driver could not find the house."),
    (Channel.CALLER, 35.0, 40.8, "That is not right. I was at home all day on Tuesday, and nobody came to the door."),
    (Channel.AGENT, 41.0, 43.0, "The system says that the driver was there."),
    (
        Channel.CALLER,
        43.4,
        50.0,
        "I do not care what the system says. I took a day off work, and I waited for ten hours.",
    ),
    (Channel.AGENT, 66.0, 71.0, "We can plan a new day for you."),
    (Channel.CALLER, 72.0, 80.0, "A new day? This is the third time I am calling about the same machine!"),
)

PARTS = (
    ComponentStatus(t=0.0, component=Component.AGENT_AUDIO, state=ComponentState.OK),
    ComponentStatus(t=0.0, component=Component.CALLER_AUDIO, state=ComponentState.OK),
    ComponentStatus(
        t=0.0,
        component=Component.TRANSCRIPTION,
        state=ComponentState.OK,
        reason=message("transcribing", model="tiny.en"),
    ),
    ComponentStatus(t=0.0, component=Component.RECORDING, state=ComponentState.DISABLED),
    ComponentStatus(t=0.0, component=Component.AGITATION, state=ComponentState.OK),
    ComponentStatus(
        t=0.0, component=Component.CONSENT, state=ComponentState.DEGRADED, reason=message("consent-missing")
    ),
)


def agitation(t: float) -> Agitation:
    """A course that rises, peaks and falls, with a stretch of abstaining at the start and one in between."""
    if t < 12 or 52 <= t < 60:
        return Agitation(t=t, score=0.0, confidence=0.0, state=AgitationState.LISTENING)
    if t < 35:
        return Agitation(t=t, score=0.12 + 0.02 * (t % 3), confidence=0.7, state=AgitationState.CALM)
    reasons = (Change(ChangeKind.LOUDER, 6), Change(ChangeKind.HIGHER, 4))
    if t < 80:
        return Agitation(
            t=t, score=0.15 + (t - 35) / 75, confidence=0.8, state=AgitationState.RISING, reasons=reasons[:1]
        )
    if t < 130:
        wave = 0.05 * ((t % 8) / 8)
        return Agitation(t=t, score=0.78 + wave, confidence=0.9, state=AgitationState.HIGH, reasons=reasons)
    score = max(0.2, 0.8 - (t - 130) / 50)
    state = AgitationState.FALLING if score > 0.25 else AgitationState.CALM
    return Agitation(t=t, score=score, confidence=0.9, state=state, reasons=(Change(ChangeKind.LOUDER, 2),))


def call(until: float = 160.0) -> list[Event]:
    """The events of the call up to `until` seconds, in their order."""
    events: list[Event] = [CallStarted(t=0.0, schema=1, pack="English 1"), *PARTS]
    for n in range(int(until * 4)):
        t = n / 4
        events.append(agitation(t))
        speaking = {c: any(c is who and a <= t < b for who, a, b, _ in LINES) for c in Channel}
        events.append(
            Meter(
                t=t,
                agent_db=-22.0 if speaking[Channel.AGENT] else -58.0,
                caller_db=-16.0 if speaking[Channel.CALLER] else -55.0,
                agent_speaking=speaking[Channel.AGENT],
                caller_speaking=speaking[Channel.CALLER],
            )
        )
    for number, (who, start, end, words) in enumerate(LINES):
        half = words[: len(words) // 2]
        events.append(text(number, who, start, end, half, final=False, t=start + 1))
        events.append(SpeechEnded(t=end + 0.5, channel=who, start=start, end=end))
        events.append(text(number, who, start, end, words, t=end + 0.9))
    events += [
        SOFTER,
        CueCleared(t=76.0, number=1, id="lower-voice", by=ClearedBy.FOLLOWED),
        ConsentGiven(t=20.0),
        Note(t=84.0, text="Third call about order 471926: check the delivery address."),
        TIP,
        CueCleared(t=118.0, number=2, id="acknowledge", by=ClearedBy.FOLLOWED),
        SAFETY,
        CueCleared(t=142.0, number=3, id="set-limit", by=ClearedBy.CALLER_CALMED),
        GOOD,
        CueCleared(t=152.0, number=4, id="well-done", by=ClearedBy.EXPIRED),
    ]
    return sorted((e for e in events if e.t <= until), key=lambda e: e.t)


def text(
    number: int, who: Channel, start: float, end: float, words: str, *, final: bool = True, t: float = 0.0
) -> Text:
    return Text(
        t=t, utterance=number, channel=who, start=start, end=end, text=words, final=final, stable=len(words) // 2
    )


class ScriptedCall:
    """A call that tells its events on a thread of its own and keeps the commands it was given."""

    def __init__(self, listener: Any, events: Iterable[Event], ends: bool = False) -> None:
        self.error: VoiceAssistError | None = None
        self.commands: list[Command] = []
        self.paused = False
        self._listener, self._events, self._ends = listener, list(events), ends
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scripted-call", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()

    def join(self, timeout: float | None = None) -> bool:
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def post(self, command: Command) -> None:
        self.commands.append(command)
        self._listener(command)

    def _run(self) -> None:
        for event in self._events:
            self._listener(event)
        if not self._ends:
            self._over.wait()
        self._listener(CallEnded(t=self._events[-1].t if self._events else 0.0))
