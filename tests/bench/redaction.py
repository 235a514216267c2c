"""How much of what is sensitive is found: utterances made by a grammar, with a fixed seed, and calls that hold nothing.

    python -m tests.bench.redaction          the figures of docs/security.md

Cards, codes, dates, bank and phone numbers, e-mail addresses and ids, said in the ways people say them: digit by digit,
in pairs, with double and triple, as numerals in groups, mixed as recognizers write them, with fillers, corrections,
read-backs by the agent and questions between the parts. It is text: what a recognizer makes of the sound is another
matter. The grammar and the recogniser are by the same hand, so real calls will do worse.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from voiceassist.core.events import Channel
from voiceassist.core.sensitive import Kind, Said, digits_of, find, masked

UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
FILLERS = ("um", "uh", "okay", "and then", "er", "right", "let me see", "yes")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@dataclass(frozen=True)
class Case:
    kind: Kind
    said: list[Said]
    secrets: frozenset[int]
    """The utterances that hold it; no digit may be left in them."""


def card(rng: random.Random) -> str:
    """A number of 15 or 16 digits with a right check digit."""
    prefix, length = rng.choice([("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16)])
    body = prefix + "".join(rng.choice("0123456789") for _ in range(length - 1 - len(prefix)))
    total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def pair(two: str, rng: random.Random) -> str:
    if two[0] == "0":
        return f"{rng.choice(['oh', 'zero'])} {UNITS[int(two[1])]}"
    if two[0] == "1":
        return TEENS[int(two[1])]
    return TENS[int(two[0])] + ("" if two[1] == "0" else rng.choice([" ", "-"]) + UNITS[int(two[1])])


def single(digits: str, rng: random.Random) -> list[str]:
    return [rng.choice(["oh", "zero"]) if d == "0" else UNITS[int(d)] for d in digits]


def doubled(digits: str, rng: random.Random) -> list[str]:
    out, i = [], 0
    while i < len(digits):
        run = next(n for n in (3, 2, 1) if digits[i : i + n] == digits[i] * n)
        out.append({1: "", 2: "double ", 3: "triple "}[run] + single(digits[i], rng)[0])
        i += run
    return out


def spoken(digits: str, rng: random.Random) -> list[str]:
    """The digits as pieces of text, said one after the other."""
    match rng.randrange(6):
        case 0:
            return single(digits, rng)
        case 1:
            return doubled(digits, rng)
        case 2 if len(digits) % 2 == 0:
            return [pair(digits[i : i + 2], rng) for i in range(0, len(digits), 2)]
        case 3:
            return [digits[i : i + 4] for i in range(0, len(digits), 4)]
        case 4:
            return [d if rng.random() < 0.6 else UNITS[int(d)] for d in digits]
        case _:
            return [digits]


def disturbed(pieces: list[str], rng: random.Random) -> list[str]:
    out = []
    for piece in pieces:
        if len(pieces) > 2 and rng.random() < 0.06:
            out.append(rng.choice(FILLERS))
        if len(pieces) > 2 and rng.random() < 0.03:
            wrong = UNITS[rng.randrange(10)]
            out += [wrong, rng.choice(["no", "sorry", "no sorry", "I mean", "wait"])]
        out.append(piece)
    return out


def dialogue(
    kind: Kind, ask: str, lead: str, pieces: list[str], tail: str, rng: random.Random, *, parts: int = 1
) -> Case:
    """The agent asks, the caller tells it in `parts`, the agent may read it back."""
    said = [Said(Channel.AGENT, 0.0, 3.0, ask)] if ask else []
    secrets, t = set(), 4.0
    size = -(-len(pieces) // parts)
    for i in range(0, len(pieces), size):
        some = rng.choice([" ", ", "]).join(pieces[i : i + size])
        text = f"{lead} {some}" if i == 0 and lead else some
        text = f"{text} {tail}" if i + size >= len(pieces) and tail else f"{text}."
        secrets.add(len(said))
        said.append(Said(Channel.CALLER, t, t + 5.0, text[:1].upper() + text[1:]))
        t += 6.0
        if i + size < len(pieces) and rng.random() < 0.5:
            between = rng.choice(["Mhm.", "Okay.", "Yes, go on.", "Got it, and the next?"])
            if rng.random() < 0.3 and some:
                between = f"{some}, okay."
                secrets.add(len(said))
            said.append(Said(Channel.AGENT, t, t + 2.0, between))
            t += 3.0
    return Case(kind, said, frozenset(secrets))


def cases(count: int, seed: int = 17) -> Iterator[Case]:
    rng = random.Random(seed)

    def digits(length: int) -> str:
        return "".join(rng.choice("0123456789") for _ in range(length))

    pick = rng.choice
    for i in range(count):
        match i % 10:
            case 0 | 1 | 2 | 3:
                ask = pick(
                    [
                        "Can I take the card number, please?",
                        "What's the long number across the front of your card?",
                        "Could you read me your credit card number?",
                        "I can take a payment by Visa or Mastercard.",
                        "",
                    ]
                )
                lead = pick(["", "yes it's", "sure,", "my card number is", "it is"])
                number = card(rng)
                pieces = disturbed(spoken(number, rng), rng)
                unlabelled = not ask and "card" not in lead
                parts = 1 if unlabelled else pick([1, 1, 2, 3, 4])
                yield dialogue(Kind.CARD, ask, lead, pieces, pick(["", "", "did you get that?"]), rng, parts=parts)
            case 4 | 5:
                ask = pick(
                    [
                        "And the security code on the back?",
                        "What's the CVV?",
                        "And the three digits on the back of the card?",
                        "I need the CVC, please.",
                        "Please tell me the verification code we sent you.",
                    ]
                )
                length = 6 if "sent" in ask else pick([3, 3, 4])
                pieces = disturbed(spoken(digits(length), rng), rng)
                yield dialogue(Kind.CODE, ask, pick(["", "it's", "that would be", "okay"]), pieces, "", rng)
            case 6:
                ask = pick(["And when does it expire?", "The expiry date?", "It is valid until when?"])
                month, year = rng.randrange(1, 13), rng.randrange(26, 33)
                said = pick(
                    [f"{month:02d} {year}", f"{month}/{year}", f"{MONTHS[month - 1]} 20{year}",
                     f"{pair(f'{month:02d}', rng)} {pair(str(year), rng)}"]
                )  # fmt: skip
                yield dialogue(Kind.EXPIRY, ask, pick(["", "it's"]), [said], "", rng)
            case 7:
                ask = pick(["Your date of birth, please?", "When were you born?", "Can you confirm your birthday?"])
                day, name, year = rng.randrange(1, 29), pick(MONTHS), rng.randrange(1940, 2005)
                two = pair(str(year)[:2], rng), pair(str(year)[2:], rng)
                said = pick(
                    [
                        f"{name} {day}, {year}",
                        f"{day} {name} {two[0]} {two[1]}",
                        f"{day}/{rng.randrange(1, 13)}/{year}",
                    ]
                )
                yield dialogue(Kind.BIRTH, ask, pick(["", "it's", "that's"]), [said], "", rng)
            case 8:
                if rng.random() < 0.5:
                    ask = pick(["What number can we reach you on? Your mobile number?", "And your phone number?"])
                    yield dialogue(Kind.PHONE, ask, pick(["", "it's"]), spoken("07" + digits(9), rng), "", rng)
                else:
                    ask = pick(["And the account number?", "Your bank account and sort code, please?"])
                    yield dialogue(Kind.BANK, ask, pick(["", "it's"]), spoken(digits(8), rng), "", rng)
            case _:
                if rng.random() < 0.5:
                    user = pick(["anna.meier", "j dot smith", "bob", "rose underscore lee"])
                    host = pick(["web", "mail"])
                    at = f"{user} at {host} dot com" if " " in user or rng.random() < 0.5 else f"{user}@{host}.com"
                    yield Case(Kind.EMAIL, [Said(Channel.CALLER, 0.0, 4.0, f"My email is {at}.")], frozenset({0}))
                else:
                    ask = pick(["Your social security number?", "Could you give me your passport number?"])
                    yield dialogue(Kind.ID, ask, pick(["", "it's"]), spoken(digits(9), rng), "", rng)


def hidden(case: Case) -> bool:
    """Whether nothing of it is left to read."""
    findings = find(case.said)
    left = [masked(case.said[i].text, (f for f in findings if f.said == i)) for i in case.secrets]
    if case.kind is Kind.EMAIL:
        return not any(".com" in text or "dot com" in text for text in left)
    return not any(digits_of(text) for text in left)


def figures(count: int, seed: int = 17) -> dict[Kind, tuple[int, int]]:
    """By kind: how many were hidden, of how many."""
    right, all_of = Counter[Kind](), Counter[Kind]()
    for case in cases(count, seed):
        all_of[case.kind] += 1
        right[case.kind] += hidden(case)
    return {kind: (right[kind], all_of[kind]) for kind in all_of}


def main() -> None:
    for kind, (right, all_of) in figures(20_000, seed=2026).items():
        print(f"{kind:7} {right:6} of {all_of:6}  {100 * right / all_of:6.2f} %")


if __name__ == "__main__":
    main()
