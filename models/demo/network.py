"""Whisper's network, small, with two aids to learning that are left behind when the model is converted.

Weights carry the names of Transformers' `WhisperForConditionalGeneration`, so that they can be handed to it as they
are. The aids: a CTC head that spells the sounds from the encoder, and the attention of some decoder heads laid open,
to be taught where each word is heard. Without them the decoder learns the language and ignores the sound.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .settings import Settings

Heard = tuple[Tensor, Tensor | None]
"""What came of it, and the attention weights of the opened heads."""

# Up to this many positions plain attention is quicker to learn through on a processor than the fused one.
_SHORT = 500


def _sinusoids(length: int, width: int) -> Tensor:
    """The encoder's fixed positions, as OpenAI's Whisper computes them; shape (length, width)."""
    scale = torch.exp(-math.log(10_000) / (width // 2 - 1) * torch.arange(width // 2))
    angles = torch.arange(length)[:, None] * scale[None, :]
    return torch.cat([angles.sin(), angles.cos()], dim=1)


class Attention(nn.Module):
    """Multi-head attention; keys have no bias, as in Whisper."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, source: Tensor, *, causal: bool = False, open_heads: int = 0) -> Heard:
        """Returns (batch, length, width), and the weights of the first `open_heads` heads or None."""
        batch, length, width = x.shape

        def split(t: Tensor) -> Tensor:
            return t.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        q, k, v = split(self.q_proj(x)), split(self.k_proj(source)), split(self.v_proj(source))
        opened = None
        if open_heads or source.shape[1] <= _SHORT:
            scores = (q * (width // self.heads) ** -0.5) @ k.transpose(2, 3)
            if causal:
                scores = scores + torch.full((length, length), -1e4, dtype=scores.dtype, device=scores.device).triu(1)
            weights = scores.softmax(dim=-1)
            opened = weights[:, :open_heads].float() if open_heads else None
            mixed = weights @ v
        else:
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, length, width)), opened


class EncoderLayer(nn.Module):
    def __init__(self, s: Settings) -> None:
        super().__init__()
        self.self_attn = Attention(s.width, s.heads)
        self.self_attn_layer_norm = nn.LayerNorm(s.width)
        self.fc1, self.fc2 = nn.Linear(s.width, s.feed_forward), nn.Linear(s.feed_forward, s.width)
        self.final_layer_norm = nn.LayerNorm(s.width)

    def forward(self, x: Tensor) -> Tensor:
        normed = self.self_attn_layer_norm(x)
        x = x + self.self_attn(normed, normed)[0]
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class DecoderLayer(nn.Module):
    def __init__(self, s: Settings, open_heads: int) -> None:
        super().__init__()
        self.open_heads = open_heads
        self.self_attn = Attention(s.width, s.heads)
        self.self_attn_layer_norm = nn.LayerNorm(s.width)
        self.encoder_attn = Attention(s.width, s.heads)
        self.encoder_attn_layer_norm = nn.LayerNorm(s.width)
        self.fc1, self.fc2 = nn.Linear(s.width, s.feed_forward), nn.Linear(s.feed_forward, s.width)
        self.final_layer_norm = nn.LayerNorm(s.width)

    def forward(self, x: Tensor, sound: Tensor) -> Heard:
        normed = self.self_attn_layer_norm(x)
        x = x + self.self_attn(normed, normed, causal=True)[0]
        heard, opened = self.encoder_attn(self.encoder_attn_layer_norm(x), sound, open_heads=self.open_heads)
        x = x + heard
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x)))), opened


class Encoder(nn.Module):
    def __init__(self, s: Settings) -> None:
        super().__init__()
        self.conv1 = nn.Conv1d(80, s.width, 3, padding=1)
        self.conv2 = nn.Conv1d(s.width, s.width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(s.audio_positions, s.width)
        self.embed_positions.weight.data = _sinusoids(s.audio_positions, s.width)
        self.embed_positions.weight.requires_grad_(False)
        self.layers = nn.ModuleList(EncoderLayer(s) for _ in range(s.encoder_layers))
        self.layer_norm = nn.LayerNorm(s.width)

    def forward(self, features: Tensor) -> Tensor:
        """features: (batch, frames, 80), 100 a second; returns (batch, frames / 2, width)."""
        x = F.gelu(self.conv1(features.transpose(1, 2)))
        x = F.gelu(self.conv2(x)).transpose(1, 2)
        x = x + self.embed_positions.weight[: x.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.layer_norm(x)


class Decoder(nn.Module):
    def __init__(self, s: Settings, vocabulary: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(vocabulary, s.width)
        self.embed_positions = nn.Embedding(s.text_positions, s.width)
        self.layers = nn.ModuleList(
            DecoderLayer(s, s.guided_heads if index in s.guided_layers else 0) for index in range(s.decoder_layers)
        )
        self.layer_norm = nn.LayerNorm(s.width)

    def forward(self, tokens: Tensor, sound: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Returns what follows each token, (batch, length, vocabulary), and the opened attention of guided layers."""
        x = self.embed_tokens(tokens) + self.embed_positions.weight[: tokens.shape[1]]
        opened = []
        for layer in self.layers:
            x, weights = layer(x, sound)
            if weights is not None:
                opened.append(weights)
        return F.linear(self.layer_norm(x), self.embed_tokens.weight), opened


class Network(nn.Module):
    """`model` is what is converted; `sounds` is the CTC head, for training only."""

    def __init__(self, s: Settings, vocabulary: int, sounds: int) -> None:
        super().__init__()
        self.model = nn.ModuleDict({"encoder": Encoder(s), "decoder": Decoder(s, vocabulary)})
        self.sounds = nn.Linear(s.width, sounds + 1)
        for name, weight in self.named_parameters():
            if weight.requires_grad and weight.dim() > 1 and "embed" in name:
                nn.init.normal_(weight, std=0.02)
            elif weight.requires_grad and weight.dim() == 2:
                nn.init.xavier_uniform_(weight)
            elif name.endswith("bias"):
                nn.init.zeros_(weight)
