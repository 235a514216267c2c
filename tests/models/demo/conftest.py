"""The bundled model, opened once, and a few utterances it was not trained on (made by `record.py` beside this)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from models.demo import WEIGHTS

SOUNDS = Path(__file__).parent / "sounds"


@dataclass(frozen=True)
class Utterance:
    """samples: float32 mono 16 kHz, over the telephone; words: (start, end, word) in seconds."""

    name: str
    samples: npt.NDArray[np.float32]
    words: list[tuple[float, float, str]]

    @property
    def text(self) -> str:
        return " ".join(word for _, _, word in self.words)


def utterances(kind: str) -> list[Utterance]:
    """Those of one kind: "same" (the voices it learned from) or "voices" (voices it never heard)."""
    described = json.loads((SOUNDS / "words.json").read_text())
    found = []
    for name, words in sorted(described.items()):
        if name.startswith(kind):
            samples, rate = soundfile.read(SOUNDS / f"{name}.flac", dtype="float32")
            assert rate == 16_000
            found.append(Utterance(name, samples, [(start, end, word) for start, end, word in words]))
    return found


@pytest.fixture(scope="session")
def model() -> Any:
    from faster_whisper import WhisperModel, transcribe

    transcribe.tqdm.monitor_interval = 0  # its progress bar, though never shown, would leave a thread behind
    return WhisperModel(str(WEIGHTS), device="cpu", compute_type="int8", cpu_threads=1)
