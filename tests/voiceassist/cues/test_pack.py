"""Packs: what a coach writes, and what a coach is told when it is wrong."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from models.agitation import Estimate, State
from tests.support.scene import Scene
from voiceassist.core.errors import InputError
from voiceassist.core.events import ComponentStatus
from voiceassist.core.messages import Message, message
from voiceassist.core.phrase_match import find
from voiceassist.cues import load_pack, pack_for
from voiceassist.cues.pack import SHIPPED, blanks
from voiceassist.cues.words import ENGLISH, because
from voiceassist.session.engine import CallEngine

GOOD = """
[pack]
name = "Ours"
language = "en"
version = 3

[cue.wait]
headline = "Wait a little"
why = "You spoke at once"
when = [{ quick-answers = { count = 1 } }]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "ours.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(folder: Path, text: str) -> list[Message]:
    with pytest.raises(InputError) as caught:
        load_pack(write(folder, text))
    found = caught.value.message.args["mistakes"]
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, Message)]


def test_a_coach_can_write_a_cue_without_code(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, GOOD))
    assert pack.label == "Ours 3"
    assert [cue.id for cue in pack.cues] == ["wait"]


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "key"),
    [
        ('"Wait a little"', '"Please do wait a little longer"', 8, "cue.wait.headline", "headline-too-long"),
        ('headline = "Wait a little"', "", 7, "cue.wait.headline", "key-missing"),
        ('why = "You spoke at once"', "why = 3", 9, "cue.wait.why", "must-be-text"),
        ("quick-answers", "quick-anwsers", 10, "cue.wait.when", "condition-unknown"),
        ("count = 1", "cuont = 1", 10, "cue.wait.when", "parameter-unknown"),
        ("count = 1", 'count = "one"', 10, "cue.wait.when", "parameter-kind"),
        ("[{ quick-answers = { count = 1 } }]", "[]", 10, "cue.wait.when", "must-be-conditions"),
        (
            "quick-answers = { count = 1 }",
            'said = { who = "agent", phrases = "no" }',
            10,
            "cue.wait.when",
            "phrases-unknown",
        ),
        ("quick-answers = { count = 1 }", 'said = { who = "agent" }', 10, "cue.wait.when", "parameter-missing"),
        ('why = "You spoke at once"', 'why = "a"\nkind = "loud"', 10, "cue.wait.kind", "must-be-one-of"),
        ('why = "You spoke at once"', 'why = "a"\npriority = -1', 10, "cue.wait.priority", "must-be-number"),
        ('why = "You spoke at once"', 'why = "a"\ncolour = "red"', 10, "cue.wait.colour", "key-unknown"),
    ],
)
def test_a_mistake_is_reported_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, where: str, key: str
) -> None:
    assert old in GOOD
    (told,) = mistakes(tmp_path, GOOD.replace(old, new))
    problem = told.args.pop("problem")
    assert told == message("pack-mistake", path=str(tmp_path / "ours.toml"), line=line, where=where)
    assert isinstance(problem, Message)
    assert problem.key == key


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    told = mistakes(tmp_path, GOOD.replace("count = 1", "cuont = 1").replace('why = "You spoke at once"', ""))
    assert len(told) == 2


def test_broken_toml_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2") as caught:
        load_pack(write(tmp_path, "\n[pack\n"))
    assert caught.value.message.key == "pack-no-toml"


def test_an_unknown_pack_is_reported_with_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        load_pack("klingon")
    assert caught.value.message.key == "pack-not-found"
    assert caught.value.message.args["shipped"] == PACKS


def test_a_teams_pack_extends_the_shipped_one(tmp_path: Path) -> None:
    pack = load_pack(
        write(
            tmp_path,
            '[pack]\nname = "Team"\nextends = "en"\n[cue.pause]\nheadline = "Breathe"\n[cue.acknowledge]\noff = true\n',
        )
    )
    cues = {cue.id: cue for cue in pack.cues}
    assert cues["pause"].headline == "Breathe"
    assert cues["pause"].why == next(c for c in load_pack("en").cues if c.id == "pause").why
    assert "acknowledge" not in cues


NEVER = {
    "en": [
        *("calm down", "relax", "policy", "you have to", "you should have", "i understand how you feel"),
        *("always", "never"),
    ],
    "de": [
        *("beruhig", "entspann", "richtlinie", "vorschrift", "sie müssen", "sie hätten", "wie sie sich fühlen"),
        *("immer", "niemals", " nie "),
    ],
    "es": [
        *("tranquil", "cálm", "relaj", "política", "tiene que", "debería haber", "cómo se siente"),
        *("siempre", "nunca", "jamás"),
    ],
    "fr": [
        *("calmez", "détendez", "politique", "règlement", "vous devez", "vous auriez dû", "ce que vous ressentez"),
        *("toujours", "jamais"),
    ],
}
"""What no cue says to an agent, and no phrase says to a caller."""

PACKS = [path.stem for path in sorted(SHIPPED.glob("*.toml"))]


@pytest.mark.parametrize("name", PACKS)
def test_no_shipped_cue_says_what_must_never_be_said(name: str) -> None:
    for cue in load_pack(name).cues:
        said = f" {cue.headline} {cue.why} {cue.phrase} ".lower()
        assert not [word for word in NEVER[name] if word in said], cue.id
        assert len(cue.headline.split()) <= 5


STATES = {
    "en": r"parcel|package|driver|delivery|order|account|bill|machine|contract|refund|waited|nobody came|broken|day\b",
    "de": r"paket|fahrer|lieferung|bestellung|konto|rechnung|maschine|vertrag|gewartet|niemand kam|kaputt|\btag\b",
    "es": r"paquete|repartidor|entrega|pedido|cuenta|factura|lavadora|contrato|esperó|no vino|roto|\bdía\b",
    "fr": r"colis|livreur|livraison|commande|votre compte|facture|machine|contrat|attendu|n'est venu|cassé|journée",
}
"""Things and events that only some calls are about."""
WHEN = (
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|montag|dienstag|mittwoch|donnerstag|"
    r"freitag|samstag|sonntag|heute|morgen|lunes|martes|miércoles|jueves|viernes|sábado|domingo|hoy|mañana|lundi|mardi|"
    r"mercredi|jeudi|vendredi|samedi|dimanche|aujourd|demain|\d"
)


@pytest.mark.parametrize("name", PACKS)
def test_what_a_cue_suggests_to_say_is_true_in_any_call(name: str) -> None:
    pack = load_pack(name)
    for cue in pack.cues:
        for fixed in (cue.headline, cue.phrase, cue.with_trouble):
            assert not re.search(rf"\b({STATES[name]}|{WHEN})", fixed.lower()), (cue.id, fixed)


@pytest.mark.parametrize("name", PACKS)
def test_words_in_quotation_marks_come_from_the_call(name: str) -> None:
    for cue in load_pack(name).cues:
        for text in (cue.headline, cue.why, cue.phrase, cue.with_trouble):
            for quoted in re.findall(r"[“„«](.*?)[”“»]", text):
                assert quoted.strip() in ("{phrase}", "{trouble}"), (cue.id, text)


def test_a_card_about_the_trouble_quotes_the_caller_and_says_nothing_of_it_where_nothing_was_told() -> None:
    scene = Scene()
    scene.small_talk()
    scene.caller(4.0, score=0.7, says="My internet has been down since the storm and I work from home.")
    scene.silence(1.0)
    assert scene.on_screen == "acknowledge"
    quoted = re.findall(r"“(.*?)”", scene.shown[-1].phrase)
    assert len(quoted) == 1
    assert quoted[0] in "My internet has been down since the storm and I work from home."
    assert 3 <= len(quoted[0].split()) <= 9
    assert quoted[0].split()[-1] not in ("and", "I")
    silent = Scene()
    silent.small_talk()
    silent.caller(4.0, score=0.7)
    silent.silence(1.0)
    assert silent.on_screen == "acknowledge"
    assert "“" not in silent.shown[-1].phrase


def test_a_card_never_quotes_a_number_that_was_read_out() -> None:
    scene = Scene()
    scene.small_talk()
    scene.caller(4.0, score=0.7, says="you charged my card four five three two one twice")
    scene.silence(1.0)
    assert "four five" not in scene.shown[-1].phrase


def test_a_safety_cue_says_what_the_organization_wants_done() -> None:
    pack = replace(load_pack("en"), procedure="Call the duty manager on the red line.")
    scene = Scene(pack)
    scene.small_talk()
    scene.caller(2.0, score=0.1, says="I am going to kill myself.")
    assert scene.on_screen == "safety"
    assert scene.shown[-1].phrase == "Call the duty manager on the red line."


def test_an_author_who_asks_for_a_list_that_is_an_act_now_is_told_the_act(tmp_path: Path) -> None:
    old = GOOD.replace('language = "en"', 'extends = "en"').replace(
        "quick-answers = { count = 1 }", 'just-said = { who = "caller", phrases = "defensive" }'
    )
    (told,) = load_pack(write(tmp_path, old)).advice
    assert (told.args["line"], told.args["where"]) == (10, "cue.wait.when")
    problem = told.args["problem"]
    assert isinstance(problem, Message)
    assert problem.args["act"] == "feels-ignored-or-unimportant"
    assert [load_pack(name).advice for name in PACKS] == [()] * len(PACKS)


SAFE = {
    "en": ("I am going to kill him, I swear it.", "I need to be there tomorrow!", "There's one person there."),
    "de": ("Ich bringe den um, das schwöre ich.", "Ich muss morgen dort sein!", "Da ist nur eine Person."),
    "es": ("Voy a matarlo, se lo juro.", "¡Tengo que estar allí mañana!", "Solo hay una persona allí."),
    "fr": ("Je vais le tuer, je vous le jure.", "Je dois y être demain !", "Il n'y a qu'une personne là-bas."),
}


@pytest.mark.parametrize("name", PACKS)
def test_harm_is_heard_beside_a_word_of_its_field_and_not_in_talk_of_places_and_people(name: str) -> None:
    threat, *harmless = SAFE[name]
    scene = Scene(load_pack(name))
    scene.small_talk()
    for said in harmless:
        scene.caller(2.0, score=0.5, says=said)
        scene.silence(1.0)
    assert not {"safety", "bring-in"} & set(scene.cues)
    scene.caller(2.0, score=0.5, says=threat)
    assert scene.on_screen == "safety"
    assert scene.shown[-1].acts


INSULT = {
    "en": "Are you all brain dead over there?",
    "de": "Sind Sie eigentlich zu dumm dafür, Sie Vollpfosten?",
    "es": "¡Es usted un inútil y un sinvergüenza!",
    "fr": "Vous êtes vraiment un bon à rien, espèce d'abruti !",
}


@pytest.mark.parametrize("name", PACKS)
def test_an_insult_sets_the_limit_in_each_language(name: str) -> None:
    scene = Scene(load_pack(name))
    scene.small_talk()
    scene.caller(2.0, score=0.5, says=INSULT[name])
    assert scene.on_screen == "set-limit"


def test_an_act_may_be_named_by_its_beginning_where_one_alone_is_meant(tmp_path: Path) -> None:
    act = 'just-act = { who = "caller", does = "threatens" }'
    (told,) = mistakes(tmp_path, GOOD.replace("quick-answers = { count = 1 }", act))
    assert told.args["problem"] == message(
        "act-unknown", act="threatens", known=["threatens-to-leave", "threatens-legal-or-public", "threatens-harm"]
    )
    pack = load_pack(
        write(tmp_path, GOOD.replace("quick-answers = { count = 1 }", act.replace("threatens", "insults")))
    )
    assert pack.cues[0].when.parts[0].parameters["does"] == "insults"


def test_there_are_packs_in_english_spanish_german_and_french() -> None:
    assert PACKS == ["de", "en", "es", "fr"]
    assert [load_pack(name).language for name in PACKS] == PACKS


@pytest.mark.parametrize("name", [name for name in PACKS if name != "en"])
def test_a_shipped_pack_is_in_its_language_throughout(name: str) -> None:
    written = tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    pack, english = load_pack(name), load_pack("en")
    assert set(written["words"]) == set(ENGLISH)
    assert set(written["phrases"]) == set(english.phrases)
    for cue, theirs in ((c, written["cue"][c.id]) for c in english.cues):
        assert {"headline", "why"} <= theirs.keys()
        assert ("phrase" in theirs) == bool(cue.phrase), cue.id
        assert blanks(theirs["why"]) == (blanks(cue.why) & blanks(theirs["why"]))
    assert [cue.id for cue in pack.cues] == [cue.id for cue in english.cues]


def test_figures_and_reasons_are_in_the_language_of_the_pack() -> None:
    angry = Estimate(State.HIGH, 0.8, 1.0, pitch=3.2, level=5.1, said=("so ein Mist",))
    told = "5 dB lauter und 3 Halbtöne höher als zu Beginn, sagte „so ein Mist“"
    assert because(angry, load_pack("de").words) == told


def test_reasons_say_once_what_they_are_compared_with() -> None:
    upset = Estimate(State.HIGH, 0.8, 1.0, pitch=3.0, level=4.0, tilt=2.0)
    assert because(upset, ENGLISH) == "sharper and 3 semitones higher than at the start"
    assert because(Estimate(State.RISING, 0.6), ENGLISH) == "more agitated than at the start"


def test_the_pack_is_that_of_the_spoken_language() -> None:
    assert pack_for("fr").language == "fr"
    assert pack_for("").language == "en"
    assert pack_for("fr").warning is None


def test_without_a_pack_for_the_language_cues_are_in_english_and_the_call_says_so() -> None:
    pack = pack_for("nl")
    assert pack.language == "en"
    _, part = CallEngine(pack=pack).start()
    assert isinstance(part, ComponentStatus)
    assert part.reason == message("pack-missing-for-language", pack="en", call="nl")


def test_a_pack_in_another_language_than_the_call_says_so(tmp_path: Path) -> None:
    assert pack_for("en", write(tmp_path, GOOD)).warning is None
    warning = pack_for("de", write(tmp_path, GOOD)).warning
    assert warning == message("pack-for-other-language", pack="en", call="de")


def test_a_teams_pack_may_extend_any_shipped_one(tmp_path: Path) -> None:
    pack = load_pack(write(tmp_path, '[pack]\nextends = "de"\n[cue.pause]\nheadline = "Erst atmen"\n'))
    assert pack.language == "de"
    assert next(c for c in pack.cues if c.id == "pause").headline == "Erst atmen"
    assert next(c for c in pack.cues if c.id == "speak-up").headline == "Etwas lauter"


SAID = {
    "de": {
        "wants-someone-else": "Ich möchte mit Ihrem Vorgesetzten sprechen.",
        "refusals": "Das kann ich leider nicht machen, das ist nicht möglich.",
        "acknowledges": "Das tut mir sehr leid, Sie haben gewartet.",
        "company-faults": "Die Maschine ist kaputt angekommen.",
        "closings": "Das war alles. Auf Wiederhören!",
    },
    "es": {
        "wants-someone-else": "Quiero hablar con su supervisor.",
        "refusals": "Lo siento, no es posible.",
        "acknowledges": "Entiendo su enfado, siento que haya pasado.",
        "company-faults": "La lavadora llegó rota.",
        "closings": "Eso es todo, adiós.",
    },
    "fr": {
        "wants-someone-else": "Je veux parler à votre responsable.",
        "refusals": "Ce n'est pas possible.",
        "acknowledges": "Je comprends votre colère, vous avez attendu.",
        "company-faults": "La machine est arrivée cassée.",
        "closings": "Ce sera tout, au revoir.",
    },
}


@pytest.mark.parametrize("name", SAID)
def test_ordinary_sentences_are_recognized_in_each_language(name: str) -> None:
    phrases = load_pack(name).phrases
    for key, sentence in SAID[name].items():
        assert find(sentence, phrases[key]), (key, sentence)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("de", "Ich sage nicht, dass Sie unfähig sind."),
        ("es", "No digo que usted sea inútil."),
        ("fr", "Je ne dis pas que vous êtes incapable."),
    ],
)
def test_negated_words_do_not_count_in_any_language(name: str, sentence: str) -> None:
    denied = {"de": "Sie sind nicht unfähig", "es": "usted no es inútil", "fr": "vous n'êtes pas incapable"}[name]
    for said in (denied, sentence):
        assert find(said, load_pack(name).phrases["abuse"]) is None


@pytest.mark.parametrize(
    ("name", "headline", "why"),
    [
        ("de", "Leiser und tiefer sprechen", "Sie sind 5 dB lauter als sonst"),
        ("es", "Voz más suave", "Habla 5 dB más alto que de costumbre"),
        ("fr", "Une voix plus douce", "Vous parlez 5 dB plus fort que d'habitude"),
    ],
)
def test_a_cue_comes_in_the_language_of_its_pack(name: str, headline: str, why: str) -> None:
    scene = Scene(load_pack(name))
    scene.small_talk()
    scene.caller(3.0, score=0.5)
    scene.silence(1.2)
    scene.agent(3.0, level=-18.0)
    (cue,) = scene.shown
    assert (cue.id, cue.headline, cue.why) == ("lower-voice", headline, why)


@pytest.mark.parametrize(
    ("name", "sentence", "phrase"),
    [
        ("de", "Ich will mit Ihrem Vorgesetzten sprechen.", "Vorgesetzten"),
        ("es", "Quiero hablar con su jefe.", "su jefe"),
        ("fr", "Je veux parler à votre responsable.", "votre responsable"),
    ],
)
def test_words_earn_a_cue_in_the_language_of_its_pack(name: str, sentence: str, phrase: str) -> None:
    scene = Scene(load_pack(name))
    scene.small_talk()
    scene.caller(2.0, score=0.2, says=sentence)
    assert scene.cues == ["bring-in"]
    assert phrase in scene.shown[0].why
