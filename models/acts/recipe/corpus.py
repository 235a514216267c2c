"""The sentences the model is made from: read, checked and cleaned. The format of the files is in ../data/README.md."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from ..names import ACTS
from ..ngrams import normal
from .noise import misheard, plain

DATA = Path(__file__).parents[1] / "data"
NONE = "none"
TWINS = "twins"
"""Hand of sentences written against what a model took for an act: denials, and languages it has not."""
CALM = "calm"
"""Hand of sentences written against a later model: calm talk with the words of a threat, and the acts found least."""
KEPT = 5
"""One in so many of the sentences of `CALM` is not trained on: scores are set on it."""
DOUBT = "?"
"""Before an act in a line or a section: it counts neither way."""
NEED_BEFORE = frozenset(["repeats-back", "contradicts", "says-is-not-helped", "repeats-earlier-demand"])
"""Acts that take up the turn before."""


class CorpusError(ValueError):
    """A file of sentences is wrong: its path, line and what is wrong there."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}, line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Example:
    """An utterance with the acts it does. `unsure` acts count neither way. `hand` is who wrote it."""

    role: str
    lang: str
    hand: str
    previous: str
    text: str
    labels: frozenset[str]
    unsure: frozenset[str] = frozenset()


def read_sentences(path: Path, role: str, lang: str, hand: str) -> list[Example]:
    """The examples of a file of sentences. Raises `CorpusError` at the first line that is wrong."""
    names = frozenset(ACTS[role])
    section: str | None = None
    always: set[str] = set()
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line:
            continue
        if line.startswith("#"):
            section, _, more = (part.strip() for part in line.lstrip("# ").partition("|"))
            always = _named(more)
            if section != NONE and section not in names:
                raise CorpusError(path, number, f"{section!r} is not an act of the {role}")
            continue
        if section is None:
            raise CorpusError(path, number, "a sentence before the first section")
        said, _, more = line.partition("|")
        others = _named(more) | always
        unsure = {name.removeprefix(DOUBT) for name in others if name.startswith(DOUBT)}
        others = {name for name in others if not name.startswith(DOUBT)}
        if unknown := (others | unsure) - names:
            raise CorpusError(path, number, f"{', '.join(sorted(unknown))}: not an act of the {role}")
        previous, arrow, text = said.rpartition(">>")
        if not text.strip():
            raise CorpusError(path, number, "no text")
        labels = frozenset(others if section == NONE else {section, *others})
        before = previous.strip() if arrow else ""
        examples.append(Example(role, lang, hand, before, text.strip(), labels, frozenset(unsure) - labels))
    return examples


def _named(list_of_acts: str) -> set[str]:
    return {name.strip() for name in list_of_acts.split(",") if name.strip()}


def read_turns(path: Path) -> list[Example]:
    """The labelled turns of a JSON-lines file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        Example(
            row["role"],
            row.get("lang", "en"),
            row.get("source", path.stem),
            row.get("previous", ""),
            row["text"],
            frozenset(row["labels"]),
            frozenset(row.get("unsure", [])),
        )
        for row in rows
    ]


def cleaned(examples: Iterable[Example]) -> list[Example]:
    """Without repeats: the same words after the same turn are one example, with all the labels they were given."""
    merged: dict[tuple[str, str, str], Example] = {}
    for example in examples:
        key = (example.role, normal(example.previous), normal(example.text))
        if not key[2]:
            continue
        if (before := merged.get(key)) is not None:
            labels = before.labels | example.labels
            example = replace(before, labels=labels, unsure=(before.unsure | example.unsure) - labels)
        merged[key] = example
    return list(merged.values())


def left_out(example: Example, spec: str) -> bool:
    """Whether `spec` leaves the example out: a hand, or "part-N", the Nth half of what is not English (0 or 1).

    Languages other than English have one hand each, so that a half of it is what can be tested on. `TWINS` is never
    tested on, and one in `KEPT` of `CALM` always.
    """
    if spec == CALM:
        return example.hand == CALM and crc32(normal(example.text).encode()) % KEPT == 0
    if example.hand in (TWINS, CALM):
        return False
    if spec.startswith("part-"):
        return example.lang != "en" and crc32(normal(example.text).encode()) % 2 == int(spec[-1])
    return example.hand == spec


def doubted(path: Path) -> dict[tuple[str, str], frozenset[str]]:
    """By role and text: acts its writer did not name though heads made without that writer were sure of them."""
    if not path.exists():
        return {}
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(row["role"], row["text"]): frozenset(row["unsure"]) for row in rows}


def with_turn_before(
    examples: Iterable[Example], chance: random.Random, share: float, among: Iterable[Example] = ()
) -> list[Example]:
    """A share of the examples that have no turn before them get some turn of the other side: in a call there is one.

    Turns are taken from `among`, or the examples. Not for acts that lie in how they take up the turn before.
    """
    known = list(examples)
    said: dict[tuple[str, str], list[str]] = {}
    for example in among or known:
        said.setdefault((example.role, example.lang), []).append(example.text)
    made = []
    for example in known:
        turns = said.get(("caller" if example.role == "agent" else "agent", example.lang))
        if turns and not example.previous and not NEED_BEFORE & example.labels and chance.random() < share:
            example = replace(example, previous=chance.choice(turns))
        made.append(example)
    return made


def split(examples: Sequence[Example], without: str) -> tuple[list[Example], list[Example]]:
    """What to train on, and what is left out (see `left_out`), each of it with a turn before for most.

    The kept sentences of `CALM` are never trained on.
    """
    test = [e for e in examples if without and left_out(e, without)]
    chosen = {id(e) for e in examples if left_out(e, CALM)} | {id(e) for e in test}
    return [e for e in examples if id(e) not in chosen], with_turn_before(test, random.Random(7), 0.8)


def as_misheard(test: Sequence[Example]) -> list[Example]:
    chance = random.Random(99)
    return [replace(e, text=misheard(e.text, chance), previous=plain(e.previous)) for e in test]


def training_examples(data: Path = DATA) -> list[Example]:
    """Everything written to train on: `<lang>/<hand>-<role>.txt`."""
    found: list[Example] = []
    for path in sorted(data.glob("*/*.txt"), key=lambda path: (path.stem.startswith(CALM), path)):
        hand, _, role = path.stem.rpartition("-")
        found += read_sentences(path, role, path.parent.name, hand)
    doubts = doubted(data / "doubted.jsonl")
    none: frozenset[str] = frozenset()
    return [replace(e, unsure=(e.unsure | doubts.get((e.role, e.text), none)) - e.labels) for e in cleaned(found)]
