"""The trained encoder as it is bundled: python -m models.acts.recipe.export FOLDER TRAINED.pt

Needs torch and onnx.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ..encoder import BLOCK
from ..model import WEIGHTS
from .transformer import EPSILON, HEADS, WIDTH

Array = npt.NDArray[np.float32]


def packed(weight: Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]:
    """Rows in 4 bits, as `transformer.rounded` rounds them: nibbles (rows, columns / 2), scales (rows, blocks)."""
    blocks = weight.reshape(len(weight), -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[:, :, None], axis=2)
    scale = (largest / -8).astype(np.float16)
    scale[scale == 0] = 1
    kept = np.clip(np.round(blocks / scale.astype(np.float32)), -8, 7).astype(np.int8) + 8
    flat = kept.reshape(len(weight), -1).astype(np.uint8)
    return (flat[:, ::2] | (flat[:, 1::2] << 4)).astype(np.uint8), scale[:, :, 0]


def outside(name: str, kind: int, shape: list[int]) -> onnx.TensorProto:
    """Weights that are not in the graph's file."""
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=shape, data_location=onnx.TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="weights")
    return tensor


class Graph:
    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.stored: list[onnx.TensorProto] = []
        self.matrices: dict[str, tuple[npt.NDArray[np.uint8], npt.NDArray[np.float16]]] = {}
        self.count = 0

    def keep(self, value: npt.NDArray[np.generic]) -> str:
        self.count += 1
        self.stored.append(numpy_helper.from_array(np.ascontiguousarray(value), f"w{self.count}"))
        return f"w{self.count}"

    def add(self, kind: str, *inputs: str, domain: str = "", out: str = "", **settings: object) -> str:
        self.count += 1
        name = out or f"v{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], domain=domain, **settings))
        return name

    def matrix(self, x: str, name: str, weight: Array, bias: Array) -> str:
        """A product whose int8 weights and scales are put in when the graph is loaded."""
        self.matrices[name] = packed(weight)
        rows, columns = weight.shape
        self.stored.append(outside(f"{name}.weight", TensorProto.INT8, [columns, rows]))
        self.stored.append(outside(f"{name}.scale", TensorProto.FLOAT, [rows]))
        made = self.add("DynamicQuantizeMatMul", x, f"{name}.weight", f"{name}.scale", domain="com.microsoft")
        return self.add("Add", made, self.keep(bias))

    def norm(self, x: str, weight: Array, bias: Array) -> str:
        return self.add("LayerNormalization", x, self.keep(weight), self.keep(bias), axis=-1, epsilon=EPSILON)


def graph_of(weights: dict[str, Array], layers: int) -> tuple[bytes, Graph]:
    """From `x` (1, tokens, WIDTH), `skipped` of them no text, to `logits` (1, acts) and `share` (1, text, acts)."""
    graph = Graph()
    x = graph.norm("x", weights["norm.weight"], weights["norm.bias"])
    shape = graph.keep(np.array([0, 0, 3, HEADS, WIDTH // HEADS], dtype=np.int64))
    flat = graph.keep(np.array([0, 0, WIDTH], dtype=np.int64))
    narrower = graph.keep(np.array((WIDTH // HEADS) ** -0.5, dtype=np.float32))
    axis = graph.keep(np.array([0], dtype=np.int64))
    for number in range(layers):

        def w(name: str, number: int = number) -> Array:
            return weights[f"layers.{number}.{name}"]

        qkv = graph.matrix(x, f"qkv{number}", w("qkv.weight"), w("qkv.bias"))
        turned = graph.add("Transpose", graph.add("Reshape", qkv, shape), perm=[2, 0, 3, 1, 4])
        graph.count += 3
        q, k, v = (f"v{graph.count - i}" for i in range(3))
        graph.nodes.append(helper.make_node("Split", [turned], [q, k, v], axis=0, num_outputs=3))
        q, k, v = (graph.add("Squeeze", one, axis) for one in (q, k, v))
        across = graph.add("Transpose", k, perm=[0, 1, 3, 2])
        share = graph.add("Softmax", graph.add("Mul", graph.add("MatMul", q, across), narrower), axis=-1)
        seen = graph.add("Transpose", graph.add("MatMul", share, v), perm=[0, 2, 1, 3])
        seen = graph.matrix(graph.add("Reshape", seen, flat), f"out{number}", w("out.weight"), w("out.bias"))
        x = graph.norm(graph.add("Add", x, seen), w("norm.weight"), w("norm.bias"))
        up = graph.add("Gelu", graph.matrix(x, f"up{number}", w("up.weight"), w("up.bias")), domain="com.microsoft")
        down = graph.matrix(up, f"down{number}", w("down.weight"), w("down.bias"))
        x = graph.norm(graph.add("Add", x, down), w("norm2.weight"), w("norm2.bias"))
    end = graph.keep(np.array([10**6], dtype=np.int64))
    one = graph.keep(np.array([1], dtype=np.int64))
    text = graph.add("Slice", x, "skipped", end, one)
    first = graph.add("Squeeze", graph.add("Slice", x, axis, one, one), one)
    look = graph.add("MatMul", text, graph.keep(weights["look.weight"].T))
    share = graph.add("Softmax", graph.add("Add", look, graph.keep(weights["look.bias"])), axis=1, out="share")
    tell = graph.add("MatMul", text, graph.keep(weights["tell.weight"].T))
    told = graph.add("Mul", share, graph.add("Add", tell, graph.keep(weights["tell.bias"])))
    told = graph.add("ReduceSum", told, one, keepdims=0)
    whole = graph.add("MatMul", first, graph.keep(weights["whole.weight"].T))
    graph.add("Add", told, whole, out="logits")
    acts = len(weights["tell.bias"])
    made = helper.make_graph(
        graph.nodes,
        "acts",
        [
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "tokens", WIDTH]),
            helper.make_tensor_value_info("skipped", TensorProto.INT64, [1]),
        ],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, acts]),
            helper.make_tensor_value_info("share", TensorProto.FLOAT, [1, "text", acts]),
        ],
        graph.stored,
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(made, opset_imports=opsets, ir_version=9).SerializeToString()), graph


def save(weights: dict[str, Array], layers: int, vocabulary: dict[str, list[str]], file: Path) -> None:
    made, graph = graph_of(weights, layers)
    matrices = {"words": packed(weights["words"]), **graph.matrices}
    stored: dict[str, npt.NDArray[np.generic]] = {
        "parts": np.frombuffer("\n".join(vocabulary["parts"]).encode(), dtype=np.uint8),
        "likely": np.array(vocabulary["likely"], dtype=np.float16),
        "places": weights["places"].astype(np.float16),
        "turn": weights["turn"].astype(np.float16),
        "graph": np.frombuffer(made, dtype=np.uint8),
    }
    for name, (nibbles, scales) in matrices.items():
        stored |= {f"{name}.nibbles": nibbles, f"{name}.scales": scales}
    np.savez_compressed(file, **stored)  # type: ignore[arg-type]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where vocab.json is")
    parser.add_argument("trained", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS / "encoder.npz")
    options = parser.parse_args()
    stored = torch.load(options.trained, map_location="cpu")
    weights = {name: tensor.float().numpy() for name, tensor in stored["weights"].items()}
    vocabulary = json.loads((options.folder / "vocab.json").read_text(encoding="utf-8"))
    save(weights, stored["layers"], vocabulary, options.out)


if __name__ == "__main__":
    main()
