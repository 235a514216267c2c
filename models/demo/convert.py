"""From a training checkpoint to the directory faster-whisper opens: python -m models.demo.convert --work DIR

CTranslate2's own reader of Transformers' Whisper does the layers; it finds them in our network by their names. The
weights become int8. Which heads tell the word times is chosen by their error on held-out utterances.
"""

from __future__ import annotations

import argparse
import copy
import itertools
import json
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
import torch
from ctranslate2.converters.transformers import WhisperLoader
from ctranslate2.models import Whisper
from ctranslate2.specs.whisper_spec import WhisperSpec

from models.speech.folder import write_manifest

from . import WEIGHTS, corpus
from .network import Network
from .scores import Word
from .settings import SETTINGS, Settings
from .tokens import Lessons, open_tokenizer

Head = tuple[int, int]


def read_network(work: Path, s: Settings) -> Network:
    """The network of the last checkpoint, in full precision."""
    vocabulary = open_tokenizer(work / "tokenizer.json").get_vocab_size()
    state = torch.load(work / "checkpoint.pt", weights_only=True)["network"]
    network = Network(s, vocabulary, state["sounds.weight"].shape[0] - 1)
    missing, unknown = network.load_state_dict(state, strict=False)
    if unknown or missing != ["model.encoder.embed_positions.weight"]:
        raise ValueError(f"{work / 'checkpoint.pt'} is of another network: {missing or unknown}")
    return network.eval().float()


def write(network: Network, work: Path, s: Settings, heads: Sequence[Head], folder: Path) -> None:
    """Write the whole model directory."""
    lessons = Lessons(open_tokenizer(work / "tokenizer.json"))
    spec = WhisperSpec(s.encoder_layers, s.heads, s.decoder_layers, s.heads)
    loader = WhisperLoader()
    # A copy, because CTranslate2 rounds the very arrays it is given.
    network = copy.deepcopy(network)
    encoder, decoder = network.model["encoder"], network.model["decoder"]
    encoder.embed_scale = decoder.embed_scale = 1.0
    # Whisper's encoder takes features where the common code expects pieces of text.
    loader.set_conv1d(spec.encoder.conv1, encoder.conv1)
    loader.set_conv1d(spec.encoder.conv2, encoder.conv2)
    loader.set_position_encodings(spec.encoder.position_encodings, encoder.embed_positions)
    loader.set_layer_norm(spec.encoder.layer_norm, encoder.layer_norm)
    for target, layer in zip(spec.encoder.layer, encoder.layers, strict=True):
        loader.set_attention(target.self_attention, layer.self_attn, self_attention=True)
        loader.set_layer_norm(target.self_attention.layer_norm, layer.self_attn_layer_norm)
        loader.set_linear(target.ffn.linear_0, layer.fc1)
        loader.set_linear(target.ffn.linear_1, layer.fc2)
        loader.set_layer_norm(target.ffn.layer_norm, layer.final_layer_norm)
    loader.set_decoder(spec.decoder, decoder)
    projection = torch.nn.Linear(s.width, len(decoder.embed_tokens.weight), bias=False)
    projection.weight = decoder.embed_tokens.weight
    loader.set_linear(spec.decoder.projection, projection)
    vocabulary = sorted(lessons.tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    spec.register_vocabulary([token for token, _ in vocabulary])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [lessons.end]
    spec.config.lang_ids = []
    spec.config.alignment_heads = [list(head) for head in heads]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    shutil.copy(work / "tokenizer.json", folder / "tokenizer.json")
    features = {"feature_size": 80, "hop_length": 160, "n_fft": 400, "sampling_rate": 16000, "chunk_length": 30}
    (folder / "preprocessor_config.json").write_text(json.dumps(features, indent=2) + "\n")


@dataclass(frozen=True)
class Heard:
    """A held-out utterance, encoded: its entry in the corpus and what the encoder made of it."""

    encoded: ctranslate2.StorageView
    frames: int
    words: list[Word]


def encode(folder: Path, work: Path, count: int) -> list[Heard]:
    """Held-out utterances through the encoder of the model in `folder`."""
    model = Whisper(str(folder), device="cpu", compute_type="int8", intra_threads=1)
    heard = []
    for features, entry in itertools.islice(corpus.load(work / "corpus", "same"), count):
        padded = np.zeros((1, 80, 3000), dtype=np.float32)
        padded[0, :, : len(features)] = np.asarray(features, dtype=np.float32).T
        words = [(start, end, word) for start, end, word in entry["words"]]
        heard.append(Heard(model.encode(ctranslate2.StorageView.from_array(padded)), len(features), words))
    return heard


def word_time_error(folder: Path, heard: Sequence[Heard]) -> float:
    """Median error in seconds of where words begin and end, the text being known."""
    model = Whisper(str(folder), device="cpu", compute_type="int8", intra_threads=1)
    lessons = Lessons(open_tokenizer(folder / "tokenizer.json"))
    errors: list[float] = []
    for utterance in heard:
        ids, _ = lessons.pieces(utterance.words)
        found = model.align(utterance.encoded, [lessons.start], [ids], [utterance.frames])[0]
        text, moments = np.array(found.alignments).T
        first = moments[np.concatenate([[True], np.diff(text) > 0])] * 0.02
        at = 0
        for start, end, word in utterance.words:
            size = len(lessons.tokenizer.encode(" " + word).ids)
            errors += [abs(first[at] - start), abs(first[min(at + size, len(first) - 1)] - end)]
            at += size
    return statistics.median(errors)


def choose_heads(network: Network, work: Path, s: Settings) -> tuple[list[Head], float]:
    """The set of guided heads with the smallest word-time error: each alone, those of each layer, and all."""
    single = list(itertools.product(s.guided_layers, range(s.guided_heads)))
    sets = [[head] for head in single] + [[h for h in single if h[0] == layer] for layer in s.guided_layers] + [single]
    results: list[tuple[float, list[Head]]] = []
    heard: list[Heard] = []
    for heads in sets:
        with tempfile.TemporaryDirectory() as folder:
            write(network, work, s, heads, Path(folder))
            heard = heard or encode(Path(folder), work, 30)
            results.append((word_time_error(Path(folder), heard), heads))
        print(f"heads {heads}: words are {1000 * results[-1][0]:.0f} ms off (median)", flush=True)
    error, heads = min(results)
    return heads, error


def convert(work: Path, folder: Path = WEIGHTS, s: Settings = SETTINGS) -> None:
    """Write the model of the last checkpoint into `folder`."""
    network = read_network(work, s)
    heads, _ = choose_heads(network, work, s)
    write(network, work, s, heads, folder)
    write_manifest(folder, name="demo", source="", revision="", licence="Apache-2.0")
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.2f} MB, word times from heads {heads}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m models.demo.convert", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder of the training run")
    parser.add_argument("--into", type=Path, default=WEIGHTS, help="model directory to write")
    options = parser.parse_args()
    torch.set_num_threads(1)
    convert(options.work, options.into)


if __name__ == "__main__":
    main()
