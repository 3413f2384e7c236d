"""What a user wants a picture to look like."""

from __future__ import annotations

from dataclasses import dataclass

from tcviz.theme import Theme

WIDTH, HEIGHT = 1280, 720
"""The default canvas, a slide; layouts are made in its units."""

SMALLEST_TEXT = 8.5
"""Pixels below which a number cannot be read."""


@dataclass(frozen=True)
class Look:
    """The options of a picture, all but its view and its numbers.

    `width` and `height` are what `scale` multiplies to pixels.  `channels` bounds
    how many input channels are drawn; None leaves it to the layout, at most 3.
    """

    theme: Theme
    width: int = WIDTH
    height: int = HEIGHT
    scale: float = 1.0
    decimals: int | None = None
    title: str | None = None
    channels: int | None = None

    @property
    def unit(self) -> float:
        """Pixels of the unscaled canvas per layout unit: fonts grow with the canvas."""
        return min(self.width / WIDTH, self.height / HEIGHT)

    @property
    def canvas(self) -> tuple[float, float]:
        """Width and height in layout units."""
        return self.width / self.unit, self.height / self.unit

    @property
    def pixel(self) -> float:
        """The size of a pixel in layout units."""
        return 1 / (self.unit * self.scale)

    def legible(self, size: float) -> float:
        """Return a text size in layout units that is `size` or, on a small canvas, larger."""
        return legible(size, self.pixel)


def legible(size: float, pixel: float) -> float:
    """Return `size`, or a larger one where pixels of that size would make it unreadable."""
    return max(size, SMALLEST_TEXT * pixel)
