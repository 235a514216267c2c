"""Makes stretches of a kept call's sound silent, for good."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.files import private_opener
from voiceassist.storage.meta import SEGMENT


def mute(path: Path, index: int, muted: Sequence[tuple[float, float]]) -> None:
    """Code a sound file anew with both sides silent in these seconds of the call, if any are in it.

    The file is replaced in one step. Raises `OSError`.
    """
    import soundfile

    first = index * SEGMENT
    here = [(round(start * SAMPLE_RATE) - first, round(end * SAMPLE_RATE) - first) for start, end in muted]
    here = [(max(start, 0), end) for start, end in here if end > 0 and start < SEGMENT + SAMPLE_RATE]
    if not here:
        return
    try:
        sound, rate = soundfile.read(str(path), dtype="float32", always_2d=True)
    except soundfile.SoundFileError as error:
        raise OSError(0, str(error)) from error
    before = sound.copy()
    for start, end in here:
        sound[start:end] = 0.0
    if np.array_equal(before, sound):
        return
    new = path.with_name(path.name + ".new")
    coded = io.BytesIO()
    soundfile.write(coded, sound, rate, format="OGG", subtype="OPUS")
    with open(new, "wb", opener=private_opener) as file:
        file.write(coded.getvalue())
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
