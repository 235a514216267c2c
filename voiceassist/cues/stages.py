"""Acknowledge once, then act: where a call stands between hearing a trouble and settling it.

On recorded calls, replies that deal with the problem lower a caller's anger, and replies that dwell on the feeling
raise it (Little et al. 2013, Personnel Psychology 66). So a call moves forward only:

    listen ──caller agitated──► acknowledge ──agent named it──► act ──caller calm──► settled
                                                                 ▲                      │
                                                                 └──agitated again──────┘
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voiceassist.cues.call_state import CallState

AGITATED_SPEECH = 3.0
"""Seconds of agitated speech that make a trouble."""
CALM = 10.0
"""Seconds without agitation after which the trouble counts as settled."""


class Stage(StrEnum):
    LISTEN = "listen"
    ACKNOWLEDGE = "acknowledge"
    ACT = "act"
    SETTLED = "settled"


@dataclass(slots=True)
class StageMachine:
    stage: Stage = Stage.LISTEN
    _agitated_at: float = 0.0

    def step(self, call: CallState, acknowledged: bool) -> bool:
        """Move on if the call has; `acknowledged`: the agent just named the trouble. Whether the stage changed."""
        before = self.stage
        if call.agitated:
            self._agitated_at = call.now
        troubled = call.agitated and call.agitated_speech >= AGITATED_SPEECH
        calm = not call.agitated and call.now - self._agitated_at >= CALM
        match self.stage:
            case Stage.LISTEN if troubled:
                self.stage = Stage.ACKNOWLEDGE
            case Stage.ACKNOWLEDGE if acknowledged:
                self.stage = Stage.ACT
            case Stage.ACKNOWLEDGE | Stage.ACT if calm:
                self.stage = Stage.SETTLED
            case Stage.SETTLED if troubled:
                self.stage = Stage.ACT
        call.stage = self.stage.value
        return self.stage is not before
