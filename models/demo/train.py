"""Make the demo model, from the grammar to the directory faster-whisper opens: python -m models.demo.train

Needs the dependency group `train` and the synthesisers (see README.md). Everything that takes long is kept in a work
folder, and a run that was stopped goes on from there: the corpus by shards, training from its last checkpoint.
The course of training is a function of its budget, `--minutes` or `--steps`: more is better, any is complete.
"""

from __future__ import annotations

import argparse
import json
import math
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
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
from .tokens import IGNORED, Lesson, Lessons, open_tokenizer, train_tokenizer

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
    """features (B, T, 80); inputs, labels (B, L); spans (B, L, 2) in seconds, negative where there is none."""

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


def plan(examples: list[Example], s: Settings, chunk: int, progress: float) -> list[list[int]]:
    """A chunk of batches: utterances of like length together, no more than so many frames; the same for a seed."""
    rng = random.Random(f"{s.seed} {chunk}")
    chosen = rng.sample(range(len(examples)), min(len(examples), 2400))
    if progress < s.short_only_until:
        chosen = [index for index in chosen if len(examples[index].features) <= s.short_frames]
    if progress > s.call_until:
        chosen = [index for index in chosen if examples[index].split != "call" or rng.random() < s.call_share_after]
    chosen.sort(key=lambda index: len(examples[index].features) + rng.random() * 40)
    batches: list[list[int]] = [[]]
    longest = 0
    for index in chosen:
        longest = max(longest, len(examples[index].features))
        if batches[-1] and (
            (len(batches[-1]) + 1) * longest > s.batch_frames or len(batches[-1]) >= s.batch_utterances
        ):
            batches.append([])
            longest = len(examples[index].features)
        batches[-1].append(index)
    rng.shuffle(batches)
    return batches


def vary(features: Tensor, rng: random.Random) -> Tensor:
    """Now and then shift formants a little (another vocal tract), or hide a band; features (T, 80)."""
    bands = features.shape[1]
    if rng.random() < 0.3:
        at = (torch.arange(bands) * rng.uniform(0.93, 1.07)).clamp(0, bands - 1.001)
        low = at.long()
        part = (at - low).to(features.dtype)
        features = features[:, low] * (1 - part) + features[:, low + 1] * part
    if rng.random() < 0.2:
        features = features.clone()
        first, width = rng.randrange(bands), rng.randrange(1, 9)
        features[:, first : first + width] = float(features.min())
    return features


def collate(
    chosen: list[Example], lessons: Lessons, s: Settings, rng: random.Random, progress: float, previous: str
) -> Batch:
    """Features and lessons of a batch. In the later course some are padded as faster-whisper pads: zeros to 3 000."""
    longest = max(len(example.features) for example in chosen)
    if progress >= s.padded_from and rng.random() < s.padded_share:
        rng.shuffle(chosen)
        chosen = chosen[: s.padded_utterances]
        length = 2 * s.audio_positions
    else:
        length = longest + rng.randrange(0, 40) + (rng.randrange(0, 500) if rng.random() < 0.04 else 0)
        length += length % 2
    features = torch.zeros(len(chosen), length, 80)
    made: list[Lesson] = []
    for row, example in enumerate(chosen):
        one = torch.from_numpy(np.asarray(example.features, dtype=np.float32))
        features[row, : len(one)] = vary(one, rng) if progress >= s.mask_from else one
        before = previous if progress > 0.3 and rng.random() < 0.04 else None
        made.append(lessons.lesson(example.words, rng, before=before))
    width = max(len(lesson.inputs) for lesson in made)
    inputs = torch.full((len(made), width), lessons.end)
    labels = torch.full((len(made), width), IGNORED)
    spans = torch.full((len(made), width, 2), -1.0)
    for row, lesson in enumerate(made):
        inputs[row, : len(lesson.inputs)] = torch.tensor(lesson.inputs)
        labels[row, : len(lesson.labels)] = torch.tensor(lesson.labels)
        spans[row, : len(lesson.spans)] = torch.tensor([span or (-1.0, -1.0) for span in lesson.spans])
    lengths = torch.tensor([len(example.sounds) for example in chosen])
    sounds = torch.tensor([sound for example in chosen for sound in example.sounds], dtype=torch.long)
    return Batch(features.bfloat16(), inputs, labels, spans, sounds, lengths)


def stream(
    examples: list[Example], lessons: Lessons, s: Settings, first_chunk: int, progress: Callable[[], float]
) -> Iterator[tuple[int, Batch]]:
    """Endless batches, each with the number of its chunk, made ahead in a thread of their own."""
    ready: queue.Queue[tuple[int, Batch]] = queue.Queue(maxsize=6)

    def fill() -> None:
        torch.set_num_threads(1)
        chunk = first_chunk
        while True:
            rng = random.Random(f"{s.seed} batches {chunk}")
            for indices in plan(examples, s, chunk, progress()):
                chosen = [examples[index] for index in indices]
                previous = examples[rng.randrange(len(examples))].text
                ready.put((chunk, collate(chosen, lessons, s, rng, progress(), previous)))
            chunk += 1

    threading.Thread(target=fill, name="batches", daemon=True).start()
    while True:
        yield ready.get()


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
    heard = batch.sound_lengths > 0
    if heard.any():
        spelled = network.sounds(sound[heard]).float().log_softmax(-1).transpose(0, 1)
        times = torch.full((int(heard.sum()),), spelled.shape[0])
        ctc = F.ctc_loss(spelled, batch.sounds, times, batch.sound_lengths[heard], zero_infinity=True)
    else:
        ctc = text.new_zeros(())
    moments = (torch.arange(sound.shape[1]) + 0.5) * 0.02
    start, end = batch.spans[..., :1], batch.spans[..., 1:]
    inside = (moments >= start - 0.04) & (moments <= end + 0.04) & (end >= 0)
    known = inside.any(-1)
    seen = (torch.stack(opened, 1).flatten(1, 2) * inside[:, None]).sum(-1)
    guide = -(seen + 1e-4).log().mean(1)[known].mean() if known.any() else text.new_zeros(())
    return text, ctc, guide


@torch.inference_mode()
def recognise(network: Network, features: list[np.ndarray], lessons: Lessons, *, padded: bool = False) -> list[str]:
    """Texts of utterances, greedily and without times; `padded` as faster-whisper pads them."""
    texts = []
    for first in range(0, len(features), 25):
        part = features[first : first + 25]
        length = 3000 if padded else max(map(len, part)) // 2 * 2 + 2
        block = torch.zeros(len(part), length, 80)
        for row, one in enumerate(part):
            block[row, : len(one)] = torch.from_numpy(np.asarray(one, dtype=np.float32))
        sound = network.model["encoder"](block.to(network.sounds.weight.dtype))
        tokens = torch.tensor([[lessons.start, lessons.untimed]] * len(part))
        speaking = torch.ones(len(part), dtype=torch.bool)
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


def learn(work: Path, s: Settings, minutes: float | None, steps: int | None, threads: int) -> None:
    """Train to the end of the budget, or on from the last checkpoint; leaves work/checkpoint.pt."""
    torch.manual_seed(s.seed)
    torch.set_num_threads(threads)
    lexicon = Lexicon(work / "lexicon.json")
    lessons = Lessons(open_tokenizer(work / "tokenizer.json"))
    examples = [one for split in corpus.TRAINING for one in read_examples(work / "corpus", split, lexicon)]
    held_out = {split: read_examples(work / "corpus", split, lexicon)[:40] for split in ("same", "voices")}
    network = Network(s, lessons.tokenizer.get_vocab_size(), len(lexicon.symbols))
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
        state = torch.load(saved, weights_only=True)
        with torch.no_grad():
            for name, weight in zip(names, exact, strict=True):
                weight.copy_(state["network"][name])
            torch._foreach_copy_(rounded, exact)
        optimizer.load_state_dict(state["optimizer"])
        course.step, course.seconds, chunk = state["step"], state["seconds"], state["chunk"] + 1
        print(f"going on from step {course.step}", flush=True)
    print(f"{len(examples)} utterances to learn from", flush=True)

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
    sums, since = np.zeros(3), 0
    before = time.monotonic()
    for number, batch in stream(examples, lessons, s, chunk, lambda: course.progress):
        chunk = number
        if course.progress >= 1.0:
            break
        for group in optimizer.param_groups:
            group["lr"] = course.rate
        text, ctc, guide = losses(network, batch, s)
        share = s.ctc_weight_first if course.step < s.ctc_first_steps else s.ctc_weight
        ((1 - share) * text + share * ctc + s.guide_weight * guide).backward()
        for whole, half in zip(exact, rounded, strict=True):
            whole.grad = None if half.grad is None else half.grad.float()
            half.grad = None
        torch.nn.utils.clip_grad_norm_(exact, 1.0)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_copy_(rounded, exact)
        course.step += 1
        sums, since = sums + [float(part.detach()) for part in (text, ctc, guide)], since + 1
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
            sums, since = np.zeros(3), 0
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
    budget.add_argument("--minutes", type=float, default=105.0, help="how long to train (default: 105)")
    budget.add_argument("--steps", type=int, help="how many steps to train, instead of minutes")
    parser.add_argument("--threads", type=int, default=2, help="processor threads (default: 2)")
    parser.add_argument("--only", choices=("prepare", "learn"), help="do only this part")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.only != "learn":
        prepare(options.work, SETTINGS)
    if options.only == "prepare":
        return
    learn(options.work, SETTINGS, None if options.steps else options.minutes, options.steps, options.threads)
    if options.only == "learn":
        return
    from .convert import convert
    from .evaluate import report

    convert(options.work)
    report()


if __name__ == "__main__":
    main()
