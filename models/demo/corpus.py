"""The spoken corpus: texts of the grammar, said by many voices, disturbed as telephones do, as log-mel features.

An utterance is drawn from its split's name and its number alone, so the corpus is the same whoever makes it, in
whatever order and however many processes; a corpus that was begun is gone on with. Splits:

    train    any text, the training voices, one clip in twenty-five without speech
    call     more to train on: the two voices of the demo call in all their moods, often saying its lines
    cues     more to train on: mostly sentences around the words that cues look for
    same     fresh texts in the training voices      (held out: sentences)
    voices   fresh texts in voices never trained on  (held out: voice variants)
"""

from __future__ import annotations

import functools
import hashlib
import json
import multiprocessing
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

from . import grammar, sounds
from .synthesis import SAMPLE_RATE, Engine, Spoken, Voice, speak

MAX_SECONDS = 15.0
"""The application cuts utterances at this length, so none is longer."""

_ACCENTS = ("en-us", "en-gb", "en-gb-x-rp")
_ACCENT_WEIGHTS = (0.42, 0.42, 0.16)
_VARIANTS = ("", "", "", "m1", "m2", "m3", "m4", "m6", "m7", "f1", "f1", "f2", "f2", "f3", "f5")
"""eSpeak's variants, the commonest more than once; "" is the accent's own voice. Thirty variants in six accents were
too many to learn in the time: after 3 000 steps two words in three were still wrong."""

HELD_OUT_VARIANTS = ("m5", "f4", "steph", "victor")
"""eSpeak variants that no training utterance uses, in any accent."""

_FLITE_WEIGHTS = {"slt": 0.36, "rms": 0.33, "awb": 0.19, "kal16": 0.12}
_CALL_VOICES: tuple[tuple[Engine, str], ...] = (("flite", "slt"), ("espeak", "en-gb+m3"))
"""The voices of the demo call's agent and caller (tools/demo_call/make.py)."""

FLITE_SHARE = 0.42
TRAINING = ("train", "call", "cues")
NON_SPEECH_SHARE = 0.04
SHARD = 500


@dataclass(frozen=True)
class Clip:
    """One utterance as sound. words: (start, end, word) in seconds; kind: a voice's name, or what the noise is."""

    samples: np.ndarray
    text: str
    words: list[tuple[float, float, str]]
    kind: str


def _seed(split: str, index: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{split} {index}".encode(), digest_size=8).digest(), "big")


def is_held_out(text: str) -> bool:
    """Whether a text belongs to the held-out splits: one in fifty, by its spelling, and none of the demo call's."""
    return _seed("held out", 0) % 50 == _seed(text, 0) % 50 and text not in grammar.demo_texts()


def is_trained(kind: str) -> bool:
    """Whether a clip's kind is a voice that draw_voice gives, or no voice; a folder may hold clips of other voices."""
    engine, _, name = kind.partition(" ")
    accent, _, variant = name.partition("+")
    return engine != "espeak" or (accent in _ACCENTS and variant in _VARIANTS)


def draw_voice(rng: random.Random, *, held_out: bool = False, of_the_call: bool = False) -> Voice:
    """A voice of the training set, or an eSpeak variant that is not in it; speed, pitch and melody vary."""
    if of_the_call:
        engine, name = rng.choice(_CALL_VOICES)
        return Voice(engine, name, rng.uniform(138, 180), rng.uniform(-1.0, 6.5), rng.uniform(0.8, 1.8))
    rate = rng.uniform(135, 215)
    pitch = max(-5.0, min(6.0, rng.gauss(0.3, 2.2)))
    span = rng.uniform(0.5, 1.7)
    if not held_out and rng.random() < FLITE_SHARE:
        name = rng.choices(list(_FLITE_WEIGHTS), weights=list(_FLITE_WEIGHTS.values()))[0]
        return Voice("flite", name, rate, pitch, span)
    accent = rng.choices(_ACCENTS, weights=_ACCENT_WEIGHTS)[0]
    variant = rng.choice(HELD_OUT_VARIANTS if held_out else _VARIANTS)
    return Voice("espeak", f"{accent}+{variant}" if variant else accent, rate, pitch, span)


def _cut(spoken: Spoken, rng: random.Random) -> Spoken:
    """A piece of an utterance, cut between two words as a pause or a length limit would."""
    count = len(spoken.words)
    first = rng.randrange(0, count - 1)
    last = rng.randrange(first, count)
    if rng.random() < 0.5:
        first = 0
    begin = 0.0 if first == 0 else (spoken.words[first - 1][1] + spoken.words[first][0]) / 2
    finish = spoken.seconds if last == count - 1 else (spoken.words[last][1] + spoken.words[last + 1][0]) / 2
    samples = spoken.samples[round(begin * SAMPLE_RATE) : round(finish * SAMPLE_RATE)].copy()
    fade = min(80, len(samples) // 2)
    if fade:
        samples[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
        samples[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return Spoken(samples, [(s - begin, e - begin, w) for s, e, w in spoken.words[first : last + 1]])


def _hurry(spoken: Spoken, longest: float) -> Spoken:
    """Cut the middle out of every pause longer than `longest` seconds, as people in a temper do."""
    hop = SAMPLE_RATE // 200
    count = len(spoken.samples) // hop
    frames = np.abs(spoken.samples[: count * hop]).reshape(-1, hop).max(axis=1)
    quiet = np.concatenate([[False], frames < frames.max(initial=0.0) / 100, [False]])
    keep = np.ones(len(spoken.samples), dtype=bool)
    spare = round(longest * SAMPLE_RATE)
    for begin, end in np.flatnonzero(np.diff(quiet.astype(int))).reshape(-1, 2) * hop:
        if end - begin > spare:
            keep[begin + spare // 2 : end - (spare - spare // 2)] = False
    after = np.concatenate([[0], np.cumsum(keep)]) / SAMPLE_RATE

    def moved(seconds: float) -> float:
        return float(after[min(round(seconds * SAMPLE_RATE), len(keep))])

    return Spoken(spoken.samples[keep], [(moved(start), moved(end), word) for start, end, word in spoken.words])


def _disturb(samples: np.ndarray, rng: random.Random, chance: np.random.Generator) -> np.ndarray:
    """Level, tilt, noise, clipping and line, as calls differ in them. Length is kept."""
    samples = samples / max(float(np.abs(samples).max(initial=0)), 1e-6)
    if rng.random() < 0.3:
        tilt = rng.uniform(-0.4, 0.6)
        samples = samples - tilt * np.concatenate(([0.0], samples[:-1]))
        samples = samples / max(float(np.abs(samples).max(initial=0)), 1e-6)
    if rng.random() < 0.08:
        samples = np.tanh(rng.uniform(1.5, 4.0) * samples)
    samples = samples * 10 ** (rng.uniform(-20, 0) / 20)
    if rng.random() < 0.7:
        active = samples[np.abs(samples) > 0.02 * np.abs(samples).max(initial=0)]
        level = float(np.sqrt(np.mean(active**2))) if active.size else 0.01
        hiss = sounds.noise(len(samples) / SAMPLE_RATE, chance)[: len(samples)]
        samples = samples + hiss * (level / 0.1 * 10 ** (-rng.uniform(12, 50) / 20))
    line = rng.random()
    if line < 0.55:
        samples = sounds.telephone(samples.astype(np.float32), rng.uniform(180, 330), rng.uniform(3300, 3600))
    elif line < 0.65:
        samples = sounds.band_pass(samples.astype(np.float32), 60, rng.uniform(3400, 7000))
    return samples.astype(np.float32)


def _non_speech(rng: random.Random, chance: np.random.Generator) -> Clip:
    kind = rng.choice(list(sounds.NON_SPEECH))
    samples = sounds.NON_SPEECH[kind](rng.choice((0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0)), chance)
    if rng.random() < 0.5:
        samples = samples * 10 ** (rng.uniform(-30, 0) / 20)
    if rng.random() < 0.4:
        samples = samples + sounds.noise(len(samples) / SAMPLE_RATE, chance)[: len(samples)] * 10 ** (
            rng.uniform(-45, -5) / 20
        )
    if rng.random() < 0.6:
        samples = sounds.telephone(samples)
    return Clip(samples.astype(np.float32), "", [], kind)


def clip(split: str, index: int) -> Clip:
    """Utterance number `index` of a split, always the same one."""
    seed = _seed(split, index)
    rng, chance = random.Random(seed), np.random.default_rng(seed)
    training = split in TRAINING
    if split == "train" and rng.random() < NON_SPEECH_SHARE:
        return _non_speech(rng, chance)
    of_the_call = split == "call" or (split == "cues" and rng.random() < 0.4)
    voice = draw_voice(rng, held_out=split == "voices", of_the_call=of_the_call)
    share = 0.0 if not training else 0.35 if split == "call" else 0.1
    cues = 0.85 if split == "cues" else 0.0
    while True:
        text = grammar.utterance(rng, demo_share=share, salad_share=min(share, 0.1), cue_share=cues)
        if is_held_out(text) == training:
            continue
        spoken = speak(text, voice)
        if of_the_call and rng.random() < 0.7:
            spoken = _hurry(spoken, rng.uniform(0.12, 0.5))
        if training and len(spoken.words) > 2 and rng.random() < 0.1:
            spoken = _cut(spoken, rng)
        before = max(0.0, rng.uniform(-0.15, 0.6))
        after = max(0.0, rng.uniform(-0.1, 0.7))
        if before + spoken.seconds + after <= MAX_SECONDS:
            break
    samples = np.pad(spoken.samples, (round(before * SAMPLE_RATE), round(after * SAMPLE_RATE)))
    words = [(start + before, end + before, word) for start, end, word in spoken.words]
    if training:
        samples = _disturb(samples, rng, chance)
    text = " ".join(word for _, _, word in words)
    return Clip(samples, text, words, f"{voice.engine} {voice.name}")


def log_mel(samples: np.ndarray) -> np.ndarray:
    """Whisper's log-mel features as faster-whisper makes them; float16, shape (frames, 80), 100 frames a second."""
    return np.asarray(_extractor()(samples)[:, :-1].T, np.float16)


@functools.cache
def _extractor() -> FeatureExtractor:
    return FeatureExtractor()


def _make_shard(job: tuple[str, str, int, int]) -> int:
    folder, split, first, last = job
    target = Path(folder) / f"{split}-{first:06d}"
    if target.with_suffix(".json").exists():
        return last - first
    frames, entries = [], []
    for index in range(first, last):
        made = clip(split, index)
        features = log_mel(made.samples)
        words = [(round(s, 3), round(e, 3), w) for s, e, w in made.words]
        entries.append({"frames": len(features), "text": made.text, "words": words, "kind": made.kind})
        frames.append(features)
    np.save(target.with_suffix(".npy"), np.concatenate(frames))
    partial = target.with_suffix(".part")
    partial.write_text(json.dumps(entries))
    partial.rename(target.with_suffix(".json"))
    return last - first


def make(folder: Path, split: str, count: int, processes: int | None = None) -> None:
    """Write the first `count` utterances of a split into `folder`, in shards; shards that are there are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [(str(folder), split, first, min(first + SHARD, count)) for first in range(0, count, SHARD)]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # Spawned, because eSpeak's library holds one state for each process.
    with multiprocessing.get_context("spawn").Pool(processes or os.cpu_count() or 1) as pool:
        made = 0
        for number in pool.imap_unordered(_make_shard, jobs):
            made += number
            print(f"corpus {split}: {made} of {count} utterances", flush=True)


def load(folder: Path, split: str) -> Iterator[tuple[np.ndarray, dict[str, Any]]]:
    """The features (mapped from disk, float16, (frames, 80)) and the entry of every utterance that was made."""
    for described in sorted(folder.glob(f"{split}-*.json")):
        features = np.load(described.with_suffix(".npy"), mmap_mode="r")
        at = 0
        for entry in json.loads(described.read_text()):
            yield features[at : at + entry["frames"]], entry
            at += entry["frames"]
