"""Acts of utterances as they are said, heard through real recognizers: clean text beside tiny.en's and base's.

    python -m tests.bench.acts_spoken say VOICES TEXTS --count 300
    python -m tests.bench.acts_spoken table TEXTS

`say` takes the utterances of each act in `tests/models/acts/variety` in turn until `--count` are chosen, says each in
one of 12 voices (VOICES: where the voice model is kept, fetched on first use), sends it over a telephone line and keeps
what each recognizer writes as a JSON line in TEXTS; no sound is kept, and what stands in TEXTS is not said again.
`table` prints recall and false rate at the product's points. The turn before stays as written.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soxr

from models.acts import ACTS
from models.acts.recipe.corpus import Example
from models.speech import default_store
from tests.bench.word_errors import errors, join, on_line, ours
from tests.models.acts.test_figures import measured, utterances
from voiceassist.core.audio_types import SAMPLE_RATE
from voiceassist.speech.whisper import WhisperRecognizer

MODELS = ("tiny.en", "base")
VOICES = (
    *("af_heart", "am_michael", "bf_emma", "bm_george", "af_bella", "am_puck"),
    *("bf_isabella", "bm_lewis", "af_sarah", "am_eric", "bf_alice", "bm_daniel"),
)
LONGEST = 40
"""Words that the voice model says in one breath."""
SEED = 11


def chosen(count: int) -> list[Example]:
    """Utterances that do something, act by act in turn, and as many that do nothing as one in five."""
    chance = random.Random(SEED)
    known = [e for e in utterances() if len(e.text.split()) <= LONGEST]
    chance.shuffle(known)
    nothing = [e for e in known if not e.labels][: count // 5]
    rows = {name: [e for e in known if name in e.labels] for names in ACTS.values() for name in names}
    picked: dict[tuple[str, str], Example] = {}
    while len(picked) < count - len(nothing) and any(rows.values()):
        for row in rows.values():
            if row and len(picked) < count - len(nothing):
                example = row.pop()
                picked[(example.role, example.text)] = example
    mixed = [*picked.values(), *nothing]
    chance.shuffle(mixed)
    return mixed


def say(voices: Path, texts: Path, count: int) -> None:
    from tools.demo_calls.kokoro import RATE, Kokoro
    from tools.demo_calls.packages import voice_model

    kept = {(row["role"], row["text"]) for row in read(texts)}
    store = default_store()
    recognizers = {name: WhisperRecognizer(store.find(name), threads=1, languages=("en",)) for name in MODELS}
    with TemporaryDirectory() as cache, texts.open("a", encoding="utf-8") as out:
        speaker = Kokoro(voice_model(voices), Path(cache))
        for number, example in enumerate(chosen(count)):
            if (example.role, example.text) in kept:
                continue
            voice = VOICES[number % len(VOICES)]
            language = "en-gb" if voice.startswith("b") else "en-us"
            said = speaker.say(example.text, voice, language=language, speed=1.0, pitch=(1.0, 1.0))
            sound = np.asarray(soxr.resample(said.samples, RATE, SAMPLE_RATE), np.float32)
            side = on_line(join("", [(sound, example.text)], gap=0.5), "telephone")
            heard = {name: ours(recognizer, side.sound).text for name, recognizer in recognizers.items()}
            out.write(json.dumps({"role": example.role, "text": example.text, "voice": voice, **heard}) + "\n")
            out.flush()


def read(texts: Path) -> list[dict[str, str]]:
    if not texts.exists():
        return []
    return [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]


def table(texts: Path) -> None:
    known = {(e.role, e.text): e for e in utterances()}
    rows = [row for row in read(texts) if (row["role"], row["text"]) in known]
    examples = [known[row["role"], row["text"]] for row in rows]
    sets = {"text": examples}
    for name in MODELS:
        sets[name] = [replace(e, text=row[name]) for e, row in zip(examples, rows, strict=True)]
        counts = np.sum([errors(row["text"], row[name], "en") for row in rows], axis=0)
        print(f"{name}: {len(rows)} utterances, {100 * counts[1:].sum() / counts[0]:.1f} % of {counts[0]} words wrong")
    tallies = {name: measured(of_set) for name, of_set in sets.items()}
    print("| act | cases |", " | ".join(sets), "|")
    for acts in zip(*tallies.values(), strict=True):
        cells = (f"{100 * act.recall:.0f} / {100 * act.false_rate:.0f}" for act in acts)
        print(f"| {acts[0].name} | {acts[0].cases} |", " | ".join(cells), "|")
    means = (np.nanmean([[a.recall, a.false_rate] for a in acts], axis=0) * 100 for acts in tallies.values())
    print("| **mean** | |", " | ".join(f"{recall:.1f} / {false:.1f}" for recall, false in means), "|")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    doing = parser.add_subparsers(dest="doing", required=True)
    saying = doing.add_parser("say")
    saying.add_argument("voices", type=Path)
    saying.add_argument("texts", type=Path)
    saying.add_argument("--count", type=int, default=300)
    doing.add_parser("table").add_argument("texts", type=Path)
    options = parser.parse_args()
    if options.doing == "say":
        say(options.voices, options.texts, options.count)
    else:
        table(options.texts)


if __name__ == "__main__":
    main()
