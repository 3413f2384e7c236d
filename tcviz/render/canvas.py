"""A canvas of palette numbers, and the few ways to change it."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tcviz.render.areas import hair, px
from tcviz.render.damage import Area, common
from tcviz.render.palette import Palette
from tcviz.scene.marks import Cell, Colour

Pixels8: TypeAlias = NDArray[np.uint8]
"""Rows of palette numbers, or of coverage from 0 to 255."""
Laid: TypeAlias = tuple[Pixels8, tuple[int, int]]
"""A tile and where its corner lies."""
Shaded: TypeAlias = tuple[Pixels8, NDArray[np.bool_]]
"""Palette numbers, and where they are painted."""

DASH, GAP = 4, 3
"""Length of a dash and of the gap behind it, in lines' widths."""

HATCH = 7
"""From one hatching line to the next, in lines' widths."""

FAINTEST = 10
"""Coverage below this is nothing: it is less than half a shade."""

MOST_TILES = 1024
"""Painted cells that are kept, and places; then all are forgotten: memory stays bounded."""

MOST_SHADED = 128
"""The same of masks, which are as long as sentences."""


class Tiles:
    """Cells as they were painted: the same number comes again and again, and mostly in place."""

    def __init__(self) -> None:
        self._kept: dict[object, Pixels8] = {}
        self._shaded: dict[tuple[int, bytes], tuple[Pixels8, Shaded]] = {}
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

    def placed(self, cell: Cell, ratio: float) -> Laid | None:
        """Return the tile of this very cell and where it lies, or None."""
        known = self._placed.get((id(cell), ratio))
        return known and known[1]

    def place(self, cell: Cell, ratio: float, laid: Laid) -> Laid:
        """Keep where the tile of a cell lies and return it."""
        if len(self._placed) >= MOST_TILES:
            self._placed.clear()
        self._placed[id(cell), ratio] = cell, laid  # which keeps the cell: no other has its id
        return laid

    def shaded(self, mask: Pixels8, ramp: bytes) -> Shaded:
        """Return a coverage mask as palette numbers, and where it is more than nothing.

        Titles stand beside what changes and are painted with it, again and again.
        """
        key = id(mask), ramp
        known = self._shaded.get(key)
        if known is None:
            if len(self._shaded) >= MOST_SHADED:
                self._shaded.clear()
            numbers = np.frombuffer(ramp, np.uint8)[mask]
            known = self._shaded[key] = mask, (numbers, mask >= FAINTEST)
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
        high, wide = pixels.shape
        self._area = self._left, self._top, self._left + wide, self._top + high
        pixels[:] = palette.index(background)

    def tile(self, area: Area, background: Colour) -> PixelCanvas:
        """Return a canvas of its own for one area."""
        left, top, right, bottom = area
        pixels = np.empty((bottom - top, right - left), dtype=np.uint8)
        return PixelCanvas(pixels, (left, top), self.ratio, self.palette, background, self.tiles)

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
        left, top = at
        high, wide = tile.shape
        area = common((left, top, left + wide, top + high), self._area)
        if area and within:
            area = common(area, within)
        if area:
            x0, y0, x1, y1 = area
            source = tile[y0 - top : y1 - top, x0 - left : x1 - left]
            here = slice(x0 - self._left, x1 - self._left)
            self.pixels[y0 - self._top : y1 - self._top, here] = source

    def mask(self, mask: Pixels8, at: tuple[int, int], colour: Colour, on: Colour) -> None:
        """Paint a coverage mask in `colour` over `on`."""
        ramp = self.palette.ramp(colour, on)
        left, top = at
        high, wide = mask.shape
        area = common((left, top, left + wide, top + high), self._area)
        if area:
            x0, y0, x1, y1 = area
            numbers, seen = self.tiles.shaded(mask, ramp)
            here = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
            target = self.pixels[y0 - self._top : y1 - self._top, x0 - self._left : x1 - self._left]
            np.copyto(target, numbers[here], where=seen[here])
