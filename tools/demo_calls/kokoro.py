"""Natural voices whose pitch can be commanded: the Kokoro model with one more input and two more outputs.

The model predicts how long each sound lasts and the pitch of each moment before it makes sound. A change to its graph
multiplies that pitch by a line from one factor to another, and tells durations and pitch, so that the times of words
and the pitch of every moment are known exactly, not measured.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tools.demo_calls.phonemes import word_phonemes

RATE = 24_000
FRAME = 600
"""Samples of one step of a duration."""
HOP = 300
"""Samples for each value of the pitch."""

_PITCH = "/encoder/F0_proj/Conv_output_0"
_DURATIONS = "/encoder/Clip_output_0"


@dataclass(frozen=True)
class Said:
    """Speech: mono float32 at `RATE`; (start, end, word) in seconds; Hz for every `HOP` samples, 0 where voiceless."""

    samples: npt.NDArray[np.float32]
    words: tuple[tuple[float, float, str], ...]
    pitch: npt.NDArray[np.float32]


class Kokoro:
    """Speaks. `folder` is that of `packages.voice_model`; what was once said is kept in `cache`."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self._folder, self._cache = folder, cache
        cache.mkdir(parents=True, exist_ok=True)
        self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        self._session: object = None

    def say(self, text: str, voice: str, *, language: str, speed: float, pitch: tuple[float, float]) -> Said:
        """`text` in `voice`; the predicted pitch times a factor that goes from `pitch[0]` to `pitch[1]`."""
        words = word_phonemes(text, language)
        key = hashlib.sha256(repr((words, voice, round(speed, 3), tuple(round(p, 4) for p in pitch))).encode())
        kept = self._cache / f"{key.hexdigest()[:24]}.npz"
        if not kept.exists():
            samples, curve, durations = self._run(words, voice, speed, pitch)
            sixteen = (np.clip(samples, -1, 1) * 32767).astype("<i2")
            np.savez_compressed(kept, samples=sixteen, durations=durations, pitch=curve.astype(np.float32))
        with np.load(kept) as found:
            samples = found["samples"].astype(np.float32) / 32767
            return Said(samples, self._times(words, found["durations"]), found["pitch"])

    def _tokens(self, phonemes: str) -> list[int]:
        return [self._vocabulary[sign] for sign in phonemes if sign in self._vocabulary]

    def _sequence(self, words: list[tuple[str, str]]) -> list[list[int]]:
        """Tokens word by word; the space before a word belongs to it."""
        return [self._tokens(phonemes if n == 0 else " " + phonemes) for n, (_, phonemes) in enumerate(words)]

    def _times(
        self, words: list[tuple[str, str]], durations: npt.NDArray[np.float32]
    ) -> tuple[tuple[float, float, str], ...]:
        at = 1  # the model's own first token, silence
        edges = np.concatenate([[0.0], np.cumsum(durations)]) * FRAME / RATE
        result = []
        for (word, phonemes), tokens in zip(words, self._sequence(words), strict=True):
            space = 0 if at == 1 else 1
            sounds = len(self._tokens(phonemes.rstrip(",.!?;:—…")))
            result.append((float(edges[at + space]), float(edges[at + space + sounds]), word))
            at += len(tokens)
        return tuple(result)

    def _run(
        self, words: list[tuple[str, str]], voice: str, speed: float, pitch: tuple[float, float]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        tokens = [token for word in self._sequence(words) for token in word]
        if len(tokens) > 508:
            raise ValueError(f"{len(tokens)} sounds in one breath: {' '.join(w for w, _ in words)!r}")
        styles = np.fromfile(self._folder / "voices" / f"{voice}.bin", np.float32).reshape(-1, 1, 256)
        feed = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": styles[min(len(tokens), len(styles) - 1)],
            "speed": np.array([speed], np.float32),
            "pitch_line": np.array([pitch[0], pitch[1] - pitch[0]], np.float32),
        }
        audio, curve, durations = self._open().run(["audio", "pitch_hz", "durations"], feed)  # type: ignore[attr-defined]
        curve = np.asarray(curve, np.float32).ravel()
        return (
            np.asarray(audio, np.float32).ravel(),
            np.where(curve > 40, curve, 0.0),
            np.asarray(durations, np.float32).ravel(),
        )

    def _open(self) -> object:
        if self._session is None:
            os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
            import onnxruntime

            graph = self._folder / "kokoro_pitch.onnx"
            if not graph.exists():
                with_pitch(self._folder / "kokoro.onnx", graph)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        return self._session


def with_pitch(source: Path, target: Path) -> None:
    """Write the graph anew with the input `pitch_line` (factor at the begin, and how much it grows until the end) and
    the outputs `pitch_hz` (HOP) and `durations` (FRAME)."""
    import onnx  # type: ignore[import-not-found,unused-ignore]
    from onnx import TensorProto, helper  # type: ignore[import-not-found,unused-ignore]

    model = onnx.load(str(source))
    graph = model.graph
    for node in graph.node:
        for n, name in enumerate(node.input):
            if name == _PITCH:
                node.input[n] = "pitch_hz"
    constants = {"p_0": 0, "p_1": 1, "p_last": -1}
    graph.initializer.extend(
        [helper.make_tensor(name, TensorProto.INT64, [], [value]) for name, value in constants.items()]
    )
    line = [
        helper.make_node("Shape", [_PITCH], ["p_shape"]),
        helper.make_node("Gather", ["p_shape", "p_last"], ["p_length"], axis=0),
        helper.make_node("Range", ["p_0", "p_length", "p_1"], ["p_steps"]),
        helper.make_node("Cast", ["p_steps"], ["p_steps_float"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["p_length"], ["p_length_float"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["p_steps_float", "p_length_float"], ["p_share"]),
        helper.make_node("Gather", ["pitch_line", "p_0"], ["p_from"], axis=0),
        helper.make_node("Gather", ["pitch_line", "p_1"], ["p_grows"], axis=0),
        helper.make_node("Mul", ["p_share", "p_grows"], ["p_rise"]),
        helper.make_node("Add", ["p_rise", "p_from"], ["p_factor"]),
        helper.make_node("Mul", [_PITCH, "p_factor"], ["pitch_hz"]),
    ]
    at = next(n for n, node in enumerate(graph.node) if _PITCH in node.output) + 1
    for offset, node in enumerate(line):
        graph.node.insert(at + offset, node)
    graph.node.append(helper.make_node("Cast", [_DURATIONS], ["durations"], to=TensorProto.FLOAT))
    graph.input.append(helper.make_tensor_value_info("pitch_line", TensorProto.FLOAT, [2]))
    graph.output.append(helper.make_tensor_value_info("pitch_hz", TensorProto.FLOAT, None))
    graph.output.append(helper.make_tensor_value_info("durations", TensorProto.FLOAT, None))
    onnx.save(model, str(target))
