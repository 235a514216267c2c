"""The estimator: figures of the caller's frames in, a score with its confidence, state and evidence out.

Method, after Bone, Lee & Narayanan (IEEE Trans. Affective Computing 5(2), 2014): a few interpretable figures of the
voice (pitch, level, spectral tilt, and a little pace), each compared with the same speaker's own baseline. A change is
counted in steps of the speaker's own spread, weighted, lowered where it cannot be trusted, and added up in log odds;
what the caller says and whether the caller cuts in are added as evidence of their own. The score is the logistic of the
sum. Evidence of the voice counts at two speeds: the sentence under way, and what was gathered from sentence to sentence
(Page's cumulative sum, Biometrika 41, 1954): one lively remark then moves the score but does not carry it, and a raised
voice that stays does. Both go by *speech* time: silence neither proves nor disproves anything.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from models.agitation.baseline import Baseline, Floats
from models.agitation.counting import CallerFrames, FrameFilter, Voiced
from models.agitation.tuning import TUNING, Tuning
from models.agitation.words import Phrase

FIGURES = ("pitch", "level", "tilt", "movement", "pace")
"""Of a window, in this order everywhere."""
PITCH, LEVEL, TILT, MOVEMENT, PACE = range(len(FIGURES))


class State(StrEnum):
    LISTENING = "listening"
    CALM = "calm"
    RISING = "rising"
    HIGH = "high"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class Estimate:
    """`score` and `confidence` in 0..1. `pitch`, `level`, `tilt`, `pace`: change since the start in semitones, dB, dB
    an octave and syllables a second. `cut_ins`: how often the caller cut in lately; `said`: telling phrases of late."""

    state: State
    score: float = 0.0
    confidence: float = 0.0
    pitch: float = 0.0
    level: float = 0.0
    tilt: float = 0.0
    pace: float = 0.0
    cut_ins: int = 0
    said: tuple[str, ...] = ()


class Estimator:
    """One caller. `add` every frame in order, `said` and `cut_in` as they happen; `estimate` whenever asked."""

    def __init__(self, tuning: Tuning = TUNING) -> None:
        self.tuning = tuning
        self.reset()

    def reset(self) -> None:
        """Another person is on the line: begin anew."""
        self._frame_filter: FrameFilter | None = None
        self._baseline = Baseline(self.tuning)
        self._speech_levels: deque[float] = deque()
        self._levels: deque[float] = deque()
        self._background = -math.inf
        self._clock = 0.0
        self._quiet = 0.0
        self._spoken = self._voiced = 0.0
        self._due = 0.0
        self._other: list[tuple[float, Floats]] | None = None
        """After a long silence: (seconds, change) of speech that may be somebody else's. None: it is the caller."""
        self._change: Floats = np.zeros(5)
        self._quality = 1.0
        self._quick = self._gathered = 0.0
        """Evidence of the voice in log odds: of the sentence under way, and gathered from sentence to sentence."""
        self._calm: deque[tuple[float, float]] = deque()
        """(seconds of voiced speech before, evidence) of what was said while calm."""
        self._phrases: dict[str, tuple[float, float]] = {}
        """Phrase to its strength and when it was last said."""
        self._cut_ins: list[float] = []
        self._state = State.LISTENING
        self._over_rising = self._over_high = 0.0
        self._fell = 0.0
        """When the state became `falling`."""

    @property
    def estimate(self) -> Estimate:
        if self._state is State.LISTENING:
            return Estimate(State.LISTENING)
        tuning = self.tuning
        amount = (self._voiced - tuning.abstain_voiced) / (tuning.baseline - tuning.abstain_voiced)
        stale = float(np.exp(-max(self._quiet - tuning.hold, 0.0) / tuning.fade))
        confidence = min(1.0, 0.4 + 0.6 * amount) * (0.5 + 0.5 * self._quality) * stale
        pitch, level, tilt, pace = (float(self._change[i]) for i in (PITCH, LEVEL, TILT, PACE))
        said = tuple(
            phrase for phrase, (_, when) in self._phrases.items() if phrase and self._clock - when < tuning.words_for
        )
        return Estimate(self._state, self._score, confidence, pitch, level, tilt, pace, self._recent_cut_ins(), said)

    def said(self, phrases: list[Phrase]) -> None:
        """The caller said something telling, just now."""
        for phrase in phrases:
            self._phrases.pop(phrase.text, None)
            self._phrases[phrase.text] = (phrase.strength, self._clock)
        self._settle(0.0)

    def cut_in(self) -> None:
        """The caller began to talk in the middle of what the other side was saying."""
        self._cut_ins.append(self._clock)

    def add(self, frames: CallerFrames) -> None:
        """The next frames of the caller's channel, speech or not."""
        tuning, seconds = self.tuning, frames.seconds
        for hz, level, spectrum, speech in zip(
            frames.hz.tolist(), frames.level_db.tolist(), frames.spectrum.tolist(), frames.speech.tolist(), strict=True
        ):
            if self._frame_filter is None:
                self._frame_filter = FrameFilter(tuning, seconds)
                self._speech_levels = deque(maxlen=round(3 / seconds))
                self._levels = deque(maxlen=round(tuning.background_for / seconds))
            self._clock += seconds
            self._levels.append(level)
            if speech:
                if self._quiet >= tuning.handover:
                    self._other = []
                self._quiet = 0.0
                self._spoken += seconds
                self._speech_levels.append(level)
            else:
                self._quiet += seconds
            new = self._frame_filter.step(hz, level, spectrum, speech, self._clock) * seconds
            self._voiced += new
            self._due += new
            ended = abs(self._quiet - 8 * seconds) < seconds / 2
            if (new and self._due >= tuning.step) or (ended and self._due > 0):
                rows = self._frame_filter.current(self._clock)
                if len(rows) * seconds >= tuning.least:
                    due, self._due = self._due, 0.0
                    self._background = float(np.percentile(self._levels, tuning.background))
                    self._judge(self._figures(rows, seconds), due)
            if self._quiet > tuning.breath:
                self._wane(seconds)
        self._settle(0.0)

    @property
    def _score(self) -> float:
        voice = self.tuning.quick_weight * self._quick + self._gathered
        total = self.tuning.offset + voice + self._words() + self._interrupting()
        return float(1 / (1 + np.exp(-total)))

    def _wane(self, seconds: float) -> None:
        """`seconds` of silence more."""
        tuning = self.tuning
        if self._state is not State.CALM and self._quiet <= tuning.hold:
            return
        left = math.exp(-seconds / (tuning.forget if self._state is State.CALM else tuning.fade))
        self._gathered *= left
        self._quick = min(self._quick, self._quick * left)

    def _judge(self, figures: Floats, due: float) -> None:
        """Some more voiced speech, `due` seconds: compare the figures of the window, then learn from them."""
        tuning = self.tuning
        if self._spoken < tuning.abstain or self._voiced < tuning.abstain_voiced or len(self._baseline) < 4:
            self._baseline.remember(figures, self._voiced)
            return
        self._change = figures - self._baseline.usual
        if self._other is not None:
            self._other.append((due, self._change))
            if self._like_another(self._other):
                if sum(seconds for seconds, _ in self._other) >= tuning.other_for:
                    self.reset()
                return
            self._other = None
        evidence = self._voice_evidence()
        self._quick += (evidence - self._quick) * (1 - math.exp(-due / tuning.quick))
        told = self._state not in (State.LISTENING, State.CALM)
        over = (evidence - (tuning.held_drift if told else self._drift())) * due
        believed = tuning.young_share + (1 - tuning.young_share) * min(self._voiced / tuning.young, 1.0)
        relief = tuning.held_relief if told else tuning.relief
        gathered = self._gathered + tuning.rate * over * (believed if over > 0 else relief)
        self._gathered = min(max(gathered, 0.0), tuning.gathered_most)
        if self._state is State.LISTENING:
            self._state = State.CALM
        if self._state is State.CALM:
            self._calm.append((self._voiced, evidence))
        if self._score < tuning.learn:
            self._baseline.consider(figures, self._voiced)
        elif self._score >= tuning.rising:
            self._baseline.dismiss(self._voiced)
        self._settle(due)

    def _drift(self) -> float:
        """How much evidence is nothing new: what this caller's calm talk reaches now and then."""
        tuning = self.tuning
        while self._calm and self._calm[0][0] < self._voiced - tuning.memory:
            self._calm.popleft()
        known = [evidence for when, evidence in self._calm if when <= self._voiced - tuning.drift_lag]
        if len(known) < tuning.drift_least:
            return tuning.drift
        own = float(np.percentile(known, tuning.drift_quantile))
        return min(max(own, tuning.drift), tuning.drift_most)

    def _like_another(self, heard: list[tuple[float, Floats]]) -> bool:
        """Whether the voice differs from the usual in a way that one voice does not."""
        tuning = self.tuning
        pitch, level, tilt = np.average([c for _, c in heard], axis=0, weights=[seconds for seconds, _ in heard])[:3]
        plain = level < tuning.other_louder and tilt < tuning.other_sharper
        return bool(pitch <= -tuning.other_lower or (pitch >= tuning.other_higher and plain))

    def _figures(self, rows: list[Voiced], seconds: float) -> Floats:
        """Of the window: semitones, dBFS, dB an octave (tilt), dB (movement), syllables a second."""
        tuning = self.tuning
        pitch, level, slope, movement = np.array([row[:4] for row in rows]).T
        audible = (level - self._background - tuning.drowned) / (tuning.clear - tuning.drowned)
        loudest = np.argsort(level)[-max(1, round(tuning.loud * len(rows))) :]
        return np.array(
            [
                mean_of_highest(pitch, np.clip(audible, tuning.drowned_share, 1.0), tuning.top),
                10 * np.log10(np.mean(10 ** (level / 10))),
                slope[loudest].mean(),
                np.nanmean(movement),
                syllables(self._speech_levels) / (len(self._speech_levels) * seconds),
            ]
        )

    def _steps(self) -> Floats:
        """The changes in steps of the caller's own spread, limited."""
        tuning = self.tuning
        scales = np.array(tuning.scales)
        steps = self._change / np.clip(self._baseline.spread, scales, tuning.most_spread * scales)
        steps = np.clip(steps, tuning.least_steps, tuning.most)
        # A softer voice proves nothing: people get quieter by turning away, and a gain control by its nature.
        steps[LEVEL] = max(steps[LEVEL], 0.0)
        return steps

    def _voice_evidence(self) -> float:
        """Log odds from the changes of the voice, each as far as it can be trusted."""
        tuning, steps, clean = self.tuning, self._steps(), self._clean()
        support = float(np.clip(max(steps[PITCH], steps[TILT]), 0.0, 1.0))
        levelled = _share(self._baseline.level_spread, tuning.agc_spread, tuning.agc_free)
        softer = self._change[LEVEL] < -tuning.softer_by and steps[TILT] < -0.5
        borne_out = float(np.clip(max(steps[LEVEL] / 2, steps[TILT]), 0.0, 1.0))
        if self._baseline.usual[PITCH] >= tuning.ceiling:
            borne_out = 1.0  # whoever starts by shouting has no calm level or tilt to compare with
        alone = tuning.pitch_alone + (1 - tuning.pitch_alone) * borne_out
        trust = np.array(
            [
                (tuning.softer if softer else 1.0) * alone,
                levelled * (tuning.unsupported + (1 - tuning.unsupported) * support),
                clean,
                clean,
                1.0,
            ]
        )
        weights = np.array(tuning.weights)
        self._quality = float(weights @ np.where(np.arange(len(FIGURES)) == LEVEL, levelled, trust) / weights.sum())
        known = _share(self._voiced, tuning.young, tuning.baseline)
        weights[[PITCH, TILT]] *= 1 + tuning.in_place_of_level * (1 - levelled) * known
        return min(float((weights * trust) @ steps), tuning.most_evidence)

    def _clean(self) -> float:
        """How far the tilt can be trusted, 0..1, from the level of speech over what is heard behind it."""
        voice = float(np.percentile(self._speech_levels, 75))
        return _share(voice - self._background, self.tuning.snr_none, self.tuning.snr_full)

    def _words(self) -> float:
        """Log odds of what was said lately: fades over `words_for` seconds."""
        tuning = self.tuning
        ages = ((strength, self._clock - when) for strength, when in self._phrases.values())
        total = sum(strength * max(0.0, 1 - age / tuning.words_for) for strength, age in ages)
        return min(total, tuning.words_most)

    def _recent_cut_ins(self) -> int:
        return sum(self._clock - when < self.tuning.cut_in_for for when in self._cut_ins)

    def _interrupting(self) -> float:
        return min(self.tuning.cut_in * self._recent_cut_ins(), self.tuning.cut_in_most)

    def _settle(self, due: float) -> None:
        """State from score, with hysteresis; `due` seconds of voiced speech went by."""
        tuning, score = self.tuning, self._score
        if self._state is State.LISTENING:
            return
        self._over_rising = self._over_rising + due if score >= tuning.rising else 0.0
        self._over_high = self._over_high + due if score >= tuning.high else 0.0
        if self._over_high >= tuning.high_dwell:
            self._state = State.HIGH
        elif self._state is State.HIGH and score < tuning.high - tuning.release:
            self._state, self._fell = State.FALLING, self._clock
        elif self._state is State.CALM and self._over_rising >= tuning.rising_dwell:
            self._state = State.RISING
        settled = self._state is not State.FALLING or self._clock - self._fell >= tuning.falling
        if self._state in (State.RISING, State.FALLING) and settled and score < tuning.rising - tuning.release:
            self._state = State.CALM


def mean_of_highest(values: Floats, weights: Floats, share: float) -> float:
    """Weighted mean of the highest `values`, shape (n,), that make up `share` (0..1) of all weight."""
    highest = np.argsort(values)[::-1]
    weight = np.cumsum(weights[highest])
    highest = highest[: int(np.searchsorted(weight, share * weight[-1])) + 1]
    return float(np.average(values[highest], weights=weights[highest]))


def syllables(level_db: deque[float]) -> int:
    """Peaks of the level that stand out by 3 dB on both sides: about one a syllable."""
    count, low, high, climbing = 0, np.inf, -np.inf, True
    for level in level_db:
        low, high = min(low, level), max(high, level)
        if climbing and level < high - 3.0:
            count, climbing, low = count + 1, False, level
        elif not climbing and level > low + 3.0:
            climbing, high = True, level
    return count


def _share(value: float, none: float, full: float) -> float:
    """How far `value` lies from `none` to `full`, 0..1."""
    return float(np.clip((value - none) / (full - none), 0.0, 1.0))
