"""Evidence of what kind of call it was."""

from __future__ import annotations

import pytest

from tests.voiceassist.insights.spoken import agitation, caller
from voiceassist.core.events import AgitationState, Channel, Event, Response
from voiceassist.core.messages import message
from voiceassist.insights import call_so_far, call_types
from voiceassist.insights.call_types import CallType


def test_call_type_evidence_is_complete_and_exact() -> None:
    events: list[Event] = [
        caller("I want my money and I want it right now."),
        caller("I am still waiting for it.", t=15.0),
        *(Response(t=20.0 + i, channel=Channel.CALLER, gap=-0.5) for i in range(3)),
        *agitation((0.0, 25.0, AgitationState.HIGH)),
    ]
    found = {e.kind: e.seen for e in call_types.kinds(call_so_far(events))}
    assert found.keys() == {"angry", "impatient", "demanding"}
    assert message("change-cut-in", count=3) in found[CallType.IMPATIENT]
    assert message("change-said", phrase="i want") in found[CallType.DEMANDING]


@pytest.mark.parametrize(
    "said",
    [
        ("Ich will mein Geld, und zwar jetzt sofort.", "Ich warte immer noch darauf."),
        ("Exijo mi dinero ahora mismo.", "Sigo esperando."),
        ("J'exige mon argent, tout de suite.", "J'attends toujours."),
    ],
)
def test_call_type_evidence_is_found_in_other_languages_too(said: tuple[str, str]) -> None:
    spoken = [caller(words, t=10.0 * n) for n, words in enumerate(said)]
    assert {e.kind for e in call_types.kinds(call_so_far(spoken))} == {"impatient", "demanding"}


@pytest.mark.parametrize(
    "said",
    [
        "Good morning, I would like to change my address.",
        "Guten Morgen, ich möchte meine Adresse ändern.",
        "Buenos días, quisiera cambiar mi dirección.",
        "Bonjour, je voudrais changer mon adresse.",
    ],
)
def test_an_ordinary_call_has_no_type(said: str) -> None:
    assert call_types.kinds(call_so_far([caller(said)])) == []
