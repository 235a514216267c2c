"""Finds what nobody should keep in what was said: card numbers, codes, expiry and birth dates, bank and phone numbers,
e-mail addresses, national ids and names from a list.

Numbers are found in digits and as spoken words, in every mixture, with corrections and fillers between them, over
several utterances and both sides. A label ("card number", "security code", "order number") says what the digits after
it are; without one, only what is as long as a card or phone number counts. It errs towards masking: it looks for where
numbers are, not for which they are, because recognizers get digits wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from voiceassist.core.events import Channel

CARD_DIGITS = range(13, 20)
SURE_CARD = 15
"""Digits in one go that are a card even where the checksum is wrong: a recognizer drops and changes digits."""
PART_GAP_S = 20.0
"""Seconds between two parts of one number: the other side reads back or asks."""
LABEL_S = 45.0
"""Seconds a label counts, from when it or digits under it were last said."""
LOOSE_WORDS = 3
"""Other words between two digits of one run."""


class Kind(StrEnum):
    CARD = "card"
    CODE = "code"
    EXPIRY = "expiry"
    BIRTH = "birth"
    BANK = "bank"
    EMAIL = "email"
    PHONE = "phone"
    ID = "id"
    NAME = "name"
    OTHER = "other"
    """A number nobody has to hide: an order, an amount."""


@dataclass(frozen=True, slots=True)
class Said:
    """One utterance; times in seconds of the call."""

    channel: Channel
    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Characters `begin` to before `end` of utterance number `said` are of this kind."""

    kind: Kind
    said: int
    begin: int
    end: int


LEAST: dict[Kind, int] = {
    Kind.CARD: 3,
    Kind.CODE: 3,
    Kind.EXPIRY: 3,
    Kind.BIRTH: 3,
    Kind.BANK: 4,
    Kind.PHONE: 6,
    Kind.ID: 3,
}
"""Digits that are taken for a number under its label; a date may name its month instead."""
LABELS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.CODE,
        r"security code|cvv2?|cvc2?|c v [vc]|card verification|verification code"
        r"|(?:three|3|four|4)[ -]digits?(?: \w+){0,3} (?:back|front|code)|digits on the back|pin(?: number| code)?"
        r"|one[- ]time (?:code|password)|passcode"
        r"|prüfnummer|prüfziffer|sicherheitscode|código de seguridad|código de verificación|cryptogramme"
        r"|code de sécurité|code secret",
    ),
    (
        Kind.EXPIRY,
        r"expir\w*|valid (?:until|thru|through|to)|good (?:until|through)|ablaufdatum|gültig bis|läuft ab|caduca\w*"
        r"|caducidad|vencimiento|vence|date d['’]expiration|valable jusqu\w*",
    ),
    (
        Kind.BIRTH,
        r"date of birth|birth ?da(?:y|te)|born|d o b|dob|geburtsdatum|geburtstag|geboren"
        r"|fecha de nacimiento|nací|date de naissance|née? le",
    ),
    (
        Kind.BANK,
        r"iban|account (?:number|details)|sort code|routing number|bank account|kontonummer|bankleitzahl|bankverbindung"
        r"|número de cuenta|cuenta bancaria|numéro de compte|compte bancaire|r i b",
    ),
    (
        Kind.ID,
        r"social security|s s n|ssn|national insurance|passport|driving licen[cs]e|driver'?s licen[cs]e"
        r"|tax (?:id|number)|national id|identity card|personalausweis|ausweisnummer|steuer-?(?:id|nummer)"
        r"|sozialversicherungs\w*|dni|nie"
        r"|seguridad social|pasaporte|sécurité sociale|passeport|carte d['’]identité",
    ),
    (
        Kind.PHONE,
        r"phone(?: number)?|telephone|mobile(?: number)?|cell(?: number)?|call (?:me|you|back) (?:on|at)"
        r"|reach (?:me|you) "
        r"(?:on|at)|ring me|telefon\w*|handy\w*|rufnummer|teléfono|móvil|téléphone|portable",
    ),
    (
        Kind.CARD,
        r"(?:credit|debit|bank)[ -]?cards?|card(?:'s)? numbers?|(?:my|your|the|new) cards?"
        r"|long number|visa|master ?card|amex|american express|sixteen digits?|16[ -]digits?|kreditkarte\w*"
        r"|kartennummer|karte|tarjeta"
        r"|carte(?: bancaire| de crédit| bleue)?|card",
    ),
    (
        Kind.OTHER,
        r"(?:order|reference|invoice|ticket|booking|flight|case|customer|tracking|parcel|confirmation|meter|serial"
        r"|model"
        r"|policy|claim|contract|article|version|extension|room|gate|seat|error)(?: \w+)? ?(?:number|code|id|no"
        r"|reading)?"
        r"|(?:bestell|auftrags|rechnungs|kunden|vertrags|zähler|vorgangs|sendungs)\w*|postcode|zip(?: code)?"
        r"|postleitzahl"
        r"|pedido|factura|referencia|commande|facture|référence|dossier",
    ),
)
_LABELS = [(kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for kind, pattern in LABELS]
_LAST_FOUR = re.compile(
    r"(?:ending|ends|last (?:four|4)(?: digits)?|endet auf|letzten vier|termina en|se termine)\b", re.I
)

_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+|[^\W\d_]+(?:['’][^\W\d_]+)?")
_EMAIL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|\b\w+(?:[ ,]+(?:dot|point|punkt|punto|underscore|dash|hyphen|minus|plus|unterstrich)[ ,]+\w+|[ ,]+\d+)*[ ,]+"
    r"(?:at|ät|arroba|arobase|klammeraffe)[ ,]+(?:\w+[ ,]+){1,3}?(?:dot|point|punkt|punto)[ ,]+\w+"
    r"(?:[ ,]+(?:dot|point|punkt|punto)[ ,]+\w+)*",
    re.IGNORECASE,
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b")
_AMOUNT = re.compile(
    r"\s*(?:%|percent|prozent|pounds?|dollars?|euros?|cents?|pence|p\b|am\b|pm\b|a\.m|p\.m|o['’]clock|uhr|minutes?"
    r"|minuten"
    r"|hours?|stunden?|days?|tage?n?|weeks?|wochen?|months?|monate?n?|years?|jahre?n?|grad|degrees?|seconds?"
    r"|times\b|mal\b"
    r"|kilo\w*|km\b|miles?|megabits?|gigabytes?|people|minutos?|horas?|días|heures?|jours?|st\b|nd\b|rd\b|th\b)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"[£$€]$")
_IN_YEAR = re.compile(r"\b(?:in|since|from|until|year|of|seit|jahr|von|bis|desde|en|depuis)$", re.IGNORECASE)

_UNITS = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
}
_TEENS = {
    "en": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "de": "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
    "es": "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve",
    "fr": "dix onze douze treize quatorze quinze seize",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "fr": "vingt trente quarante cinquante soixante septante octante nonante",
}
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
)
_MONTHS = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "januar",
        "februar",
        "märz",
        "mai",
        "juni",
        "juli",
        "oktober",
        "dezember",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
        "janvier",
        "février",
        "mars",
        "avril",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
)
_FILLERS = frozenset(
    [
        "um",
        "uh",
        "er",
        "erm",
        "ah",
        "hmm",
        "mhm",
        "mm",
        "okay",
        "ok",
        "right",
        "yes",
        "yeah",
        "yep",
        "sure",
        "and",
        "then",
        "so",
        "no",
        "sorry",
        "wait",
        "actually",
        "correction",
        "rather",
        "mean",
        "i",
        "that's",
        "thats",
        "is",
        "it's",
        "its",
        "the",
        "dash",
        "space",
        "comma",
        "hyphen",
        "got",
        "it",
        "next",
        "again",
        "after",
        "followed",
        "by",
        "let",
        "me",
        "see",
        "start",
        "over",
        "äh",
        "ähm",
        "ja",
        "nein",
        "gut",
        "genau",
        "und",
        "dann",
        "also",
        "moment",
        "entschuldigung",
        "eh",
        "sí",
        "no",
        "y",
        "luego",
        "perdón",
        "vale",
        "euh",
        "oui",
        "non",
        "et",
        "puis",
        "pardon",
        "alors",
        "d'accord",
    ]
)
_REPEATS = {"double": 2, "triple": 3, "treble": 3, "doppel": 2, "doppelt": 2, "doble": 2, "quadruple": 4}
_LARGE = {"hundred": "00", "hundert": "00", "cien": "00", "ciento": "00", "cent": "00", "thousand": "000", "mil": "000"}


def _values() -> dict[str, str]:
    """Number words of all languages, with the digits they stand for. A word that is common for something else in
    another language ("once", "die") counts only between digits anyway."""
    values: dict[str, str] = {"oh": "0", "o": "0", "nought": "0", "naught": "0", "nil": "0", "zwo": "2", "une": "1"}
    for language, units in _UNITS.items():
        names = units.split()
        values |= {name: str(i) for i, name in enumerate(names)}
        values |= {name: str(10 + i) for i, name in enumerate(_TEENS[language].split())}
        tens = _TENS[language].split()
        values |= {name: str(20 + 10 * i) for i, name in enumerate(tens)}
        if language == "de":
            ones = ["", "ein", *names[2:]]
            values |= {f"{ones[u]}und{ten}": str(20 + 10 * i + u) for i, ten in enumerate(tens) for u in range(1, 10)}
        if language == "es":
            values |= {f"veinti{name}": f"2{i}" for i, name in enumerate(names) if i}
    ordinals = _ORDINALS.split()
    values |= {name: str(i + 1 if i < 19 else 20 if i == 19 else 30) for i, name in enumerate(ordinals)}
    values |= {"veintidós": "22", "veintitrés": "23", "veintiséis": "26"}
    return values


_VALUES = _values()
_WEAK = frozenset({"o", "oh", "un", "une", "uno", "second", "once", "sept", "mil", "cent", "mars", "may", "march"})
"""Words that are digits only beside other digits."""


@dataclass(slots=True)
class _Token:
    said: int
    begin: int
    end: int
    digits: str = ""
    month: bool = False


@dataclass(slots=True)
class _Run:
    """Digits with little between them."""

    tokens: list[_Token]
    kind: Kind | None
    start: float
    end: float
    keep: bool = False

    @property
    def digits(self) -> str:
        return "".join(token.digits for token in self.tokens)


@dataclass(slots=True)
class _Scan:
    """Where the search is, in the order in which things were said."""

    runs: list[_Run] = field(default_factory=list)
    open: _Run | None = None
    loose: int = 0
    label: Kind | None = None
    label_at: float = -1e9
    last_four: bool = False


def find(said: Sequence[Said], names: Iterable[str] = ()) -> list[Finding]:
    """What is sensitive in these utterances, given in the order in which they began. `names` are one word or several,
    in any case of letters. Findings are in order and do not overlap."""
    scan = _Scan()
    for i, one in enumerate(said):
        _scan(scan, i, one)
    _close(scan)
    _join_parts(scan.runs, said)
    found = [finding for run in scan.runs if run.keep for finding in _spans(run)]
    listed = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names if name.strip()) or r"(?!)", re.IGNORECASE)
    for i, one in enumerate(said):
        found += [Finding(Kind.EMAIL, i, m.start(), m.end()) for m in _EMAIL.finditer(one.text)]
        found += [Finding(Kind.BANK, i, m.start(), m.end()) for m in _IBAN.finditer(one.text) if _is_iban(m.group())]
        found += [Finding(Kind.NAME, i, m.start(), m.end()) for m in listed.finditer(one.text)]
    return _disjoint(found)


def masked(text: str, findings: Iterable[Finding]) -> str:
    """The text with `[card]` and the like in place of what was found in it."""
    for one in sorted(findings, key=lambda one: -one.begin):
        text = f"{text[: one.begin]}[{one.kind}]{text[one.end :]}"
    return text


def luhn(digits: str) -> bool:
    """Whether the check digit of a card number is right."""
    total = sum(sum(divmod(int(d) * (1 + i % 2), 10)) for i, d in enumerate(reversed(digits)))
    return total % 10 == 0


def digits_of(text: str) -> str:
    """All digits in a text, as numerals and number words, whatever they are of."""
    return "".join(token.digits for token in _tokens(0, text) if isinstance(token, _Token))


def _tokens(number: int, text: str) -> list[_Token | str]:
    """Digits and months as tokens, other words as text, in order."""
    tokens: list[_Token | str] = []
    repeat = 0
    repeat_at = 0
    for match in _WORD.finditer(text):
        word = match.group().lower()
        digits = word.replace(",", "") if word[0].isdecimal() else _VALUES.get(word, "")
        digits = "".join(str(int(d)) for d in digits)
        begin = match.start()
        if word in _REPEATS:
            repeat, repeat_at = _REPEATS[word], begin
            continue
        if word in _LARGE and tokens and isinstance(tokens[-1], _Token) and not tokens[-1].month:
            digits = _LARGE[word]
        if digits:
            if repeat:
                digits, begin = digits * repeat, repeat_at
            previous = tokens[-1] if tokens else None
            if (
                isinstance(previous, _Token)
                and len(previous.digits) == 2
                and previous.digits[1] == "0"
                and previous.digits[0] > "1"
                and not word.isdecimal()
                and not text[previous.begin : previous.end].isdecimal()
                and len(digits) == 1
                and digits != "0"
                and text[previous.end : match.start()].strip(" -") == ""
            ):
                previous.digits, previous.end = previous.digits[0] + digits, match.end()  # forty-one
            else:
                tokens.append(_Token(number, begin, match.end(), digits))
        elif word in _MONTHS:
            tokens.append(_Token(number, begin, match.end(), month=True))
        else:
            tokens.append(word)
        repeat = 0
    return tokens


def _scan(scan: _Scan, number: int, one: Said) -> None:
    if scan.open is not None and one.start - scan.open.end > PART_GAP_S:
        _close(scan)
    labels = sorted(
        ((m.end(), m.start(), kind) for kind, pattern in _LABELS for m in pattern.finditer(one.text)),
    )
    last_four = [m.end() for m in _LAST_FOUR.finditer(one.text)]
    tokens = _tokens(number, one.text)
    has_digits = sum(len(t.digits) for t in tokens if isinstance(t, _Token)) >= LEAST[Kind.CARD]
    if labels and has_digits and scan.open is None:
        first = next(t for t in tokens if isinstance(t, _Token))
        if first.begin < labels[0][1] and not _is_label(scan, one.start):
            _set_label(scan, labels[0][2], one.start)  # "4111 … is my card number"
    position = 0
    at = 0
    for index, token in enumerate(tokens):
        if isinstance(token, str):
            position = one.text.lower().find(token, position)
            begin, position = position, position + len(token)
        else:
            begin, position = token.begin, token.end
        while at < len(labels) and labels[at][0] <= begin:
            _begin_label(scan, labels[at][2], one.start)
            at += 1
        if isinstance(token, str):
            if scan.open is not None and token not in _FILLERS and len(token) > 1:
                scan.loose += 1
                if scan.loose > LOOSE_WORDS:
                    _close(scan)
            continue
        if any(labels_begin <= token.begin < labels_end for labels_end, labels_begin, _ in labels):
            continue  # "sixteen digits", "three digits on the back"
        if not _counts(scan, tokens, index, token, one):
            continue
        if scan.open is None:
            scan.last_four = any(0 <= token.begin - end < 25 for end in last_four)
            kind = scan.label if _is_label(scan, one.start) and not scan.last_four else None
            scan.open = _Run([], Kind.OTHER if scan.last_four else kind, one.start, one.end)
        scan.open.tokens.append(token)
        scan.open.end = one.end
        scan.loose = 0
        scan.label_at = one.end if _is_label(scan, one.start) else scan.label_at
    while at < len(labels):
        _begin_label(scan, labels[at][2], one.end)
        at += 1


def _counts(scan: _Scan, tokens: list[_Token | str], index: int, token: _Token, one: Said) -> bool:
    """Whether a number word or a month is part of a number here."""
    word = one.text[token.begin : token.end].lower()
    beside = tokens[max(index - 1, 0) : index + 2]
    beside_digits = any(isinstance(other, _Token) and other.digits and other is not token for other in beside)
    if token.month:
        return beside_digits and _date_label(scan)
    labelled = scan.label in LEAST and _is_label(scan, one.start)
    if word in _WEAK:
        return beside_digits or scan.open is not None or labelled
    if not labelled or not (_date_label(scan) or (scan.open is not None and scan.label in (Kind.CARD, Kind.CODE))):
        before = one.text[: token.begin].rstrip()
        if _MONEY.search(before) or (len(token.digits) <= 6 and _AMOUNT.match(one.text, token.end)):
            return False
        if not labelled and word[:2] in ("19", "20") and len(word) == 4 and _IN_YEAR.search(before):
            return False
        if re.match(r"[:.]\d\d\b", one.text[token.end :]) or before[-1:] == ":":
            return False
    return True


def _date_label(scan: _Scan) -> bool:
    return scan.label in (Kind.EXPIRY, Kind.BIRTH)


def _is_label(scan: _Scan, now: float) -> bool:
    return scan.label is not None and now - scan.label_at <= LABEL_S


def _begin_label(scan: _Scan, kind: Kind, now: float) -> None:
    if scan.open is not None and scan.open.kind is not kind and scan.open.kind is not None:
        _close(scan)
    if scan.label is Kind.CARD and kind is Kind.OTHER and _is_label(scan, now) and scan.open is not None:
        return
    _set_label(scan, kind, now)


def _set_label(scan: _Scan, kind: Kind, now: float) -> None:
    scan.label, scan.label_at = kind, now
    if scan.open is not None and scan.open.kind is None:
        scan.open.kind = kind


def _close(scan: _Scan) -> None:
    run, scan.open, scan.loose = scan.open, None, 0
    if run is None:
        return
    length, kind = len(run.digits), run.kind
    scan.runs.append(run)
    if kind in (Kind.EXPIRY, Kind.BIRTH):
        run.keep = length >= LEAST[kind] or any(token.month for token in run.tokens)
        if run.keep and scan.label is kind:
            scan.label = None  # a date is said once
    elif kind in LEAST:
        run.keep = length >= LEAST[kind] and not (kind is Kind.CARD and _is_year(run))
        if kind is Kind.CODE and length > 8:
            run.kind = Kind.CARD
    elif kind is Kind.OTHER:
        run.keep = any(_has_card(part) for part in _by_utterance(run)) and length <= CARD_DIGITS[-1]
    elif _has_card(run.digits) or length >= SURE_CARD:
        run.kind, run.keep = Kind.CARD, True
    elif 9 <= length < CARD_DIGITS[0]:
        run.kind, run.keep = Kind.PHONE, True


def _by_utterance(run: _Run) -> list[str]:
    """The digits of each utterance."""
    digits: dict[int, str] = {}
    for token in run.tokens:
        digits[token.said] = digits.get(token.said, "") + token.digits
    return list(digits.values())


def _is_year(run: _Run) -> bool:
    return len(run.tokens) == 1 and len(run.digits) == 4 and run.digits[:2] in ("19", "20")


def _has_card(digits: str) -> bool:
    lengths = [n for n in CARD_DIGITS if n <= len(digits)]
    return any(luhn(digits[at : at + n]) for n in lengths for at in range(len(digits) - n + 1)) and len(digits) >= 13


def _join_parts(runs: list[_Run], said: Sequence[Said]) -> None:
    """A card read out in parts, with questions between them: every part counts when together they are one."""
    for i, first in enumerate(runs):
        group = [first]
        for run in runs[i + 1 :]:
            if run.start - group[-1].end > PART_GAP_S or run.kind in (Kind.OTHER, Kind.PHONE) or len(run.digits) < 2:
                break
            group.append(run)
        for count in range(2, len(group) + 1):
            parts = group[:count]
            channel = {said[token.said].channel for run in parts for token in run.tokens}
            digits = "".join(run.digits for run in parts)
            if len(channel) == 1 and len(digits) in CARD_DIGITS and luhn(digits) and first.kind is not Kind.OTHER:
                for run in parts:
                    run.kind, run.keep = run.kind if run.keep else Kind.CARD, True


def _spans(run: _Run) -> list[Finding]:
    """From the first to the last digit of each utterance."""
    kind = run.kind or Kind.CARD
    spans: dict[int, tuple[int, int]] = {}
    for token in run.tokens:
        begin, end = spans.get(token.said, (token.begin, token.end))
        spans[token.said] = min(begin, token.begin), max(end, token.end)
    return [Finding(kind, number, begin, end) for number, (begin, end) in spans.items()]


def _is_iban(text: str) -> bool:
    plain = "".join(c for c in text.upper() if c.isalnum())
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _disjoint(found: list[Finding]) -> list[Finding]:
    """In order; of two that overlap one over both, of the first one's kind."""
    merged: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.said, one.begin, -one.end)):
        last = merged[-1] if merged else None
        if last is not None and last.said == one.said and one.begin < last.end:
            merged[-1] = Finding(last.kind, last.said, last.begin, max(last.end, one.end))
        else:
            merged.append(one)
    return merged


BEING_READ = 4
"""Digits after which a card counts as being read out; a card number's first digits name only who issued it."""
UNLABELLED = 8
"""The same where nobody has named a card: longer than a date, a time or most references."""


def reading_card(said: Sequence[Said]) -> int | None:
    """The utterance in which the card number began that is being read out now, at the end of these; None: none is."""
    scan = _Scan()
    for i, one in enumerate(said):
        _scan(scan, i, one)
    run = scan.open
    if run is None or not run.tokens or run.tokens[-1].said != len(said) - 1:
        return None
    least = {Kind.CARD: BEING_READ, None: UNLABELLED}.get(run.kind)
    if least is None or len(run.digits) < least or (run.kind is Kind.CARD and _is_year(run)):
        return None
    if run.kind is None and run.digits[0] not in "23456":
        return None  # no card begins so; telephone numbers do
    return run.tokens[0].said
