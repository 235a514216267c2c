"""Phrases in what was said: near enough counts, and "not angry" is not "angry".

The recognizer gets small words and endings wrong, and people never say a phrase twice the same way. So a phrase is
looked for word by word: each of its words must be close to a word of the text, in order, with at most one word between
two of them. A phrase right after a negation, or with one between its words, does not count, unless it has a negation
itself. A negation reaches no further than its clause: "No, cancel it" denies nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

CLOSE_ENOUGH = 85.0
"""Similarity of two words in percent at which they are taken for the same: an ending, or one letter in six. Their
first letters must be equal, or "acceptable" were "unacceptable"."""
SHORT_WORD = 3
"""Words up to this length must be the same: "no" and "now" are not near."""
STRAY_WORDS = 1
NEGATION_REACH = 2
NEGATIONS = frozenset(
    [
        *("not", "never", "no", "without", "hardly", "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent"),
        *("wont", "wouldnt", "cannot", "cant", "couldnt", "havent"),
        *("nicht", "nichts", "kein", "keine", "keinem", "keinen", "keiner", "keines", "nie", "niemals", "ohne", "kaum"),
        *("nunca", "sin", "jamás", "ni", "tampoco"),
        *("ne", "pas", "jamais", "sans", "aucun", "aucune", "rien"),
    ]
)
SAYING = frozenset(
    [
        *("say", "saying", "said", "mean", "claim", "claiming"),
        *("sage", "sagen", "gesagt", "meine", "behaupte"),
        *("digo", "dije", "dicho", "diciendo"),
        *("dis", "dit", "prétends"),
    ]
)
AFTER_VERBS = ("nicht", "pas")
"""Negations that follow what they deny."""
NO_DENIAL = frozenset(["only", "just", "merely", "nur", "bloß", "wahr", "solo", "sólo", "solamente", "seulement"])
"""After a negation these make more of what is said, not less: "not only slow", "nicht nur", "no solo"."""
GOES_ON = frozenset(["that", "dass", "daß", "ob", "que"])
"""After a comma these carry the clause on: "Ich sage nicht, dass …"."""
WANTING = frozenset(
    [
        *("want", "wanna", "wish", "need", "going", "plan", "trying", "asking"),
        *("will", "möchte", "wollte", "brauche", "muss", "werde", "vorhabe"),
        *("quiero", "querría", "quisiera", "necesito", "voy", "pretendo", "pido"),
        *("veux", "voulais", "voudrais", "vais", "souhaite", "demande", "compte"),
    ]
)
SAYING_REACH = 6
"""Words after "I am not saying" in which nothing counts as said."""
SAME_SENTENCE = 80.0
"""Similarity in percent, whatever the order of words, at which two sentences say the same."""


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """Lower case, no punctuation, single spaces; apostrophes dropped."""
    text = text.lower().replace("\u2019", "'").replace("'", "")
    return " ".join(re.findall(r"\w+", text))


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that was found, and the words it was found in: characters `start` to `end` of the text."""

    phrase: str
    start: int
    end: int


def find(text: str, phrases: Iterable[str], *, negated_by_not_wanting: bool = False) -> str | None:
    """The first of `phrases` that `text` contains and does not deny, or None; see `match`."""
    found = match(text, phrases, negated_by_not_wanting=negated_by_not_wanting)
    return found.phrase if found else None


def match(text: str, phrases: Iterable[str], *, negated_by_not_wanting: bool = False) -> Match | None:
    """The first of `phrases` that `text` contains and does not deny, with the words that were really said, or None.

    `negated_by_not_wanting`: the phrases are of what people may do or not, so that "I do not want to speak to your
    manager" and "Ich verklage Sie nicht" deny them too.
    """
    words, ends, spans = _heard(text)
    for phrase in phrases:
        wanted = normal(phrase).split()
        for i in range(len(words) if wanted else 0):
            last = _stands_at(words, ends, i, wanted, negated_by_not_wanting)
            if last is not None:
                return Match(phrase, spans[i][0], spans[last][1])
    return None


def holds(text: str, words: Iterable[str]) -> bool:
    """Whether one of `words` stands in the text, denied or not: the subject is named.

    Words of an entry follow each other; `*` at the end of a word stands for any ending: "end it", "kill*".
    """
    spoken, _, _ = _heard(text)
    return any(_stands(spoken, tuple(_plain(word).split())) for word in words)


def ends_denied(text: str) -> bool:
    """Whether the last word of `text` is something its speaker denies to want or to say: "I don't want a manager"."""
    words, ends, _ = _heard(text)
    if not words:
        return False
    last = len(words) - 1
    clause = max((i + 1 for i in range(last) if i in ends), default=0)
    return _before_is_denied(words, max(last - SAYING_REACH, clause), last, SAYING | WANTING)


def same(one: str, other: str, least: float = SAME_SENTENCE) -> bool:
    """Whether two sentences say nearly the same; very short ones never do."""
    return fuzz.token_sort_ratio(normal(one), normal(other)) >= least


def sentences(text: str) -> list[str]:
    """A text in its sentences, by its own punctuation; "am 4. Dezember" ends none."""
    return [s for s in re.split(r"(?<=[.!?])(?<!\d\.)\s+", text.strip()) if s]


@lru_cache(maxsize=4096)
def _heard(text: str) -> tuple[tuple[str, ...], frozenset[int], tuple[tuple[int, int], ...]]:
    """The words of a text, the indices of those a clause ends with, and where each word stands."""
    words: list[str] = []
    ends: set[int] = set()
    spans: list[tuple[int, int]] = []
    for piece in re.finditer(r"[\w'\u2019]*\w|[.,;:!?…–]", text):
        word = piece[0].lower().replace("\u2019", "").replace("'", "")
        if word in ".,;:!?…–":
            ends.add(len(words) - 1)
            continue
        if word in GOES_ON:
            ends.discard(len(words) - 1)
        words.append(word)
        spans.append(piece.span())
    return tuple(words), frozenset(ends), tuple(spans)


def _stands_at(
    words: Sequence[str], ends: Set[int], start: int, wanted: list[str], negated_by_not_wanting: bool
) -> int | None:
    """Index of the last word of what is wanted, if it stands at `start` and is not denied."""
    if not _near(words[start], wanted[0]):
        return None
    at = start
    stray: list[int] = []
    for word in wanted[1:]:
        nearby = range(at + 1, min(at + 2 + STRAY_WORDS, len(words)))
        found = next((i for i in nearby if _near(words[i], word)), -1)
        if found < 0:
            return None
        stray += range(at + 1, found)
        at = found
    if NEGATIONS.intersection(wanted):
        return at
    clause = max((i + 1 for i in range(start) if i in ends), default=0)
    if any(_denies(words, i) for i in (*range(max(start - NEGATION_REACH, clause), start), *stray)):
        return None
    if _before_is_denied(words, max(start - SAYING_REACH, clause), start, SAYING):
        return None
    if not negated_by_not_wanting:
        return at
    follows = words[at + 1 : at + 2]
    if at not in ends and follows and follows[0] in AFTER_VERBS and _denies(words, at + 1):
        return None
    return None if _before_is_denied(words, max(start - SAYING_REACH, clause), start, WANTING) else at


def _denies(words: Sequence[str], i: int) -> bool:
    return words[i] in NEGATIONS and not NO_DENIAL.intersection(words[i + 1 : i + 2])


def _before_is_denied(words: Sequence[str], first: int, start: int, verbs: Set[str]) -> bool:
    """Whether the last of `verbs` among the words before `start` is denied: "I am not saying that you are …"."""
    for i in range(start - 1, first - 1, -1):
        if words[i] in verbs:
            denied = any(_denies(words, j) for j in range(max(i - NEGATION_REACH, first), i))
            return denied or (words[i + 1] in AFTER_VERBS and _denies(words, i + 1))
    return False


@lru_cache(maxsize=4096)
def _plain(words: str) -> str:
    return words.lower().replace("\u2019", "").replace("'", "")


def _stands(spoken: Sequence[str], wanted: tuple[str, ...]) -> bool:
    return any(
        all(
            word.startswith(want[:-1]) if want.endswith("*") else word == want
            for word, want in zip(spoken[i : i + len(wanted)], wanted, strict=True)
        )
        for i in range(len(spoken) - len(wanted) + 1)
    )


@lru_cache(maxsize=65536)
def _near(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    if min(len(word), len(wanted)) <= SHORT_WORD or word[0] != wanted[0]:
        return False
    return fuzz.ratio(word, wanted) >= CLOSE_ENOUGH
