"""Names of the team, numbers, spelled letters and e-mail addresses, said by made voices over a telephone line.

    python -m tests.bench.spoken_terms FOLDER --model base

FOLDER holds the Kokoro voices (`tools/demo_calls`, README there) and keeps what was said. For each kind: how many of
what matters in its sentences is in the text, without and with the team's names as the setting `terms`.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import soxr

from models.speech import default_store
from tests.bench.word_errors import Side, ours
from tests.calls import line_sounds
from tools.demo_calls.kokoro import RATE, Kokoro
from voiceassist.core.audio_types import SAMPLE_RATE, Samples
from voiceassist.speech.whisper import WhisperRecognizer

VOICES = ("af_heart", "bm_george")
TERMS = ("Zephyrine", "Quillon", "Fitille", "Novasync", "Brandel")
SAID = {
    "names": (
        ("I bought the Zephyrine in March and it never worked.", "zephyrine"),
        ("Is the Quillon still under warranty?", "quillon"),
        ("My name is Fitille, I called this morning.", "fitille"),
        ("The Novasync app does not open any more.", "novasync"),
        ("I spoke to Mister Brandel about the invoice.", "brandel"),
    ),
    "numbers": (
        ("My order number is four zero seven two one.", "40721"),
        ("I paid one hundred and twenty nine dollars.", "129"),
        ("It was on the third of May, at half past six.", "halfpast"),
        ("You can reach me at five five five, zero one eight six.", "5550186"),
    ),
    "letters": (
        ("That is F, I, T, I, L, L, E.", "fitille"),
        ("It is spelled Q, U, I, G, L, E, Y.", "quigley"),
        ("The code is A, seven, W, P, two, X.", "a7wp2x"),
    ),
    "e-mail": (
        ("My address is anna dot miller at example dot com.", "annamillerexamplecom"),
        ("Write to support at northwind dot org.", "supportnorthwindorg"),
    ),
}
PAUSE = 3.0
"""Seconds between two sentences."""


def said(kokoro: Kokoro, text: str, voice: str) -> Samples:
    language = "en-gb" if voice.startswith("b") else "en-us"
    sound = kokoro.say(text, voice, language=language, speed=1.0, pitch=(1.0, 1.0)).samples
    padded = np.concatenate([np.zeros(RATE), sound, np.zeros(round(PAUSE * RATE))]).astype(np.float32)
    return line_sounds.telephone(np.asarray(soxr.resample(padded, RATE, SAMPLE_RATE), np.float32))


def bare(text: str) -> str:
    """Letters and digits alone; "at" and "dot" of an address are not told from its signs."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\b(at|dot)\b", "", text.lower()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", nargs="+", default=["base"])
    arguments = parser.parse_args()
    kokoro = Kokoro(arguments.folder, arguments.folder / "said")
    for model in arguments.model:
        for terms in ((), TERMS):
            recognizer = WhisperRecognizer(default_store().find(model), threads=1, terms=terms)
            for kind, sentences in SAID.items():
                missed = []
                for text, wanted in sentences:
                    for voice in VOICES:
                        side = Side(voice, said(kokoro, text, voice), text, "en")
                        heard = ours(recognizer, side.sound).text
                        if wanted not in bare(heard):
                            missed.append(heard)
                count = len(sentences) * len(VOICES)
                named = "with terms" if terms else "without"
                print(f"{model}, {kind}, {named}: {count - len(missed)} of {count}", flush=True)
                for heard in missed:
                    print(f"    {heard}")


if __name__ == "__main__":
    main()
