"""What promises and dates look like in German, Spanish and French; English is in `voiceassist.insights.follow_ups`.

Each language is a table of patterns for text in lower case. A clause is only a promise when its verb is one that agents
promise with, in a form that speaks of what is to come; what is denied, asked or explained ("Ich rufe Sie an, weil …",
"Le llamo por …") is none. Better a promise missed than one made up. Times are put into English, for one parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OFFICE_START, OFFICE_END = 8, 19
"""Hours of the day that "at eight" without more is taken to lie in."""


@dataclass(frozen=True, slots=True)
class Language:
    promise: str
    """A group `we…` matches where more than one person promises."""
    perhaps: str
    """What is a promise only if it names a time: "Ich prüfe das" is done at once, "Ich prüfe das morgen" is not."""
    no_promise: str
    """What makes it none after all, anywhere in the clause."""
    filler: str
    """What a clause begins with that says nothing."""
    split: str
    """Where one promise ends and the next begins."""
    now: str
    numbers: str
    """From one on; slashes between words for the same number."""
    times: tuple[tuple[str, str], ...]
    """Pattern of a time to its English, the longer ones first; an empty one is no time although it sounds like it."""
    clocks: tuple[str, ...]
    """Of a time of day: groups `h`, perhaps `m` or `m2` (minutes), `half` (half past), `to` (half to)."""
    late: str
    """What puts it in the second half of the day."""
    early: str

    def promised(self, clause: str) -> tuple[str, str] | None:
        """Who promises ("i" or "we") and what, in the words of the clause; None when nothing is promised."""
        plain = clause.casefold()
        found = re.search(self.promise, plain)
        if found is None and self.english(clause):
            found = re.search(self.perhaps, plain)
        if found is None or clause.endswith("?") or re.search(rf"\b(?:{self.no_promise})\b", plain):
            return None
        what = re.sub(rf"^(?:\W*\b(?:{self.filler})\b\W*)+", "", clause, flags=re.I)
        return "we" if any(found[name] for name in found.groupdict()) else "i", what.strip(" .,!¡")

    def at_once(self, clause: str) -> bool:
        """Done while the call goes on, so nothing to be remembered."""
        return re.search(rf"\b(?:{self.now})\b", clause.casefold()) is not None

    def english(self, text: str) -> str:
        """The times named in `text`, in English and in their order, the time of day last; empty when there are none."""
        plain = self._with_figures(text.casefold())
        found: list[tuple[int, str]] = []
        for pattern, english in self.times:
            for match in re.finditer(rf"\b(?:{pattern})(?!\w)", plain):
                found.append((match.start(), match.expand(english)))
            plain = re.sub(rf"\b(?:{pattern})(?!\w)", lambda match: "_" * len(match[0]), plain)
        days = [english for _, english in sorted(found) if english]
        clocks = (re.search(rf"\b(?:{pattern})(?!\w)", plain) for pattern in self.clocks)
        return " ".join([*days, *[self._clock(clock, text.casefold()) for clock in clocks if clock][:1]])

    def _clock(self, match: re.Match[str], plain: str) -> str:
        known = match.groupdict()
        hour, minute = int(known["h"]), int(known.get("m") or known.get("m2") or 0)
        if known.get("half") or known.get("to"):
            hour, minute = hour - bool(known.get("to")), 30
        late, early = (re.search(rf"\b(?:{words})\b", plain) for words in (self.late, self.early))
        if hour < 12 and (late or (hour < OFFICE_START and hour + 12 <= OFFICE_END and not early)):
            hour += 12
        return f"at {hour}:{minute:02}"

    def _with_figures(self, plain: str) -> str:
        for number, names in reversed([*enumerate(self.numbers.split(), start=1)]):  # "dix-sept" before "dix"
            plain = re.sub(rf"\b(?:{names.replace('/', '|')})\b", str(number), plain)
        return plain


ENGLISH_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
ENGLISH_MONTHS = "January February March April May June July August September October November December"


def _named(weekdays: str, months: str, date: str) -> tuple[tuple[str, str], ...]:
    """Days of the week and of the year; `date` is what stands between the day and the month."""
    days = zip(weekdays.split(), ENGLISH_WEEKDAYS.split(), strict=True)
    dates = zip(months.split(), ENGLISH_MONTHS.split(), strict=True)
    return (
        *((rf"(\d{{1,2}}){date}{name.replace('/', '|')}", rf"{english} \1") for name, english in dates),
        *((f"(?:{name.replace('/', '|')})", english) for name, english in days),
    )


_DE = "schick|send|meld|mail|erstatt|überweis|bestell|liefer|tausch|ersetz|reparier|veranlass|kümmer|vereinbar"
_DE_PERHAPS = "ruf|schreib|bring|prüf|klär|frag|leit|buch|stornier|bestätig|hol"
GERMAN = Language(
    promise=(
        rf"\b(?:(?:ich|(?P<we>wir)) (?:{_DE})(?:e|e?n)\b|(?:{_DE})(?:e|e?n) (?:ich|(?P<we2>wir))\b"
        r"|(?:ich rufe|(?P<we3>wir rufen|rufen wir)|rufe ich) .*\bzurück\b"
        rf"|(?:ich werde|(?P<we4>wir werden|werden wir)|werde ich)\b.*\b\w*(?:{_DE}|{_DE_PERHAPS})e?n\b)"
    ),
    perhaps=(
        rf"\b(?:(?:ich|(?P<we>wir)) (?:{_DE_PERHAPS})(?:e|e?n)\b|(?:{_DE_PERHAPS})(?:e|e?n) (?:ich|(?P<we2>wir))\b)"
    ),
    no_promise="nicht|nie|niemals|keine?[mnrs]?|falls|weil|wegen",
    filler="gut|okay|ok|also|dann|ja|nein|und|kein problem|alles klar|natürlich|gerne?",
    split=r",? und (?=(?:ich|wir|dann)\b)|, (?=(?:ich|wir)\b)|;",
    now="jetzt|gerade|sofort|eben|schnell|einen moment|einen augenblick",
    numbers="eins/ein/eine/einem/einer zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"
    " dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
    times=(
        (r"(?:guten|heute|am|tag|mittwoch) morgen", ""),
        (r"in (?:den nächsten )?(\d+) minuten?", r"in \1 minutes"),
        (r"in (?:den nächsten )?(\d+) stunden?", r"in \1 hours"),
        (r"(?:in|innerhalb von|binnen) (?:den nächsten )?(\d+) (?:werk)?tage?n?", r"in \1 days"),
        (r"(?:in|innerhalb von|binnen) (?:den nächsten )?(\d+) wochen?", r"in \1 weeks"),
        (r"(?:nächste|kommende)r? woche", "next week"),
        ("übermorgen", "in 2 days"),
        ("heute", "today"),
        ("morgen", "tomorrow"),
        *_named(
            "montag dienstag mittwoch donnerstag freitag samstag/sonnabend sonntag",
            "januar februar märz april mai juni juli august september oktober november dezember",
            r"\. ",
        ),
    ),
    clocks=(r"(?P<to>halb) (?P<h>\d{1,2})(?: uhr)?", r"(?P<h>\d{1,2})(?:[:.](?P<m>\d\d))? uhr(?: (?P<m2>\d\d))?"),
    late="abends?|nachmittags?",
    early="morgens|früh|vormittags?|heute morgen",
)

_ES = (
    "llam|envi|mand|reembols|confirm|avis|llev|repar|cambi|comprob|pregunt|consult|reserv|cancel|abon|ingres|pas"
    "|tramit|entreg|contact|arregl|localiz"
)
_ES_ER = "devolv|resolv|escrib|ped|repon|correg"
SPANISH = Language(
    promise=(
        rf"\b(?:(?:(?:{_ES})ar|(?:devolv|resolv)er|(?:escrib|ped|correg)ir|pondr|har|volver)(?:é|(?P<we>emos))\b"
        rf"|(?:voy|(?P<we2>vamos)) a (?:volver a )?(?:(?:{_ES})ar|(?:{_ES_ER})[ei]r|poner)(?:me|nos|[lt]es?|os)?\b"
        r"|(?:le|les|te|os|se lo|se la) (?:vuelvo a llamar|envío|mando|reembolso|aviso|abono|ingreso|devuelvo"
        r"|(?P<we3>volvemos a llamar|enviamos|mandamos|reembolsamos|avisamos|abonamos|ingresamos|devolvemos))\b)"
    ),
    perhaps=(
        r"\b(?:le|les|te|os|se lo|se la|lo|la) (?:llamo|confirmo|llevo|escribo|cambio|compruebo|consulto|reservo"
        rf"|(?P<we>(?:{_ES})amos|escribimos|resolvemos))\b"
    ),
    no_promise=r"(?:no|nunca|tampoco) (?:\w+ ){0,2}(?:llam|envi|mand|dev[ou]|reembols|confirm|avis|voy|vamos|pod)\w*"
    r"|si usted|confirm\w+ que|llam\w+ (?:por|porque|para|de parte)|llamar la atención",
    filler="no se preocupe|bueno|vale|bien|claro|entonces|pues|sí|no|y|de acuerdo|muy bien|por supuesto",
    split=r",? y (?=(?:le|les|te|os|se|yo|nosotros)\b)|;",
    now="ahora|ahora mismo|en seguida|enseguida|un momento|de inmediato|ya mismo",
    numbers="uno/una/un dos tres cuatro cinco seis siete ocho nueve diez once doce"
    " trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte",
    times=(
        (r"(?:de|por|en) la mañana|mañanas", ""),
        (r"(?:en|dentro de) (?:los próximos )?(\d+) minutos?", r"in \1 minutes"),
        (r"(?:en|dentro de) (?:las próximas )?(\d+) horas?", r"in \1 hours"),
        (r"(?:en|dentro de) (?:los próximos )?(\d+) días?(?: hábiles| laborables)?", r"in \1 days"),
        (r"(?:en|dentro de) (?:las próximas )?(\d+) semanas?", r"in \1 weeks"),
        (r"(?:la )?(?:próxima semana|semana que viene)", "next week"),
        ("pasado mañana", "in 2 days"),
        ("hoy", "today"),
        ("mañana", "tomorrow"),
        *_named(
            "lunes martes miércoles jueves viernes sábado domingo",
            "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
            " de ",
        ),
    ),
    clocks=(r"a las? (?P<h>\d{1,2})(?:[:.](?P<m>\d\d))?(?: (?P<half>y media))?",),
    late="de la tarde|por la tarde|de la noche",
    early="(?:de|por) la mañana",
)

_FR = "rappel|recontact|rembours|livr|répar|remplac|échang"
_FR_PERHAPS = "confirm|vérifi|command|transf|annul|réserv|demand|apport|not|pass|régl|contact|rédig|post|occup"
_FR_TO = "(?:vous |le |la |les |lui |leur |m'en |l'|y )*"
FRENCH = Language(
    promise=(
        rf"\b(?:je|(?P<we>nous|on)) {_FR_TO}(?:"
        rf"(?:(?:{_FR}|{_FR_PERHAPS})\w*er|enverr|transmettr|écrir|préviendr|rendr|reprendr|fer)(?:ai|a|ons)\b"
        rf"|(?:{_FR})(?:l?e|e?ons)\b|(?:envoie|envoyons|transmets|transmettons|préviens|prévenons)\b"
        rf"|(?:vais|va|allons) {_FR_TO}"
        rf"(?:(?:{_FR}|{_FR_PERHAPS})\w*er|envoyer|transmettre|écrire|prévenir|rendre|reprendre|faire)\b)"
    ),
    perhaps=rf"\b(?:je|(?P<we>nous|on)) {_FR_TO}(?:(?:{_FR_PERHAPS})(?:e|ons)|écris|écrivons|fais|faisons)\b",
    no_promise=r"(?:rappel|envo|rembours|confirm|transm|not|demand)\w* (?:pas|jamais|plus|rien|que)"
    r"|parce que|au sujet|si vous",
    filler="bon|bien|alors|donc|oui|non|et|d'accord|très bien|bien sûr|pas de problème|ne vous inquiétez pas",
    split=r",? et (?=(?:je|nous|on)\b)|;",
    now="maintenant|tout de suite|immédiatement|un instant|un moment|une seconde",
    numbers="un/une deux trois quatre cinq six sept huit neuf dix onze douze/midi"
    " treize quatorze quinze seize dix-sept dix-huit dix-neuf vingt",
    times=(
        (r"(?:dans|d'ici|sous) (?:les )?(\d+) minutes?", r"in \1 minutes"),
        (r"(?:dans|d'ici|sous) (?:les )?(\d+) heures?", r"in \1 hours"),
        (r"(?:dans|d'ici|sous) (?:les )?(\d+) jours?(?: ouvrés| ouvrables)?", r"in \1 days"),
        (r"(?:dans|d'ici|sous) (?:les )?(\d+) semaines?", r"in \1 weeks"),
        (r"(?:la )?semaine prochaine", "next week"),
        ("après[- ]demain", "in 2 days"),
        ("aujourd'hui", "today"),
        ("demain", "tomorrow"),
        *_named(
            "lundi mardi mercredi jeudi vendredi samedi dimanche",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
            "(?:er)? ",
        ),
    ),
    clocks=(r"à (?P<h>\d{1,2}) ?(?:heures?|h)(?: ?(?P<m>\d\d)| (?P<half>et demie))?", r"à (?P<h>12)"),
    late="du soir|de l'après-midi",
    early="du matin",
)

LANGUAGES = (GERMAN, SPANISH, FRENCH)
