"""The utterances of one side of a recorded call, ahead of the engine: the same to the sample as the engine's.

So that their words are known when the engine comes to them. Needs no pitch, and so a quarter of the work.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from models.activity import FRAME, SpeechActivity
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import seconds
from voiceassist.core.tuning import SpeechTuning
from voiceassist.voice.endpointing import Endpointer, sound_span
from voiceassist.voice.frames import BLOCK_FRAMES, FRAME_SECONDS, levels

_BLOCK = BLOCK_FRAMES * FRAME
_KEEP_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class FoundUtterance:
    """Seconds of the call, rounded as in the event; `sound` begins at `offset`."""

    start: float
    end: float
    sound: Samples
    offset: float


class UtteranceFinder:
    """Feed it the sound of one side, mono float32 at 16 kHz."""

    def __init__(self, tuning: SpeechTuning, threshold: float) -> None:
        self._tuning = tuning
        self._activity = SpeechActivity()
        self._endpointer = Endpointer(tuning, threshold)
        self._cuts: deque[float] = deque(maxlen=16)
        self._sound: Samples = np.zeros(0, np.float32)
        """From sample `_first` on."""
        self._first = 0
        self._frames = 0
        self._due: list[tuple[float, float]] = []
        """Utterances of which not all sound has come."""

    def push(self, sound: Samples) -> list[FoundUtterance]:
        """More sound, any length; the utterances whose sound is complete."""
        self._sound = np.concatenate([self._sound, sound])
        end = self._first + len(self._sound)
        self._look(end // _BLOCK * BLOCK_FRAMES)
        found = self._cut_out(end)
        keep = max(end - round(_KEEP_SECONDS * SAMPLE_RATE), self._first)
        self._sound, self._first = self._sound[keep - self._first :], keep
        return found

    def finish(self) -> list[FoundUtterance]:
        """The sound is over. The last block is filled up with silence, as the engine does."""
        end = self._first + len(self._sound)
        missing = -end % _BLOCK
        self._sound = np.concatenate([self._sound, np.zeros(missing, np.float32)])
        self._look((end + missing) // FRAME)
        self._note(self._endpointer.finish().utterance)
        return self._cut_out(None)

    def _look(self, until: int) -> None:
        """At the frames up to this one."""
        if until <= self._frames:
            return
        sound = self._sound[self._frames * FRAME - self._first : until * FRAME - self._first]
        for probability, level in zip(
            self._activity.probabilities(sound).astype(np.float64).tolist(), levels(sound).tolist(), strict=True
        ):
            step = self._endpointer.step(probability, level)
            if self._endpointer.cut is not None:
                cut = seconds(self._endpointer.cut * FRAME_SECONDS)
                if cut not in self._cuts:
                    self._cuts.append(cut)
            self._note(step.utterance)
        self._frames = until

    def _note(self, utterance: tuple[int, int] | None) -> None:
        if utterance is not None:
            start, end = utterance
            self._due.append((seconds(start * FRAME_SECONDS), seconds(end * FRAME_SECONDS)))

    def _cut_out(self, end: int | None) -> list[FoundUtterance]:
        """The utterances whose sound lies before sample `end`, or all."""
        found = []
        while self._due:
            first, last = sound_span(*self._due[0], self._cuts, self._tuning)
            if end is not None and last > end:
                break
            begin = max(first - self._first, 0)
            start, stop = self._due.pop(0)
            found.append(
                FoundUtterance(start, stop, self._sound[begin : last - self._first], seconds(first / SAMPLE_RATE))
            )
        return found
