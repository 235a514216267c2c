"""The sentences the model is made from: read, checked and cleaned. The format of the files is in ../data/README.md."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..names import ACTS
from ..ngrams import normal

DATA = Path(__file__).parents[1] / "data"
NONE = "none"


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
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = line.strip()
        if not line:
            continue
        if line.startswith("#"):
            section = line.lstrip("# ").strip()
            if section != NONE and section not in names:
                raise CorpusError(path, number, f"{section!r} is not an act of the {role}")
            continue
        if section is None:
            raise CorpusError(path, number, "a sentence before the first section")
        said, _, more = line.partition("|")
        others = {name.strip() for name in more.split(",") if name.strip()}
        if unknown := others - names:
            raise CorpusError(path, number, f"{', '.join(sorted(unknown))}: not an act of the {role}")
        previous, arrow, text = said.rpartition(">>")
        if not text.strip():
            raise CorpusError(path, number, "no text")
        labels = frozenset(others if section == NONE else {section, *others})
        examples.append(Example(role, lang, hand, previous.strip() if arrow else "", text.strip(), labels))
    return examples


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
            example = Example(
                before.role, before.lang, before.hand, before.previous, before.text, labels, before.unsure
            )
        merged[key] = example
    return list(merged.values())


def training_examples(data: Path = DATA) -> list[Example]:
    """Everything written to train on: `<lang>/<hand>-<role>.txt`."""
    found: list[Example] = []
    for path in sorted(data.glob("*/*.txt")):
        hand, _, role = path.stem.rpartition("-")
        found += read_sentences(path, role, path.parent.name, hand)
    return cleaned(found)
