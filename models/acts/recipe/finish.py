"""Go on training the bundled encoder on a processor, with a third of each batch from the sentences written last:

python -m models.acts.recipe.finish FOLDER OUT. Needs torch and onnx; half a second a step on one core.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from ..encoder import unpacked
from ..model import WEIGHTS
from . import export
from .corpus import CALM, TWINS, left_out, training_examples, with_turn_before
from .transformer import Encoder
from .tune import NAMES, batch_of, open_tokens, targets, varied

RATES = (4e-5, 1e-4)
"""Learning rates of the body and of the heads, falling to a twentieth."""
LAST_A_BATCH, OTHERS_A_BATCH = 10, 22


def reopened(file: Path, layers: int = 6) -> Encoder:
    """The bundled encoder with its weights as they are stored."""
    with np.load(file) as stored:
        z = {name: stored[name] for name in stored.files}
    graph = onnx.load_from_string(bytes(z["graph"])).graph
    kept = {tensor.name: tensor for tensor in graph.initializer}
    after = {node.input[0]: node for node in graph.node if node.op_type == "Add"}
    norms = [node for node in graph.node if node.op_type == "LayerNormalization"]
    products = {node.input[1]: node for node in graph.node if node.op_type == "DynamicQuantizeMatMul"}
    heads = [node for node in graph.node if node.op_type == "MatMul" and node.input[1] in kept]

    def value(name: str) -> torch.Tensor:
        return torch.from_numpy(np.array(numpy_helper.to_array(kept[name]), dtype=np.float32))

    encoder = Encoder(len(z["words.nibbles"]), layers, len(NAMES))
    state = encoder.state_dict()
    state["words"] = torch.from_numpy(unpacked(z["words.nibbles"], z["words.scales"]))
    state["places"] = torch.from_numpy(z["places"].astype(np.float32))
    state["turn"] = torch.from_numpy(z["turn"].astype(np.float32))
    places = ["norm", *(f"layers.{i}.{name}" for i in range(layers) for name in ("norm", "norm2"))]
    for place, norm in zip(places, norms, strict=True):
        state[f"{place}.weight"], state[f"{place}.bias"] = value(norm.input[1]), value(norm.input[2])
    for i in range(layers):
        for name in ("qkv", "out", "up", "down"):
            weight = unpacked(z[f"{name}{i}.nibbles"], z[f"{name}{i}.scales"])
            state[f"layers.{i}.{name}.weight"] = torch.from_numpy(weight)
            state[f"layers.{i}.{name}.bias"] = value(after[products[f"{name}{i}.weight"].output[0]].input[1])
    for name, node in zip(("look", "tell", "whole"), heads, strict=True):
        state[f"{name}.weight"] = value(node.input[1]).T
        if name != "whole":
            state[f"{name}.bias"] = value(after[node.output[0]].input[1])
    encoder.load_state_dict(state)
    encoder.round_from_now()
    return encoder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where vocab.json is")
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--share", type=float, default=1.0, help="of the sentences written last that are used")
    parser.add_argument("--start", type=Path, default=WEIGHTS / "encoder.npz")
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder = reopened(options.start)
    tokens = open_tokens(options.folder)
    examples = [e for e in training_examples() if not left_out(e, CALM)]
    chance = random.Random(5)
    last = [e for e in examples if e.hand in (TWINS, CALM) and chance.random() < options.share]
    others = [e for e in examples if e.hand not in (TWINS, CALM)]
    torch.manual_seed(5)
    heads = [*encoder.look.parameters(), *encoder.tell.parameters(), *encoder.whole.parameters()]
    own = {id(p) for p in heads}
    body = [p for p in encoder.parameters() if id(p) not in own]
    optimizer = torch.optim.AdamW([{"params": body}, {"params": heads}], weight_decay=0.01)
    for step in range(options.steps):
        for group, rate in zip(optimizer.param_groups, RATES, strict=True):
            group["lr"] = rate * min(1, (step + 1) / 8) * max(0.05, 1 - step / options.steps)
        chosen = [*chance.sample(last, LAST_A_BATCH), *chance.sample(others, OTHERS_A_BATCH)]
        batch = list(varied(with_turn_before(chosen, chance, 0.6, among=others), chance))
        encoder.train()
        labels, counts = (torch.from_numpy(x) for x in targets(batch))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits, _ = encoder(*batch_of(tokens, batch, "cpu"))
        loss = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        optimizer.zero_grad()
        ((loss * counts).sum() / len(batch)).backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
    vocabulary = json.loads((options.folder / "vocab.json").read_text(encoding="utf-8"))
    weights = {name: tensor.detach().float().numpy() for name, tensor in encoder.state_dict().items()}
    export.save(weights, len(encoder.layers), vocabulary, options.out)


if __name__ == "__main__":
    main()
