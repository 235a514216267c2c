"""Sound of one channel into frames of 32 ms: speech probability, level, spectral slope, and pitch.

The grid is fixed and nothing depends on how the sound was cut into blocks before it came here, so that a call live, the
same call replayed and the same call analysed give the same frames to the bit. Pitch follows some 200 to 700 ms later
than the rest, because the pitch network looks 160 ms ahead and is run half a second at a time to keep it cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.activity import FRAME, SpeechActivity
from models.agitation.slope import SpectralSlope
from voiceassist.capture.base import Samples
from voiceassist.timeline import SAMPLE_RATE

FRAME_SECONDS = FRAME / SAMPLE_RATE
BLOCK_FRAMES = 4
"""Frames analysed in one go: 128 ms. Shorter would cost more, longer would delay cues."""
PITCH_FRAMES = 16
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
_slope = SpectralSlope(np.fft.rfftfreq(FRAME, 1 / SAMPLE_RATE).astype(np.float64))


@dataclass(frozen=True, slots=True)
class Frames:
    """Consecutive frames; `first` is the index of the first one since the start of the call. Arrays of shape (n,)."""

    first: int
    probability: Floats
    level_db: Floats
    """dBFS: a full-scale sine is -3.01."""
    slope: Floats
    """Fall of the spectrum inside the telephone band in dB an octave; the flatter, the more effort in the voice."""

    def __len__(self) -> int:
        return len(self.probability)


@dataclass(frozen=True, slots=True)
class Pitch:
    """Pitch in Hz of consecutive frames, 0 where there is none. Array of shape (n,)."""

    first: int
    hz: Floats

    def __len__(self) -> int:
        return len(self.hz)


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


class Analyser(Protocol):
    """What the engine needs of a channel: frames at once, pitch a little later."""

    def prefetch(self, sound: Samples) -> None: ...
    def push(self, block: Samples) -> Frames: ...
    def pitch(self, *, wanted: int = 0, last: bool = False) -> Pitch | None: ...


class FrameAnalyser:
    """Turns the blocks of one channel into frames and, a little later, pitch.

    `push` takes exactly `BLOCK_FRAMES` frames of sound each time; the engine cuts the sound so. Both networks give the
    same figures to the bit however much sound they are handed at once, so where more is at hand (a recorded call)
    `prefetch` lets them have it in one go: a third less work, and not one event different.
    """

    def __init__(self, pitch: PitchTracker) -> None:
        self._activity = SpeechActivity()
        self._pitch = pitch
        self._next = 0
        self._next_pitch = 0
        self._kept: Samples = np.zeros(0, dtype=np.float32)
        self._kept_first = 0
        self._maybe_speech: list[bool] = []
        self._known: Floats = np.zeros(0)
        """Probabilities of frames to come, from `prefetch`."""
        self._known_hz: Floats = np.zeros(0)
        self._known_hz_first = 0
        """Pitch from this frame on, NaN where it was not worth having."""

    def prefetch(self, sound: Samples) -> None:
        """Sound that is going to be pushed next, whole blocks. Raises `ValueError` if what was announced before has not
        all been pushed."""
        if len(self._known):
            raise ValueError("the sound announced before has not been pushed yet")
        self._known = self._activity.probabilities(sound).astype(np.float64)
        coming = (self._known.reshape(-1, BLOCK_FRAMES) > MAYBE_SPEECH).any(axis=1)
        blocks = np.concatenate([np.array(self._maybe_speech, dtype=bool), coming])
        # A stretch of pitch spans up to four blocks; one with speech in it lends its need to the other three.
        near = np.convolve(blocks, np.ones(2 * PITCH_FRAMES // BLOCK_FRAMES - 1), mode="same") > 0
        first, stop = self._next_pitch, self._next + len(self._known) - _PITCH_AHEAD
        self._known_hz_first, self._known_hz = first, np.full(max(stop - first, 0), np.nan)
        everything = np.concatenate([self._kept, sound])
        edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(int), [0]]))).reshape(-1, 2) * BLOCK_FRAMES
        for begin, end in edges + first:
            end = min(end, stop)
            if begin < end:
                self._known_hz[begin - first : end - first] = self._hz(everything, begin, end, stop + _PITCH_AHEAD)

    def push(self, block: Samples) -> Frames:
        """The frames of `block`, shape (BLOCK_FRAMES * FRAME,)."""
        first = self._next
        self._next += BLOCK_FRAMES
        self._kept = np.concatenate([self._kept, block])
        shaped = block.reshape(-1, FRAME)
        power = np.mean(np.square(shaped, dtype=np.float64), axis=1)
        level = 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10)))
        spectrum = np.square(np.abs(np.fft.rfft(shaped * _window, axis=1)), dtype=np.float64)
        probability, self._known = self._known[:BLOCK_FRAMES], self._known[BLOCK_FRAMES:]
        if not len(probability):
            probability = self._activity.probabilities(block).astype(np.float64)
        self._maybe_speech.append(bool((probability > MAYBE_SPEECH).any()))
        return Frames(first, probability, level, _slope(spectrum))

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
        if any(blocks):
            hz = self._known_hz[first - self._known_hz_first : end - self._known_hz_first]
            if first < self._known_hz_first or len(hz) < end - first or np.isnan(hz).any():
                hz = self._hz(self._kept, first, end, self._next)
        else:
            hz = np.zeros(end - first)
        self._next_pitch = end
        del self._maybe_speech[: (end - first) // BLOCK_FRAMES]
        drop = max(end - _PITCH_BEHIND - self._kept_first, 0)
        self._kept = self._kept[drop * FRAME :]
        self._kept_first += drop
        return Pitch(first, hz)

    def _hz(self, sound: Samples, first: int, end: int, stop: int) -> Floats:
        """Pitch of frames first..end out of `sound`, which begins at frame `_kept_first` and is known up to `stop`."""
        start = max(first - _PITCH_BEHIND, 0)
        stop = min(end + _PITCH_AHEAD, stop)
        window = sound[(start - self._kept_first) * FRAME : (stop - self._kept_first) * FRAME]
        return self._pitch.hz(window)[first - start : end - start]
