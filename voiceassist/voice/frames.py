"""Sound of one channel into frames of 32 ms: speech probability, level, figures of the spectrum, and pitch.

The grid is fixed and nothing depends on how the sound was cut into blocks before it came here, so that a call live, the
same call replayed and the same call analyzed give the same frames to the bit. Pitch follows some 200 to 700 ms later
than the rest, because the pitch network looks 160 ms ahead and is run half a second at a time to keep it cheap.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.activity import FRAME, SpeechActivity
from models.agitation.spectrum import SpectralFigures
from voiceassist.core.audio_types import SAMPLE_RATE, Samples

FRAME_SECONDS = FRAME / SAMPLE_RATE
BLOCK_FRAMES = 4
"""Frames analyzed in one go: 128 ms. Shorter would cost more, longer would delay cues."""
PITCH_FRAMES = 16
LONGEST_RUN = 128
"""Frames whose pitch is asked for at once where there is much sound: in 8 s a second of it costs 15 % more than in 3 s
(the network's layers no longer fit the cache), and in less the frames around it count."""
_HOPS = 2
"""swift-f0 gives a pitch every 16 ms, two a frame."""
_PITCH_AHEAD = 5
_PITCH_BEHIND = 6
"""Frames of context: swift-f0 reaches 10 hops ahead and 11 back; with these a chunk equals the whole call's result."""
MAYBE_SPEECH = 0.2
"""Probability from which a frame may be part of speech: at the least threshold there is, less its release."""
PITCH_RANGE = (60.0, 600.0)
"""Hz. Men's calm speech to a child's or a shouted voice."""
SILENCE_DB = -100.0
"""Level given to digital silence."""
Floats = npt.NDArray[np.float64]

_window = np.hanning(FRAME).astype(np.float32)
_frequencies = np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Frames:
    """Consecutive frames; `first` is the index of the first one since the start of the call. Arrays of shape (n,),
    `spectrum` (n, 2)."""

    first: int
    probability: Floats
    level_db: Floats
    """dBFS: a full-scale sine is -3.01."""
    spectrum: Floats
    """Slope and movement: see `models.agitation.spectrum`."""

    def __len__(self) -> int:
        return len(self.probability)


@dataclass(frozen=True, slots=True)
class Pitch:
    """Pitch in Hz of consecutive frames, 0 where there is none. Array of shape (n,)."""

    first: int
    hz: Floats

    def __len__(self) -> int:
        return len(self.hz)


def levels(sound: Samples) -> Floats:
    """dBFS of every frame of `sound`, whole frames, shape (frames,)."""
    power = np.mean(np.square(sound.reshape(-1, FRAME), dtype=np.float64), axis=1)
    return np.asarray(10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10))))


class PitchTracker:
    """One pitch network (swift-f0, MIT) for both channels: it has no memory between calls."""

    def __init__(self) -> None:
        from swift_f0 import SwiftF0

        self._detector = SwiftF0(threads=1, spin=False)

    def hz(self, samples: Samples) -> Floats:
        """Pitch of every frame of `samples` (whole frames of 16 kHz sound), 0 where unvoiced, shape (frames,).

        The two hops of a frame are averaged on the logarithmic scale pitch is heard on.
        """
        result = self._detector.detect(samples, SAMPLE_RATE, *PITCH_RANGE)
        voiced = (result.confidence >= 0.5).reshape(-1, _HOPS)
        logs = np.where(voiced, np.log(np.maximum(result.pitch_hz, 1.0)).reshape(-1, _HOPS), 0.0)
        count = voiced.sum(axis=1)
        return np.where(count > 0, np.exp(logs.sum(axis=1) / np.maximum(count, 1)), 0.0)


class Analyzer(Protocol):
    """What the engine needs of a channel: frames at once, pitch a little later."""

    def prefetch(self, sound: Samples, at: int) -> None: ...
    def push(self, block: Samples) -> Frames: ...
    def pitch(self, *, wanted: int = 0, last: bool = False) -> Pitch | None: ...


class FrameAnalyzer:
    """Turns the blocks of one channel into frames and, a little later, pitch.

    `push` takes exactly `BLOCK_FRAMES` frames of sound each time; the engine cuts the sound so. Both networks give the
    same figures to the bit however much sound they are handed at once, so where more is at hand (a recorded call)
    `prefetch` lets them have it in one go, perhaps in another thread: less work, and not one event different.
    """

    def __init__(self, pitch: PitchTracker) -> None:
        self._activity = SpeechActivity()
        self._spectrum = SpectralFigures(_frequencies)
        self._pitch = pitch
        self._next = 0
        self._next_pitch = 0
        self._kept = _Kept()
        self._maybe_speech: list[bool] = []
        self._ahead = _Ahead(self._activity, pitch)
        self._known: Floats = np.zeros(0)
        """Probabilities of the next frames, from `prefetch`."""
        self._known_hz: Floats = np.zeros(0)
        self._known_hz_first = 0
        """Pitch from this frame on, from `prefetch`."""

    def prefetch(self, sound: Samples, at: int) -> None:
        """Sound that is going to be pushed, from sample `at` of the call on: whole blocks. What was announced before is
        left out. Another thread may do this while sound that was announced before is pushed."""
        self._ahead.look(sound[max(self._ahead.frames * FRAME - at, 0) :])

    def push(self, block: Samples) -> Frames:
        """The frames of `block`, shape (BLOCK_FRAMES * FRAME,)."""
        first = self._next
        self._next += BLOCK_FRAMES
        self._kept.append(block)
        shaped = block.reshape(-1, FRAME)
        level = levels(block)
        spectrum = np.square(np.abs(np.fft.rfft(shaped * _window, axis=1)), dtype=np.float64)
        if not len(self._known) and self._ahead.found:
            self._learn(*self._ahead.found.popleft())
        probability, self._known = self._known[:BLOCK_FRAMES], self._known[BLOCK_FRAMES:]
        if not len(probability):
            probability = self._ahead.skip(block)
        self._maybe_speech.append(bool((probability > MAYBE_SPEECH).any()))
        return Frames(first, probability, level, self._spectrum(spectrum))

    def pitch(self, *, wanted: int = 0, last: bool = False) -> Pitch | None:
        """The next stretch of pitch, or None when not enough sound has come.

        `wanted`: a frame by which the pitch is needed now, so as not to wait for a full stretch; `last`: the call is
        over, give the rest. Stretches in which no frame could be speech are answered with zeros and cost nothing.
        """
        if last:
            end = self._next
        else:
            ready = (self._next - _PITCH_AHEAD) // BLOCK_FRAMES * BLOCK_FRAMES
            end = self._next_pitch + PITCH_FRAMES
            if end > ready and self._next_pitch < wanted <= ready:
                end = ready
            if end > ready:
                return None
        if end <= self._next_pitch:
            return None
        first = self._next_pitch
        blocks = self._maybe_speech[: -(-(end - first) // BLOCK_FRAMES)]
        known = self._known_hz_first
        if known <= first and end <= known + len(self._known_hz):
            hz = self._known_hz[first - known : end - known]
        else:
            hz = self._kept.hz(self._pitch, first, end) if any(blocks) else np.zeros(end - first)
        self._next_pitch = end
        del self._maybe_speech[: (end - first) // BLOCK_FRAMES]
        self._kept.forget(end - _PITCH_BEHIND)
        return Pitch(first, hz)

    def _learn(self, probabilities: Floats, first: int, hz: Floats) -> None:
        """What the networks said ahead of a piece of sound; its pitch is that of frame `first` and what follows."""
        self._known = probabilities
        if first != self._known_hz_first + len(self._known_hz):
            self._known_hz_first, self._known_hz = first, hz
            return
        gone = min(max(self._next_pitch - self._known_hz_first, 0), len(self._known_hz))
        self._known_hz_first += gone
        self._known_hz = np.concatenate([self._known_hz[gone:], hz])


class _Kept:
    """The last sound of a channel: from frame `first` on, as far as its pitch may still be asked for."""

    def __init__(self, first: int = 0) -> None:
        self._sound: Samples = np.zeros(0, dtype=np.float32)
        self._first = first

    def append(self, sound: Samples) -> None:
        self._sound = np.concatenate([self._sound, sound])

    def forget(self, before: int) -> None:
        drop = max(before - self._first, 0)
        self._sound = self._sound[drop * FRAME :]
        self._first += drop

    def hz(self, pitch: PitchTracker, first: int, end: int) -> Floats:
        """Pitch of frames first..end."""
        start = max(first - _PITCH_BEHIND, 0)
        window = self._sound[(start - self._first) * FRAME : (end + _PITCH_AHEAD - self._first) * FRAME]
        return pitch.hz(window)[first - start : end - start]


class _Ahead:
    """What the networks say of sound that has not been pushed yet."""

    def __init__(self, activity: SpeechActivity, pitch: PitchTracker) -> None:
        self._activity = activity
        self._pitch = pitch
        self.frames = 0
        """Looked at or skipped so far."""
        self.found: deque[tuple[Floats, int, Floats]] = deque()
        """Of each look: probabilities of its frames; from which frame on there is pitch, and that pitch. It is 0 where
        nobody can be speaking."""
        self._kept = _Kept()
        self._skipped: deque[Samples] = deque(maxlen=-(-_PITCH_BEHIND // BLOCK_FRAMES))
        """Blocks since the last look; as many as there can be are all the context a pitch needs."""
        self._unpitched: Floats = np.zeros(0)
        """Probabilities of the last frames, whose pitch needs what comes after them."""

    def look(self, sound: Samples) -> None:
        """More sound, whole blocks."""
        if not len(sound):
            return
        if self._skipped:
            if len(self._skipped) == self._skipped.maxlen:
                self._kept = _Kept(first=self.frames - BLOCK_FRAMES * len(self._skipped))
            self._kept.append(np.concatenate(self._skipped))
            self._skipped.clear()
            self._unpitched = np.zeros(0)
        first = self.frames - len(self._unpitched)
        probabilities = self._probabilities(sound)
        self._kept.append(sound)
        waiting = np.concatenate([self._unpitched, probabilities])
        hz = np.zeros(len(waiting) - _PITCH_AHEAD if len(waiting) > _PITCH_AHEAD else 0)
        for begin, end in _runs(waiting[: len(hz)] > MAYBE_SPEECH):
            hz[begin:end] = self._kept.hz(self._pitch, first + begin, first + end)
        self._unpitched = waiting[len(hz) :]
        self._kept.forget(first + len(hz) - _PITCH_BEHIND)
        self.found.append((probabilities, first, hz))

    def skip(self, block: Samples) -> Floats:
        """A block that was pushed before anybody looked ahead: its probabilities alone."""
        self._skipped.append(block)
        return self._probabilities(block)

    def _probabilities(self, sound: Samples) -> Floats:
        self.frames += len(sound) // FRAME
        return self._activity.probabilities(sound).astype(np.float64)


def _runs(wanted: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Begin and end of the runs of frames that are wanted. Two that lie close are one: more is saved by it than the
    frames between them cost."""
    runs: list[tuple[int, int]] = []
    for begin, end in np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(int), [0]]))).reshape(-1, 2).tolist():
        if runs and begin - runs[-1][1] <= _PITCH_BEHIND + _PITCH_AHEAD:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return [(at, min(at + LONGEST_RUN, end)) for begin, end in runs for at in range(begin, end, LONGEST_RUN)]
