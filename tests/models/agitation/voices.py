"""Made-up frames of a voice, so that a test says what changed and nothing else does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.agitation import CallerFrames, Estimator, State

SECONDS = 0.032


def speech(
    seconds: float,
    *,
    semitones: float = 0.0,
    db: float = 0.0,
    slope: float = 0.0,
    hz: float = 120.0,
    seed: int = 1,
    level_spread: float = 2.0,
) -> CallerFrames:
    """Sentences of 2 s with a pause of 0.3 s between them: a melody that wanders, a level that differs from sentence to
    sentence by `level_spread` dB, short breaks for consonants. The other figures are changes against the usual."""
    random, more = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    frames: list[np.ndarray] = []
    while sum(len(f) for f in frames) * SECONDS < seconds:
        n = 62
        at = np.arange(n) * SECONDS
        melody = 1.5 * np.sin(2 * np.pi * (0.6 * at + random.random())) + random.normal(0, 0.4, n) - 1.5 * at / 2
        voiced = (np.arange(n) % 12) < 9
        level = -30 + random.normal(0, level_spread) + 3 * np.sin(2 * np.pi * 4 * at) + db
        tilt = -8 + random.normal(0, 0.8) + random.normal(0, 1.0, n) + slope
        pitch = np.where(voiced, hz * 2 ** ((melody + semitones) / 12), 0.0)
        moved = np.abs(more.normal(4.0, 1.0, n))
        frames.append(np.column_stack([pitch, level, tilt, moved, np.ones(n)]))
        frames.append(np.column_stack([np.zeros(9), np.full(9, -65.0), np.zeros((9, 3))]))
    return made(np.concatenate(frames)[: round(seconds / SECONDS)])


def quiet(seconds: float) -> CallerFrames:
    n = round(seconds / SECONDS)
    return made(np.column_stack([np.zeros(n), np.full(n, -65.0), np.zeros((n, 3))]))


def made(rows: np.ndarray) -> CallerFrames:
    return CallerFrames(rows[:, 0], rows[:, 1], rows[:, 2:4], rows[:, 4] > 0, SECONDS)


def upset(seconds: float, *, seed: int = 2) -> CallerFrames:
    """The same voice, raised."""
    return speech(seconds, semitones=5, db=6, slope=2, seed=seed)


def pieces(frames: CallerFrames, size: int = 8) -> Iterator[CallerFrames]:
    for at in range(0, len(frames.hz), size):
        now = slice(at, at + size)
        yield CallerFrames(frames.hz[now], frames.level_db[now], frames.spectrum[now], frames.speech[now], SECONDS)


def calm_caller(seconds: float = 30.0, **voice: float) -> Estimator:
    """An estimator that has heard a calm caller for a while."""
    estimator = Estimator()
    estimator.add(speech(seconds, **voice))  # type: ignore[arg-type]
    assert estimator.estimate.state is State.CALM
    return estimator


def states(estimator: Estimator, frames: CallerFrames) -> list[State]:
    """The state four times a second while `frames` are heard."""
    seen = []
    for piece in pieces(frames):
        estimator.add(piece)
        seen.append(estimator.estimate.state)
    return seen
