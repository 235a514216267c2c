"""How long after its scripted moment each cue of the demo calls comes, from sound alone and with words.

    python -m tests.bench.demo_cues

The engine runs as fast as the machine goes; times are the call's own, so the figures do not depend on the machine.
`earned` is the moment the engine says the cue was earned: what lies between that and the cue is the engine's own delay
(telling a pause from a breath, waiting for the end of a block). Exit status 1 when a cue is missing, late or too many.
"""

from __future__ import annotations

import sys

from tests.calls.run import Words, demo_cues, demo_sound, demo_words, long_words, of_kind, run
from voiceassist.core.events import CueCleared, CueShown
from voiceassist.session.demo_assets import LONG, SHORT, Bundled


def table(title: str, words: Words | None, call: Bundled = SHORT) -> bool:
    """Print one run; whether every cue came while it was due and no other did."""
    events = run(*demo_sound(call), words=words)
    shown, cleared = of_kind(events, CueShown), {c.number: c for c in of_kind(events, CueCleared)}
    scripted = demo_cues(call)
    print(f"\n{title}\n{'event':27}{'moment':>8}  {'cue':17}{'came':>8}{'after':>8}{'engine':>8}  {'due':>13}  went")
    fine = [c.id for c in shown] == [s.cue for s in scripted]
    for moment, cue in zip(scripted, shown, strict=False):
        earliest, latest = (limit - moment.t for limit in moment.due)
        in_time = cue.id == moment.cue and earliest <= cue.t - moment.t <= latest
        fine = fine and in_time
        went = cleared[cue.number]
        print(
            f"{moment.event:27}{moment.t:8.2f}  {cue.id:17}{cue.t:8.2f}{cue.t - moment.t:7.2f}s"
            f"{cue.t - cue.earned:7.2f}s  {earliest:5.1f}…{latest:5.1f} s"
            f"  {went.by} after {went.t - cue.t:.1f} s{'' if in_time else '   NOT DUE'}"
        )
    if len(shown) != len(scripted):
        print(f"{len(shown)} cues came, {len(scripted)} were scripted: {', '.join(f'{c.id} {c.t:.1f}' for c in shown)}")
    minutes = demo_sound(call)[0].size / 16_000 / 60
    print(f"{len(shown)} cues in {minutes:.1f} min: {len(shown) / minutes:.1f} a minute")
    return fine


def main() -> None:
    outcomes = [
        table("Sound only", None),
        table("With the words that were said, 0.7 s after each utterance", demo_words),
        table("The long call, with the words that were said", long_words, LONG),
    ]
    sys.exit(0 if all(outcomes) else 1)


if __name__ == "__main__":
    main()
