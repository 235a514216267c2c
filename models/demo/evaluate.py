"""How well the demo model hears, through faster-whisper itself: python -m models.demo.evaluate

Prints the word error rate and the median word-time error on held-out sentences in the training voices, on voice
variants never trained on, and on the demo call, and what it writes when nobody speaks. Sound is what a telephone
carries (300 to 3400 Hz, mu-law, 8 kHz), options are faster-whisper's own. Needs the synthesisers, but for the call.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import WEIGHTS, sounds
from .grammar import SCRIPT
from .scores import Word, time_errors, word_error_rate

SAMPLE_RATE = 16_000
_CALL = SCRIPT.parent
_MARGIN = 0.25
"""Seconds kept before and after each line of the demo call, as the application's endpointing does."""


@dataclass(frozen=True)
class Sample:
    """One utterance to hear: float32 mono 16 kHz, the words that are in it, and who says them."""

    samples: np.ndarray
    words: list[Word]
    kind: str

    @property
    def text(self) -> str:
        return " ".join(word for _, _, word in self.words)


@dataclass(frozen=True)
class Score:
    """Rates over many utterances; `time_error` is the median in seconds over starts and ends of words."""

    words: int
    error_rate: float
    time_error: float


def hear(model: Any, samples: np.ndarray) -> tuple[str, list[Word]]:
    """Text and word times, by faster-whisper's own options."""
    segments = list(model.transcribe(samples, language="en", word_timestamps=True)[0])
    words = [(float(word.start), float(word.end), word.word.strip()) for one in segments for word in one.words or []]
    return "".join(segment.text for segment in segments).strip(), words


def held_out(split: str, count: int) -> Iterator[Sample]:
    """The first utterances of a held-out split of the corpus ("same" or "voices"), over the telephone."""
    from . import corpus

    for index in range(count):
        made = corpus.clip(split, index)
        yield Sample(sounds.telephone(made.samples), made.words, made.kind)


def demo_call(folder: Path = _CALL) -> Iterator[Sample]:
    """The demo call's lines, each cut from its speaker's side. Left is the agent, right the caller."""
    import soundfile
    import soxr

    truth = json.loads((folder / "truth.json").read_text())
    both, rate = soundfile.read(folder / "call.ogg", dtype="float32", always_2d=True)
    both = soxr.resample(both, rate, SAMPLE_RATE) if rate != SAMPLE_RATE else both
    for line in truth["lines"]:
        begin, finish = max(0.0, line["start"] - _MARGIN), line["end"] + _MARGIN
        side = both[round(begin * SAMPLE_RATE) : round(finish * SAMPLE_RATE), 0 if line["who"] == "agent" else 1]
        words = [(word["start"] - begin, word["end"] - begin, word["word"]) for word in line["words"]]
        yield Sample(np.ascontiguousarray(side), words, line["who"])


def score(model: Any, samples: Iterator[Sample], *, show: bool = False) -> Score:
    """Hear all of them. `show` prints what differs."""
    said, heard, errors = [], [], []
    for sample in samples:
        text, words = hear(model, sample.samples)
        said.append(sample.text)
        heard.append(text)
        errors += time_errors(sample.words, words)
        if show and word_error_rate([sample.text], [text]) > 0:
            print(f"  {sample.kind}\n    said  {sample.text}\n    heard {text}", flush=True)
    count = sum(len(text.split()) for text in said)
    return Score(count, word_error_rate(said, heard), statistics.median(errors) if errors else float("nan"))


def without_speech(model: Any, count: int) -> dict[str, list[str]]:
    """What it writes for sounds of each kind, `count` of each, from 1 to 10 seconds; nothing is right."""
    out: dict[str, list[str]] = {}
    for kind, make in sounds.NON_SPEECH.items():
        texts = []
        for index in range(count):
            rng = np.random.default_rng(1000 + index)
            texts.append(hear(model, sounds.telephone(make(1.0 + 9.0 * index / max(count - 1, 1), rng)))[0])
        out[kind] = [text for text in texts if text]
    return out


def report(folder: Path = WEIGHTS, count: int = 200, only: str | None = None, *, show: bool = False) -> None:
    """Print the rates of the model in `folder`, or one part of them: "same", "voices", "call" or "none" (no speech)."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)
    parts: dict[str, tuple[str, Callable[[], Iterator[Sample]]]] = {
        "same": ("held-out sentences, same voices", lambda: held_out("same", count)),
        "voices": ("held-out voice variants", lambda: held_out("voices", count)),
        "call": ("the demo call", demo_call),
    }
    for name, (title, samples) in parts.items():
        if only not in (None, name):
            continue
        if name == "call" and not (_CALL / "truth.json").exists():
            print("the demo call: not made yet")
            continue
        result = score(model, samples(), show=show)
        print(
            f"{title}: word error rate {100 * result.error_rate:.1f} % of {result.words} words, "
            f"word times {1000 * result.time_error:.0f} ms off (median)",
            flush=True,
        )
    if only in (None, "none"):
        for kind, texts in without_speech(model, 5).items():
            print(f"{kind}: {'; '.join(texts) if texts else 'nothing written, as it should be'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.demo.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=WEIGHTS, help="model directory (default: the bundled one)")
    parser.add_argument("--count", type=int, default=200, help="utterances of each held-out split (default: 200)")
    parser.add_argument("--show", action="store_true", help="print every utterance that was misheard")
    parser.add_argument("--only", choices=("same", "voices", "call", "none"), help="do only one part")
    options = parser.parse_args()
    report(options.model, options.count, options.only, show=options.show)


if __name__ == "__main__":
    main()
