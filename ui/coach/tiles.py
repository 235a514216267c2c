"""The waves and the curve as pictures 512 pixels wide, made once for a scale and kept: scrolling only copies them.

Missing ones are made while they are needed (a millisecond or two each); those beside the view are made ahead in a
thread.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen, QPolygonF

from ui.coach.recording import Recording
from ui.theme import Colours
from voiceassist.coach.peaks import STEP, extremes
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import AgitationState

WIDTH = 512
"""Pixels of the screen in a tile."""
KEPT = 96
"""Tiles kept: a dozen screens."""
LOUDEST = 0.92
"""How much of its lane the loudest sample of a side fills."""
GAIN_MOST = 12.0
"""A quiet side is drawn so many times as high at most."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a tile looks like beside what it shows: heights in pixels of the screen."""

    lane: int
    curve: int
    ratio: float
    colours: Colours


class Tiles:
    """The tiles of one call."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._look: Look | None = None
        self._gains = (1.0, 1.0)
        self._kept: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._version = 0
        self._wanted: deque[tuple[int, int]] = deque(maxlen=8)
        self._changed = threading.Condition()
        self._closing = False
        self._t = np.array(recording.curve_at, np.int64)
        self._score = np.array([point.score for point in recording.curve], np.float32)
        self._states = [point.state for point in recording.curve]
        self._thread = threading.Thread(target=self._run, name="tiles", daemon=True)
        self._thread.start()
        self.refresh()

    def use(self, look: Look) -> None:
        """How tiles are drawn from now on."""
        with self._changed:
            if look != self._look:
                self._look = look
                self._forget()

    def refresh(self) -> None:
        """More of the peaks is there: draw anew."""
        coarsest = self._recording.peaks.levels[-1].astype(np.int32)
        agent, caller = np.abs(coarsest).max(axis=(0, 2), initial=1) / 32767.0
        with self._changed:
            self._gains = (
                float(min(GAIN_MOST, LOUDEST / max(agent, 1e-3))),
                float(min(GAIN_MOST, LOUDEST / max(caller, 1e-3))),
            )
            self._forget()

    def get(self, per_pixel: int, index: int) -> QImage:
        """The tile of the samples from `index`·512·`per_pixel` on."""
        key = (per_pixel, index)
        with self._changed:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
            version = self._version
        return self._keep(key, self._draw(key), version)

    def ahead(self, per_pixel: int, indices: list[int]) -> None:
        """Make these soon."""
        with self._changed:
            self._wanted.extend((per_pixel, index) for index in indices if index >= 0)
            self._changed.notify_all()

    def close(self) -> None:
        """Make no more."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def _forget(self) -> None:
        self._kept.clear()
        self._version += 1

    def _keep(self, key: tuple[int, int], tile: QImage, version: int) -> QImage:
        with self._changed:
            if version == self._version:
                self._kept[key] = tile
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return tile

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closing)
                if self._closing:
                    return
                key = self._wanted.popleft()
                if key in self._kept or self._look is None:
                    continue
                version = self._version
            self._keep(key, self._draw(key), version)

    # --- drawing ------------------------------------------------------------------------------------------------------

    def _draw(self, key: tuple[int, int]) -> QImage:
        per_pixel, index = key
        look = self._look
        assert look is not None
        start = index * WIDTH * per_pixel
        height = 2 * look.lane + look.curve
        pixels = np.full((height, WIDTH), QColor(look.colours.surface).rgb(), np.uint32)
        if per_pixel >= STEP:
            columns = self._recording.peaks.columns(start, per_pixel, WIDTH)
        else:
            columns = extremes(self._recording.reader.read(start, start + WIDTH * per_pixel), per_pixel)
        for side, colour in enumerate((look.colours.accent, look.colours.text)):
            lane = pixels[side * look.lane : (side + 1) * look.lane]
            draw_wave(lane, columns[:, side], self._gains[side], QColor(colour).rgb(), QColor(look.colours.line).rgb())
        image = QImage(pixels.tobytes(), WIDTH, height, WIDTH * 4, QImage.Format.Format_RGB32).copy()
        self._draw_curve(image, look, start, per_pixel)
        return image

    def _draw_curve(self, image: QImage, look: Look, start: int, per_pixel: int) -> None:
        """As a line in the colours of the states, with the reach of the score shaded. Nothing where it abstains."""
        stop = start + WIDTH * per_pixel
        near = SAMPLE_RATE + 4 * per_pixel
        first, last = np.searchsorted(self._t, (start - near, stop + near))
        if last - first < 2:
            return
        chosen = np.arange(first, last)
        each = int(len(chosen) // (2 * WIDTH))  # more points than pixels: leave some out, never the highest
        if each > 1:
            groups = np.arange(first, last, each)
            chosen = np.array([g + int(np.argmax(self._score[g : min(g + each, last)])) for g in groups])
        t = self._t[chosen]
        top, depth = 2 * look.lane + 2 * look.ratio, look.curve - 4 * look.ratio
        x = (t - start) / per_pixel
        y = top + (1.0 - self._score[chosen]) * depth
        states = [self._states[n] for n in chosen]
        longest = max(2 * SAMPLE_RATE, each * SAMPLE_RATE)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QLinearGradient(0, top, 0, top + depth)
        for at, name, alpha in ((0.0, look.colours.high, 70), (1.0, look.colours.calm, 25)):
            colour = QColor(name)
            colour.setAlpha(alpha)
            shade.setColorAt(at, colour)
        run: list[int] = []
        for n in range(len(states) + 1):
            abstains = n == len(states) or states[n] is AgitationState.LISTENING
            if abstains or (run and t[n] - t[run[-1]] > longest):
                if len(run) > 1:
                    points = [QPointF(float(x[k]), float(y[k])) for k in run]
                    left, right = QPointF(points[0].x(), top + depth), QPointF(points[-1].x(), top + depth)
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(shade)
                    painter.drawPolygon(QPolygonF([left, *points, right]))
                    _draw_line(painter, points, [states[k] for k in run], look)
                run = []
            if not abstains:
                run.append(n)
        painter.end()


def _draw_line(painter: QPainter, points: list[QPointF], states: list[AgitationState], look: Look) -> None:
    begin = 0
    for n in range(1, len(points) + 1):
        if n == len(points) or states[n] is not states[begin]:
            pen = QPen(look.colours.agitation(states[begin]), 2.0 * look.ratio)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(points[begin : min(n + 1, len(points))])
            begin = n


def draw_wave(
    lane: npt.NDArray[np.uint32], columns: npt.NDArray[np.int16], gain: float, wave: int, middle: int
) -> None:
    """One side into its lane, shape (height, columns): from the least to the greatest sample of each column; a thin
    line where there is no sound."""
    height = len(lane)
    centre = height // 2
    scale = gain * (centre - 1) / 32767.0
    top = np.clip(centre - np.rint(columns[:, 1] * scale), 0, height - 1)
    bottom = np.clip(centre - np.rint(columns[:, 0] * scale), 0, height - 1)
    lane[centre] = middle
    rows = np.arange(height, dtype=np.float32)[:, None]
    sounds = columns[:, 1].astype(np.int32) - columns[:, 0] > 8
    lane[(rows >= top) & (rows <= bottom) & sounds] = wave
