"""A picture of the sound's frequencies in a span, made on request, beside the Qt thread."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from ui.theme import Colours
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.storage.segment_reader import SegmentReader

WINDOW = 512
"""Samples of a Fourier transform: 32 ms."""
RANGE_DB = 60.0
"""From the loudest in the span down to what is left blank."""
TOP_HZ = 5_000.0
LONGEST = 120 * SAMPLE_RATE
"""Samples of a span that is still drawn: of more nothing could be seen."""


def picture(reader: SegmentReader, start: int, stop: int, columns: int, colours: Colours) -> QImage:
    """Both sides together from sample `start` to `stop`, `columns` pixels wide; 0 Hz at the bottom, 5 kHz at the top.
    Made with numpy alone: another library would take longer to load than this takes."""
    columns = max(1, min(columns, 2_000))
    bins = round(TOP_HZ / SAMPLE_RATE * WINDOW)
    at = np.linspace(start, stop, columns, endpoint=False).astype(np.int64)
    sound = reader.read(start - WINDOW // 2, stop + WINDOW).sum(axis=1)
    frames = sound[(at - start)[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW).astype(np.float32)
    level = 10 * np.log10(np.abs(np.fft.rfft(frames, axis=1)[:, 1 : bins + 1]) ** 2 + 1e-9)
    shade = np.clip((level - level.max()) / RANGE_DB + 1.0, 0.0, 1.0).T[::-1, :, None]
    ground, ink = (_rgb(name) for name in (colours.surface, colours.text))
    rgb = np.ascontiguousarray(ground + (ink - ground) * shade).astype(np.uint8)
    return QImage(rgb.tobytes(), columns, bins, 3 * columns, QImage.Format.Format_RGB888).copy()


def _rgb(name: str) -> npt.NDArray[np.float64]:
    colour = QColor(name)
    return np.array([colour.red(), colour.green(), colour.blue()], np.float64)
