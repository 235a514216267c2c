"""Where speech begins and ends on one channel: stretches for turn taking, utterances for transcription.

A stretch ends with a quarter of a second of silence. An utterance ends with a longer one or, when somebody goes on and
on, is cut in a pause or a dip. A stretch must also rise out of the noise of the line; an utterance need not, because in
noise that would take words out of the middle of sentences, and the recognizer has guards of its own. Works frame by
frame on the probabilities of `models.activity`, knows nothing of the other channel.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.tuning import SpeechTuning
from voiceassist.voice.frames import FRAME_SECONDS

_DB_FOR_PROBABILITY = 20.0
"""In the search for a dip, a frame that is surely speech counts like one that is so much louder."""


def _frames(seconds: float) -> int:
    return max(1, round(seconds / FRAME_SECONDS))


def sound_span(start: float, end: float, cuts: Iterable[float], tuning: SpeechTuning) -> tuple[int, int]:
    """First sample and the one after the last of what is handed to the recognizer for an utterance, in which speech
    lasts from `start` to `end`. Nothing is handed over on both sides of one of the `cuts`. Seconds."""
    cuts = tuple(cuts)
    first = max([start - tuning.preroll, 0.0, *(cut for cut in cuts if cut <= start)])
    last = min([end + tuning.postroll, *(cut for cut in cuts if cut >= end and cut > start)])
    return round(first * SAMPLE_RATE), round(last * SAMPLE_RATE)


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


class Endpointer:
    """Feed it every frame in order; `step` says what changed."""

    def __init__(self, tuning: SpeechTuning, threshold: float) -> None:
        self._tuning = tuning
        self._threshold = threshold
        self._floor = NoiseFloor(tuning.floor_rise)
        self._index = 0
        self._voice = self._said = False
        """Whether the last frame was speech, and whether the network alone said so."""
        self._run = self._said_run = 0
        self._stretch: int | None = None
        self._utterance: int | None = None
        self._last_voice = self._last_said = -1
        self._dips: deque[tuple[float, float]] = deque()
        """Probability and level of the frames in which a long utterance may be cut."""
        self.cut: int | None = None
        """Frame at which an utterance was cut in two last."""

    @property
    def utterance_start(self) -> int | None:
        """Frame at which the utterance under way began, or None."""
        return self._utterance

    @property
    def utterance_end(self) -> int:
        """Index after the last frame of speech of the utterance under way."""
        return max(self._last_said + 1, self._utterance or 0)

    def step(self, probability: float, level_db: float) -> Step:
        """One frame: `probability` in 0..1, `level_db` in dBFS."""
        tuning, index = self._tuning, self._index
        self._index += 1
        risen = level_db >= self._floor.step(level_db) + tuning.above_floor
        self._voice = risen and probability >= self._limit(self._voice)
        self._said = probability >= self._limit(self._said)
        started, ended = self._step_stretch(index)
        utterance = self._step_utterance(index, probability, level_db)
        return Step(self._stretch is not None, self._voice, started, ended, utterance)

    def _limit(self, speaking: bool) -> float:
        return self._threshold - (self._tuning.release if speaking else 0.0)

    def _step_stretch(self, index: int) -> tuple[int | None, tuple[int, int] | None]:
        """Start of a stretch, and one that ended."""
        started = ended = None
        self._run = self._run + 1 if self._voice else 0
        if self._voice:
            if self._stretch is None and self._run >= _frames(self._tuning.onset):
                self._stretch = started = index - self._run + 1
            if self._stretch is not None:
                self._last_voice = index
        if self._stretch is not None and index - self._last_voice >= _frames(self._tuning.pause):
            ended = (self._stretch, self._last_voice + 1)
            self._stretch = None
        return started, ended

    def _step_utterance(self, index: int, probability: float, level_db: float) -> tuple[int, int] | None:
        """An utterance that ended or was cut."""
        self._said_run = self._said_run + 1 if self._said else 0
        if self._utterance is None and self._said_run >= _frames(self._tuning.onset):
            self._utterance = index - self._said_run + 1
            self._dips.clear()
        if self._utterance is None:
            return None
        if self._said:
            self._last_said = index
        if index - self._last_said >= _frames(self._tuning.utterance_pause):
            # After a cut nothing more may have been said.
            done = (self._utterance, self._last_said + 1) if self._last_said >= self._utterance else None
            self._utterance = None
            return done
        return self._split(index, probability, level_db)

    def _split(self, index: int, probability: float, level_db: float) -> tuple[int, int] | None:
        """Cut an utterance that has become long; it goes on from the cut.

        In the first pause after `soft_split`; without one, in the lowest dip before `hard_split`. Never in a single
        frame that is no speech: that is the closure of a consonant, in the middle of a word.
        """
        assert self._utterance is not None
        length = index - self._utterance
        if length < _frames(self._tuning.soft_split):
            return None
        self._dips.append((probability, level_db))
        pause, wide = _frames(self._tuning.split_pause), _frames(self._tuning.split_dip)
        if index - self._last_said >= pause:
            cut = index - pause // 2 + 1
        elif length < _frames(self._tuning.hard_split):
            return None
        else:
            dips = np.array(self._dips)
            low = np.convolve(dips[:, 0] * _DB_FOR_PROBABILITY + dips[:, 1], np.ones(wide), "valid").argmin()
            cut = index - len(dips) + 1 + int(low) + wide // 2
        piece = (self._utterance, min(cut, self._last_said + 1))
        self._utterance = self.cut = cut
        self._dips.clear()
        return piece if piece[1] > piece[0] else None

    def interrupt(self) -> Step:
        """One frame in which the call was paused: what is open ended before it."""
        step = self.finish()
        self._index += 1
        self._voice = self._said = False
        self._run = self._said_run = 0
        return step

    def finish(self) -> Step:
        """The sound is over: close what is open."""
        ended = (self._stretch, self._last_voice + 1) if self._stretch is not None else None
        end = self._last_said + 1
        utterance = (self._utterance, end) if self._utterance is not None and end > self._utterance else None
        self._stretch = self._utterance = None
        return Step(False, False, None, ended, utterance)
