"""The sentences the demo model is trained on: what agents and callers say on a support line.

A small grammar of templates with slots, listed in grammar.toml. `{day}` is filled from SLOTS or from one of the
generators below; a filling may hold slots itself. Every sentence of the demo call is among the sentences, whole, in
parts and joined with others, and so are the words and phrases that the shipped cues look for. `utterance(rng)` draws
what one utterance says.

Knows nothing of voices, sound or models. The same generator state gives the same text.
"""

from __future__ import annotations

import functools
import random
import re
import tomllib
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "voiceassist" / "session" / "demo_calls" / "script.toml"
LONG_SCRIPT = SCRIPT.with_name("long.toml")
"""The demo call's text, read as data."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DIGITS = _words("zero one two three four five six seven eight nine")
_TEENS = _words("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_TENS = _words("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = _words(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth thirtieth"
)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(text.strip().splitlines())


_TEXTS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
AGENT, CALLER = _phrases(_TEXTS["agent"]), _phrases(_TEXTS["caller"])
CUES = _phrases(_TEXTS["cues"])
"""Sentences around the words that the shipped cues look for."""
COMMON = _words(_TEXTS["common"])
"""Everyday words that are also trained outside any sentence."""
SLOTS = {name: _phrases(fillings) for name, fillings in _TEXTS["slots"].items()}


def _below_hundred(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return _TEENS[number - 10]
    tens, unit = divmod(number, 10)
    return _TENS[tens - 2] + (f" {_DIGITS[unit]}" if unit else "")


def _number(number: int) -> str:
    """A number below ten thousand in words: 1250 is "one thousand two hundred and fifty"."""
    thousands, rest = divmod(number, 1000)
    hundreds, below = divmod(rest, 100)
    parts = []
    if thousands:
        parts.append(f"{_DIGITS[thousands]} thousand")
    if hundreds:
        parts.append(f"{_DIGITS[hundreds]} hundred")
    if below or not parts:
        parts.append(("and " if parts else "") + _below_hundred(below))
    return " ".join(parts)


def _digits(rng: random.Random) -> str:
    """A long number as people read it out: in groups of two to four, now and then with "double" or "oh"."""
    groups = []
    for _ in range(rng.choice((1, 2, 2, 2, 3, 3, 4))):
        group: list[str] = []
        for _ in range(rng.choice((2, 3, 3, 3, 4))):
            roll = rng.random()
            digit = rng.choice(_DIGITS)
            group.append(f"double {digit}" if roll < 0.06 else "oh" if roll < 0.1 else digit)
        groups.append(" ".join(group))
    return (", " if rng.random() < 0.7 else " ").join(groups)


def _amount(rng: random.Random) -> str:
    unit = rng.choice(("pounds", "dollars", "euros"))
    kind = rng.random()
    if kind < 0.4:
        return f"{_number(rng.randrange(2, 100))} {unit}"
    if kind < 0.65:
        return f"{_number(rng.randrange(100, 2000, 10))} {unit}"
    if kind < 0.9:
        return f"{_number(rng.randrange(2, 100))} {unit} {_below_hundred(rng.randrange(5, 100, 5))}"
    return f"{_number(rng.randrange(5, 60, 5))} percent"


def _time(rng: random.Random) -> str:
    hour = rng.choice([*_DIGITS[1:], *_TEENS[:3]])
    forms = (f"{hour} o'clock", f"half past {hour}", f"a quarter to {hour}", f"a quarter past {hour}")
    return rng.choice((*forms, f"{hour} thirty", f"{hour} fifteen", f"{hour} in the morning"))


def _date(rng: random.Random) -> str:
    day = rng.randrange(31)
    ordinal = _ORDINALS[day] if day < 20 else f"{('twenty', 'thirty')[day >= 29]} {_ORDINALS[(day - 20) % 10]}"
    if day == 29:
        ordinal = "thirtieth"
    month = rng.choice(SLOTS["month"])
    return rng.choice((f"the {ordinal} of {month}", f"{month} the {ordinal}", f"the {ordinal}"))


_GENERATORS = {"digits": _digits, "amount": _amount, "time": _time, "date": _date}


def fill(template: str, rng: random.Random) -> str:
    """Fill every slot, fillings of fillings too."""

    def one(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in _GENERATORS:
            return _GENERATORS[name](rng)
        return fill(rng.choice(SLOTS[name]), rng)

    return re.sub(r"\{(\w+)\}", one, template)


def sentence_case(text: str) -> str:
    """Capital at the start of every sentence, and single spaces."""
    text = " ".join(text.split())
    text = re.sub(r"\ba (?=[aeio])", "an ", text)
    text = re.sub(r"\ban (?=[^aeiouh\W])", "a ", text)
    return re.sub(r"(^|[.?!] )([a-z])", lambda match: match.group(1) + match.group(2).upper(), text)


def split_sentences(text: str) -> list[str]:
    """The sentences of a line, each with its own full stop or question mark."""
    return [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]


@functools.cache
def demo_lines() -> tuple[str, ...]:
    """Every line of both demo calls, in order."""
    scripts = (tomllib.loads(script.read_text(encoding="utf-8")) for script in (SCRIPT, LONG_SCRIPT))
    return tuple(line["text"] for script in scripts for line in script["line"])


@functools.cache
def _demo_sentences() -> tuple[str, ...]:
    return tuple(sentence for line in demo_lines() for sentence in split_sentences(line))


@functools.cache
def demo_texts() -> frozenset[str]:
    """Every line of the demo calls and every sentence of them."""
    return frozenset(demo_lines()) | frozenset(_demo_sentences())


def sentence(rng: random.Random) -> str:
    """One sentence, or two that belong together, of an agent or a caller."""
    return sentence_case(fill(rng.choice(AGENT if rng.random() < 0.48 else CALLER), rng))


def _hesitant(text: str, rng: random.Random) -> str:
    """The sentence after a word of hesitation: "Um, I am not sure." """
    filler = rng.choice(SLOTS["filler"]).capitalize()
    first, _, rest = text.partition(" ")
    if first not in ("I", "I'm", "I'll", "I'd", "I've") and first[1:].islower():
        first = first.lower()
    return f"{filler}, {first} {rest}".strip()


def _salad(rng: random.Random) -> str:
    """Words in no order at all."""
    return " ".join(rng.choice(all_words()) for _ in range(rng.randint(2, 7)))


def _demo_text(rng: random.Random) -> str:
    """Something of the demo call: a line, a sentence of it, or sentences of two lines joined."""
    roll = rng.random()
    if roll < 0.45:
        return rng.choice(demo_lines())
    if roll < 0.75:
        return rng.choice(_demo_sentences())
    return f"{rng.choice(_demo_sentences())} {rng.choice(_demo_sentences())}"


def utterance(rng: random.Random, *, demo_share: float = 0.1, salad_share: float = 0.08, cue_share: float = 0.0) -> str:
    """What one utterance says: mostly one to three sentences; at times the demo call's words, or single words.

    `cue_share` of the utterances have their first sentence from CUES.
    """
    if cue_share and rng.random() < cue_share:
        parts = [sentence_case(fill(rng.choice(CUES), rng))]
        while rng.random() < 0.35 and len(parts) < 3:
            parts.append(sentence_case(fill(rng.choice(CUES), rng)) if rng.random() < 0.5 else sentence(rng))
        if rng.random() < 0.3:
            rng.shuffle(parts)
        return " ".join(parts)
    roll = rng.random()
    if roll < demo_share:
        return _demo_text(rng)
    if roll < demo_share + salad_share:
        return _salad(rng)
    count = rng.choices((1, 2, 3), weights=(0.66, 0.26, 0.08))[0]
    parts = [sentence(rng) for _ in range(count)]
    if rng.random() < 0.06:
        parts[0] = _hesitant(parts[0], rng)
    return " ".join(parts)


def normalise(text: str) -> list[str]:
    """Words in lower case without punctuation; what error rates are counted on."""
    return re.sub(r"[^a-z' ]+", " ", text.lower().replace("\u2019", "'").replace("-", " ")).split()


@functools.cache
def all_words() -> tuple[str, ...]:
    """Every distinct word the grammar can say, as spelled inside a sentence, sorted."""
    texts: list[str] = [*AGENT, *CALLER, *CUES, *COMMON, *_DIGITS, *_TEENS, *_TENS, *_ORDINALS]
    texts += [filling for fillings in SLOTS.values() for filling in fillings]
    texts.append("double oh pounds dollars euros percent o'clock half past quarter hundred thousand")
    words: dict[str, str] = {}
    named = ("day", "month", "name", "town", "street", "firm", "title")
    proper = {word for slot in named for filling in SLOTS[slot] for word in filling.split()}
    for text in [*texts, *demo_lines()]:
        for word in re.sub(r"\{\w+\}", " ", text).split():
            word = word.strip(".,?!:;")
            if word and word not in proper and word not in ("I", "I'm", "I'll", "I'd", "I've"):
                word = word.lower()
            if word:
                words.setdefault(word.lower(), word)
    return tuple(words[key] for key in sorted(words))
