"""Notices by itself that a payment card is being read out, in words or by keys, so that the call pauses.

Works on what the recognizer writes down, partial text included: it is as quick as that, and no quicker. Digits that
were written down by then are masked before anybody sees them: engine, window, journal.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.core.events import Channel, Text
from voiceassist.core.sensitive import Kind, Said, find, masked, reading_card

REMEMBER_S = 60.0
"""Seconds of talk that are looked at: a question and its answer."""
WORD_LEAD_S = 0.5
"""What is wiped before the utterance in which the digits began: the recognizer's times are not exact."""

_CARD = frozenset({Kind.CARD, Kind.CODE})


class CardWatch:
    """Is given every text of a call before anybody else."""

    def __init__(self) -> None:
        self._said: dict[int, Said] = {}
        self.since: float | None = None
        """Second of the call from which on card digits are being read out; None while they are not."""

    def hear(self, text: Text) -> Text:
        """The text without card numbers and security codes; `since` says whether one is being read out."""
        said = Said(text.channel, text.start, text.end, text.text)
        self._said = {i: one for i, one in self._said.items() if one.end > text.end - REMEMBER_S}
        self._said[text.utterance] = said
        talk = sorted(self._said.values(), key=lambda one: one.start)
        at = next(i for i, one in enumerate(talk) if one is said)
        first = reading_card(talk)
        if first is not None:
            self.since = max(talk[first].start - WORD_LEAD_S, 0.0)
        here = [one for one in find(talk) if one.said == at and one.kind in _CARD]
        if not here:
            return text
        return msgspec.structs.replace(text, text=masked(text.text, here), words=(), stable=0)

    def reset(self) -> None:
        """The call has been paused for it: only what is said from now on counts."""
        self._said.clear()
        self.since = None


FRAME = SAMPLE_RATE // 20
"""Samples that are looked at for a key: 50 ms, the shortest that switches send."""
LOW, HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
KEYS = 3
"""So many different presses within `WITHIN_S` are a number being entered, not one choice in a menu."""
WITHIN_S = 10.0
SHARE = 0.7
"""Part of a frame's power that must be in the two tones: speech has less."""
TWIST = 10.0
"""The two tones' powers differ by less than this factor."""
LEAST_POWER = 1e-5
"""Mean square: -50 dBFS."""

_BINS = [round(hz * FRAME / SAMPLE_RATE) for hz in (*LOW, *HIGH)]


class KeyTones:
    """Hears the keys of a telephone in either side's sound."""

    def __init__(self) -> None:
        self._rest: dict[Channel, Samples] = {channel: np.zeros(0, np.float32) for channel in Channel}
        self._down: dict[Channel, int] = dict.fromkeys(Channel, -1)
        self._presses: list[float] = []

    def hear(self, sound: Mapping[Channel, Samples | None], end: float) -> float | None:
        """More sound of each side, mono 16 kHz, that ends at second `end` of the call. When a number is being entered,
        the second at which that began, else None."""
        for channel, samples in sound.items():
            if samples is None:
                continue
            rest = np.concatenate([self._rest[channel], samples])
            whole = len(rest) // FRAME * FRAME
            begin = end - len(rest) / SAMPLE_RATE
            for i, key in enumerate(keys(rest[:whole].reshape(-1, FRAME))):
                if key >= 0 and key != self._down[channel]:
                    self._presses.append(begin + i * FRAME / SAMPLE_RATE)
                self._down[channel] = key
            self._rest[channel] = rest[whole:]
        self._presses = [t for t in self._presses if t > end - WITHIN_S]
        if len(self._presses) < KEYS:
            return None
        first, self._presses = self._presses[0], []
        return max(first - WORD_LEAD_S, 0.0)


def keys(frames: np.ndarray) -> np.ndarray:
    """Which key sounds in each frame (n, `FRAME`): 0 to 15 by row and column, -1 for none."""
    if not len(frames):
        return np.zeros(0, int)
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1)) ** 2
    total = power.sum(axis=1) + 1e-12
    tones = np.stack([power[:, b - 1 : b + 2].sum(axis=1) for b in _BINS], axis=1)
    row, column = tones[:, :4].argmax(axis=1), tones[:, 4:].argmax(axis=1)
    low, high = tones[:, :4].max(axis=1), tones[:, 4:].max(axis=1)
    loud = (frames**2).mean(axis=1) > LEAST_POWER
    balanced = (low < high * TWIST) & (high < low * TWIST)
    found: np.ndarray = np.where(loud & balanced & (low + high > SHARE * total), row * 4 + column, -1)
    return found
