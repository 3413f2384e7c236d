"""Scenes to pixels, painting only what changed.

The canvas holds palette numbers, not colours: colours stay exact, a GIF needs no
quantising, and painting a mark twice leaves the same pixels as painting it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from tcviz.render.damage import Area, changed_cells, regions, same, union
from tcviz.render.painters import PAINTERS, Canvas, area_of
from tcviz.render.palette import Palette
from tcviz.scene import Heatmap, Mark, Scene


@dataclass(frozen=True)
class Painted:
    """A painted frame: the renderer's own canvas (copy it to keep it) and what changed.

    `image` has mode L and holds numbers of `palette`; `area` is None where
    nothing changed since the frame before.
    """

    image: Image.Image
    area: Area | None
    palette: Palette

    def rgb(self) -> Image.Image:
        """Return the frame in colours."""
        coloured = self.image.copy()
        coloured.putpalette(self.palette.flat())
        return coloured.convert("RGB")


class Pixels:
    """Paints one scene after another on one canvas of `size` pixels."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._size = size
        self._palette = Palette()
        self._tiles: dict[Any, Image.Image] = {}
        self._image: Image.Image | None = None
        self._marks: dict[str, tuple[Mark, Area]] = {}

    def paint(self, scene: Scene) -> Painted:
        """Bring the canvas to show `scene`, whose proportions must be the canvas'."""
        ratio = self._size[0] / scene.width
        before, self._marks = self._marks, {}
        damage: list[Area] = []
        for mark in scene.marks:
            self._marks[mark.key] = self._compare(mark, before.pop(mark.key, None), ratio, damage)
        damage += [area for _, area in before.values()]
        if self._image is None:
            self._palette.index(scene.background)
            self._image, damage = Image.new("L", self._size), [(0, 0, *self._size)]
        self._repaint(scene, ratio, damage, self._image)
        return Painted(self._image, self._clip(union(damage)), self._palette)

    def _compare(
        self, mark: Mark, old: tuple[Mark, Area] | None, ratio: float, damage: list[Area]
    ) -> tuple[Mark, Area]:
        """Return a mark with its area; note in `damage` what must be painted again for it."""
        if old and same(old[0], mark):
            return old
        area = area_of(mark, ratio)
        if old and isinstance(mark, Heatmap) and isinstance(old[0], Heatmap):
            damage += filter(None, [changed_cells(old[0], mark, area)])
        else:
            damage += [area, old[1]] if old else [area]
        return mark, area

    def _repaint(self, scene: Scene, ratio: float, damage: list[Area], image: Image.Image) -> None:
        marks = [mark for mark, _ in self._marks.values()]
        areas = np.array([area for _, area in self._marks.values()], dtype=int).reshape(-1, 4)
        for region in regions(damage, self._size):
            left, top, right, bottom = region
            hit = (
                (areas[:, 0] < right)
                & (areas[:, 2] > left)
                & (areas[:, 1] < bottom)
                & (areas[:, 3] > top)
            )
            canvas = Canvas(region, ratio, self._palette, scene.background, self._tiles)
            for i in np.flatnonzero(hit):
                PAINTERS[type(marks[i])](canvas, marks[i])
            image.paste(canvas.image, region)

    def _clip(self, area: Area | None) -> Area | None:
        if area is None:
            return None
        left, top, right, bottom = area
        return max(0, left), max(0, top), min(self._size[0], right), min(self._size[1], bottom)
