"""A canvas of palette numbers, and the few ways to change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from tcviz.render.areas import hair, px
from tcviz.render.damage import Area, common
from tcviz.render.palette import Palette
from tcviz.scene.marks import Colour, Label, Mark

Pixels8: TypeAlias = NDArray[np.uint8]
"""Rows of palette numbers, or of coverage from 0 to 255."""
Mask: TypeAlias = NDArray[np.bool_]
"""Which pixels are meant."""
Laid: TypeAlias = tuple[Pixels8, tuple[int, int]]
"""A tile and where its corner lies."""
Part: TypeAlias = tuple[slice, slice]
"""Rows and columns of an array."""
Stamp: TypeAlias = tuple[Pixels8, Mask, tuple[int, int]]
"""A tile, what of it is painted, and where its corner lies."""

DASH, GAP = 4, 3
"""Length of a dash and of the gap behind it, in lines' widths."""

HATCH = 7
"""From one hatching line to the next, in lines' widths."""

FAINTEST = 10
"""Coverage below this is nothing: it is less than half a shade."""

MOST_TILES = 1024
"""Painted cells that are kept, and places; then all are forgotten: memory stays bounded."""
MOST_STAMPS = 96
"""The same of labels, which are as long as sentences, and of which each step has new ones."""

M = TypeVar("M", bound=Mark)
L = TypeVar("L")


def looked_up(pixels: Pixels8, table: bytes) -> Pixels8:
    """Return what a table of 256 has for every pixel, faster than by an array of numbers."""
    return np.frombuffer(pixels.tobytes().translate(table), np.uint8).reshape(pixels.shape)


class Tiles:
    """Marks as they were painted: the same number comes again and again, and mostly in place."""

    def __init__(self) -> None:
        self._kept: dict[object, Pixels8] = {}
        self._placed: dict[tuple[int, float], tuple[Mark, Any]] = {}
        self._stamps: dict[tuple[int, float], tuple[Mark, Any]] = {}

    def get(self, key: object, make: Callable[[], Pixels8]) -> Pixels8:
        """Return a tile; made anew unless one like it is kept."""
        tile = self._kept.get(key)
        if tile is None:
            if len(self._kept) >= MOST_TILES:
                self._kept.clear()
            tile = self._kept[key] = make()
        return tile

    def placed(self, canvas: PixelCanvas, mark: M, make: Callable[[PixelCanvas, M], L]) -> L:
        """Return what is laid in a mark's place; made anew unless this very mark came before."""
        key, written = (id(mark), canvas.ratio), isinstance(mark, Label)
        kept, most = (self._stamps, MOST_STAMPS) if written else (self._placed, MOST_TILES)
        known = kept.get(key)
        if known is None:
            if len(kept) >= most:
                kept.clear()
            # Which keeps the mark: no other has its id.
            known = kept[key] = mark, make(canvas, mark)
        laid: L = known[1]
        return laid


class PixelCanvas:
    """An array of palette numbers whose corner lies at a pixel of the whole picture.

    Coordinates are those of the whole picture; what lies outside is cut off.
    Everything overwrites, nothing blends: painting twice is painting once.
    """

    def __init__(
        self, pixels: Pixels8, corner: tuple[int, int], ratio: float, palette: Palette,
        background: Colour, tiles: Tiles,
    ) -> None:  # fmt: skip
        self.pixels, self.ratio, self.palette, self.tiles = pixels, ratio, palette, tiles
        self.background = background
        self._left, self._top = corner
        high, wide = pixels.shape
        self._area = self._left, self._top, self._left + wide, self._top + high

    def of(self, tile: Pixels8, at: tuple[int, int]) -> PixelCanvas:
        """Return a tile as a canvas of its own, whose corner lies there."""
        return PixelCanvas(tile, at, self.ratio, self.palette, self.background, self.tiles)

    def meets(self, area: Area) -> bool:
        """Return whether an area lies on the canvas, at least a part of it."""
        return common(area, self._area) is not None

    def px(self, length: float) -> int:
        """Return a coordinate of the scene in whole pixels."""
        return px(length, self.ratio)

    def line(self, width: float) -> int:
        """Return a line width in whole pixels, never none."""
        return hair(width, self.ratio)

    def fill(self, area: Area, colour: Colour) -> None:
        """Fill an area."""
        self._within(area)[:] = self.palette.index(colour)

    def dashes(self, side: Area, colour: Colour) -> None:
        """Draw a dashed line, in step with every other one in line with it."""
        left, top, right, bottom = side
        across = right - left >= bottom - top
        first, line = max(left, self._left) if across else max(top, self._top), self.line(1.0)
        pixels = self._within(side) if across else self._within(side).T
        on = np.arange(first, first + pixels.shape[1]) % ((DASH + GAP) * line) < DASH * line
        pixels[:, on] = self.palette.index(colour)

    def _within(self, area: Area) -> Pixels8:
        left, top, right, bottom = area
        rows = slice(max(0, top - self._top), max(0, bottom - self._top))
        return self.pixels[rows, max(0, left - self._left) : max(0, right - self._left)]

    def paste(self, tile: Pixels8, at: tuple[int, int], within: Area | None = None) -> None:
        """Lay an array of palette numbers over the canvas, or what of it lies within an area."""
        if met := self._meeting(tile, at, within):
            here, there = met
            self.pixels[here] = tile[there]

    def mask(self, mask: Pixels8, at: tuple[int, int], colour: Colour, on: Colour) -> None:
        """Paint a coverage mask in `colour` over `on`."""
        self.stamp(self.inked(mask, at, colour, on))

    def inked(self, mask: Pixels8, at: tuple[int, int], colour: Colour, on: Colour) -> Stamp:
        """Return what a coverage mask in `colour` over `on` paints."""
        return looked_up(mask, self.palette.ramp(colour, on)), mask >= FAINTEST, at

    def stamp(self, stamp: Stamp, within: Area | None = None) -> None:
        """Paint of a tile what is to be painted, or what of that lies within an area."""
        tile, where, at = stamp
        if met := self._meeting(tile, at, within):
            here, there = met
            np.copyto(self.pixels[here], tile[there], where=where[there])

    def _meeting(
        self, tile: Pixels8, at: tuple[int, int], within: Area | None = None
    ) -> tuple[Part, Part] | None:
        """Return the parts of canvas and tile that meet, if they do."""
        left, top = at
        high, wide = tile.shape
        area = common((left, top, left + wide, top + high), self._area)
        if area and within:
            area = common(area, within)
        if not area:
            return None
        x0, y0, x1, y1 = area
        here = slice(y0 - self._top, y1 - self._top), slice(x0 - self._left, x1 - self._left)
        return here, (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
