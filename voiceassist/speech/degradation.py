"""What is left out, step by step, when the machine cannot keep up, and comes back when it can.

First the agent's partial text, then all partial text, then a smaller model for each further step, if there is one. A
smaller model stays for the rest of the call: loading models back and forth would itself cost what is missing; partial
text comes back with it as soon as there is time.
"""

from __future__ import annotations

from voiceassist.speech import tuning

ALL_PARTIALS = 0
CALLER_PARTIALS = 1
NO_PARTIALS = 2


class DegradationPolicy:
    def __init__(self, smaller: int, *, partials: bool = True) -> None:
        """`smaller`: how many smaller models there are. `partials` false: none are wanted in the first place."""
        self._least = ALL_PARTIALS if partials else NO_PARTIALS
        self._smaller = smaller
        self.partials = self._least
        """Which partial text is made: all, the caller's only, none."""
        self.model = 0
        """How many models down from the chosen one."""
        self._changed = -tuning.CALM
        self._last_step = -tuning.CALM
        self._backlog = 0.0
        self._calm_since: float | None = None

    @property
    def reduced(self) -> bool:
        """Whether anything is left out."""
        return self.partials > self._least or self.model > 0

    def update(self, now: float, waited: float, backlog: float) -> bool:
        """At `now` the oldest final has waited `waited` seconds (0: none waits); `backlog` seconds of speech are due.
        True: something changed."""
        if waited > tuning.CAUGHT_UP:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        if waited > tuning.BEHIND and now - self._last_step >= tuning.STEP_WAIT:
            catching_up = backlog < self._backlog
            self._last_step, self._backlog = now, backlog
            return self._down(now, catching_up)
        calm = self._calm_since is not None and now - max(self._calm_since, self._changed) >= tuning.CALM
        if calm and self.partials > self._least:
            self.partials -= 1
            self._changed = now
            return True
        return False

    def fall_back(self) -> bool:
        """Step to the next smaller model at once, because this one does not load. False: there is none."""
        if self.model >= self._smaller:
            return False
        self.model += 1
        return True

    def _down(self, now: float, catching_up: bool) -> bool:
        if self.partials < NO_PARTIALS:
            self.partials += 1
        elif catching_up or not self.fall_back():
            return False
        self._changed = now
        return True
