"""The building blocks cues are made of. Each is a small question about the call, with parameters set in the pack.

A condition gets the state of the call, the pack's phrase lists and `since`: 0 when it decides whether a cue comes, the
moment the cue came up when it decides whether it was followed. It returns a `Hit` with the moment that earned the cue
and figures for its reason, or None. The docstring of each is what a coach reads.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.acts import Point
from models.acts.quotes import safe
from models.agitation import State
from voiceassist.core.events import Channel, HeardAct, Text
from voiceassist.core.phrase_match import find, holds, match, same, sentences
from voiceassist.cues.call_state import CallState
from voiceassist.cues.words import Figure

JUST_NOW = 4.0
"""Seconds within which what was said is news: the text of an utterance arrives about a second after its end."""
BREATH = 1.0
"""Seconds of silence within which somebody counts as still talking."""
OPENING_WORDS = 3
"""How many words of an utterance count as its beginning."""


@dataclass(frozen=True, slots=True)
class Hit:
    earned: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    acts: tuple[HeardAct, ...] = ()
    """What was said that it is about."""


@dataclass(frozen=True, slots=True)
class ConditionContext:
    """What a condition may look at beside its parameters."""

    state: CallState
    since: float
    phrases: Mapping[str, tuple[str, ...]]
    sensitivity: float = 1.0
    """Of the cue: less than 1 asks for more before it comes."""
    point: Point = Point.NAG
    """How sure of an act to be where the pack does not say: `Point.FOLLOWED` for what may have been done already."""


CHOICES = {
    "who": ("agent", "caller", "any"),
    "state": ("rising", "high"),
    "at": ("listen", "acknowledge", "act", "settled"),
    "point": tuple(Point),
}
"""Parameters that take one of a few words, whichever condition they belong to."""

Condition = Callable[..., Hit | None]
CONDITIONS: dict[str, Condition] = {}
THRESHOLDS: dict[str, dict[str, float]] = {}
"""Of each condition the parameters that say how much it takes, with their defaults: a cue that is less sensitive asks
for more of them."""


def condition(*thresholds: str) -> Callable[[Condition], Condition]:
    """Make a function known to packs under its name with hyphens; `thresholds` say how much it takes."""

    def known(function: Condition) -> Condition:
        name = function.__name__.replace("_", "-")
        CONDITIONS[name] = function
        THRESHOLDS[name] = {t: inspect.signature(function).parameters[t].default for t in thresholds}
        return function

    return known


def scale_thresholds(name: str, parameters: Mapping[str, Any], sensitivity: float) -> dict[str, Any]:
    """The parameters of a condition for a cue of this sensitivity: at 0.8 it takes a quarter more; counts are whole."""
    harder: dict[str, Any] = dict(parameters)
    for threshold, default in THRESHOLDS[name].items():
        usual = parameters.get(threshold, default)
        more = usual / sensitivity
        harder[threshold] = math.ceil(more - 1e-9) if isinstance(default, int) else more
    return harder


@condition("count")
def quick_answers(context: ConditionContext, *, count: int = 2, within: float = 40.0, gap: float = 0.3) -> Hit | None:
    """The agent answered less than `gap` seconds after the caller's last word, or cut in, `count` times in `within`
    seconds."""
    now = context.state.now
    quick = [
        r
        for r in context.state.responses
        if r.channel is Channel.AGENT and r.gap < gap and r.t >= max(now - within, context.since)
    ]
    if len(quick) < count or now - quick[-1].t > 1.0:
        return None
    return Hit(quick[-1].t, {"count": len(quick), "gap": f"{max(quick[-1].gap, 0.0):.1f}"})


@condition()
def leaves_gap(context: ConditionContext, *, seconds: float = 1.0) -> Hit | None:
    """The agent left at least `seconds` of silence after the caller's last word."""
    call = context.state
    agent, caller = (call.conversation.sides[c] for c in Channel)
    gap_now = call.now - max(caller.last_voice, context.since)
    waiting = not agent.speaking and not caller.speaking and caller.last_voice > agent.last_voice
    if waiting and gap_now >= seconds:
        return Hit(call.now)
    return None


@condition("seconds")
def talks_over(context: ConditionContext, *, seconds: float = 1.0, twice_within: float = 20.0) -> Hit | None:
    """The agent came in while the caller was talking and both talked for `seconds`, or did so twice in
    `twice_within` seconds."""
    call = context.state
    under_way = call.conversation.overlap_so_far(call.now)
    if under_way and under_way[1] is Channel.AGENT and under_way[0] >= seconds:
        return Hit(call.now - under_way[0] + seconds, {"seconds": f"{under_way[0]:.1f}"})
    recent = [o for o in call.overlaps if o.by is Channel.AGENT and o.t >= call.now - twice_within]
    if len(recent) >= 2 and call.now - recent[-1].t <= 1.0:
        return Hit(recent[-1].end, {"seconds": f"{recent[-1].end - recent[-1].start:.1f}"})
    return None


@condition()
def agent_quiet(context: ConditionContext, *, seconds: float = 1.0) -> Hit | None:
    """The agent has not spoken for `seconds`."""
    call = context.state
    agent = call.conversation.sides[Channel.AGENT]
    quiet = not agent.speaking and call.now - max(agent.last_voice, context.since) >= seconds
    return Hit(call.now) if quiet else None


@condition("level", "pitch")
def voice_raised(
    context: ConditionContext, *, level: float = 4.0, pitch: float = 2.0, louder: float = 2.0
) -> Hit | None:
    """The agent's last 2 s of speech are more than `level` dB louder than the agent's own usual, or `pitch` semitones
    higher and `louder` dB louder at once: melody alone lies 2 semitones up in 3 to 12 % of calm talk."""
    raised = context.state.agent_voice.raised()
    if raised is None or not context.state.speaking(Channel.AGENT):
        return None
    if raised.level > level:
        return Hit(context.state.now, {"change": Figure("louder", round(raised.level))})
    if raised.pitch > pitch and raised.level > louder:
        return Hit(context.state.now, {"change": Figure("higher", round(raised.pitch))})
    return None


@condition()
def voice_back(
    context: ConditionContext, *, level: float = 2.0, pitch: float = 1.0, seconds: float = 2.0
) -> Hit | None:
    """The agent has spoken for `seconds` within `level` dB and `pitch` semitones of the agent's own usual."""
    call = context.state
    raised = call.agent_voice.raised()
    if raised is None or call.spoken_since < seconds:
        return None
    return Hit(call.now) if raised.level <= level and raised.pitch <= pitch else None


@condition("speech")
def caller_agitated(context: ConditionContext, *, speech: float = 3.0, state: str = "rising") -> Hit | None:
    """The caller has spoken for `speech` seconds since becoming agitated, and is at least `state` (rising, high)."""
    call = context.state
    enough = call.estimate.state is State.HIGH or (state == "rising" and call.agitated)
    return Hit(call.now) if enough and call.agitated_speech >= speech else None


@condition()
def agents_turn(context: ConditionContext, *, pause: float = 0.4) -> Hit | None:
    """The caller has stopped talking for `pause` seconds, so the agent's turn has come."""
    call = context.state
    agent, caller = (call.conversation.sides[c] for c in Channel)
    waiting = not caller.speaking and caller.last_voice > agent.last_voice
    if waiting and call.now - caller.last_voice >= pause:
        return Hit(caller.last_voice)
    return None


@condition()
def act(
    context: ConditionContext,
    *,
    who: str,
    does: str,
    within: float = 60.0,
    ago: float = 0.0,
    count: int = 1,
    or_words: str = "",
    never_words: str = "",
    with_words: str = "",
    sure: float = 1.0,
    about_trouble: bool = False,
    point: str = "",
) -> Hit | None:
    """The agent, the caller or `any` did one of the acts `does` (names with spaces between) in the last `within`
    seconds, whatever the words.

    `ago`: at least so many seconds back; `count`: in at least so many utterances; `or_words`: or said one of
    these phrases of the pack; `never_words`: an utterance with one of these does not count; `with_words`: an utterance
    without one of these words of the field (`kill*`: any ending) counts only from the score `sure` on; `about_trouble`:
    only what was said soon after the caller told of the trouble; `point`: how sure to be (nag, interrupt, followed; by
    itself: followed for what may have been done already, interrupt in a safety cue, else nag). Never true without a
    transcript.
    """
    call = context.state
    names, least = does.split(), Point(point) if point else context.point

    def done(text: Text) -> HeardAct | None:
        if never_words and find(text.text, context.phrases[never_words]):
            return None
        if about_trouble and text.channel is Channel.AGENT and text.utterance not in call.replies:
            return None
        act = call.does(text, names, least)
        if act and (not with_words or act.score >= sure or holds(text.text, context.phrases[with_words])):
            return HeardAct(text.utterance, act.name, call.quote(text, act), act.score)
        listed = match(text.text, context.phrases[or_words]) if or_words else None
        return HeardAct(text.utterance, or_words, safe(text.text[listed.start : listed.end])) if listed else None

    return _uttered(call, who, max(call.now - within, context.since), call.now - ago, count, done)


@condition()
def just_act(
    context: ConditionContext,
    *,
    who: str,
    does: str,
    or_words: str = "",
    never_words: str = "",
    with_words: str = "",
    sure: float = 1.0,
    about_trouble: bool = False,
    point: str = "",
) -> Hit | None:
    """As `act`, about the last thing that side said, in the last few seconds."""
    return act(
        context,
        who=who,
        does=does,
        within=JUST_NOW,
        or_words=or_words,
        never_words=never_words,
        with_words=with_words,
        sure=sure,
        about_trouble=about_trouble,
        point=point,
    )


@condition()
def said(
    context: ConditionContext,
    *,
    who: str,
    phrases: str,
    within: float = 60.0,
    ago: float = 0.0,
    count: int = 1,
    also: str = "",
    starts: bool = False,
) -> Hit | None:
    """The agent, the caller or `any` said one of the pack's `phrases` in the last `within` seconds.

    `ago`: at least so many seconds back; `count`: in at least so many utterances; `also`: one of these phrases stood in
    the same utterance; `starts`: the utterance began with it. Never true without a transcript.
    """
    call = context.state

    def listed(text: Text) -> HeardAct | None:
        words = " ".join(text.text.split()[:OPENING_WORDS]) if starts else text.text
        hit = match(words, context.phrases[phrases])
        if hit and (not also or find(text.text, context.phrases[also])):
            return HeardAct(text.utterance, phrases, safe(words[hit.start : hit.end]))
        return None

    return _uttered(call, who, max(call.now - within, context.since), call.now - ago, count, listed)


def _uttered(
    call: CallState, who: str, since: float, until: float, count: int, heard: Callable[[Text], HeardAct | None]
) -> Hit | None:
    """The last of at least `count` utterances of that side, ended from `since` to `until`, in which it was heard."""
    found: list[tuple[Text, HeardAct]] = []
    for text in reversed(call.texts):
        if text.end < since:
            break
        act = heard(text) if who in ("any", text.channel) and text.end <= until else None
        if act:
            found.append((text, act))
    if len(found) < count:
        return None
    text, last = found[0]
    # Words that must not be shown leave their blank open.
    facts = {"phrase": last.words, "count": len(found)} if last.words else {"count": len(found)}
    return Hit(text.end, facts, tuple(act for _, act in found))


@condition()
def just_said(context: ConditionContext, *, who: str, phrases: str, also: str = "", starts: bool = False) -> Hit | None:
    """As `said`, about the last thing that side said, in the last few seconds."""
    return said(context, who=who, phrases=phrases, within=JUST_NOW, also=also, starts=starts)


@condition("count")
def repeats(
    context: ConditionContext, *, who: str, count: int = 2, within: float = 300.0, words: int = 4
) -> Hit | None:
    """That side said nearly the same sentence (of at least `words` words) `count` times in `within` seconds, the last
    time just now."""
    call = context.state
    mine = [t for t in call.texts if t.channel == who and t.end >= call.now - within]
    if not mine or mine[-1].end < max(call.now - JUST_NOW, context.since):
        return None
    for sentence in sentences(mine[-1].text):
        if len(sentence.split()) < words:
            continue
        earlier = sum(any(same(sentence, other) for other in sentences(text.text)) for text in mine[:-1])
        if earlier + 1 >= count:
            return Hit(mine[-1].end, {"sentence": sentence, "count": earlier + 1})
    return None


@condition("seconds")
def monologue(context: ConditionContext, *, who: str = "agent", seconds: float = 25.0) -> Hit | None:
    """That side has held the turn for `seconds`."""
    length = context.state.conversation.monologue(Channel(who), context.state.now)
    return Hit(context.state.now, {"seconds": f"{length:.0f}"}) if length >= seconds else None


@condition()
def hands_over(context: ConditionContext) -> Hit | None:
    """The agent stopped talking and the caller took the turn."""
    caller = context.state.conversation.sides[Channel.CALLER]
    took = caller.speaking and caller.start > context.since and not context.state.speaking(Channel.AGENT)
    return Hit(context.state.now) if took else None


@condition("seconds")
def dead_air(context: ConditionContext, *, seconds: float = 6.0) -> Hit | None:
    """Nobody has spoken for `seconds`."""
    silent = context.state.conversation.silent_for(context.state.now)
    return Hit(context.state.now, {"seconds": f"{silent:.0f}"}) if silent >= seconds else None


@condition()
def agent_speaks(context: ConditionContext) -> Hit | None:
    """The agent is talking."""
    return Hit(context.state.now) if context.state.speaking(Channel.AGENT) else None


@condition()
def first_seconds(context: ConditionContext, *, seconds: float = 60.0) -> Hit | None:
    """The call is no older than `seconds`."""
    return Hit(context.state.now) if context.state.now <= seconds else None


@condition()
def after(context: ConditionContext, *, cues: str, seconds: float = 0.0) -> Hit | None:
    """Each of these `cues` (ids with spaces between) has come in this call, the last at least `seconds` ago."""
    call = context.state
    last = {shown.id: shown.t for shown in call.shown}
    wanted = cues.split()
    if not all(cue in last for cue in wanted) or call.now - max(last[c] for c in wanted) < seconds:
        return None
    return Hit(call.now)


@condition("seconds")
def agitated_for(context: ConditionContext, *, seconds: float = 90.0) -> Hit | None:
    """The caller's agitation has been high for `seconds` of this call in all."""
    high = context.state.high_for
    return Hit(context.state.now, {"seconds": f"{high:.0f}"}) if high >= seconds else None


@condition()
def was_agitated(context: ConditionContext) -> Hit | None:
    """The caller's agitation was high at some time in this call and is not any more."""
    call = context.state
    return Hit(call.now) if call.high_for > 0 and not call.agitated else None


@condition("count")
def cut_in_by_caller(context: ConditionContext, *, count: int = 3, within: float = 60.0) -> Hit | None:
    """The caller cut in on the agent `count` times in `within` seconds."""
    call = context.state
    since = max(call.now - within, context.since)
    cuts = [r for r in call.responses if r.channel is Channel.CALLER and r.gap < 0 and r.t >= since]
    return Hit(cuts[-1].t, {"count": len(cuts)}) if len(cuts) >= count else None


@condition("seconds")
def caller_speaks(context: ConditionContext, *, seconds: float = 5.0) -> Hit | None:
    """The caller has been talking for `seconds`."""
    caller = context.state.conversation.sides[Channel.CALLER]
    long = caller.speaking and context.state.now - caller.turn_start >= seconds
    return Hit(context.state.now) if long else None


@condition("level")
def voice_dropped(context: ConditionContext, *, level: float = 8.0) -> Hit | None:
    """The agent's last 2 s of speech are more than `level` dB under the agent's own usual."""
    raised = context.state.agent_voice.raised()
    if raised is None or not context.state.speaking(Channel.AGENT) or raised.loudest > -level:
        return None
    return Hit(context.state.now, {"change": Figure("softer", round(-raised.loudest))})


@condition()
def voice_carries(context: ConditionContext, *, level: float = 4.0, seconds: float = 2.0) -> Hit | None:
    """The agent has spoken for `seconds` less than `level` dB under the agent's own usual."""
    call = context.state
    raised = call.agent_voice.raised()
    return Hit(call.now) if raised and call.spoken_since >= seconds and raised.level > -level else None


@condition("share")
def pace_up(context: ConditionContext, *, share: float = 0.2, seconds: float = 5.0) -> Hit | None:
    """The agent has just spoken `seconds` with more words a minute than the agent's own usual, by more than `share`.
    Never true without a transcript."""
    pace = context.state.pace(seconds)
    if pace is None or pace.recent < (1 + share) * pace.usual or pace.end < context.state.now - JUST_NOW:
        return None
    return Hit(pace.end, {"change": Figure("faster-by", round(100 * (pace.recent / pace.usual - 1)))})


@condition()
def pace_back(context: ConditionContext, *, share: float = 0.1, seconds: float = 2.0) -> Hit | None:
    """Since the cue came the agent's words a minute are back within `share` of the usual. Without words: after the
    next pause of the agent's."""
    pace = context.state.pace(seconds, context.since)
    return Hit(context.state.now) if pace is not None and pace.recent <= (1 + share) * pace.usual else None


@condition()
def stage(context: ConditionContext, *, at: str) -> Hit | None:
    """The call has come to this stage: listen, acknowledge, act or settled."""
    return Hit(context.state.now) if context.state.stage == at else None


@condition("share")
def agitation_fell(
    context: ConditionContext, *, share: float = 0.3, within: float = 30.0, held: float = 2.0
) -> Hit | None:
    """The caller's agitation fell by at least `share` within `within` seconds of a cue, stayed so for `held` seconds,
    and is not high any more. It must be heard: silence proves nothing."""
    call = context.state
    if call.estimate.state not in (State.FALLING, State.CALM):
        return None
    caller = call.conversation.sides[Channel.CALLER]
    if call.now - caller.last_voice > BREATH or call.now - caller.turn_start < held:
        return None
    # The end of a shouted sentence is lower than its middle: that is not calming down.
    lately = max(score for t, score in call.scores if t >= call.now - held)
    praised = max((s.t for s in call.shown if s.good), default=0.0)
    for shown in reversed(call.shown):
        if shown.good or shown.t < max(call.now - within, praised):
            break
        if shown.score > 0 and lately <= (1 - share) * shown.score:
            return Hit(call.now, {"share": f"{100 * (1 - call.estimate.score / shown.score):.0f}"})
    return None
