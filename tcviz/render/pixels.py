"""Scenes to pixels, painting only what changed.

The canvas holds palette numbers, not colours: colours stay exact, a GIF needs no
quantising, and painting a mark twice leaves the same pixels as painting it once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image

from tcviz.render.areas import area_of
from tcviz.render.canvas import PixelCanvas, Pixels8, Tiles
from tcviz.render.changed import changed_areas, same
from tcviz.render.damage import Area, regions, union
from tcviz.render.painters import PAINTERS
from tcviz.render.palette import Palette
from tcviz.scene.marks import Mark, Scene


class Painted(NamedTuple):
    """A painted frame: the renderer's own canvas (copy it to keep it) and what changed.

    `pixels` holds numbers of `palette`, as `background` is one; `area` is None where nothing
    changed since the frame before.  All that changed lies in `regions`, which do not overlap
    and begin on even pixels.
    """

    pixels: Pixels8
    area: Area | None
    regions: tuple[Area, ...]
    palette: Palette
    background: int

    @property
    def image(self) -> Image.Image:
        """The canvas as an image of mode L."""
        size = self.pixels.shape[::-1]
        return Image.frombuffer("L", size, self.pixels, "raw", "L", 0, 1)

    def coloured(self) -> Image.Image:
        """Return a copy of the frame, with its palette."""
        copy = self.image.copy()
        copy.putpalette(self.palette.flat())
        return copy

    def rgb(self) -> Image.Image:
        """Return the frame in colours."""
        return self.coloured().convert("RGB")


class Pixels:
    """Paints one scene after another on one canvas of `size` pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._palette = Palette()
        self._tiles = Tiles()
        self._pixels: Pixels8 | None = None
        self._marks: dict[str, tuple[Mark, Area]] = {}

    def paint(self, scene: Scene) -> Painted:
        """Bring the canvas to show `scene`, whose proportions must be the canvas'."""
        ratio = self._size[0] / scene.width
        before, now, damage = self._marks, dict[str, tuple[Mark, Area]](), list[Area]()
        for mark in scene.marks:
            old = before.get(mark.key)
            if old is None or (old[0] is not mark and not same(old[0], mark)):
                old = self._compare(mark, old, ratio, damage)
            now[mark.key] = old
        damage += [area for key, (_, area) in before.items() if key not in now]
        self._marks = now
        if self._pixels is None:
            self._pixels = np.zeros(self._size[::-1], dtype=np.uint8)
            damage = [(0, 0, *self._size)]
        repainted = tuple(regions(damage, self._size))
        if repainted:
            self._repaint(scene, ratio, repainted, self._pixels)
        background = self._palette.index(scene.background)
        area = self._clip(union(damage))
        return Painted(self._pixels, area, repainted, self._palette, background)

    def _compare(
        self, mark: Mark, old: tuple[Mark, Area] | None, ratio: float, damage: list[Area]
    ) -> tuple[Mark, Area]:
        """Return a mark with its area; note in `damage` what must be painted again for it."""
        area = area_of(mark, ratio)
        damage += changed_areas(old[0], mark, old[1], area, ratio) if old else [area]
        return mark, area

    def _repaint(
        self, scene: Scene, ratio: float, repainted: tuple[Area, ...], pixels: Pixels8
    ) -> None:
        marks = [mark for mark, _ in self._marks.values()]
        areas = np.array([area for _, area in self._marks.values()], dtype=int).reshape(-1, 4)
        for left, top, right, bottom in repainted:
            hit = (
                (areas[:, 0] < right)
                & (areas[:, 2] > left)
                & (areas[:, 1] < bottom)
                & (areas[:, 3] > top)
            )
            here = pixels[top:bottom, left:right]
            palette, background = self._palette, scene.background
            here[:] = palette.index(background)
            canvas = PixelCanvas(here, (left, top), ratio, palette, background, self._tiles)
            for i in np.flatnonzero(hit).tolist():
                PAINTERS[type(marks[i])](canvas, marks[i])

    def _clip(self, area: Area | None) -> Area | None:
        if area is None:
            return None
        left, top, right, bottom = area
        return max(0, left), max(0, top), min(self._size[0], right), min(self._size[1], bottom)
