"""The encoder that acts are heard with, as it is trained: a small transformer, cut from a multilingual one.

Every matrix is rounded to 4 bits in the later part of its training, as it is stored: the bundled network is the
trained one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..tokens import SPECIALS

WIDTH = 384
HEADS = 12
BLOCK = 64
"""Weights in a row that share a scale."""
POSITIONS = 128
EPSILON = 1e-12


def rounded(weight: Tensor) -> Tensor:
    """`weight` (rows, columns) as 4 bits keep it: whole multiples -8 to 7 of a scale for every BLOCK columns."""
    blocks = weight.reshape(weight.shape[0], -1, BLOCK)
    largest = blocks.gather(2, blocks.abs().argmax(dim=2, keepdim=True))
    scale = largest / -8
    scale = torch.where(scale == 0, torch.ones_like(scale), scale)
    kept = (torch.clamp(torch.round(blocks / scale), -8, 7) * scale).reshape(weight.shape)
    return weight + (kept - weight).detach()


class Matrix(nn.Linear):
    rounding = False

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, rounded(self.weight) if self.rounding else self.weight, self.bias)


class Layer(nn.Module):
    def __init__(self, inner: int) -> None:
        super().__init__()
        self.qkv = Matrix(WIDTH, 3 * WIDTH)
        self.out = Matrix(WIDTH, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.up = Matrix(WIDTH, inner)
        self.down = Matrix(inner, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, x: Tensor, mask: Tensor, drop: float) -> Tensor:
        batch, length, _ = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        seen = self.out(seen.transpose(1, 2).reshape(batch, length, WIDTH))
        x = self.norm(x + F.dropout(seen, drop, self.training))
        more = self.down(F.gelu(self.up(x)))
        return self.norm2(x + F.dropout(more, drop, self.training))


class Encoder(nn.Module):
    """Tokens to logits of all acts. Each act looks where it likes among the tokens of the text."""

    def __init__(self, vocabulary: int, layers: int, acts: int, inner: int = 4 * WIDTH, drop: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Parameter(torch.randn(vocabulary, WIDTH) * 0.02)
        self.places = nn.Parameter(torch.zeros(POSITIONS, WIDTH))
        self.turn = nn.Parameter(torch.zeros(2, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer(inner) for _ in range(layers))
        self.look = nn.Linear(WIDTH, acts)
        self.tell = nn.Linear(WIDTH, acts)
        self.whole = nn.Linear(WIDTH, acts, bias=False)
        self.drop = drop
        self.rounding = False

    def round_from_now(self) -> None:
        """Compute with weights as they are stored."""
        self.rounding = True
        for module in self.modules():
            if isinstance(module, Matrix):
                module.rounding = True

    def forward(self, tokens: Tensor, text: Tensor, known: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (batch, acts) and each token's share in them (batch, length, acts).

        `tokens` (batch, length); `text` is true where a token is of the utterance itself, `known` where there is one.
        """
        length = tokens.shape[1]
        words = rounded(self.words) if self.rounding else self.words
        x = F.embedding(tokens, words) + self.places[:length] + self.turn[text.long()]
        x = F.dropout(self.norm(x), self.drop, self.training)
        mask = known[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask, self.drop)
        share = torch.softmax(self.look(x).float().masked_fill(~text[:, :, None], -1e4), dim=1)
        logits = (share * self.tell(x).float()).sum(dim=1) + self.whole(x[:, 0]).float()
        return logits, share


def start(encoder: Encoder, weights: Mapping[str, np.ndarray], rows: Sequence[int], chosen: Sequence[int]) -> None:
    """Begin with the weights of a trained encoder: its words `rows` and its layers `chosen`."""

    def tensor(name: str, *shape: int) -> Tensor:
        return torch.from_numpy(weights[name].astype(np.float32)).reshape(*shape)

    with torch.no_grad():
        words = weights["words"].astype(np.float32)
        encoder.words[SPECIALS:] = torch.from_numpy(words[4:])
        encoder.words[0] = torch.from_numpy(words[3])
        encoder.words[1] = torch.from_numpy(words[2])
        encoder.words[2:4] = torch.from_numpy(words[0]) + torch.randn(2, WIDTH) * 0.01
        encoder.places[:] = tensor("emb.pos", -1, WIDTH)[:POSITIONS]
        encoder.turn[:] = tensor("emb.type", -1, WIDTH)[0]
        encoder.norm.weight[:] = tensor("emb.ln.w", WIDTH)
        encoder.norm.bias[:] = tensor("emb.ln.b", WIDTH)
        for layer, number in zip(encoder.layers, chosen, strict=True):
            name = f"l{number}."
            layer.qkv.weight[:] = torch.cat([tensor(f"{name}{x}.w", WIDTH, WIDTH) for x in "qkv"])
            layer.qkv.bias[:] = torch.cat([tensor(f"{name}{x}.b", WIDTH) for x in "qkv"])
            layer.out.weight[:] = tensor(name + "ao.w", WIDTH, WIDTH)
            layer.out.bias[:] = tensor(name + "ao.b", WIDTH)
            layer.norm.weight[:] = tensor(name + "aln.w", WIDTH)
            layer.norm.bias[:] = tensor(name + "aln.b", WIDTH)
            up, down = tensor(name + "fi.w", 4 * WIDTH, WIDTH), tensor(name + "fo.w", WIDTH, 4 * WIDTH)
            inner = layer.up.weight.shape[0]
            strong = (up.norm(dim=1) * down.norm(dim=0)).argsort(descending=True)[:inner]
            layer.up.weight[:] = up[strong]
            layer.up.bias[:] = tensor(name + "fi.b", 4 * WIDTH)[strong]
            layer.down.weight[:] = down[:, strong]
            layer.down.bias[:] = tensor(name + "fo.b", WIDTH)
            layer.norm2.weight[:] = tensor(name + "oln.w", WIDTH)
            layer.norm2.bias[:] = tensor(name + "oln.b", WIDTH)


def schedule(step: int, steps: int, warm: float = 0.06) -> float:
    """Share of the full learning rate at a step: up for `warm` of them, then down along a cosine."""
    at = step / steps
    return at / warm if at < warm else 0.5 * (1 + math.cos(math.pi * (at - warm) / (1 - warm)))
