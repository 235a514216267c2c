"""Numbers of the agitation estimator and where they come from. Figures in brackets: see README.md here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    abstain: float = 3.0
    """Seconds of voiced speech before there is a score: 2 to 3 s buy most of the gain of a speaker's own baseline
    (AUC .75 without, .87 after 1 s, .90 after 6 s on BAVED)."""
    baseline: float = 12.0
    """Seconds of voiced speech from which the baseline is taken at first."""
    drift: float = 75.0
    """Time constant of the baseline afterwards, in seconds of voiced calm speech."""
    window: float = 2.5
    """Seconds of voiced speech a figure is taken over. Shorter is quicker, but a sentence's melody then shows."""
    smoothing: float = 2.0
    """Time constant of the score, in seconds of voiced speech."""
    rest: float = 60.0
    """While the caller is silent the score fades with this time constant (seconds)."""

    pitch_scale: float = 2.2
    level_scale: float = 3.5
    tilt_scale: float = 4.0
    """Floors of the spread (semitones, dB, dB) a change is divided by; the caller's own spread counts when larger."""
    pitch_weight: float = 0.45
    level_weight: float = 0.40
    tilt_weight: float = 0.15

    rising: float = 0.35
    high: float = 0.55
    release: float = 0.10
    """A state is left this far under the score it was entered at, so that it does not flicker."""
    say_pitch: float = 1.0
    say_level: float = 2.0
    say_tilt: float = 3.0
    """A change smaller than this is not given as a reason (semitones, dB, dB)."""


TUNING = Tuning()
