"""The building blocks cues are made of. Each is a small question about the situation, with parameters set in the pack.

A condition gets the situation, the cue's pack (for its phrase lists) and `since`: 0 when it decides whether a cue
comes, the moment the cue came up when it decides whether it was heeded. It answers with a `Hit`, which carries the
moment that earned the cue and figures for its reason, or None. The docstring of each is what a coach reads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.agitation import State
from voiceassist.cues.situation import Situation
from voiceassist.cues.words import find
from voiceassist.timeline import Channel


@dataclass(frozen=True, slots=True)
class Hit:
    earned: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What a condition may look at beside its parameters."""

    situation: Situation
    since: float
    phrases: Mapping[str, tuple[str, ...]]


Condition = Callable[..., Hit | None]
CONDITIONS: dict[str, Condition] = {}


def condition(function: Condition) -> Condition:
    """Make a function known to packs under its name with hyphens."""
    CONDITIONS[function.__name__.replace("_", "-")] = function
    return function


@condition
def quick_answers(context: Context, *, count: int = 2, within: float = 40.0, gap: float = 0.3) -> Hit | None:
    """The agent answered less than `gap` seconds after the caller's last word, or cut in, `count` times in `within`
    seconds."""
    now = context.situation.now
    quick = [
        r
        for r in context.situation.responses
        if r.channel is Channel.AGENT and r.gap < gap and r.t >= max(now - within, context.since)
    ]
    if len(quick) < count or now - quick[-1].t > 1.0:
        return None
    return Hit(quick[-1].t, {"count": len(quick), "gap": f"{max(quick[-1].gap, 0.0):.1f}"})


@condition
def leaves_gap(context: Context, *, seconds: float = 1.0) -> Hit | None:
    """The agent left at least `seconds` of silence after the caller's last word."""
    situation = context.situation
    agent, caller = (situation.conversation.sides[c] for c in Channel)
    gap_now = situation.now - max(caller.last_voice, context.since)
    waiting = not agent.speaking and not caller.speaking and caller.last_voice > agent.last_voice
    if waiting and gap_now >= seconds:
        return Hit(situation.now)
    return None


@condition
def talks_over(context: Context, *, seconds: float = 1.0, twice_within: float = 20.0) -> Hit | None:
    """The agent came in while the caller was talking and both talked for `seconds`, or did so twice in
    `twice_within` seconds."""
    situation = context.situation
    under_way = situation.conversation.overlap_so_far(situation.now)
    if under_way and under_way[1] is Channel.AGENT and under_way[0] >= seconds:
        return Hit(situation.now - under_way[0] + seconds, {"seconds": f"{under_way[0]:.1f}"})
    recent = [o for o in situation.overlaps if o.by is Channel.AGENT and o.t >= situation.now - twice_within]
    if len(recent) >= 2 and situation.now - recent[-1].t <= 1.0:
        return Hit(recent[-1].end, {"seconds": f"{recent[-1].end - recent[-1].start:.1f}"})
    return None


@condition
def agent_quiet(context: Context, *, seconds: float = 1.0) -> Hit | None:
    """The agent has not spoken for `seconds`."""
    situation = context.situation
    agent = situation.conversation.sides[Channel.AGENT]
    quiet = not agent.speaking and situation.now - max(agent.last_voice, context.since) >= seconds
    return Hit(situation.now) if quiet else None


@condition
def voice_raised(context: Context, *, level: float = 4.0, pitch: float = 2.0) -> Hit | None:
    """The agent's last 2 s of speech are more than `level` dB louder or `pitch` semitones higher than the agent's own
    usual."""
    raised = context.situation.own_voice.raised()
    if raised is None or not context.situation.speaking(Channel.AGENT):
        return None
    if raised.level > level:
        return Hit(context.situation.now, {"change": f"{raised.level:.0f} dB louder"})
    if raised.pitch > pitch:
        return Hit(context.situation.now, {"change": f"{raised.pitch:.0f} semitones higher"})
    return None


@condition
def voice_back(context: Context, *, level: float = 2.0, pitch: float = 1.0, seconds: float = 2.0) -> Hit | None:
    """The agent has spoken for `seconds` within `level` dB and `pitch` semitones of the agent's own usual."""
    situation = context.situation
    raised = situation.own_voice.raised()
    if raised is None or situation.spoken_since < seconds:
        return None
    return Hit(situation.now) if raised.level <= level and raised.pitch <= pitch else None


@condition
def caller_agitated(context: Context, *, speech: float = 3.0, state: str = "rising") -> Hit | None:
    """The caller has spoken for `speech` seconds since becoming agitated, and is at least `state` (rising, high)."""
    situation = context.situation
    enough = situation.estimate.state is State.HIGH or (state == "rising" and situation.agitated)
    return Hit(situation.now) if enough and situation.agitated_speech >= speech else None


@condition
def agents_turn(context: Context, *, pause: float = 0.4) -> Hit | None:
    """The caller has stopped talking for `pause` seconds, so the agent's turn has come."""
    situation = context.situation
    agent, caller = (situation.conversation.sides[c] for c in Channel)
    waiting = not caller.speaking and caller.last_voice > agent.last_voice
    if waiting and situation.now - caller.last_voice >= pause:
        return Hit(caller.last_voice)
    return None


@condition
def said(context: Context, *, who: str, phrases: str, within: float = 60.0) -> Hit | None:
    """The agent or the caller (`who`) said one of the pack's `phrases` in the last `within` seconds. Never true without
    a transcript."""
    situation = context.situation
    for text in reversed(situation.texts):
        if text.end < max(situation.now - within, context.since):
            break
        found = find(text.text, context.phrases[phrases]) if text.channel == who else None
        if found:
            return Hit(text.end, {"phrase": found})
    return None


@condition
def agitation_fell(context: Context, *, share: float = 0.3, within: float = 30.0) -> Hit | None:
    """The caller's agitation fell by at least `share` within `within` seconds of a cue."""
    situation = context.situation
    if situation.estimate.state is State.LISTENING:
        return None
    praised = max((s.t for s in situation.shown if s.good), default=0.0)
    for shown in reversed(situation.shown):
        if shown.good or shown.t < max(situation.now - within, praised):
            break
        if shown.score > 0 and situation.estimate.score <= (1 - share) * shown.score:
            return Hit(situation.now, {"share": f"{100 * (1 - situation.estimate.score / shown.score):.0f}"})
    return None
