"""The panels that only the matrix view has: the matrix and the kernel, tinted by kernel row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tcviz.layer.matrix import Structure
from tcviz.scene.marks import Box, Cell, Colour, Heatmap, Mark, Style, cell_key, panel_key
from tcviz.scene.theme import Kind, State, Theme, Tint, role
from tcviz.views.panel import HAIRLINES, Grid, Values

MOST_ROWS = 250
"""Kernel rows that a heatmap tells apart; from there on their colours come again."""
LEAST_BLOCK = 18.0
"""Narrower blocks are not parted."""
Form = Callable[[Any], str]
Lit = NDArray[np.bool_]


def neutral(theme: Theme) -> Tint:
    """Return the tint of the inputs: only the kernel's rows and the output have a colour."""
    return Tint(theme.connector, theme.background, theme.background)


def with_line(tint: Tint, theme: Theme) -> Tint:
    """Return a tint with faint lines, for cells in a frame."""
    return replace(tint, line=theme.soft(tint.line))


@dataclass(frozen=True)
class Tinted:
    """How a kernel row's taps look, calm and while they are used."""

    calm: Style
    lit: Style

    @classmethod
    def of(cls, theme: Theme, rows: int) -> tuple[Tinted, ...]:
        """Return one for each row of a kernel."""
        known, read = role(Kind.VALUE, State.KNOWN), role(Kind.VALUE, State.READ)
        styles = [theme.styles(theme.row(number)) for number in range(rows)]
        return tuple(
            cls(s[known], replace(s[read], ink=theme.row_ink(number)))
            for number, s in enumerate(styles)
        )


def strong(theme: Theme, rows: int) -> tuple[Colour, ...]:
    """Return the strong tints of a kernel's rows, as many as a heatmap can tell apart."""
    return tuple(map(theme.row_strong, range(min(rows, MOST_ROWS))))


class MatrixPanel(Protocol):
    """What draws the matrix."""

    grid: Grid

    def draw(self, row: int | None) -> tuple[Mark, ...]:
        """Return the marks, with the taps of one row lit, or none."""


class KernelPanel(Protocol):
    """What draws a channel's kernel."""

    grid: Grid

    def draw(self, used: Lit) -> tuple[Mark, ...]:
        """Return the marks; `used` says which taps are lit."""


class MatrixCells:
    """The matrix with its numbers; a step makes only the cells of the row that it lights."""

    def __init__(
        self,
        grid: Grid,
        structure: Structure,
        theme: Theme,
        text: float,
        form: Form,
    ) -> None:
        self.grid, self._structure, self._text, self._form = grid, structure, text, form
        self._tinted = Tinted.of(theme, structure.part.layer.kernel_size[0])
        self._zero = Style(theme.zero_fill, theme.muted, theme.soft(theme.border_line))
        self._rows = [tuple(self._taps(i, lit=False)) for i in range(grid.rows)]
        taken = {cell.key for row in self._rows for cell in row}
        self._zeros = tuple(cell for cell in self._filled_in() if cell.key not in taken)

    def draw(self, row: int | None) -> tuple[Mark, ...]:
        """Return the marks; zeros lie below, so that the lines of taps stay whole."""
        taps = list(self._rows)
        if row is not None:
            taps[row] = tuple(self._taps(row, lit=True))
        return (*self._zeros, *(cell for cells in taps for cell in cells))

    def _filled_in(self) -> Iterator[Cell]:
        for i, j in np.ndindex(self.grid.rows, self.grid.cols):
            yield self._cell(i, j, "0", self._zero)

    def _taps(self, row: int, *, lit: bool) -> Iterator[Cell]:
        structure, part = self._structure, self._structure.part
        for channel, entry in product(range(part.channels), structure.row(row)):
            value = part.weight[(channel, *entry.tap)]
            look = self._tinted[entry.tap[0]]
            column = structure.column(channel, entry.source)
            style = look.lit if lit else look.calm
            yield self._cell(row, column, self._form(plain(value)), style)

    def _cell(self, row: int, col: int, words: str, style: Style) -> Cell:
        rect = self.grid.cell(row, col)
        return Cell(cell_key(self.grid.key, row, col), rect, words, self._text, style)


class MatrixHeat:
    """The matrix as a picture of its structure: kernel rows in colour, at most a bin per pixel."""

    def __init__(self, grid: Grid, structure: Structure, theme: Theme, pixel: float) -> None:
        self.grid, self._structure = grid, structure
        rect = grid.rect
        self._shape = (
            min(grid.rows, max(1, round(rect.h / pixel))),
            min(grid.cols, max(1, round(rect.w / pixel))),
        )
        self._index = structure.bins(*self._shape)
        rows = strong(theme, structure.part.layer.kernel_size[0])
        self._colours = theme.zero_fill, *rows, theme.now_soft
        self._line = theme.rule if min(grid.cell_width, grid.cell_height) >= HAIRLINES else None
        self._calm = self._heatmap(self._index)

    def draw(self, row: int | None) -> tuple[Mark, ...]:
        """Return the one mark; the zeros of a lit row are warm."""
        if row is None:
            return (self._calm,)
        index = self._index.copy()
        lit = index[row * self._shape[0] // self.grid.rows]
        lit[lit == 0] = len(self._colours) - 1
        return (self._heatmap(index),)

    def _heatmap(self, index: NDArray[np.uint8]) -> Heatmap:
        return Heatmap(panel_key(self.grid.key), self.grid.rect, *self._shape, self._colours,
                       index.tobytes(), self._line)  # fmt: skip


class KernelCells:
    """One channel's kernel, its rows tinted as in the matrix; in one dimension, its taps."""

    def __init__(self, grid: Grid, values: Values, theme: Theme, text: float, form: Form) -> None:
        self.grid = grid
        looks, first = Tinted.of(theme, len(values)), 2 - values.ndim
        values = values.reshape(grid.rows, grid.cols)
        self._cells = {
            at: tuple(
                Cell(cell_key(grid.key, *at), grid.cell(*at), form(plain(values[at])),
                     text, style)
                for style in (look.calm, look.lit)
            )
            for at in np.ndindex(grid.rows, grid.cols)
            for look in [looks[at[first]]]
        }  # fmt: skip

    def draw(self, used: Lit) -> tuple[Mark, ...]:
        """Return the marks; `used` says which taps are lit."""
        flags = used.ravel().tolist()
        return tuple(pair[lit] for pair, lit in zip(self._cells.values(), flags, strict=True))


class KernelHeat:
    """One channel's kernel without numbers: what colour stands for which row."""

    def __init__(self, grid: Grid, theme: Theme, dims: int = 2) -> None:
        self.grid, shape = grid, (grid.rows, grid.cols)
        rows = strong(theme, shape[2 - dims])
        self._colours = *rows, theme.now
        self._index = (np.indices(shape)[2 - dims] % len(rows)).astype(np.uint8)
        small = min(grid.cell_width, grid.cell_height) < HAIRLINES
        self._line = None if small else theme.background

    def draw(self, used: Lit) -> tuple[Mark, ...]:
        """Return the mark; `used` says which taps are lit."""
        grid, last = self.grid, len(self._colours) - 1
        flags = used.reshape(self._index.shape)
        index = np.where(flags, last, self._index).astype(np.uint8)
        return (Heatmap(panel_key(grid.key), grid.rect, grid.rows, grid.cols, self._colours,
                        index.tobytes(), self._line),)  # fmt: skip


def plain(value: Any) -> Any:
    """Return an array's element as Python's own number, or whatever object it is."""
    return value.item() if isinstance(value, np.generic) else value


def parted(
    grid: Grid, name: str, line: Colour, rows: int = 0, cols: int = 0, *, solid: bool = False
) -> Iterator[Box]:
    """Yield lines after every `rows` rows and every `cols` columns of a grid.

    They are the edges of every other block, which is why they meet without a seam.
    """
    width, dash = (2.0, False) if solid else (1.0, True)
    if rows and rows * grid.cell_height >= LEAST_BLOCK:
        for first in range(rows, grid.rows, 2 * rows):
            block = range(first, min(first + rows, grid.rows))
            rect = grid.span(block, range(grid.cols))
            yield Box(f"{name}.rows.{first}", rect, line, width, dash=dash)
    if cols and cols * grid.cell_width >= LEAST_BLOCK:
        for first in range(cols, grid.cols, 2 * cols):
            block = range(first, min(first + cols, grid.cols))
            rect = grid.span(range(grid.rows), block)
            yield Box(f"{name}.cols.{first}", rect, line, width, dash=dash)
