"""What kind of difficult call it was: evidence, never a verdict, and kept with the call, not with the caller.

The kinds are those of the articles on serving difficult customers. Each is told with what was observed; where nothing
was, nothing is said. It describes how a caller *behaved in this call* and only helps to choose between cues.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voiceassist.core.events import Channel
from voiceassist.core.messages import Message, message
from voiceassist.core.phrase_match import find, same, sentences
from voiceassist.insights.call_so_far import CallSoFar

HURRY = (
    *("hurry", "how long", "quickly", "right now", "no time", "still waiting", "as soon as", "immediately"),
    *("beeilen", "wie lange", "schnell", "jetzt sofort", "keine zeit", "warte immer noch", "so bald wie", "umgehend"),
    *("dese prisa", "cuánto tiempo", "rápido", "ahora mismo", "no tengo tiempo", "sigo esperando", "cuanto antes"),
    *(
        "dépêchez-vous",
        "combien de temps",
        "vite",
        "tout de suite",
        "pas le temps",
        "j'attends toujours",
        "au plus vite",
    ),
)
DEMANDS = (
    *("i want", "i demand", "i expect", "i need you to", "you must", "give me"),
    *("ich will", "ich verlange", "ich erwarte", "ich bestehe darauf", "sie müssen", "geben sie mir"),
    *("quiero que", "exijo", "insisto en", "ustedes tienen que", "usted tiene que", "deme"),
    *("je veux", "j'exige", "j'attends de vous", "j'insiste", "vous devez", "donnez-moi"),
)
INTIMIDATING = (
    *("lawyer", "sue you", "complaint about you", "your job", "i know people", "report you", "in the papers"),
    *(
        "anwalt",
        "verklage sie",
        "beschwerde über sie",
        "ihren job",
        "ich kenne leute",
        "zeige sie an",
        "in die zeitung",
    ),
    *("abogado", "voy a denunciar", "queja contra usted", "su puesto", "conozco gente", "a la prensa"),
    *("avocat", "porter plainte", "plainte contre vous", "votre poste", "je connais du monde", "dans les journaux"),
)
HESITATION = (
    *("i don't know", "i am not sure", "maybe", "or perhaps", "i can't decide", "what do you think", "let me think"),
    *("ich weiß nicht", "bin nicht sicher", "vielleicht", "oder doch", "nicht entscheiden", "was meinen sie"),
    *("no lo sé", "no sé", "no estoy seguro", "quizás", "tal vez", "no me decido", "qué le parece", "déjeme pensar"),
    *(
        "je ne sais pas",
        "pas sûr",
        "peut-être",
        "ou plutôt",
        "pas me décider",
        "qu'en pensez-vous",
        "laissez-moi réfléchir",
    ),
)
COMPLAINTS = (
    *("last time", "every time", "third time", "again and again", "as usual", "once again"),
    *("letztes mal", "jedes mal", "dritten mal", "immer wieder", "wie üblich", "wieder einmal"),
    *("la última vez", "cada vez", "tercera vez", "una y otra vez", "como siempre", "otra vez"),
    *("la dernière fois", "à chaque fois", "troisième fois", "encore et encore", "comme d'habitude", "encore une fois"),
)


class CallType(StrEnum):
    ANGRY = "angry"
    IMPATIENT = "impatient"
    DEMANDING = "demanding"
    INTIMIDATING = "intimidating"
    INDECISIVE = "indecisive"
    COMPLAINS_OFTEN = "complains-often"


@dataclass(frozen=True, slots=True)
class Evidence:
    kind: CallType
    seen: tuple[Message, ...]
    """What was observed, in plain words."""

    @property
    def message(self) -> Message:
        return message("evidence", kind=message(f"call-type-{self.kind}"), seen=list(self.seen))


def kinds(call: CallSoFar) -> list[Evidence]:
    """Kinds there is evidence for, the best supported first."""
    said = [text.text for text in call.texts if text.channel is Channel.CALLER]
    high = call.figures.high_seconds
    cuts = sum(response.channel is Channel.CALLER and response.gap < 0 for response in call.responses)
    overlaps = sum(overlap.by is Channel.CALLER for overlap in call.overlaps)
    cut_in = (message("change-cut-in", count=max(cuts, overlaps)),) if max(cuts, overlaps) >= 3 else ()
    found = [
        Evidence(CallType.ANGRY, (message("seen-high-agitation", seconds=high),) if high >= 20 else ()),
        Evidence(CallType.IMPATIENT, (*_words(said, HURRY), *cut_in)),
        Evidence(CallType.DEMANDING, (*_words(said, DEMANDS), *_repeated(said))),
        Evidence(CallType.INTIMIDATING, _words(said, INTIMIDATING)),
        Evidence(CallType.INDECISIVE, _words(said, HESITATION, least=2)),
        Evidence(CallType.COMPLAINS_OFTEN, _words(said, COMPLAINTS, least=2)),
    ]
    return sorted((e for e in found if e.seen), key=lambda e: -len(e.seen))


def _words(said: list[str], phrases: tuple[str, ...], least: int = 1) -> tuple[Message, ...]:
    found = [phrase for text in said if (phrase := find(text, phrases))]
    return (
        tuple(message("change-said", phrase=phrase) for phrase in dict.fromkeys(found)) if len(found) >= least else ()
    )


def _repeated(said: list[str]) -> tuple[Message, ...]:
    whole = [s for text in said for s in sentences(text) if len(s.split()) >= 4]
    again = sum(any(same(s, earlier) for earlier in whole[:i]) for i, s in enumerate(whole))
    return (message("seen-repeated-request", count=again),) if again else ()
