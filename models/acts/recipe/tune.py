"""Train the encoder on written sentences: python -m models.acts.recipe.tune --help

Needs torch, and the start: the weights of multilingual-e5-small (README.md says where they are from).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..encoder import BEFORE, LONGEST
from ..measure import Floats, recall_at
from ..names import ACTS
from ..tokens import BETWEEN, SIDES, Tokens, heard
from .corpus import NEED_BEFORE, Example, as_misheard, read_turns, split, training_examples, with_turn_before
from .noise import misheard, plain
from .transformer import Encoder, schedule, start

NAMES = [*ACTS["agent"], *ACTS["caller"]]
BATCH = 64


def encoded(tokens: Tokens, example: Example) -> tuple[list[int], int]:
    """The tokens of an example, and how many of them come before its text."""
    before = [token for word, _, _ in heard(example.previous) for token in tokens.cut(word)][-BEFORE:]
    text = [token for word, _, _ in heard(example.text) for token in tokens.cut(word)][:LONGEST]
    return [SIDES[example.role], *before, BETWEEN, *text], len(before) + 2


def varied(examples: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Each example as it might have been heard this time: misheard, plain, with another beside it or another before."""
    for example in examples:
        if chance.random() < 0.2:
            other = chance.choice(examples)
            if other.role == example.role and other.lang == example.lang and not NEED_BEFORE & other.labels:
                pair = [example.text, other.text]
                chance.shuffle(pair)
                labels = example.labels | other.labels
                example = replace(example, text=" ".join(pair), labels=labels, unsure=example.unsure | other.unsure)
        if not NEED_BEFORE & example.labels and example.previous and chance.random() < 0.2:
            example = replace(example, previous="")
        turn = chance.random()
        if turn < 0.5:
            before = misheard(example.previous, chance) if example.previous else ""
            heard_wrong = misheard(example.text, chance, chance.uniform(0.02, 0.18))
            example = replace(example, text=heard_wrong, previous=before)
        elif turn < 0.65:
            example = replace(example, text=plain(example.text), previous=plain(example.previous))
        yield example


def batch_of(tokens: Tokens, examples: Sequence[Example], device: str) -> tuple[Tensor, Tensor, Tensor]:
    rows = [encoded(tokens, example) for example in examples]
    length = max(len(row) for row, _ in rows)
    ids = np.zeros((len(rows), length), dtype=np.int64)
    text = np.zeros((len(rows), length), dtype=bool)
    known = np.zeros((len(rows), length), dtype=bool)
    for i, (row, before) in enumerate(rows):
        ids[i, : len(row)] = row
        text[i, before : len(row)] = True
        known[i, : len(row)] = True
    return tuple(torch.from_numpy(x).to(device, non_blocking=True) for x in (ids, text, known))


def targets(examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and what counts: the acts of the example's side that are not unsure."""
    does = np.array([[name in e.labels for name in NAMES] for e in examples], dtype=np.float32)
    counts = np.array(
        [[name in ACTS[e.role] and (name in e.labels or name not in e.unsure) for name in NAMES] for e in examples],
        dtype=np.float32,
    )
    return does, counts


def fit(
    encoder: Encoder,
    tokens: Tokens,
    examples: Sequence[Example],
    *,
    epochs: int,
    rate: float,
    seed: int,
    device: str,
    teachers: Sequence[Encoder] = (),
    deadline: float = float("inf"),
    rounding: bool = True,
) -> None:
    """Train in place. With `teachers` what they say counts as much as the labels."""
    chance = random.Random(seed)
    torch.manual_seed(seed)
    does, _ = targets(examples)
    heavier = torch.from_numpy(np.clip((0.06 / np.maximum(does.mean(axis=0), 1e-4)) ** 0.5, 1, 3)).to(device)
    heads = [*encoder.look.parameters(), *encoder.tell.parameters(), *encoder.whole.parameters()]
    own = {id(p) for p in heads}
    body = [p for p in encoder.parameters() if id(p) not in own]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": rate}, {"params": heads, "lr": rate * 5}], weight_decay=0.01, fused=device == "cuda"
    )
    steps = epochs * (len(examples) // BATCH)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: schedule(step, steps))
    step = 0
    for _ in range(epochs):
        order = with_turn_before(examples, chance, 0.6)
        chance.shuffle(order)
        seen = list(varied(order, chance))
        chunks = [seen[i : i + BATCH * 16] for i in range(0, len(seen), BATCH * 16)]
        groups = [sorted(chunk, key=lambda e: len(e.text) + len(e.previous)) for chunk in chunks]
        batches = [group[i : i + BATCH] for group in groups for i in range(0, len(group), BATCH)]
        chance.shuffle(batches)
        for batch in batches:
            if step >= steps or time.time() > deadline:
                return
            if rounding and step == steps // 2:
                encoder.round_from_now()
            encoder.train()
            inputs = batch_of(tokens, batch, device)
            labels, counts = (torch.from_numpy(x).to(device) for x in targets(batch))
            with torch.autocast(device, dtype=torch.bfloat16):
                logits, _ = encoder(*inputs)
                if teachers:
                    with torch.no_grad():
                        told = torch.stack([teacher(*inputs)[0].float() for teacher in teachers]).mean(dim=0)
            loss = F.binary_cross_entropy_with_logits(logits, labels, pos_weight=heavier, reduction="none")
            if teachers:
                alike = F.binary_cross_entropy_with_logits(logits, torch.sigmoid(told), reduction="none")
                loss = 0.5 * loss + 2.0 * alike
            loss = (loss * counts).sum() / len(batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
            step += 1


@torch.no_grad()
def logits_of(encoder: Encoder, tokens: Tokens, examples: Sequence[Example], device: str) -> Floats:
    """Logits of each example, shape (examples, acts of both sides)."""
    encoder.eval()
    made = []
    for i in range(0, len(examples), 256):
        with torch.autocast(device, dtype=torch.bfloat16):
            logits, _ = encoder(*batch_of(tokens, examples[i : i + 256], device))
        made.append(logits.float().cpu().numpy())
    return np.concatenate(made).astype(np.float64) if made else np.zeros((0, len(NAMES)))


def report(examples: Sequence[Example], logits: Floats) -> dict[str, list[float]]:
    """For each act: cases, recall at 2, 1 and 5 % false."""
    found = {}
    for column, name in enumerate(NAMES):
        own = np.array([name in ACTS[e.role] for e in examples], dtype=bool)
        does = np.array([name in e.labels for e in examples], dtype=bool)
        out = own & ~does & np.array([name not in e.unsure for e in examples], dtype=bool)
        cases = logits[does, column]
        found[name] = [
            float(len(cases)),
            *(round(recall_at(cases, logits[out, column], r), 3) for r in (0.02, 0.01, 0.05)),
        ]
    return found


def mean(found: dict[str, list[float]], least: int = 3) -> list[float]:
    rows = [row[1:] for row in found.values() if row[0] >= least]
    return [round(float(x), 3) for x in np.mean(rows, axis=0)] if rows else []


def new_encoder(folder: Path, layers: Sequence[int], inner: int, drop: float, device: str) -> Encoder:
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    encoder = Encoder(4 + len(vocabulary["parts"]), len(layers), len(NAMES), inner, drop)
    with np.load(folder / "start.npz") as weights:
        start(encoder, dict(weights), vocabulary["rows"], layers)
    return encoder.to(device)


def open_tokens(folder: Path) -> Tokens:
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    return Tokens(vocabulary["parts"], vocabulary["likely"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="vocab.json, start.npz, data/ with the sentences and dev.jsonl")
    parser.add_argument("--layers", default="0,1,2,3,4,5")
    parser.add_argument("--inner", type=int, default=1536)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--drop", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", default="", help="what is left out, to test on: a hand, or part-0, part-1")
    parser.add_argument("--teacher", type=Path, nargs="*", default=[], help="saved encoders of 12 layers to learn from")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--deadline", type=float, default=float("inf"))
    parser.add_argument("--exact", action="store_true", help="full weights, for teachers")
    parser.add_argument("--save", action="store_true", help="the weights, for students to learn from")
    parser.add_argument("--bundle", action="store_true", help="the encoder as it is bundled")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    begun = time.time()
    tokens = open_tokens(options.folder)
    examples = training_examples(options.folder / "data")
    dev = read_turns(options.folder / "data" / "dev.jsonl")
    train, test = split(examples, options.without)
    chance = random.Random(options.seed)
    train = [e for e in train if chance.random() < options.share]
    layers = [int(x) for x in options.layers.split(",")]
    encoder = new_encoder(options.folder, layers, options.inner, options.drop, device)
    teachers = []
    for path in options.teacher:
        stored = torch.load(path, map_location=device)
        teacher = Encoder(encoder.words.shape[0], stored["layers"], len(NAMES), stored["inner"]).to(device).eval()
        teacher.load_state_dict(stored["weights"])
        teachers.append(teacher)
    fit(
        encoder,
        tokens,
        train,
        epochs=options.epochs,
        rate=options.rate,
        seed=options.seed,
        device=device,
        teachers=teachers,
        deadline=options.deadline,
        rounding=not options.exact,
    )
    took = time.time() - begun
    noisy = as_misheard(test)
    made = {
        "test": logits_of(encoder, tokens, test, device),
        "noisy": logits_of(encoder, tokens, noisy, device),
        "dev": logits_of(encoder, tokens, dev, device),
    }
    found = {"test": report(test, made["test"]), "noisy": report(noisy, made["noisy"]), "dev": report(dev, made["dev"])}
    settings = {k: str(v) for k, v in vars(options).items()}
    summary = {k: mean(v) for k, v in found.items()}
    print(json.dumps({"name": options.out.name, "n": len(train), "took": round(took), **summary}), flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_suffix(".json").write_text(json.dumps({"settings": settings, "summary": summary, "acts": found}))
    np.savez_compressed(options.out.with_suffix(".npz"), **{k: v.astype(np.float16) for k, v in made.items()})
    if options.bundle:
        from . import export

        vocabulary = json.loads((options.folder / "vocab.json").read_text(encoding="utf-8"))
        weights = {name: tensor.detach().float().cpu().numpy() for name, tensor in encoder.state_dict().items()}
        export.save(weights, len(layers), vocabulary, options.out.with_suffix(".enc.npz"))
    if options.save:
        torch.save(
            {"weights": encoder.state_dict(), "layers": len(layers), "inner": options.inner},
            options.out.with_suffix(".pt"),
        )


if __name__ == "__main__":
    main()
