"""Utterances to be asked about from outside, one JSON object a line, and what they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from models.acts import ACTS
from voiceassist.core.errors import InputError
from voiceassist.core.messages import Message, message


class Utterance(msgspec.Struct, frozen=True):
    """What was said by `role`, after `previous` of the other side; `labels` and `unsure` where somebody judged it."""

    role: str
    text: str
    previous: str = ""
    labels: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()


def read_utterances(lines: Iterable[bytes], path: Path) -> Iterator[Utterance]:
    """Utterances of JSON lines, empty ones skipped. Raises `InputError` with the number of a line that is wrong."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            utterance = msgspec.json.decode(line, type=Utterance)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _wrong(path, number, message("utterance-form", reason=str(error))) from None
        if utterance.role not in ACTS:
            raise _wrong(path, number, message("utterance-role", role=utterance.role))
        unknown = {*utterance.labels, *utterance.unsure}.difference(*ACTS.values())
        if unknown:
            raise _wrong(path, number, message("utterance-act", act=min(unknown), known=[*ACTS[utterance.role]]))
        yield utterance


def _wrong(path: Path, line: int, problem: Message) -> InputError:
    return InputError("utterance-wrong", path=str(path), line=line, problem=problem)
