"""Whisper-format models of a given shape with random weights, for speed.

Speed depends on shape and vocabulary size alone, so a model of small shape that was never trained costs what small
does. tiny and base are measured with their real weights (`live_words`). Needs no network and no torch: the CTranslate2
specification is filled from numpy.

    python -m tests.bench.make_shape_models FOLDER small medium      # Whisper's shapes, 51 865 tokens, int8

A model never ends by itself: it writes words until its tokens are used up, so that a benchmark can set their number.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SPECIAL = ("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>")
TAIL = ("<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")
TIMESTAMPS = 1501


@dataclass(frozen=True)
class Shape:
    width: int
    layers: int
    heads: int
    vocabulary: int = 51865
    mels: int = 80


SHAPES = {
    "small": Shape(768, 12, 12),
    "medium": Shape(1024, 24, 16),
}
"""Of Whisper's paper (table 1)."""


def make(folder: Path, shape: Shape, seed: int = 0) -> Path:
    """Write a model of that shape into `folder`, int8 as an office PC runs it, and return the folder."""
    import ctranslate2

    rng = np.random.default_rng(seed)
    spec = ctranslate2.specs.WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
    width = shape.width

    def linear(target: Any, out: int, into: int) -> None:
        target.weight = (rng.standard_normal((out, into)) / np.sqrt(into)).astype(np.float32)
        target.bias = np.zeros(out, np.float32)

    def norm(target: Any) -> None:
        target.gamma, target.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def feed_forward(target: Any) -> None:
        norm(target.layer_norm)
        linear(target.linear_0, 4 * width, width)
        linear(target.linear_1, width, 4 * width)

    encoder = spec.encoder
    for conv, into in ((encoder.conv1, shape.mels), (encoder.conv2, width)):
        conv.weight = (rng.standard_normal((width, into, 3)) / np.sqrt(3 * into)).astype(np.float32)
        conv.bias = np.zeros(width, np.float32)
    encoder.position_encodings.encodings = _sinusoids(1500, width)
    norm(encoder.layer_norm)
    for layer in encoder.layer:
        norm(layer.self_attention.layer_norm)
        linear(layer.self_attention.linear[0], 3 * width, width)
        linear(layer.self_attention.linear[1], width, width)
        feed_forward(layer.ffn)

    decoder = spec.decoder
    decoder.embeddings.weight = (rng.standard_normal((shape.vocabulary, width)) * 0.02).astype(np.float32)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.projection.bias = _only_words(shape.vocabulary)
    decoder.position_encodings.encodings = (rng.standard_normal((448, width)) * 0.5).astype(np.float32)
    norm(decoder.layer_norm)
    for layer in decoder.layer:
        norm(layer.self_attention.layer_norm)
        linear(layer.self_attention.linear[0], 3 * width, width)
        linear(layer.self_attention.linear[1], width, width)
        norm(layer.attention.layer_norm)
        linear(layer.attention.linear[0], width, width)
        linear(layer.attention.linear[1], 2 * width, width)
        linear(layer.attention.linear[2], width, width)
        feed_forward(layer.ffn)

    tokens = _vocabulary(shape.vocabulary)
    spec.register_vocabulary(tokens)
    end = tokens.index(SPECIAL[0])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [end]
    spec.config.lang_ids = [tokens.index("<|en|>")]
    spec.config.alignment_heads = [(layer, 0) for layer in range(shape.layers // 2, shape.layers)]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _tokenizer(folder, tokens)
    return folder


def _only_words(vocabulary: int) -> np.ndarray:
    """A bias that leaves only words to be written, so that the token cap sets how many there are."""
    bias = np.zeros(vocabulary, np.float32)
    bias[vocabulary - len(SPECIAL) - len(TAIL) - TIMESTAMPS :] = -1e4
    return bias


def _vocabulary(size: int) -> list[str]:
    """Byte tokens, then made-up words, then Whisper's special tokens in Whisper's order."""
    from tokenizers.pre_tokenizers import ByteLevel

    special = [*SPECIAL, *TAIL, *(f"<|{i * 0.02:.2f}|>" for i in range(TIMESTAMPS))]
    letters = "abcdefghijklmnopqrstuvwxyz"
    words: list[str] = sorted(ByteLevel.alphabet())
    rng = np.random.default_rng(7)
    known = set(words)
    while len(words) < size - len(special):
        word = "Ġ" + "".join(rng.choice(list(letters), rng.integers(2, 8)))
        if word not in known:
            known.add(word)
            words.append(word)
    return words + special


def _tokenizer(folder: Path, tokens: list[str]) -> None:
    """A tokenizer that turns ids into text; it has no merges, so it is not for encoding long text quickly."""
    first_special = tokens.index(SPECIAL[0])
    content: dict[str, object] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": i,
                "content": t,
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for i, t in enumerate(tokens)
            if i >= first_special
        ],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None,
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {t: i for i, t in enumerate(tokens) if i < first_special},
            "merges": [],
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")


def _sinusoids(length: int, channels: int) -> np.ndarray:
    """Whisper's encoder positions, shape (length, channels): sines, then cosines (Radford et al. 2022)."""
    scale = np.exp(-np.log(10000) / (channels // 2 - 1) * np.arange(channels // 2))
    angles = np.arange(length)[:, None] * scale[None, :]
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("shapes", nargs="+", choices=sorted(SHAPES))
    arguments = parser.parse_args()
    for name in arguments.shapes:
        print(make(arguments.folder / name, SHAPES[name]))


if __name__ == "__main__":
    main()
