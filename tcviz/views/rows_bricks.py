"""Heaps of bricks: a brick for each tap of each input element, above the output that it reaches.

How high a heap is, is how many input elements reach that output element; what its bricks
add up to is the sum of their weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tcviz.layer.parts import Part
from tcviz.scene.marks import Cell, Heatmap, Mark, Style, cell_key, panel_key
from tcviz.scene.numbers import Format
from tcviz.scene.theme import Kind, State, Theme, role
from tcviz.views.matrix_panels import MOST_ROWS, plain, strong
from tcviz.views.panel import HAIRLINES, Grid, Roles


@dataclass(frozen=True)
class Brick:
    """One tap of an input element: above which output it lies, and on how many others."""

    source: int
    tap: int
    at: int
    level: int


def bricks(part: Part) -> list[Brick]:
    """Return all bricks that reach the output, those of the first element first.

    >>> from tcviz.request.inputs import plan
    >>> from tcviz.layer.parts import part
    >>> found = bricks(part(plan(dims=1, input_size=2, stride=2).make()))
    >>> [(brick.at, brick.level) for brick in found]
    [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (4, 0)]
    """
    (count,), (size,) = part.input_size, part.output_size
    heights, found = [0] * size, []
    for source in range(count):
        for at, tap in part.targets(0, source):
            found.append(Brick(source, tap, at, heights[at]))
            heights[at] += 1
    return found


class BrickCells:
    """Bricks with their weights; those of neighbouring elements differ in their tints."""

    def __init__(self, grid: Grid, part: Part, theme: Theme, text: float, form: Format) -> None:
        self.grid, self._text = grid, text
        rows = range(min(part.input_size[0], MOST_ROWS))
        looks = [theme.styles(theme.row(number)) for number in rows]
        self._calm = [look[role(Kind.VALUE, State.KNOWN)] for look in looks]
        self._lit = [look[role(Kind.VALUE, State.WRITTEN)] for look in looks]
        self._words = [form(plain(value)) for value in part.weight[0]]
        self._bricks = bricks(part)
        self._cells = [self._cell(b, self._calm) for b in self._bricks]

    def draw(self, count: int, now: int | None = None) -> Iterator[Mark]:
        """Yield the bricks of the first `count` input elements; those of `now` are lit."""
        for brick, cell in zip(self._bricks, self._cells, strict=True):
            if brick.source < count:
                yield self._cell(brick, self._lit) if brick.source == now else cell

    def _cell(self, brick: Brick, looks: list[Style]) -> Cell:
        row = self.grid.rows - 1 - brick.level
        style = looks[brick.source % len(looks)]
        key = cell_key(self.grid.key, row, brick.at)
        words = self._words[brick.tap]
        return Cell(key, self.grid.cell(row, brick.at), words, self._text, style)


class BrickHeat:
    """Bricks too small for their weights."""

    def __init__(self, grid: Grid, part: Part, theme: Theme) -> None:
        self.grid, self._strong = grid, strong(theme, part.input_size[0])
        self._colours = theme.background, *self._strong, theme.now
        small = min(grid.cell_width, grid.cell_height) < HAIRLINES
        self._line = None if small else theme.background
        found = bricks(part)
        rows = [grid.rows - 1 - b.level for b in found]
        self._places = np.array(rows, int), np.array([b.at for b in found], int)
        self._sources = np.array([b.source for b in found], int)

    def draw(self, count: int, now: int | None = None) -> Iterator[Mark]:
        """Yield the bricks of the first `count` input elements; those of `now` are lit."""
        colours = 1 + self._sources % len(self._strong)
        colours[self._sources == now] = len(self._colours) - 1
        index: Roles = np.zeros((self.grid.rows, self.grid.cols), np.uint8)
        seen = self._sources < count
        index[self._places[0][seen], self._places[1][seen]] = colours[seen]
        grid = self.grid
        yield Heatmap(panel_key(grid.key), grid.rect, grid.rows, grid.cols, self._colours,
                      index.tobytes(), self._line)  # fmt: skip
