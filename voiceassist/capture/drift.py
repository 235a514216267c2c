"""How fast a sound device's clock runs against this machine's, and what to do about it. Pure arithmetic.

A device that says 48 000 Hz delivers 48 000 samples in 0.9997 or 1.0003 of our seconds. Left alone, 300 ppm is more
than two seconds in two hours, and the two sides of a call have two such clocks.

Each block's arrival is late by a wait that is never negative and mostly small, so the *earliest* arrival in a window
tells where the device's clock stands; its mean does not. The loop is the usual second-order one (a phase error drives
a rate correction and its integral): see any text on digital phase-locked loops, natural frequency `OMEGA`, critically
damped.
"""

from __future__ import annotations

WINDOW = 5.0
"""Seconds over which the earliest arrival is taken."""

OMEGA = 1 / 60
"""Natural frequency of the loop, radians a second. A step of 300 ppm then costs 6.6 ms at worst (step / (e OMEGA)),
and 2 ms of noise in the earliest arrivals moves the rate by no more than 70 ppm (2 OMEGA x 2 ms)."""

LIMIT = 1e-3
"""Largest correction. Crystals are within 100 ppm, the worst sound cards seen within 800."""


class DriftLoop:
    """Turns position errors (seconds, positive: the sound should lie later than we put it) into a rate correction.

    `correction` is the fraction by which the sound has to be stretched: 3e-4 means 1.0003 output seconds for each
    nominal input second, for a device whose clock is 300 ppm slow.
    """

    def __init__(self) -> None:
        self._integral = 0.0
        self._proportional = 0.0
        self._window_end: float | None = None
        self._earliest = float("inf")

    @property
    def correction(self) -> float:
        return max(-LIMIT, min(LIMIT, self._integral + self._proportional))

    def restart(self) -> None:
        """Forget the window under way, keep the estimate: the sound begins at a new place, on the same device."""
        self._window_end = None
        self._earliest = float("inf")

    def watch(self, time: float, error: float) -> float | None:
        """One block's position error at `time`. Returns the earliest error of a window when it closes."""
        if self._window_end is None:
            self._window_end = time + WINDOW
        self._earliest = min(self._earliest, error)
        if time < self._window_end:
            return None
        earliest, self._earliest, self._window_end = self._earliest, float("inf"), time + WINDOW
        return earliest

    def correct(self, earliest: float) -> None:
        """Let the correction follow a window's earliest error."""
        self._proportional = 2 * OMEGA * earliest
        self._integral += OMEGA**2 * WINDOW * earliest
        self._integral = max(-LIMIT, min(LIMIT, self._integral))
