"""The panels that only the matrix view has: the matrix and the kernel, tinted by kernel row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tcviz.scene import Box, Cell, Colour, Heatmap, Mark, Style
from tcviz.theme import Kind, State, Theme, Tint, blend, contrast, luminance, rgb, role
from tcviz.views.matrix_structure import Structure
from tcviz.views.panel import HAIRLINES, Grid, Values

DEEPER = 3
"""So many kernel rows that follow each other differ in lightness: also in grey print."""
SHADE, SHADES, MIXED = 5.0, 128, 0.16
"""How much, in steps of lightness, and how finely; the share of a line in a fill made of it."""
FAINT = 0.72
"""How much of the paper is in the lines between an equation's cells."""
LEAST_BLOCK = 18.0
"""Narrower blocks are not parted."""
READABLE = 4.5
"""The least contrast of text by WCAG 2, level AA."""

Form = Callable[[Any], str]
Lit = NDArray[np.bool_]


def row_tints(theme: Theme) -> tuple[Tint, ...]:
    """Return the tints of the kernel's rows, to be used in turn.

    They are those of the channels, made so that neighbours differ in lightness; where a
    theme's channels all have one fill, it is mixed from their lines.
    """
    tints = [replace(tint, fill=_row_fill(theme, tint)) for tint in theme.channels]
    count = len(tints) * (DEEPER if len(tints) % DEEPER else 1)
    down = lightness(tints[0].line) < lightness(tints[0].fill)
    start = (min if down else max)(lightness(tint.fill) for tint in tints)
    turns = (tints[row % len(tints)] for row in range(count))
    return tuple(
        _shaded(tint, start + (-SHADE if down else SHADE) * (row % DEEPER))
        for row, tint in enumerate(turns)
    )


def _row_fill(theme: Theme, tint: Tint) -> Colour:
    alike = len({t.fill for t in theme.channels}) == 1 < len({t.line for t in theme.channels})
    return blend(theme.background, tint.line, MIXED) if alike else tint.fill


def _shaded(tint: Tint, target: float) -> Tint:
    """Return a tint all over, as much nearer to its line as makes it as dark or light as asked."""
    shades = [blend(tint.fill, tint.line, i / SHADES) for i in range(SHADES)]
    fill = min(shades, key=lambda shade: abs(lightness(shade) - target))
    return Tint(tint.line, fill, fill)


def lightness(colour: Colour) -> float:
    """Return how light a colour looks, 0 to 100: CIE L*.

    >>> round(lightness("#777777"))
    50
    """
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def heat_colours(theme: Theme) -> tuple[Colour, ...]:
    """Return the strong tints of the kernel's rows, for cells too small for a number."""
    paper = theme.background
    return tuple(
        blend(tint.line, paper, 0.22 * (row % DEEPER)) for row, tint in enumerate(row_tints(theme))
    )


def neutral(theme: Theme) -> Tint:
    """Return the tint of the inputs: only the kernel's rows and the output have a colour."""
    return Tint(theme.connector, theme.background, theme.background)


def lined(tint: Tint, theme: Theme) -> Tint:
    """Return a tint with faint lines, for cells in a frame."""
    return replace(tint, line=blend(tint.line, theme.background, FAINT))


@dataclass(frozen=True)
class Tinted:
    """How a kernel row's taps look, calm and while they are used."""

    calm: Style
    lit: Style

    @classmethod
    def of(cls, theme: Theme) -> tuple[Tinted, ...]:
        """Return one for each tint of kernel rows."""
        known, read = role(Kind.VALUE, State.KNOWN), role(Kind.VALUE, State.READ)
        styles = ((tint, theme.styles(tint)) for tint in row_tints(theme))
        return tuple(cls(s[known], _keeping(s[read], tint)) for tint, s in styles)


def _keeping(lit: Style, tint: Tint) -> Style:
    """Return a lit look whose digits keep the kernel row's colour, where that can be read."""
    grey = len(set(rgb(tint.line))) == 1
    readable = contrast(tint.line, lit.fill) >= READABLE
    return replace(lit, ink=tint.line) if readable and not grey else lit


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
        self._tinted = Tinted.of(theme)
        self._zero = Style(
            theme.zero_fill, theme.muted, blend(theme.border_line, theme.background, FAINT)
        )
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
            look = self._tinted[entry.tap[0] % len(self._tinted)]
            column = structure.column(channel, entry.source)
            style = look.lit if lit else look.calm
            yield self._cell(row, column, self._form(plain(value)), style)

    def _cell(self, row: int, col: int, words: str, style: Style) -> Cell:
        rect = self.grid.cell(row, col)
        return Cell(f"{self.grid.key}[{row},{col}]", rect, words, self._text, style)


class MatrixHeat:
    """The matrix as a picture of its structure: kernel rows in colour, at most a bin per pixel."""

    def __init__(self, grid: Grid, structure: Structure, theme: Theme, pixel: float) -> None:
        self.grid, self._structure = grid, structure
        rect = grid.rect
        self._shape = (
            min(grid.rows, max(1, round(rect.h / pixel))),
            min(grid.cols, max(1, round(rect.w / pixel))),
        )
        strong = heat_colours(theme)
        index = structure.bins(*self._shape)
        self._index = np.where(index, 1 + (index - 1) % len(strong), 0).astype(np.uint8)
        self._colours = theme.zero_fill, *strong, theme.now_soft
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
        return Heatmap(self.grid.key, self.grid.rect, *self._shape, self._colours,
                       index.tobytes(), self._line)  # fmt: skip


class KernelCells:
    """One channel's kernel, its rows tinted as in the matrix; in one dimension, its taps."""

    def __init__(self, grid: Grid, values: Values, theme: Theme, text: float, form: Form) -> None:
        self.grid = grid
        looks, first = Tinted.of(theme), 2 - values.ndim
        values = values.reshape(grid.rows, grid.cols)
        self._cells = {
            at: tuple(
                Cell(f"{grid.key}[{at[0]},{at[1]}]", grid.cell(*at), form(plain(values[at])),
                     text, style)
                for style in (look.calm, look.lit)
            )
            for at in np.ndindex(grid.rows, grid.cols)
            for look in [looks[at[first] % len(looks)]]
        }  # fmt: skip

    def draw(self, used: Lit) -> tuple[Mark, ...]:
        """Return the marks; `used` says which taps are lit."""
        flags = used.ravel().tolist()
        return tuple(pair[lit] for pair, lit in zip(self._cells.values(), flags, strict=True))


class KernelHeat:
    """One channel's kernel without numbers: what colour stands for which row."""

    def __init__(self, grid: Grid, theme: Theme, dims: int = 2) -> None:
        self.grid, strong = grid, heat_colours(theme)
        self._colours = *strong, theme.now
        shape = grid.rows, grid.cols
        self._index = (np.indices(shape)[2 - dims] % len(strong)).astype(np.uint8)
        small = min(grid.cell_width, grid.cell_height) < HAIRLINES
        self._line = None if small else theme.background

    def draw(self, used: Lit) -> tuple[Mark, ...]:
        """Return the mark; `used` says which taps are lit."""
        grid, last = self.grid, len(self._colours) - 1
        flags = used.reshape(self._index.shape)
        index = np.where(flags, last, self._index).astype(np.uint8)
        return (Heatmap(grid.key, grid.rect, grid.rows, grid.cols, self._colours,
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
