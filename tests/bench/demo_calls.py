"""The demo calls: how long after its scripted moment each cue comes, and how many words are misheard.

    python -m tests.bench.demo_calls bill --model "" --model said --model tiny.en --model base

An empty model means sound alone, `said` the words that were truly said. Recorded, so no figure depends on the machine's
speed; how words are compared: `tests/calls/words.py`. `engine` is what lies between the moment the engine says the cue
was earned and the cue. Exit status 1 when a cue is missing, not due, or too many.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.calls.demo import CALLS, DemoCall
from tests.calls.run import of_kind, run
from tests.calls.words import word_errors
from voiceassist.core.events import CueCleared, CueShown, Event

SAID = "said"


def show(call: DemoCall, model: str) -> bool:
    """Print one run; whether every cue came while it was due and no other did."""
    events: Sequence[Event] = run(*call.sound(), words=call.said) if model == SAID else call.heard(model)
    scripted = call.cues(words=bool(model))
    shown = of_kind(events, CueShown)
    cleared = {gone.number: gone for gone in of_kind(events, CueCleared)}
    fine = [cue.id for cue in shown] == [due.cue for due in scripted]
    print(f"\n{call.name}, {model or 'sound alone'}: {len(scripted)} cues due, {len(shown)} came")
    for due in scripted:
        cue = next((c for c in shown if c.id == due.cue and due.due[0] <= c.t <= due.due[1]), None)
        fine = fine and cue is not None
        after = "NOT IN TIME"
        if cue is not None:
            after = f"{cue.t - due.t:+6.2f} s   engine {cue.t - cue.earned:5.2f} s"
            if (gone := cleared.get(cue.number)) is not None:
                after += f"   {gone.by} after {gone.t - cue.t:.1f} s"
        print(f"  {due.event:28}{due.t:7.1f}  {due.cue:24}{after}")
    if not fine:
        print("  came:", ", ".join(f"{cue.id} {cue.t:.1f}" for cue in shown))
    if model not in ("", SAID):
        errors = word_errors(call, events)
        for side in errors.said:
            print(f"  {side}: {errors.wrong[side]} of {errors.said[side]} words wrong")
        print(f"  word errors {100 * errors.rate:.1f} %")
    return fine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=[call.name for call in CALLS])
    parser.add_argument("--model", action="append", default=[])
    chosen = parser.parse_args()
    calls = [call for call in CALLS if call.name in chosen.names]
    outcomes = [show(call, model) for call in calls for model in chosen.model or [""]]
    sys.exit(0 if all(outcomes) else 1)


if __name__ == "__main__":
    main()
