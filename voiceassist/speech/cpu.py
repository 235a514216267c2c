"""How many threads the recognizer gets on this machine, and whether a model keeps up on it."""

from __future__ import annotations

import os

FINAL_BUDGET = 0.45
"""Seconds an average utterance may take the recognizer. With the 0.25 s that is waited before a pause counts, its text
is there 0.7 s after the speaker's last word."""

FINAL_OVER_PROBE = 2.2
"""A final of 3 s takes this many times its encoding: decoding and word times come on top (tests/bench)."""


def threads_for(cores: int) -> int:
    """Threads for a machine with that many logical cores, both sides of a call together: each has its own.

    A decoder step is too small to share: with two threads for one utterance on two cores, an utterance took 0.39 s,
    with one 0.32 s, and two beside each other 0.31 s each, for 60 % of the processor time (base, beam 5).

    Two of two to four: the child runs at lower priority, so the softphone goes first; half of more, and never over
    four, from where on Whisper's small models gain nothing.
    """
    if cores <= 4:
        return min(cores, 2)
    return min(cores // 2, 4)


def available_cores() -> int:
    """Logical cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def keeps_up(probe: float) -> bool:
    """Whether a model whose 5-s encoding takes `probe` seconds gives finals within the budget."""
    return probe * FINAL_OVER_PROBE <= FINAL_BUDGET
