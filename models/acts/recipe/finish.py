"""Go on training the bundled encoder for some minutes on a processor, with a third of the sentences from `TWINS`:

python -m models.acts.recipe.finish FOLDER MINUTES OUT. Needs torch and onnx.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from ..encoder import unpacked
from ..model import WEIGHTS
from . import export
from .corpus import TWINS, training_examples, with_turn_before
from .transformer import Encoder
from .tune import NAMES, batch_of, open_tokens, targets, varied

RATES = (4e-5, 1e-4)
"""Learning rates of the body and of the heads, falling to a twentieth."""
TWINS_A_BATCH, OTHERS_A_BATCH = 10, 22


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
    folder, seconds, out = Path(sys.argv[1]), float(sys.argv[2]) * 60, Path(sys.argv[3])
    encoder = reopened(WEIGHTS / "encoder.npz")
    tokens = open_tokens(folder)
    examples = training_examples()
    twins = [e for e in examples if e.hand == TWINS]
    others = [e for e in examples if e.hand != TWINS]
    chance = random.Random(5)
    torch.manual_seed(5)
    heads = [*encoder.look.parameters(), *encoder.tell.parameters(), *encoder.whole.parameters()]
    own = {id(p) for p in heads}
    body = [p for p in encoder.parameters() if id(p) not in own]
    optimizer = torch.optim.AdamW([{"params": body}, {"params": heads}], weight_decay=0.01)
    begun, step = time.time(), 0
    while (past := (time.time() - begun) / seconds) < 1:
        for group, rate in zip(optimizer.param_groups, RATES, strict=True):
            group["lr"] = rate * min(1, (step + 1) / 8) * max(0.05, 1 - past)
        chosen = [*chance.sample(twins, TWINS_A_BATCH), *chance.sample(others, OTHERS_A_BATCH)]
        batch = list(varied(with_turn_before(chosen, chance, 0.6, among=others), chance))
        encoder.train()
        labels, counts = (torch.from_numpy(x) for x in targets(batch))
        logits, _ = encoder(*batch_of(tokens, batch, "cpu"))
        loss = F.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        optimizer.zero_grad()
        ((loss * counts).sum() / len(batch)).backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        step += 1
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    weights = {name: tensor.detach().float().numpy() for name, tensor in encoder.state_dict().items()}
    export.save(weights, len(encoder.layers), vocabulary, out)
    print(f"{step} steps")


if __name__ == "__main__":
    main()
