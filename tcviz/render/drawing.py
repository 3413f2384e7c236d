"""What any pen draws, in canvas units: shapes, lines, words and images, on a grid of edges.

Who draws it, an SVG writer or matplotlib's renderers, is not known here: see `Pen`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from math import ceil, floor
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.scene import text
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Anchor, Colour, Point, Rect
from tcviz.scene.typeset import Typeset

Image8: TypeAlias = NDArray[np.uint8]
"""Red, green, blue and alpha: rows from the top, columns, 4."""
SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}
"""How much of a text's width lies before the point that anchors it."""


@frozen
class PixelGrid:
    """Where edges may lie and how wide lines may be, in canvas units.

    Edges are rounded to a whole `step`, as the pixel renderer rounds them to pixels:
    lines stay crisp where a step is a pixel.  `whole` rounds the widths of lines too.
    """

    step: float = 1.0
    whole: bool = False

    def snap(self, length: float) -> float:
        """Return a coordinate rounded to the grid."""
        return floor(length / self.step + 0.5) * self.step

    def line(self, width: float) -> float:
        """Return a line's width; a whole grid has none below a step."""
        return max(1, ceil(width / self.step - 0.5)) * self.step if self.whole else width

    def half(self, width: float) -> float:
        """Return how much of a line's width lies before its coordinate, in whole steps."""
        return ceil(width / self.step - 0.5) // 2 * self.step

    def rect(self, rect: Rect) -> Rect:
        """Return a rectangle whose edges lie on the grid."""
        left, top = self.snap(rect.x), self.snap(rect.y)
        return Rect(left, top, self.snap(rect.right) - left, self.snap(rect.bottom) - top)


@frozen
class Images:
    """How fine images are: pixels per canvas unit where cells allow it, and the most a side.

    The pixels are for viewers that blur what they enlarge; 0 gives every cell one.
    """

    sharp: float = 2.0
    most: int = 1024


@frozen
class Words:
    """Text on one line: `at` is where its `anchor` meets the baseline."""

    text: str
    at: Point
    size: float
    ink: Colour
    bold: bool
    anchor: Anchor
    typeset: Typeset | None = None

    @property
    def start(self) -> Point:
        """Where the first letter begins, from the font's own advances."""
        em = self.typeset.em if self.typeset else text.width(self.text, 1, self.bold)
        return self.at[0] - SHARES[self.anchor] * em * self.size, self.at[1]


@frozen(eq=False)
class Polygons:
    """Closed shapes with as many straight sides each: an array of shapes, corners, x and y."""

    corners: NDArray[np.float64]


@frozen
class RoundedRect:
    """A rectangle with rounded corners."""

    rect: Rect
    radius: float


Outline: TypeAlias = Polygons | RoundedRect


class Pen(ABC):
    """Draws in canvas units; one whose `images` are None draws shapes instead."""

    grid: PixelGrid
    images: Images | None

    @abstractmethod
    def shape(
        self, outline: Outline, fill: Colour | None, line: Colour | None = None, width: float = 0.0
    ) -> None:
        """Fill an outline, and draw a line along it."""

    @abstractmethod
    def strokes(
        self, lines: Iterable[Sequence[Point]], colour: Colour, width: float, cap: str = "butt"
    ) -> None:
        """Draw some lines as one path."""

    @abstractmethod
    def dashes(
        self, lines: Iterable[Sequence[Point]], colour: Colour, width: float, start: float
    ) -> None:
        """Draw dashed lines that begin at the coordinate `start`, in step with all others."""

    @abstractmethod
    def write(self, words: Words) -> None:
        """Set words."""

    @abstractmethod
    def image(self, pixels: Image8, rect: Rect) -> None:
        """Stretch an image over a rectangle; its pixels' edges stay sharp."""


def polygon(*corners: Point) -> Polygons:
    """Return one shape with straight sides."""
    return Polygons(np.array([corners], dtype=float))


def rectangles(edges: NDArray[np.float64]) -> Polygons:
    """Return many rectangles; `edges` has a row of left, top, right, bottom each."""
    return Polygons(edges[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2))


def rectangle(rect: Rect) -> Polygons:
    """Return one rectangle."""
    return rectangles(np.array([[rect.x, rect.y, rect.right, rect.bottom]]))
