"""Make the demo model, from the grammar to the directory faster-whisper opens: python -m models.demo.train

Needs the dependency group `train` and the synthesisers (see README.md). Everything that takes long is kept in a work
folder, and a run that was stopped goes on from there: the corpus by shards, training from its last checkpoint.
The course of training is a function of its budget, `--minutes` or `--steps`: more is better, any is complete.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import corpus, grammar
from .network import Network
from .scores import word_error_rate
from .settings import SETTINGS, Settings
from .synthesis import pronounce
from .tokens import IGNORED, Lessons, open_tokenizer, train_tokenizer

CHECKPOINT_SECONDS = 240
EVALUATE_SECONDS = 540


@dataclass(frozen=True)
class Example:
    """One utterance of the corpus: its split, features (frames, 80), text, word times, and its sounds as numbers."""

    split: str
    features: np.ndarray
    text: str
    words: list[tuple[float, float, str]]
    sounds: list[int]


@dataclass(frozen=True)
class Batch:
    """features (B, T, 80); inputs, labels (B, L); spans (B, L, 2) in seconds, negative where there is none.

    sounds (B, S), of which the first `sound_lengths` of each count; none where nobody speaks.
    """

    features: Tensor
    inputs: Tensor
    labels: Tensor
    spans: Tensor
    sounds: Tensor
    sound_lengths: Tensor


class Lexicon:
    """The sounds of words, numbered from 1 (0 is CTC's blank). Kept in a file, so that all runs agree."""

    def __init__(self, path: Path) -> None:
        self.words: dict[str, list[str]] = json.loads(path.read_text()) if path.exists() else {}
        missing = [word for word in grammar.all_words() if word.lower() not in self.words]
        if missing:
            self.words |= {word.lower(): pronounce(word) for word in missing}
            path.write_text(json.dumps(self.words))
        self.symbols = sorted({sound for sounds in self.words.values() for sound in sounds})
        self._number = {sound: index + 1 for index, sound in enumerate(self.symbols)}

    def sounds(self, text: str) -> list[int]:
        return [self._number[sound] for word in grammar.normalise(text) for sound in self.words.get(word, [])]


def read_examples(folder: Path, split: str, lexicon: Lexicon) -> list[Example]:
    return [
        Example(split, features, entry["text"], [tuple(word) for word in entry["words"]], lexicon.sounds(entry["text"]))
        for features, entry in corpus.load(folder, split)
        if split == "voices" or corpus.is_trained(entry["kind"])
    ]


# --- Batches ----------------------------------------------------------------------------------------------------


class Material:
    """All utterances on the device, so that a batch is cut out of a few large tensors there.

    Every utterance has three lessons: without times, with them, and with them after some earlier text.
    """

    FORMS = (0.44, 0.52, 0.04)

    def __init__(self, examples: list[Example], lessons: Lessons, s: Settings, device: torch.device) -> None:
        self.settings, self.device = s, device
        self.frames = np.array([len(example.features) for example in examples])
        self.of_the_call = np.array([example.split == "call" for example in examples])
        self._first = torch.from_numpy(np.concatenate([[0], np.cumsum(self.frames)[:-1]])).to(device)
        self._count = torch.from_numpy(self.frames).to(device)
        self._features = torch.empty(int(self.frames.sum()), 80, dtype=torch.float16, device=device)
        at = 0
        for example in examples:
            self._features[at : at + len(example.features)] = torch.from_numpy(np.array(example.features))
            at += len(example.features)
        rng = random.Random(s.seed)
        made = [
            lessons.lesson(example.words, rng, timed=timed, before=rng.choice(examples).text if after else None)
            for example in examples
            for timed, after in ((False, False), (True, False), (True, True))
        ]
        self.lengths = np.array([len(lesson.inputs) for lesson in made]).reshape(-1, 3)
        inputs = np.full((len(made), self.lengths.max()), lessons.end, dtype=np.int16)
        labels = np.full_like(inputs, IGNORED)
        spans = np.full((*inputs.shape, 2), -1.0, dtype=np.float32)
        for row, lesson in enumerate(made):
            inputs[row, : len(lesson.inputs)] = lesson.inputs
            labels[row, : len(lesson.labels)] = lesson.labels
            spans[row, : len(lesson.spans)] = [span or (-1.0, -1.0) for span in lesson.spans]
        self._inputs, self._labels = torch.from_numpy(inputs).to(device), torch.from_numpy(labels).to(device)
        self._spans = torch.from_numpy(spans).to(device)
        self.sound_lengths = torch.tensor([len(example.sounds) for example in examples])
        sounds = np.zeros((len(examples), int(self.sound_lengths.max())), dtype=np.int64)
        for row, example in enumerate(examples):
            sounds[row, : len(example.sounds)] = example.sounds
        self._sounds = torch.from_numpy(sounds).to(device)

    def batch(self, rows: np.ndarray, progress: float, chance: np.random.Generator) -> Batch:
        """The batch of these utterances, each in one of its forms; in the later course varied, and some padded."""
        s = self.settings
        length = int(self.frames[rows].max()) + int(chance.integers(0, 40))
        if progress >= s.padded_from and chance.random() < s.padded_share:
            # As faster-whisper pads: zeros to 3 000 frames.
            rows = chance.permutation(rows)[: s.padded_utterances]
            length = 2 * s.audio_positions
        elif chance.random() < 0.04:
            length += int(chance.integers(0, 500))
        length = min(length + length % 2, 2 * s.audio_positions)
        forms = chance.choice(3, size=len(rows), p=self.FORMS)
        if progress <= 0.3:
            forms = np.minimum(forms, 1)
        width = int(self.lengths[rows, forms].max())
        at = torch.from_numpy(rows).to(self.device)
        lesson = torch.from_numpy(3 * rows + forms).to(self.device)
        moments = torch.arange(length, device=self.device)
        there = moments < self._count[at][:, None]
        places = (self._first[at][:, None] + moments).clamp(max=len(self._features) - 1)
        features = self._features[places].float()
        if progress >= s.mask_from:
            features = vary(features, chance)
        counted = self.sound_lengths[torch.from_numpy(rows)]
        return Batch(
            (features * there[..., None]).bfloat16(),
            self._inputs[lesson, :width].long(),
            self._labels[lesson, :width].long(),
            self._spans[lesson, :width],
            self._sounds[at, : max(int(counted.max()), 1)],
            counted,
        )


def vary(features: Tensor, chance: np.random.Generator) -> Tensor:
    """Of some utterances, shift the formants a little (another vocal tract) or hide a band; features (B, T, 80)."""
    count, length, bands = features.shape
    factor = np.where(chance.random(count) < 0.3, chance.uniform(0.93, 1.07, count), 1.0)
    at = (np.arange(bands) * factor[:, None]).clip(0, bands - 1.001)
    first = np.where(chance.random(count) < 0.2, chance.integers(0, bands, count), bands)
    hidden = (np.arange(bands) >= first[:, None]) & (np.arange(bands) < (first + chance.integers(1, 9, count))[:, None])
    low = torch.from_numpy(at.astype(np.int64)).to(features.device)[:, None].expand(-1, length, -1)
    part = torch.from_numpy((at % 1).astype(np.float32)).to(features.device)[:, None]
    features = features.gather(2, low) * (1 - part) + features.gather(2, low + 1) * part
    mask = torch.from_numpy(hidden).to(features.device)[:, None]
    return torch.where(mask, features.amin((1, 2), keepdim=True), features)


def plan(material: Material, chance: np.random.Generator, progress: float) -> list[np.ndarray]:
    """A chunk of batches: utterances of like length together, no more than so many frames; the same for a seed."""
    s = material.settings
    chosen = chance.permutation(len(material.frames))[: s.chunk]
    if progress < s.short_only_until:
        chosen = chosen[material.frames[chosen] <= s.short_frames]
    if progress > s.call_until:
        chosen = chosen[~material.of_the_call[chosen] | (chance.random(len(chosen)) < s.call_share_after)]
    chosen = chosen[np.argsort(material.frames[chosen] + 40 * chance.random(len(chosen)))]
    batches: list[np.ndarray] = []
    begin = 0
    for end in range(1, len(chosen) + 1):
        full = end - begin >= s.batch_utterances
        if end == len(chosen) or full or (end + 1 - begin) * material.frames[chosen[end]] > s.batch_frames:
            batches.append(chosen[begin:end])
            begin = end
    chance.shuffle(batches)
    return batches


def stream(material: Material, course: Course, first_chunk: int) -> Iterator[tuple[int, Batch]]:
    """Endless batches, each with the number of its chunk."""
    chunk = first_chunk
    while True:
        chance = np.random.default_rng([material.settings.seed, chunk])
        for rows in plan(material, chance, course.progress):
            yield chunk, material.batch(rows, course.progress, chance)
        chunk += 1


# --- Learning ---------------------------------------------------------------------------------------------------


def losses(network: Network, batch: Batch, s: Settings) -> tuple[Tensor, Tensor, Tensor]:
    """Cross entropy of the text, CTC of the sounds, and how far the guided heads look past the words."""
    sound = network.model["encoder"](batch.features)
    logits, opened = network.model["decoder"](batch.inputs, sound)
    text = F.cross_entropy(
        logits.float().flatten(0, 1),
        batch.labels.flatten(),
        ignore_index=IGNORED,
        label_smoothing=s.label_smoothing,
    )
    spelled = network.sounds(sound).float().log_softmax(-1).transpose(0, 1)
    times = torch.full((len(batch.sounds),), spelled.shape[0])
    lengths = batch.sound_lengths
    ctc = F.ctc_loss(spelled, batch.sounds, times, lengths.clamp(min=1), reduction="none", zero_infinity=True)
    shares = ((lengths > 0) / lengths.clamp(min=1) / max(int((lengths > 0).sum()), 1)).to(ctc)
    moments = (torch.arange(sound.shape[1], device=sound.device) + 0.5) * 0.02
    start, end = batch.spans[..., :1], batch.spans[..., 1:]
    inside = (moments >= start - 0.04) & (moments <= end + 0.04) & (end >= 0)
    known = inside.any(-1)
    seen = (torch.stack(opened, 1).flatten(1, 2) * inside[:, None]).sum(-1)
    missed = -(seen + 1e-4).log().mean(1)
    return text, (ctc * shares).sum(), (missed * known).sum() / known.sum().clamp(min=1)


@torch.inference_mode()
def recognise(network: Network, features: list[np.ndarray], lessons: Lessons, *, padded: bool = False) -> list[str]:
    """Texts of utterances, greedily and without times; `padded` as faster-whisper pads them."""
    texts = []
    weight = network.sounds.weight
    for first in range(0, len(features), 25):
        part = features[first : first + 25]
        length = 3000 if padded else max(map(len, part)) // 2 * 2 + 2
        block = torch.zeros(len(part), length, 80)
        for row, one in enumerate(part):
            block[row, : len(one)] = torch.from_numpy(np.asarray(one, dtype=np.float32))
        sound = network.model["encoder"](block.to(weight))
        tokens = torch.tensor([[lessons.start, lessons.untimed]] * len(part), device=weight.device)
        speaking = torch.ones(len(part), dtype=torch.bool, device=weight.device)
        for _ in range(60):
            best = network.model["decoder"](tokens, sound)[0][:, -1].float().argmax(-1)
            best = torch.where(speaking, best, lessons.end)
            tokens = torch.cat([tokens, best[:, None]], dim=1)
            speaking &= best != lessons.end
            if not speaking.any():
                break
        for row in tokens.tolist():
            texts.append(lessons.tokenizer.decode([token for token in row if token < lessons.end]).strip())
    return texts


class Course:
    """How far training is, and the rate that follows: a warm-up, then a cosine over the budget to near zero."""

    def __init__(self, s: Settings, minutes: float | None, steps: int | None) -> None:
        self.settings, self.minutes, self.steps = s, minutes, steps
        self.step, self.seconds = 0, 0.0

    @property
    def progress(self) -> float:
        if self.steps:
            return min(1.0, self.step / self.steps)
        return min(1.0, self.seconds / 60 / (self.minutes or 1.0))

    @property
    def rate(self) -> float:
        warm = min(1.0, (self.step + 1) / self.settings.warm_up_steps)
        return self.settings.peak_rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.progress)))


def learn(work: Path, s: Settings, minutes: float | None, steps: int | None, device: torch.device) -> None:
    """Train to the end of the budget, or on from the last checkpoint; leaves work/checkpoint.pt."""
    torch.manual_seed(s.seed)
    lexicon = Lexicon(work / "lexicon.json")
    lessons = Lessons(open_tokenizer(work / "tokenizer.json"))
    examples = [one for split in corpus.TRAINING for one in read_examples(work / "corpus", split, lexicon)]
    held_out = {split: read_examples(work / "corpus", split, lexicon)[:40] for split in ("same", "voices")}
    network = Network(s, lessons.tokenizer.get_vocab_size(), len(lexicon.symbols)).to(device)
    # The network computes in bfloat16 throughout, 1.4 times as fast here as autocast; the optimiser keeps and moves
    # weights of full precision, `exact`, from which the network's are copied after every step.
    names = [name for name, weight in network.named_parameters() if weight.requires_grad]
    exact = [weight.detach().clone() for weight in network.parameters() if weight.requires_grad]
    network.bfloat16()
    rounded = [weight for weight in network.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(exact, lr=s.peak_rate, betas=(0.9, 0.98), weight_decay=s.weight_decay, fused=True)
    course, chunk = Course(s, minutes, steps), 0
    saved = work / "checkpoint.pt"
    if saved.exists():
        state = torch.load(saved, weights_only=True, map_location=device)
        with torch.no_grad():
            for name, weight in zip(names, exact, strict=True):
                weight.copy_(state["network"][name])
            torch._foreach_copy_(rounded, exact)
        optimizer.load_state_dict(state["optimizer"])
        course.step, course.seconds, chunk = state["step"], state["seconds"], state["chunk"] + 1
        print(f"going on from step {course.step}", flush=True)
    material = Material(examples, lessons, s, device)
    print(f"{len(examples)} utterances, {material.frames.sum() / 360_000:.1f} hours to learn from", flush=True)

    def save() -> None:
        state = {"network": dict(zip(names, exact, strict=True)), "optimizer": optimizer.state_dict()}
        state |= {"step": course.step, "seconds": course.seconds, "chunk": chunk}
        torch.save(state, saved.with_suffix(".part"))
        saved.with_suffix(".part").rename(saved)

    def evaluate(padded: bool) -> None:
        network.eval()
        for split, some in held_out.items():
            heard = recognise(network, [example.features for example in some], lessons, padded=padded)
            rate = word_error_rate([example.text for example in some], heard)
            print(f"  {split}{' padded' if padded else ''}: word error rate {rate:.3f}", flush=True)
            for example, got in list(zip(some, heard, strict=True))[:3]:
                print(f"    {example.text!r} -> {got!r}", flush=True)
        network.train()

    last_save = last_look = time.monotonic()
    sums, since = torch.zeros(3, device=device), 0
    before = time.monotonic()
    for number, batch in stream(material, course, chunk):
        chunk = number
        if course.progress >= 1.0:
            break
        for group in optimizer.param_groups:
            group["lr"] = course.rate
        text, ctc, guide = losses(network, batch, s)
        share = s.ctc_weight_first if course.progress < s.ctc_first_until else s.ctc_weight
        ((1 - share) * text + share * ctc + s.guide_weight * guide).backward()
        for whole, half in zip(exact, rounded, strict=True):
            whole.grad = None if half.grad is None else half.grad.float()
            half.grad = None
        torch.nn.utils.clip_grad_norm_(exact, 1.0)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_copy_(rounded, exact)
        course.step += 1
        sums, since = sums + torch.stack([text, ctc, guide]).detach(), since + 1
        now = time.monotonic()
        course.seconds += now - before
        before = now
        if course.step % 100 == 0:
            print(
                f"step {course.step} progress {course.progress:.3f} text {sums[0] / since:.3f} "
                f"sounds {sums[1] / since:.3f} place {sums[2] / since:.3f} rate {course.rate:.2e} "
                f"minutes {course.seconds / 60:.1f}",
                flush=True,
            )
            sums, since = torch.zeros(3, device=device), 0
        if now - last_save > CHECKPOINT_SECONDS:
            save()
            last_save = now
        if now - last_look > EVALUATE_SECONDS:
            evaluate(padded=False)
            last_look = time.monotonic()
    save()
    evaluate(padded=True)


def prepare(work: Path, s: Settings) -> None:
    """Corpus, lexicon and vocabulary, as far as they are not there."""
    held_out = (("same", s.held_out_same), ("voices", s.held_out_voices))
    for split, count in (*held_out, ("train", s.utterances), ("call", s.call_utterances), ("cues", s.cue_utterances)):
        corpus.make(work / "corpus", split, count)
    Lexicon(work / "lexicon.json")
    if not (work / "tokenizer.json").exists():
        texts = [entry["text"] for _, entry in corpus.load(work / "corpus", "train")]
        train_tokenizer(texts, s.text_pieces).save(str(work / "tokenizer.json"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.demo.train", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder for corpus and checkpoints (4 GB)")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=float, default=175.0, help="how long to train (default: 175)")
    budget.add_argument("--steps", type=int, help="how many steps to train, instead of minutes")
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default: 2)")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--only", choices=("prepare", "learn"), help="do only this part")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.only != "learn":
        prepare(options.work, SETTINGS)
    if options.only == "prepare":
        return
    torch.set_num_threads(options.threads)
    minutes = None if options.steps else options.minutes
    learn(options.work, SETTINGS, minutes, options.steps, torch.device(options.device))
    if options.only == "learn":
        return
    from .convert import convert
    from .evaluate import report

    convert(options.work)
    report()


if __name__ == "__main__":
    main()
