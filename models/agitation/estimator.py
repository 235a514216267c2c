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
from models.agitation.counting import CallerFrames
from models.agitation.tuning import TUNING, Tuning
from models.agitation.windows import FIGURES, Silence, Window, Windows, share
from models.agitation.words import Phrase

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
        self._windows = Windows(tuning)
        self._clock = 0.0
        self.reset()

    def reset(self) -> None:
        """Another person is on the line: begin anew."""
        self._windows.reset()
        self._baseline = Baseline(self.tuning)
        self._quiet = 0.0
        self._spoken = self._voiced = 0.0
        self._other: list[tuple[float, Floats]] | None = None
        """After a long silence: (seconds, change) of speech that may be somebody else's. None: it is the caller."""
        self._change: Floats = np.zeros(5)
        self._quality = self._clean = 1.0
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
        for heard in self._windows.step(frames):
            self.judge(heard)
        self._clock = self._windows.clock
        self._settle(0.0)

    def judge(self, heard: Window | Silence) -> None:
        """What `add` found in the frames; a call that is judged again comes in here."""
        self._clock = heard.clock
        if isinstance(heard, Silence):
            self._quiet = heard.quiet
            if heard.quiet > self.tuning.breath:
                self._wane(heard.seconds)
        else:
            self._quiet = 0.0
            self._judge(heard)

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

    def _judge(self, window: Window) -> None:
        """Some more voiced speech: compare the figures of the window, then learn from them."""
        tuning, figures, due = self.tuning, window.figures, window.voiced
        self._voiced += due
        self._spoken += window.spoken
        self._clean = window.clean
        if window.pause >= tuning.handover:
            self._other = []
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
        tuning, steps, clean = self.tuning, self._steps(), self._clean
        support = float(np.clip(max(steps[PITCH], steps[TILT]), 0.0, 1.0))
        levelled = share(self._baseline.level_spread, tuning.agc_spread, tuning.agc_free)
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
        known = share(self._voiced, tuning.young, tuning.baseline)
        weights[[PITCH, TILT]] *= 1 + tuning.in_place_of_level * (1 - levelled) * known
        return min(float((weights * trust) @ steps), tuning.most_evidence)

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
