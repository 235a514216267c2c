"""What is lost by encoding less, and what is written when nobody speaks.

    python -m tests.bench.speech_words [--model FOLDER] [--count 100] [--seconds 60]

Error rates on the demo call and (where the synthesisers are installed) on sentences the demo model was not trained on:
short input with its guards, the same decoding with the full padded input, and faster-whisper as it comes (beam 5, its
own thresholds and second tries). Then a minute of each kind of sound that is no speech, through the engine's activity
detection, the gate and the recognizer, as in a call: words a minute, with what faster-whisper alone makes of it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from models.demo import evaluate, sounds
from models.demo.evaluate import Sample
from models.demo.scores import word_error_rate
from models.speech import bundled_folder
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.core.events import Event, Utterance
from voiceassist.session.engine import CallEngine
from voiceassist.speech import hallucination_filter
from voiceassist.speech.whisper import WhisperRecognizer


def breathing(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """In and out every four seconds, close to the microphone: noise around 800 Hz that swells and fades."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    swell = np.clip(np.sin(2 * np.pi * t / 2.0), 0, 1) ** 2
    return np.asarray(0.05 * swell * sounds.band_pass(rng.normal(0, 1, len(t)), 400, 1800), np.float32)


def hum(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Mains hum with its harmonics."""
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(sum(0.03 / k * np.sin(2 * np.pi * 50 * k * t) for k in (1, 2, 3, 5, 7)), np.float32)


NO_SPEECH = {**sounds.NON_SPEECH, "breathing": breathing, "mains hum": hum}


def error_rates(model: Path, name: str, samples: list[Sample]) -> None:
    print(f"{name}: {len(samples)} utterances, {sum(len(s.text.split()) for s in samples)} words")
    short = WhisperRecognizer(model, threads=1)
    padded = WhisperRecognizer(model, threads=1, short_input=False)
    _rate("short input", samples, lambda s: short.recognize(s, final=True).text)
    _rate("padded input", samples, lambda s: padded.recognize(s, final=True).text)
    _rate("faster-whisper", samples, lambda s: evaluate.hear(short._model, s)[0])
    again = sum(short.recognize(s.samples, final=True).padded for s in samples)
    print(f"  run again with padded input by the guards: {again} of {len(samples)}")


def _rate(name: str, samples: list[Sample], hear: Callable[[np.ndarray], str]) -> None:
    begin = time.process_time()
    heard = [hear(s.samples) for s in samples]
    cost = (time.process_time() - begin) / len(samples)
    rate = word_error_rate([s.text for s in samples], heard)
    print(f"  {name:15} word error rate {100 * rate:5.2f} %   CPU {cost:.3f} s an utterance", flush=True)


def phantom_words(model: Path, seconds: float) -> None:
    recognizer = WhisperRecognizer(model, threads=1)
    print(f"words a minute without speech, {seconds:.0f} s of each kind:")
    for kind, make in NO_SPEECH.items():
        sound = sounds.telephone(make(seconds, np.random.default_rng(5)))
        alone = evaluate.hear(recognizer._model, sound)[0]
        utterances = as_in_a_call(sound)
        ours, bare = "", ""
        for utterance in utterances:
            found = recognizer.recognize(utterance, final=True)
            bare += f" {found.text}"
            if not hallucination_filter.reject_audio(utterance) and not hallucination_filter.reject_text(
                found, len(utterance) / SAMPLE_RATE
            ):
                ours += f" {found.text}"
        counts = [60 * len(text.split()) / seconds for text in (ours, bare, alone)]
        print(
            f"  {kind:12} ours {counts[0]:5.1f}   without the gate {counts[1]:5.1f}   faster-whisper alone "
            f"{counts[2]:5.1f}   ({len(utterances)} utterances){'   ' + ours if ours else ''}",
            flush=True,
        )


def as_in_a_call(sound: np.ndarray) -> list[np.ndarray]:
    """The utterances the engine finds in the caller's sound."""
    engine = CallEngine()
    found: list[np.ndarray] = []

    def keep(events: list[Event]) -> None:
        found.extend(engine.utterance_sound(e) for e in events if isinstance(e, Utterance))

    engine.start()
    for at in range(0, len(sound), SAMPLE_RATE):
        keep(engine.push(None, sound[at : at + SAMPLE_RATE]))
    keep(engine.finish())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=bundled_folder("demo"), help="default: the bundled demo model")
    parser.add_argument("--count", type=int, default=100, help="held-out sentences (default: 100; 0: none)")
    parser.add_argument("--seconds", type=float, default=60, help="of each sound without speech (default: 60; 0: none)")
    arguments = parser.parse_args()
    if arguments.model is None:
        parser.error("the bundled demo model is not there; name a folder with --model")
    error_rates(arguments.model, "demo call", list(evaluate.demo_call()))
    if arguments.count:
        error_rates(arguments.model, "held-out sentences", list(evaluate.held_out("same", arguments.count)))
    if arguments.seconds:
        phantom_words(arguments.model, arguments.seconds)


if __name__ == "__main__":
    main()
