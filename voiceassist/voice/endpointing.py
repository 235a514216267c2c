"""Where speech begins and ends on one channel: stretches for turn taking, utterances for transcription.

A stretch ends with a quarter of a second of silence, an utterance with half a second or, when somebody goes on and on,
at a dip. Works frame by frame on the probabilities of `models.activity`, knows nothing of the other channel.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from voiceassist.core.tuning import SpeechTuning
from voiceassist.voice.frames import FRAME_SECONDS


def _frames(seconds: float) -> int:
    return max(1, round(seconds / FRAME_SECONDS))


@dataclass(frozen=True, slots=True)
class Step:
    """What one frame brought. Frame indices; an end is the index after the last frame of speech."""

    speaking: bool
    """Whether this frame is in a stretch of speech or in the short pause that may yet be inside one."""
    voice: bool
    """Whether this very frame is speech."""
    started: int | None = None
    ended: tuple[int, int] | None = None
    utterance: tuple[int, int] | None = None


class NoiseFloor:
    """Follows the quietest sound of a channel: down at once, up slowly. dBFS."""

    def __init__(self, rise_db_per_second: float) -> None:
        self._rise = rise_db_per_second * FRAME_SECONDS
        self.level = -60.0

    def step(self, level_db: float) -> float:
        self.level = level_db if level_db < self.level else min(self.level + self._rise, level_db)
        # A line that sends digital silence between words must not make its faintest hiss look like speech.
        self.level = max(self.level, -75.0)
        return self.level


@dataclass(slots=True)
class Endpointer:
    """Feed it every frame in order; `step` says what changed."""

    tuning: SpeechTuning
    threshold: float
    _floor: NoiseFloor = field(init=False)
    _index: int = field(default=0, init=False)
    _voice: bool = field(default=False, init=False)
    _run: int = field(default=0, init=False)
    _stretch: int | None = field(default=None, init=False)
    _utterance: int | None = field(default=None, init=False)
    _last_voice: int = field(default=-1, init=False)
    _dips: deque[tuple[float, int]] = field(default_factory=deque, init=False)

    def __post_init__(self) -> None:
        self._floor = NoiseFloor(self.tuning.floor_rise)

    @property
    def utterance_start(self) -> int | None:
        """Frame at which the utterance under way began, or None."""
        return self._utterance

    @property
    def utterance_end(self) -> int:
        """Index after the last frame of speech of the utterance under way."""
        return max(self._last_voice + 1, self._utterance or 0)

    def step(self, probability: float, level_db: float) -> Step:
        """One frame: `probability` in 0..1, `level_db` in dBFS."""
        tuning, index = self.tuning, self._index
        self._index += 1
        floor = self._floor.step(level_db)
        limit = self.threshold - (tuning.release if self._voice else 0.0)
        self._voice = probability >= limit and level_db >= floor + tuning.above_floor
        started = ended = utterance = None
        if self._voice:
            self._run += 1
            if self._stretch is None and self._run >= _frames(tuning.onset):
                self._stretch = started = index - self._run + 1
                if self._utterance is None:
                    self._utterance = started
                    self._dips.clear()
            if self._stretch is not None:
                self._last_voice = index
        else:
            self._run = 0
        silence = index - self._last_voice
        if self._stretch is not None and silence >= _frames(tuning.pause):
            ended = (self._stretch, self._last_voice + 1)
            self._stretch = None
        if self._utterance is not None:
            if silence >= _frames(tuning.utterance_pause):
                # After a cut nothing more may have been said.
                if self._last_voice >= self._utterance:
                    utterance = (self._utterance, self._last_voice + 1)
                self._utterance = None
            else:
                utterance = self._split(index, probability)
        return Step(self._stretch is not None, self._voice, started, ended, utterance)

    def _split(self, index: int, probability: float) -> tuple[int, int] | None:
        """Cut an utterance that has become long; it goes on from the cut."""
        assert self._utterance is not None
        length = index - self._utterance
        if length < _frames(self.tuning.soft_split):
            return None
        self._dips.append((probability, index))
        if self._voice and length < _frames(self.tuning.hard_split):
            return None
        cut = index if not self._voice else min(self._dips)[1]
        piece = (self._utterance, min(cut, self._last_voice + 1))
        self._utterance = cut
        self._dips.clear()
        return piece

    def interrupt(self) -> Step:
        """One frame in which the call was paused: what is open ended before it."""
        step = self.finish()
        self._index += 1
        self._voice = False
        self._run = 0
        return step

    def finish(self) -> Step:
        """The sound is over: close what is open."""
        end = self._last_voice + 1
        ended = (self._stretch, end) if self._stretch is not None else None
        utterance = (self._utterance, end) if self._utterance is not None and end > self._utterance else None
        self._stretch = self._utterance = None
        return Step(False, False, None, ended, utterance)
