"""A canvas of palette numbers, and the few ways to change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.render.areas import hair, px
from tcviz.render.damage import Area
from tcviz.render.palette import Palette
from tcviz.scene.marks import Cell, Colour

Pixels8: TypeAlias = NDArray[np.uint8]
"""Rows of palette numbers, or of coverage from 0 to 255."""
Laid: TypeAlias = tuple[Pixels8, tuple[int, int]]
"""A tile and where its corner lies."""

DASH, GAP = 4, 3
"""Length of a dash and of the gap behind it, in lines' widths."""

HATCH = 7
"""From one hatching line to the next, in lines' widths."""

FAINTEST = 10
"""Coverage below this is nothing: it is less than half a shade."""

MOST_TILES = 1024
"""Painted cells that are kept, and places; then all are forgotten: memory stays bounded."""


class Tiles:
    """Cells as they were painted: the same number comes again and again, and mostly in place."""

    def __init__(self) -> None:
        self._kept: dict[object, Pixels8] = {}
        self._placed: dict[tuple[int, float], tuple[Cell, Laid]] = {}

    def get(self, key: object) -> Pixels8 | None:
        """Return a tile, or None."""
        return self._kept.get(key)

    def keep(self, key: object, tile: Pixels8) -> Pixels8:
        """Keep a tile and return it."""
        if len(self._kept) >= MOST_TILES:
            self._kept.clear()
        self._kept[key] = tile
        return tile

    def placed(self, cell: Cell, ratio: float, make: Callable[[], Laid]) -> Laid:
        """Return the tile of a cell and where it lies; made anew unless this very cell came."""
        key = id(cell), ratio
        known = self._placed.get(key)
        if known is None:
            if len(self._placed) >= MOST_TILES:
                self._placed.clear()
            known = self._placed[key] = cell, make()  # which keeps the cell: no other has its id
        return known[1]


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
        self._right, self._bottom = self._left + pixels.shape[1], self._top + pixels.shape[0]
        pixels[:] = palette.index(background)

    def tile(self, area: Area, background: Colour) -> PixelCanvas:
        """Return a canvas of its own for one area."""
        left, top, right, bottom = area
        pixels = np.empty((bottom - top, right - left), dtype=np.uint8)
        return PixelCanvas(pixels, (left, top), self.ratio, self.palette, background, self.tiles)

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
        left, top = at
        right, bottom = left + tile.shape[1], top + tile.shape[0]
        x0, y0, x1, y1 = self._left, self._top, self._right, self._bottom
        if within:
            x0, y0 = max(x0, within[0]), max(y0, within[1])
            x1, y1 = min(x1, within[2]), min(y1, within[3])
        x0, y0, x1, y1 = max(x0, left), max(y0, top), min(x1, right), min(y1, bottom)
        if x0 < x1 and y0 < y1:
            source = tile[y0 - top : y1 - top, x0 - left : x1 - left]
            here = slice(x0 - self._left, x1 - self._left)
            self.pixels[y0 - self._top : y1 - self._top, here] = source

    def mask(self, mask: Pixels8, at: tuple[int, int], colour: Colour, on: Colour) -> None:
        """Paint a coverage mask in `colour` over `on`."""
        target, coverage = self._overlap(mask, at)
        shades = np.frombuffer(self.palette.ramp(colour, on), np.uint8)
        np.copyto(target, shades[coverage], where=coverage >= FAINTEST)

    def _overlap(self, tile: Pixels8, at: tuple[int, int]) -> tuple[Pixels8, Pixels8]:
        """Return the parts of canvas and tile that meet."""
        left, top = at[0] - self._left, at[1] - self._top
        source = tile[max(0, -top) :, max(0, -left) :]
        target = self.pixels[max(0, top) :, max(0, left) :]
        rows, cols = min(len(source), len(target)), min(source.shape[1], target.shape[1])
        return target[:rows, :cols], source[:rows, :cols]
