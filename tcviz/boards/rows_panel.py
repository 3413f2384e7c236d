"""A row of cells in columns that other rows share: numbers, or tints."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from tcviz.boards.panel import Grid, Roles, Tints, Values
from tcviz.boards.stage import drawn
from tcviz.picture.layout import Spot
from tcviz.scene.frozen import frozen
from tcviz.scene.marks import Heatmap, Mark, Rect
from tcviz.scene.states import Kind, State, role

NOTHING = role(Kind.VALUE, State.PENDING)


@frozen
class RowGrid(Grid):
    """One row, with a cell in every `every` th column: the others stay empty.

    >>> grid = RowGrid("x", 0.0, 0.0, 1, 3, 10.0, 10.0, every=2)
    >>> grid.cell(1), grid.rect.w
    (Rect(x=20.0, y=0.0, w=10.0, h=10.0), 50.0)
    """

    def span(self, rows: range, cols: range | None = None) -> Rect:
        """Return the box from the first to the last of some cells; `rows` may be left out."""
        cells = rows if cols is None else cols
        left, right = (self.x + i * self.every * self.cell_width for i in (cells[0], cells[-1]))
        return Rect(left, self.y, right + self.cell_width - left, self.cell_height)

    def cell(self, row: int, col: int | None = None) -> Rect:
        """Return the box of one cell; its row may be left out."""
        at = row if col is None else col
        return self.span(range(at, at + 1))

    @property
    def rect(self) -> Rect:
        """The whole row."""
        return self.span(range(self.cols))

    @property
    def filled(self) -> RowGrid:
        """The same cells, each as wide as there are columns from one to the next."""
        return replace(self.broad, x=self.x - (self.every - 1) / 2 * self.cell_width)

    @property
    def broad(self) -> RowGrid:
        """The same, from their column on."""
        return replace(self, cell_width=self.every * self.cell_width, every=1)

    def heap(self, rows: int) -> Grid:
        """Return the grid itself, or one of several rows from its first on."""
        if rows == 1:
            return self
        wide, high = self.cell_width, self.cell_height
        return Grid(self.key, self.x, self.y, rows, self.cols, wide, high)


class RowHeat(Tints):
    """Draws one row as tints: columns without a cell are left blank."""

    grid: RowGrid

    def _draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:
        every, n = self.grid.every, values.size
        wide = np.zeros((1, (n - 1) * every + 1), values.dtype)
        cells = np.full(wide.shape, NOTHING, dtype=np.uint8)
        wide[0, ::every], cells[0, ::every] = values[0], roles[0]
        heat, *others = super()._draw(wide, cells)
        if isinstance(heat, Heatmap):
            heat = replace(heat, cols=wide.shape[1])
        return heat, *others


row_panel = partial(drawn, tints=RowHeat)
"""Returns the panel of a row, in numbers or in tints."""


def row_grid(name: str, spot: Spot, cols: int, every: int = 1) -> RowGrid:
    """Return the grid of a row that stands at a spot."""
    return RowGrid(name, spot.x, spot.y, 1, cols, spot.cell_width, spot.cell_height, every)
