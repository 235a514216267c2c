"""`voiceassist cues`: what cues there are, how readily each comes, whether a pack is right, and what it would have done
on a recorded call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from voiceassist.cli import line, load_settings, say, unless_forced, words
from voiceassist.core.errors import InputError, UsageError, system_reason
from voiceassist.core.messages import message

if TYPE_CHECKING:
    from voiceassist.cues.utterances import Utterance

app = typer.Typer(
    help="Cue packs: list one, check one, try one on a recorded call; and what an utterance does.", no_args_is_help=True
)

SAME_CUE = 1.0
"""Seconds two cues of one id may be apart to count as the same: the kept sound is coded, not exact."""

PackName = Annotated[
    str,
    typer.Option("--pack", callback=unless_forced, metavar="NAME|FILE", help="A shipped pack or a file of your own."),
]


@app.command("list")
def list_cues(
    pack: PackName = "",
    conditions: Annotated[
        bool, typer.Option("--conditions", help="The conditions a cue can be made of, instead.")
    ] = False,
) -> None:
    """Every cue of a pack, the more urgent first."""
    from rich.table import Table

    from voiceassist.cli.console import Console
    from voiceassist.cues.page import condition_rows
    from voiceassist.cues.sensitivity import WrongCues, learned
    from voiceassist.session.build import cue_pack

    console = Console()
    if conditions:
        table = Table(*headings("condition", "parameters", "meaning"), box=None, pad_edge=False)
        for name, parameters, meaning in condition_rows():
            table.add_row(name, parameters, meaning)
    else:
        settings = load_settings()
        loaded = cue_pack(settings, pack)
        wrong = WrongCues().counts()
        console.print(loaded.label)
        if loaded.warning is not None and not pack:
            console.print(words(loaded.warning))
        if settings.cue_readiness != "usual":
            console.print(words(f"readiness-{settings.cue_readiness}"))
        table = Table(*headings("cue", "headline", "phrase", "kind", "wrong"), box=None, pad_edge=False)
        for cue in loaded.cues:
            count = wrong.get(cue.id, 0)
            percent = 100 * (1 - learned(cue, count))
            quieter = words("called-wrong", count=count, percent=percent) if count else ""
            table.add_row(cue.id, cue.headline, cue.phrase, cue.kind.value, quieter)
    console.print(table)


@app.command()
def packs() -> None:
    """The packs that come with the program, one for each language."""
    from voiceassist.cues import load_pack
    from voiceassist.cues.pack import shipped

    for name in shipped():
        pack = load_pack(name)
        line(f"{name}  {pack.label}, {words('cue-count', count=len(pack.cues))}")


@app.command()
def reset(
    cue: Annotated[str, typer.Argument(metavar="[CUE]", help="The cue's id; all cues unless given.")] = "",
) -> None:
    """Take back what "wrong cue" has taught: the cue, or every cue, comes as readily as at first."""
    from voiceassist.cues.sensitivity import WrongCues

    wrong = WrongCues()
    counts = wrong.counts()
    if cue and cue not in counts:
        if not counts:
            raise UsageError("no-cue-called-wrong", cue=cue)
        raise UsageError("cue-not-called-wrong", cue=cue, others=[*sorted(counts)])
    wrong.reset(cue)
    say("cue-reset" if cue else "cues-reset", cue=cue)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="The pack, a TOML file.")]) -> None:
    """Say what is wrong with a pack, with file, line and key, and what could hear more; nothing is changed."""
    from voiceassist.cues import load_pack

    pack = load_pack(file)
    for advice in pack.advice:
        say(advice)
    say("pack-correct", file=str(file), pack=pack.label, cues=message("cue-count", count=len(pack.cues)))


@app.command("try")
def try_pack(
    call: Annotated[str, typer.Argument(help="A kept call (its id or folder).")],
    pack: PackName = "",
) -> None:
    """The cues a pack would have brought up on a kept call, beside those that did come."""
    from rich.table import Table

    from voiceassist.cli.console import Console
    from voiceassist.core.events import CallStarted, CueCleared, CueShown
    from voiceassist.core.formatting import clock
    from voiceassist.session import build
    from voiceassist.session.replay import replay
    from voiceassist.storage import Library

    settings = load_settings()
    folder = Library(settings.library).find(call)
    # As readily as they came then: what was called wrong since does not change what was.
    readily = next((event.sensitivities for event in folder.events() if isinstance(event, CallStarted)), {})
    engine = build.engine(settings, pack, readily)
    events = list(replay(folder, engine))
    then = [event for event in folder.events() if isinstance(event, CueShown)]
    cleared = {event.number: event.by for event in events if isinstance(event, CueCleared)}
    table = Table(*headings("time", "cue", "headline", "why", "acts", "cleared", "then"), box=None, pad_edge=False)
    matched = 0
    for cue in (event for event in events if isinstance(event, CueShown)):
        came = any(other.id == cue.id and abs(other.t - cue.t) <= SAME_CUE for other in then)
        matched += came
        by = cleared.get(cue.number)
        then_too = words("came-then-too" if came else "came-only-now")
        acts = "\n".join(f"{heard.act} {heard.score:.2f} “{heard.words}”" for heard in cue.acts)
        went = words(f"cleared-{by}") if by else ""
        table.add_row(clock(cue.t), cue.id, cue.headline, cue.why, acts, went, then_too)
    console = Console()
    if table.row_count:
        console.print(table)
    else:
        say("no-cue-would-come")
    if matched < len(then):
        say("cues-that-would-not-come", count=len(then) - matched, all=len(then))


@app.command()
def acts(
    file: Annotated[Path, typer.Option("--jsonl", metavar="FILE|-", help="One JSON object a line; - for input.")],
) -> None:
    """What utterances do: for each {"role", "previous", "text"} a line {"acts": {name: score}, "decided": [names]}."""
    import msgspec

    from models.acts import ActModel

    model = ActModel.load()
    for utterance in _utterances(file):
        found = model.acts(utterance.role, utterance.previous, utterance.text)
        answer = {
            "acts": {act.name: act.score for act in found},
            "decided": [act.name for act in model.decided(found)],
        }
        print(msgspec.json.encode(answer).decode(), flush=True)


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Utterances with their labels, one JSON object a line.")],
) -> None:
    """How well acts are heard: recall and false rate of each on utterances with "labels" and "unsure"."""
    from rich.table import Table

    from models.acts import ACTS, ActModel
    from models.acts.measure import tally
    from voiceassist.cli.console import Console

    model = ActModel.load()
    rows: dict[str, list[tuple[set[str], set[str], set[str]]]] = {role: [] for role in ACTS}
    for one in _utterances(file):
        decided = {act.name for act in model.decided(model.acts(one.role, one.previous, one.text))}
        rows[one.role].append((decided, {*one.labels}, {*one.unsure}))
    table = Table(*headings("act", "cases", "recall", "others", "false"), box=None, pad_edge=False)
    for role, names in ACTS.items():
        for act in tally(names, rows[role]):
            recall = f"{100 * act.recall:.0f} %" if act.cases else "–"
            false = f"{100 * act.false_rate:.1f} %" if act.others else "–"
            table.add_row(act.name, str(act.cases), recall, str(act.others), false)
    Console().print(table)


def _utterances(file: Path) -> Iterator[Utterance]:
    from voiceassist.cues.utterances import read_utterances

    if str(file) == "-":
        yield from read_utterances(sys.stdin.buffer, file)
        return
    try:
        with file.open("rb") as lines:
            yield from read_utterances(lines, file)
    except OSError as error:
        raise InputError("utterances-unreadable", path=str(file), reason=system_reason(error)) from None


def headings(*names: str) -> list[str]:
    return [words(f"heading-{name}") for name in names]
