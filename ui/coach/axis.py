"""Which sample is where on screen. A whole number of samples to a pixel of the screen, so that nothing drifts."""

from __future__ import annotations

from dataclasses import dataclass

from voiceassist.core.audio_types import SAMPLE_RATE

FINEST = 8
"""Samples to a pixel when zoomed in as far as it goes: a screen of one second."""
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
"""Seconds there may be between two marks."""


@dataclass(slots=True)
class Axis:
    """`pixels` of the screen show the samples from `origin` on, `per_pixel` each. `origin` is a multiple of it."""

    samples: int
    pixels: int = 1000
    per_pixel: int = 1 << 40
    origin: int = 0

    @property
    def span(self) -> int:
        """Samples in view."""
        return self.per_pixel * self.pixels

    @property
    def whole(self) -> int:
        """Samples to a pixel with which the whole call fits."""
        return max(FINEST, -(-self.samples // max(1, self.pixels)))

    def x(self, sample: float) -> float:
        """Pixels from the left edge; may lie outside."""
        return (sample - self.origin) / self.per_pixel

    def sample(self, x: float) -> int:
        """The sample at a pixel, within the call."""
        return min(max(0, self.origin + round(x * self.per_pixel)), self.samples)

    def zoom(self, per_pixel: float, about: float) -> None:
        """Another scale, with the sample `about` staying where it is."""
        x = self.x(about)
        self.per_pixel = min(max(FINEST, round(per_pixel)), self.whole)
        self.scroll_to(about - x * self.per_pixel)

    def scroll_to(self, origin: float) -> None:
        """Let the view begin at this sample, as far as the call allows."""
        latest = max(0, self.samples - self.span)
        self.origin = round(min(max(0.0, origin), latest) / self.per_pixel) * self.per_pixel

    def resize(self, pixels: int) -> None:
        showed_all = self.per_pixel >= self.whole
        self.pixels = max(1, pixels)
        self.per_pixel = self.whole if showed_all else min(self.per_pixel, self.whole)
        self.scroll_to(self.origin)

    def show(self, start: float, stop: float) -> None:
        """Zoom so that this span fills the view."""
        self.per_pixel = min(max(FINEST, -(-round(stop - start) // self.pixels)), self.whole)
        self.scroll_to(start)

    def reveal(self, sample: float) -> bool:
        """Scroll so that this sample is in view, a quarter from the left; whether that was needed."""
        if self.origin <= sample < self.origin + self.span:
            return False
        self.scroll_to(sample - self.span / 4)
        return True

    def marks(self, least_pixels: float) -> list[float]:
        """Seconds to mark in the view, at least so many pixels apart."""
        seconds = self.per_pixel / SAMPLE_RATE
        step = next((s for s in STEPS if s / seconds >= least_pixels), STEPS[-1])
        first = -(-self.origin // round(step * SAMPLE_RATE))
        last = (self.origin + self.span) // round(step * SAMPLE_RATE)
        return [n * step for n in range(first, last + 1)]
