"""Intense but ordinary speech is not agitation: five calm minutes raise no cue."""

from __future__ import annotations

import pytest

from tests.calls.run import cues, of_kind, run
from tests.calls.spoken import calm_call, ramp
from voiceassist.core.events import Agitation, AgitationState, Channel, SpeechEnded

pytestmark = pytest.mark.slow


def test_a_calm_call_of_five_minutes_raises_no_cue() -> None:
    call = calm_call(seed=1)
    events = run(call.agent, call.caller)
    assert call.seconds >= 300
    assert {s.channel for s in of_kind(events, SpeechEnded)} == set(Channel)
    assert cues(events) == []
    states = {e.state for e in of_kind(events, Agitation) if e.t > 20}
    assert states == {AgitationState.CALM}


def test_a_ramp_is_followed_up_and_down_again() -> None:
    call = ramp(seed=0, line="G.711")
    assert call.agitated is not None
    start, end = call.agitated
    states = [(e.t, e.state) for e in of_kind(run(call.agent, call.caller), Agitation)]
    assert {s for t, s in states if 15 < t < start} == {AgitationState.CALM}
    assert AgitationState.HIGH in {s for t, s in states if start < t < end + 1}
    assert states[-2][1] is AgitationState.CALM
