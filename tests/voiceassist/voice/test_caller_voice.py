"""The caller's voice is the only one that is judged, and each caller by their own start."""

from __future__ import annotations

import pytest

from models.agitation import CallerFrames, Estimate, State
from models.agitation.words import ESCALATION
from tests.models.agitation.voices import pieces, speech, upset
from voiceassist.core.events import Channel, Feedback, FeedbackKind, Text
from voiceassist.core.phrase_match import find, normal
from voiceassist.cues import load_pack
from voiceassist.session.engine import CallEngine
from voiceassist.voice.caller_voice import CallerVoice


def hear(voice: CallerVoice, frames: CallerFrames) -> list[State]:
    """The state after each quarter of a second of `frames`."""
    seen = []
    for piece in pieces(frames):
        voice.add(piece.hz, piece.level_db, piece.spectrum, piece.speech)
        seen.append(voice.estimate.state)
    return seen


def test_there_is_no_estimator_for_the_agent() -> None:
    with pytest.raises(TypeError, match="never for the agent"):
        CallerVoice(Channel.AGENT)  # type: ignore[arg-type]


def test_a_new_caller_gets_a_new_baseline() -> None:
    voice = CallerVoice(Channel.CALLER)
    assert hear(voice, speech(30.0, hz=110.0))[-1] is State.CALM
    engine = CallEngine(caller=voice)
    engine.feed(Feedback(t=0.0, kind=FeedbackKind.NEW_CALLER))
    assert voice.estimate == Estimate(State.LISTENING)
    assert set(hear(voice, speech(40.0, hz=160.0, db=5, seed=8))) == {State.LISTENING, State.CALM}
    assert hear(voice, speech(10.0, hz=160.0, semitones=5, db=11, slope=2, seed=9))[-1] is State.HIGH


def test_escalation_phrases_count_in_the_language_of_the_pack_only() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    before = voice.estimate.score
    voice.said("I want to speak to your manager", "xx")
    assert voice.estimate.score == before
    voice.said("I want to speak to your manager", "en")
    assert voice.estimate.score > before
    assert voice.estimate.said == ("your manager",)


def test_acts_of_the_caller_are_evidence_in_the_words_really_said() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    before = voice.estimate.score
    voice.said("put me through to whoever runs the place", "en", [("asks-for-superior", "whoever runs the place")])
    assert voice.estimate.score > before
    assert voice.estimate.said == ("whoever runs the place",)


def test_where_acts_are_understood_a_list_counts_for_feelings_only() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    voice.said("your manager was very kind, but this is ridiculous", "en", [])
    assert voice.estimate.said == ("this is ridiculous",)


def test_words_that_must_not_be_shown_count_and_are_not_quoted() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    before = voice.estimate.score
    voice.said("you idiot, it is four five six", "en", [("insults", "")])
    assert voice.estimate.score > before
    assert voice.estimate.said == ()


TELLING = [
    ("en", "No, cancel my contract!", "cancel my"),
    ("en", "I want to talk to your manager.", "your manager"),
    ("en", "I don't want another excuse, I want a supervisor.", "a supervisor"),
    ("en", "You are not just slow, you are useless.", "you are useless"),
    ("de", "Ich möchte sofort Ihren Vorgesetzten sprechen.", "Ihren Vorgesetzten"),
    ("de", "Jetzt rufe ich zum dritten Mal an!", "zum dritten Mal"),
    ("de", "Nein, das ist eine Frechheit.", "Frechheit"),
    ("de", "Dann kündige ich eben.", "kündige ich"),
    ("de", "Sie hören von meinem Anwalt.", "meinem Anwalt"),
    ("de", "Ich will nicht länger warten, ich will mein Geld zurück.", "mein Geld zurück"),
    ("de", "Sie sind nicht nur langsam, Sie sind unfähig!", "Sie sind unfähig"),
    ("es", "No, es una vergüenza.", "es una vergüenza"),
    ("es", "Quiero hablar con su supervisor ahora mismo.", "hablar con su supervisor"),
    ("es", "Es la tercera vez que llamo.", "tercera vez"),
    ("es", "¡Estoy harta de ustedes!", "estoy harta"),
    ("es", "No quiero esperar más, páseme con su jefe.", "páseme con su jefe"),
    ("es", "Quiero darme de baja.", "darme de baja"),
    ("fr", "Je veux parler à votre responsable.", "parler à votre responsable"),
    ("fr", "C\u2019est la troisième fois que j\u2019appelle.", "troisième fois"),
    ("fr", "Non, c'est inadmissible !", "c'est inadmissible"),
    ("fr", "J'en ai vraiment marre.", "j'en ai vraiment marre"),
    ("fr", "Vous aurez des nouvelles de mon avocat.", "mon avocat"),
    ("fr", "Passez moi votre chef, s'il vous plaît.", "passez-moi votre chef"),
]
HARMLESS = [
    ("en", "I do not want to speak to your manager."),
    ("en", "Thank you, that is perfectly acceptable, and you are very competent."),
    ("en", "You are not useless at all."),
    ("de", "Ich möchte nicht mit Ihrem Vorgesetzten sprechen."),
    ("de", "Ich will Ihren Vorgesetzten nicht sprechen."),
    ("de", "Nein, ich kündige nicht."),
    ("de", "Ich sage ja nicht, dass Sie unfähig sind."),
    ("de", "Ich verklage Sie nicht, keine Sorge."),
    ("de", "Das ist nicht Ihre Schuld."),
    ("de", "Ich bin nicht wütend."),
    ("de", "Mein Vorgesetzter hat mich gebeten, bei Ihnen anzurufen."),
    ("de", "Das reicht mir völlig, vielen Dank."),
    ("de", "Sie sind wirklich kompetent, und das ist für mich akzeptabel."),
    ("de", "Ich möchte meine Adresse ändern."),
    ("es", "No quiero hablar con su supervisor."),
    ("es", "No voy a cancelar mi contrato."),
    ("es", "No estoy enfadada, solo quiero una factura."),
    ("es", "Si no le importa, repítamelo despacio."),
    ("es", "No es culpa suya."),
    ("es", "Soy un inútil con los ordenadores."),
    ("es", "Mi supervisor me ha pedido que llame."),
    ("es", "Quisiera cambiar mi dirección, por favor."),
    ("fr", "Je ne veux pas parler à votre responsable."),
    ("fr", "Je ne suis pas en colère."),
    ("fr", "Ce n'est pas votre faute."),
    ("fr", "Je résilie pas, rassurez-vous."),
    ("fr", "Je ne vais pas porter plainte."),
    ("fr", "Je ne dis pas que vous êtes incapable."),
    ("fr", "C'est tout à fait acceptable, merci, vous êtes très compétente."),
    ("fr", "Mon responsable m'a demandé de vous appeler."),
    ("fr", "Je voudrais changer mon adresse."),
]


@pytest.mark.parametrize(("language", "said", "phrase"), TELLING)
def test_escalation_phrases_of_real_sentences_are_found(language: str, said: str, phrase: str) -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    voice.said(said, language)
    assert [normal(words) for words in voice.estimate.said] == [normal(phrase)]
    assert all(words in said for words in voice.estimate.said)


@pytest.mark.parametrize(("language", "said"), HARMLESS)
def test_negated_or_harmless_phrases_do_not_count(language: str, said: str) -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    voice.said(said, language)
    assert voice.estimate.said == ()


@pytest.mark.parametrize("language", ESCALATION)
def test_no_phrase_contains_another(language: str) -> None:
    known = ESCALATION[language]
    for one in known:
        inside = [other.text for other in known if find(one.text, [other.text], negated_by_not_wanting=other.is_intent)]
        assert inside == [one.text]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I will get a supervisor, you are useless and I am sick and tired."),
        ("de", "Ich hole einen Vorgesetzten, das ist eine Frechheit."),
        ("es", "Puede hablar con su supervisor, es una vergüenza."),
        ("fr", "Vous pouvez parler à un responsable, c'est inadmissible."),
    ],
)
def test_the_agents_words_never_count(language: str, said: str) -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    engine = CallEngine(pack=load_pack(language), caller=voice)
    before = voice.estimate
    for channel in (Channel.AGENT, Channel.CALLER):
        engine.feed(Text(t=0.0, utterance=1, channel=channel, start=0.0, end=2.0, text=said))
        assert bool(voice.estimate.said) == (channel is Channel.CALLER)
        assert (voice.estimate.score > before.score) == (channel is Channel.CALLER)


def test_cutting_in_is_counted() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    voice.cut_in()
    voice.cut_in()
    assert voice.estimate.cut_ins == 2
    assert voice.estimate.score < 0.2


def test_frames_under_the_agents_voice_do_not_count() -> None:
    voice = CallerVoice(Channel.CALLER)
    hear(voice, speech(30.0))
    raised = upset(10.0)
    raised.speech[:] = False
    assert set(hear(voice, raised)) == {State.CALM}
