"""Precision and recall against the threshold, as an SVG drawing: no plotting library, a few kilobytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

WIDTH, HEIGHT, MARGIN, LEGEND = 640, 360, 48, 24
COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#57606a", "#bf3989", "#0a7a83")


def precision_recall(sets: Mapping[str, Sequence[tuple[float, bool]]]) -> str:
    """For each set, (score, is agitated) of every clip: precision drawn through, recall dashed."""
    thresholds = np.linspace(0.02, 0.98, 97)
    height = HEIGHT + LEGEND * len(sets)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="white"/>',
        *(_grid(share) for share in np.linspace(0, 1, 11)),
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">threshold of the score</text>',
        f'<text x="{MARGIN}" y="20">precision (drawn through) and recall (dashed)</text>',
    ]
    for i, (name, clips) in enumerate(sets.items()):
        colour, y = COLOURS[i % len(COLOURS)], HEIGHT + 8 + LEGEND * i
        score, agitated = np.array([c[0] for c in clips]), np.array([c[1] for c in clips], dtype=bool)
        above = score[None, :] >= thresholds[:, None]
        hits = (above & agitated).sum(axis=1)
        recall = hits / max(agitated.sum(), 1)
        some = above.any(axis=1)
        precision = hits[some] / above[some].sum(axis=1)
        parts += [
            _curve(thresholds[some], precision, colour, ""),
            _curve(thresholds, recall, colour, "5 4"),
            f'<line x1="{MARGIN}" y1="{y}" x2="{MARGIN + 24}" y2="{y}" stroke="{colour}" stroke-width="2"/>',
            f'<text x="{MARGIN + 32}" y="{y + 4}">{name}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _x(share: float) -> float:
    return MARGIN + share * (WIDTH - 2 * MARGIN)


def _y(share: float) -> float:
    return HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)


def _grid(share: float) -> str:
    x, y = _x(share), _y(share)
    return (
        f'<line x1="{x:.0f}" y1="{_y(0):.0f}" x2="{x:.0f}" y2="{_y(1):.0f}" stroke="#e5e5e5"/>'
        f'<line x1="{_x(0):.0f}" y1="{y:.0f}" x2="{_x(1):.0f}" y2="{y:.0f}" stroke="#e5e5e5"/>'
        f'<text x="{x:.0f}" y="{_y(0) + 16:.0f}" text-anchor="middle">{share:.1f}</text>'
        f'<text x="{_x(0) - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{share:.1f}</text>'
    )


def _curve(thresholds: np.ndarray, shares: np.ndarray, colour: str, dashes: str) -> str:
    points = " ".join(f"{_x(t):.1f},{_y(s):.1f}" for t, s in zip(thresholds, shares, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
