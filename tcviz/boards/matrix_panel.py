"""The one panel that only the matrix view has: the matrix, its taps in the hues of their rows.

It is never there as an array, mostly zeros: what is drawn of it are the kernel's numbers, and
the roles that it is given are those of its rows, or of its columns.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tcviz.boards.hued import plain, strong_tints, styles
from tcviz.boards.panel import HAIRLINES, Cells, Grid, Roles, Tints, Values
from tcviz.layer.matrix import Structure
from tcviz.look.look import Look
from tcviz.picture.layout import Spot
from tcviz.scene.marks import Box, Cell, Colour, Heatmap, Mark, Style, cell_key, panel_key
from tcviz.scene.numbers import Format
from tcviz.scene.states import Kind, State, role
from tcviz.scene.theme import Tint

LEAST_BLOCK = 18.0
"""Narrower blocks are not parted."""
HIDDEN = 3.0
"""Pixels of the smallest cells of which dashes between them do not hide too much."""
CALM, LIT = role(Kind.VALUE, State.KNOWN), role(Kind.VALUE, State.READ)


class MatrixCells(Cells):
    """The matrix with its numbers; a step makes only the cells of the lines that it lights."""

    def __init__(
        self, structure: Structure, look: Look, grid: Grid, spot: Spot, tint: Tint, form: Format
    ) -> None:
        theme, rows = look.theme, structure.part.layer.kernel_size[0]
        super().__init__(grid, theme, tint, spot.text, form)
        self._structure, self._looks = structure, [styles(theme, n) for n in range(rows)]
        self._zero = Style(theme.zero_fill, theme.muted, theme.soft(theme.border_line))
        self._taps = dict(self._entries())
        self._calm = {at: self._tap(at, CALM) for at in self._taps}
        cells = np.ndindex(grid.rows, grid.cols)
        self._zeros = tuple(
            self._at(*at, words="0", style=self._zero) for at in cells if at not in self._taps
        )

    def draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:  # noqa: ARG002
        """Return the marks; zeros lie below, so that the lines of taps stay whole."""
        lit = np.broadcast_to(roles == LIT, (self.grid.rows, self.grid.cols))
        taps = self._calm | {at: self._tap(at, LIT) for at in self._taps if lit[at]}
        return (*self._zeros, *taps.values())

    def _entries(self) -> Iterator[tuple[tuple[int, int], tuple[str, int]]]:
        """Yield where taps stand, row by row, what they say, and in which row of the kernel."""
        structure, part = self._structure, self._structure.part
        for row, channel in np.ndindex(structure.rows, part.channels):
            for entry in structure.row(row):
                words = self._format(plain(part.weight[(channel, *entry.tap)]))
                yield (row, structure.column(channel, entry.source)), (words, entry.tap[0])

    def _tap(self, at: tuple[int, int], role: int) -> Cell:
        words, hue = self._taps[at]
        return self._at(*at, words=words, style=self._looks[hue][role])

    def _at(self, row: int, col: int, *, words: str, style: Style) -> Cell:
        rect = self.grid.cell(row, col)
        return Cell(cell_key(self.grid.key, row, col), rect, words, self._text, style)


class MatrixHeat(Tints):
    """The matrix as a picture of its structure: kernel rows in colour, at most a bin per pixel."""

    def __init__(
        self, structure: Structure, look: Look, grid: Grid, tint: Tint, form: Format
    ) -> None:
        theme, rect = look.theme, grid.rect
        super().__init__(grid, theme, tint, 0.0, form)
        self._shape = (
            min(grid.rows, max(1, round(rect.h / look.pixel))),
            min(grid.cols, max(1, round(rect.w / look.pixel))),
        )
        self._bins = structure.bins(*self._shape)
        rows = strong_tints(theme, structure.part.layer.kernel_size[0])
        self.tints, self._colours = (), (theme.zero_fill, *rows, theme.now_soft)
        self._line = theme.rule if min(grid.cell_width, grid.cell_height) >= HAIRLINES else None
        self._calm = self._heatmap(self._bins)

    def draw(self, values: Values, roles: Roles) -> tuple[Mark, ...]:  # noqa: ARG002
        """Return the one mark; the zeros of a lit row, or of columns, are warm."""
        lines = np.argwhere(roles == LIT)
        if not len(lines):
            return (self._calm,)
        index = self._bins.copy()
        for row, col in (lines * self._shape // (self.grid.rows, self.grid.cols)).tolist():
            lit = index[row if roles.shape[0] > 1 else slice(None),
                        col if roles.shape[1] > 1 else slice(None)]  # fmt: skip
            lit[lit == 0] = len(self._colours) - 1
        return (self._heatmap(index),)

    def _heatmap(self, index: NDArray[np.uint8]) -> Heatmap:
        return Heatmap(panel_key(self.grid.key), self.grid.rect, *self._shape, self._colours,
                       index.tobytes(), self._line)  # fmt: skip


def matrix_panel(
    structure: Structure, look: Look, grid: Grid, spot: Spot, tint: Tint, form: Format
) -> Cells:
    """Return the panel of the matrix, in numbers or as a picture of its structure."""
    if spot.heat:
        return MatrixHeat(structure, look, grid, tint, form)
    return MatrixCells(structure, look, grid, spot, tint, form)


def parted(
    grid: Grid, name: str, line: Colour, rows: int = 0, cols: int = 0, least: float = 0.0,
    *, solid: bool = False,
) -> Iterator[Box]:  # fmt: skip
    """Yield lines after every `rows` rows and every `cols` columns of a grid.

    They are the edges of every other block, which is why they meet without a seam.  There are none
    between cells that are smaller than `least`.
    """
    width, dash = (2.0, False) if solid else (1.0, True)
    if rows and grid.cell_height >= max(least, LEAST_BLOCK / rows):
        for first in range(rows, grid.rows, 2 * rows):
            block = range(first, min(first + rows, grid.rows))
            rect = grid.span(block, range(grid.cols))
            yield Box(f"{name}.rows.{first}", rect, line, width, dash=dash)
    if cols and grid.cell_width >= max(least, LEAST_BLOCK / cols):
        for first in range(cols, grid.cols, 2 * cols):
            block = range(first, min(first + cols, grid.cols))
            rect = grid.span(range(grid.rows), block)
            yield Box(f"{name}.cols.{first}", rect, line, width, dash=dash)
