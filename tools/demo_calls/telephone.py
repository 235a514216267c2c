"""The caller's line: 300 to 3400 Hz, 8 kHz, through a real codec and back."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, correlate, resample_poly, sosfilt

BAND = (300.0, 3400.0)
CODECS = {"alaw": ("pcm_alaw", "wav", 0), "mulaw": ("pcm_mulaw", "wav", 0), "amr": ("libopencore_amrnb", "amr", 12_200)}
"""G.711 as in Europe and in America, and AMR at 12.2 kbit/s as a mobile telephone has it: (coder, file, bits/s)."""


def over_the_line(sound: npt.NDArray[np.float32], codec: str) -> npt.NDArray[np.float32]:
    """`sound`, 16 kHz mono, as it comes out at the other end: same length, and the coder's own delay taken back."""
    narrow = sosfilt(butter(4, BAND, "bandpass", fs=8000, output="sos"), resample_poly(sound, 1, 2)).astype(np.float32)
    coded = _coded(narrow, *CODECS[codec])
    coded = np.pad(coded, (0, max(0, len(narrow) - len(coded) + 800)))
    part = slice(0, min(len(narrow), 60 * 8000))
    lag = int(np.argmax(correlate(coded[part], narrow[part], method="fft"))) - (len(narrow[part]) - 1)
    lag = lag if 0 <= lag < 400 else 0
    wide = resample_poly(coded[lag : lag + len(narrow)], 2, 1).astype(np.float32)
    return np.pad(wide, (0, max(0, len(sound) - len(wide))))[: len(sound)]


def _coded(sound: npt.NDArray[np.float32], coder: str, container: str, bit_rate: int) -> npt.NDArray[np.float32]:
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container) as out:
        stream: Any = out.add_stream(coder, rate=8000, layout="mono")
        if bit_rate:
            stream.bit_rate = bit_rate
        pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate, frame.pts = 8000, 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    buffer.seek(0)
    with av.open(buffer, "r") as back:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=8000)
        pieces = [f.to_ndarray().ravel() for frame in back.decode(audio=0) for f in resampler.resample(frame)]
        pieces += [f.to_ndarray().ravel() for f in resampler.resample(None)]
    return np.concatenate(pieces).astype(np.float32)
